"""Every kind of question, from its page to the database and back to its reader; and the ways that skip some."""

import pytest
from factories import make_wave
from sqlalchemy import select
from staffroom import now, page_of
from test_collection import begin, check_page_key

from feedback.collection import store
from feedback.collection.models import Answer, AskedVersion
from feedback.collection.store import asked_version, words_of
from feedback.triage.reading import as_read
from forms import catalogue

pytest_plugins = ("every_kind",)
pytestmark = pytest.mark.both

#: question -> what its form sends, and what is stored of it: {item: (state, choice)}.
WAY = {
    "hello": ({}, {}),
    "warm": ({"q_warm": "sometimes"}, {"warm": ("answered", "sometimes")}),
    "who": ({"q_who": "carer"}, {"who": ("answered", "carer")}),
    "foster": ({"q_foster_text": "Blue door"}, {"foster": ("answered", None)}),
    "kind": ({"q_kind": "rather_not_say"}, {"kind": ("rather_not_say", None)}),
    "like": ({"q_like": "s2"}, {"like": ("answered", "s2")}),
    "life": ({"q_life": "n7"}, {"life": ("answered", "n7")}),
    "often": ({"q_often": "never"}, {"often": ("answered", "never")}),
    "count": ({"q_count": "few"}, {"count": ("answered", "few")}),
    "helps": (
        {"q_helps": ["friend", "family", "made-up"]},
        {
            "helps.family": ("answered", "yes"),
            "helps.friend": ("answered", "yes"),
            "helps.nobody": ("answered", "no"),
        },
    ),
    "top": ({"q_top_instead": "not_sure"}, {"top": ("not_sure", None)}),
    "since": ({"q_since_month": "3", "q_since_year": "2024"}, {"since": ("answered", "2024-03")}),
    "words": ({}, {"words": ("blank", None)}),
    "draw": ({"q_draw": "not_sure"}, {"draw": ("not_sure", None)}),
    "with": ({"q_with": "with_adult"}, {"with": ("answered", "with_adult")}),
    "quote": ({"q_quote": "no"}, {"quote": ("answered", "no")}),
}


@pytest.fixture
def wave(every_kind, database, keys):
    return make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family")


def keep(client, question, data, status=303, check=""):
    return page_of(client.post(f"/w/yours/q/{question}{check}", data=data), status)


def test_every_kind_is_asked_kept_sent_and_read(client, wave, database, keys, every_kind):
    begin(client)
    following = client.post("/w/yours/q/agree", data={"q_agree": "agree"}).location
    for question, (data, _stored) in WAY.items():
        assert following.endswith(f"/q/{question}")
        assert "<h1" in page_of(client.get(following))
        following = client.post(following, data=data).location
    page = page_of(client.get("/w/yours/check"))
    for said in ("Sometimes", "A carer", "Blue door", "Family, A friend", "March 2024", "An adult helped me", ">7<"):
        assert said in page, said
    again = page_of(client.get("/w/yours/q/helps"))
    assert again.count(" checked") == 2
    assert 'value="2024"' in page_of(client.get("/w/yours/q/since"))
    assert client.post("/w/yours/send", data={"key": check_page_key(client)}).status_code == 200
    rows = list(now(database).scalars(select(Answer)))
    expected = {"agree": ("answered", "agree")}
    for _data, stored in WAY.values():
        expected |= stored
    assert {row.question: (row.state, row.choice) for row in rows} == expected
    assert list(words_of(keys, rows).values()) == ["Blue door"]
    read = as_read(rows[0].response, every_kind, words_of(keys, rows))
    lines = {line.question: line.answer for line in read.lines}
    assert lines["Who helps?"] == "Family, A friend" and lines["Since when?"] == "March 2024"
    assert lines["What matters most?"] == "I’m not sure" or lines["What matters most?"] == "Not sure"
    assert read.left_out == 1


def test_who_is_on_another_way_is_not_asked_and_nothing_of_it_is_stored(client, wave, database):
    begin(client)
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    assert client.get("/w/yours/q/foster").location.endswith("/check")  # not on the way: nobody knows yet
    client.post("/w/yours/q/who", data={"q_who": "carer"})
    keep(client, "foster", {"q_foster_text": "Blue door"})
    assert client.post("/w/yours/q/who?check=1", data={"q_who": "parent"}).location.endswith("/check")
    assert "Blue door" not in page_of(client.get("/w/yours/check"))
    assert client.post("/w/yours/q/foster", data={"q_foster_text": "By hand"}).location.endswith("/check")
    # Back on the first way, what is new on it is asked; the words are still there.
    client.post("/w/yours/q/who?check=1", data={"q_who": "carer"})
    assert "Blue door" in page_of(client.get("/w/yours/check"))
    client.post("/w/yours/q/who?check=1", data={"q_who": "parent"})
    client.post("/w/yours/send", data={"key": check_page_key(client)})
    stored = set(now(database).scalars(select(Answer.question)))
    assert "foster" not in stored and "hello" not in stored and "who" in stored


@pytest.mark.parametrize(
    ("question", "data", "sentence"),
    [
        ("helps", {"q_helps": ["nobody", "friend"]}, "Choose “Nobody” alone"),
        ("top", {"q_top": ["a", "b", "c", "d"]}, "Choose 3 at most. You have chosen 4: take 1 away."),
        ("helps", {"q_helps": ["friend"], "q_helps_instead": "not_sure"}, "Which do you mean?"),
        ("since", {"q_since_month": "13", "q_since_year": "2024"}, "a number from 1 to 12"),
        ("since", {"q_since_month": "3"}, "with four figures"),
        ("since", {"q_since_year": "2024"}, "a number from 1 to 12"),
        ("since", {"q_since_month": "٣", "q_since_year": "20x4"}, "with four figures"),
        ("words", {"q_words_text": "x" * 103}, "3 characters shorter"),
        ("warm", {"q_warm": "made-up"}, "Choose one of the answers on this page."),
    ],
)
def test_what_cannot_be_kept_comes_back_with_what_to_do(client, wave, question, data, sentence):
    begin(client)
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    page = keep(client, question, data, 422)
    assert sentence in page and page.count("<h1") == 1 and "<title>Error: " in page


def test_a_wave_keeps_the_questions_it_was_opened_with(client, wave, database, every_kind, monkeypatch):
    assert now(database).scalar(select(AskedVersion.version)) == every_kind.version
    monkeypatch.setattr(catalogue, "questionnaires", lambda: ())  # the file is gone
    monkeypatch.setattr(store, "_asked", {})
    kept = asked_version(database, wave)
    assert kept == every_kind and kept.version == every_kind.version
    assert "Some questions." in page_of(client.get("/w/yours"))
