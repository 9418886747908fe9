"""A person looks at a drawing and says what it shows: without that it goes nowhere, and then only the words do."""

import pictures
import pytest
from factories import TODAY, make_priority, make_staff, make_theme, sign_in
from sqlalchemy import select
from staffroom import count, now, page_of, wave_called
from test_drawings import PAGE, agree, drawn, send, wave  # noqa: F401  (a fixture)

from feedback.collection.models import Answer, Drawing, Response
from feedback.collection.store import words_of
from feedback.errors import Refused
from feedback.evidence.store import clear_quote, decide_link
from feedback.themes.by_hand import code_by_hand
from feedback.themes.models import Excerpt, Theme
from feedback.triage.drawings import describe, seal_words
from feedback.triage.models import Release
from feedback.triage.store import release

pytestmark = pytest.mark.both
ITEM = "t10.drawing"


@pytest.fixture
def reader(app, database):
    client = app.test_client()
    sign_in(client, make_staff(database, "participation_lead"))
    return client


@pytest.fixture
def response_id(client, wave, database):  # noqa: F811
    agree(client)
    client.post(PAGE, data=drawn(pictures.noise(7)))
    client.post("/w/yours/q/quote", data={"q_quote": "yes"})
    send(client)
    return now(database).scalar(select(Response.id))


def let_go(reader, response_id, words=None, **more):
    data = {"responses": response_id, "on_page": response_id, "read_by": "Ada Reader", **more}
    if words is not None:
        data[f"d{response_id}-{ITEM}-words"] = words
    return reader.post("/read/yours/release", data=data)


def test_without_words_it_is_not_released_by_any_way(reader, response_id, database):
    page = page_of(reader.get("/read?wave=yours"))
    assert "What does it show, in plain words?" in page and "No words of their own" in page
    for words in (None, "", " \n ", "x" * 1001):
        page = page_of(let_go(reader, response_id, words, everything="1"), 422)
        assert "Say what the drawing shows" in page or "1000 characters or fewer" in page
    with pytest.raises(Refused, match="nobody has put into words"), database.writing() as session:
        release(session, response_ids=[response_id], read_by="Ada", on=TODAY)
    assert count(database, Release) == 0


def test_the_readers_words_are_the_answer_from_then_on(reader, response_id, database, keys):
    assert let_go(reader, response_id, "A child alone\r\nunder a big cloud.").status_code == 303
    answer = now(database).scalars(select(Answer).where(Answer.question == ITEM)).one()
    assert list(words_of(keys, [answer]).values()) == ["A child alone\nunder a big cloud."]
    assert b"cloud" not in answer.sealed and (answer.state, answer.choice) == ("answered", "drawing")
    assert now(database).scalar(select(Release.read_by)) == "Ada Reader"


def test_of_two_readers_the_first_ones_words_stand(response_id, database, keys):
    for words in ("First.", "Second."):
        sealed = seal_words(keys, {(response_id, ITEM): words})
        with database.writing() as session:
            describe(session, sealed)
            release(session, response_ids=[response_id], read_by="Ada", on=TODAY)
    answers = list(now(database).scalars(select(Answer)))
    assert list(words_of(keys, answers).values()) == ["First."]


def test_a_drawing_that_is_taken_back_meanwhile_is_described_by_nobody(response_id, database, keys):
    keys.destroy_responses([response_id])
    assert seal_words(keys, {(response_id, ITEM): "Too late."}) == {}


def test_only_those_who_read_are_shown_a_drawing_and_nothing_in_it_can_run(reader, client, response_id, database, app):
    address = f"/read/yours/drawing/{response_id}/{ITEM}"
    shown = reader.get(address)
    assert shown.status_code == 200 and shown.data.startswith(b"\x89PNG") and shown.mimetype == "image/png"
    told = shown.headers
    assert told["X-Content-Type-Options"] == "nosniff" and told["Cache-Control"] == "no-store"
    assert told["Content-Disposition"].startswith("inline") and "ETag" not in told
    assert told["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert client.get(address).location.startswith("/staff/login")
    for role in ("coder", "board_member", "champion", "practitioner", "admin"):
        other = app.test_client()
        sign_in(other, make_staff(database, role))
        assert other.get(address).status_code == 403, role
    for wrong in (address.replace(ITEM, "t10"), f"/read/yours/drawing/1/{ITEM}", f"/read/none/drawing/1/{ITEM}"):
        assert reader.get(wrong).status_code == 404, wrong


def test_words_about_a_drawing_are_marked_wherever_they_are_quoted(reader, response_id, database, keys):
    let_go(reader, response_id, "A zebra that is sad.")
    priority, _theme = make_priority(database, audiences=["child_4_7"]), make_theme(database)
    mark, page = "Words of a reader about a drawing", page_of(reader.get("/code/by-hand"))
    assert "A zebra that is sad." in page and mark in page
    with database.writing() as session:
        theme, answer = session.scalar(select(Theme)), session.scalar(select(Answer).where(Answer.question == ITEM))
        code_by_hand(session, answer, length=20, themes=[theme], sentiment=None, by="Ada", on=TODAY)
        decide_link(session, theme, session.merge(priority), state="confirmed", stance="supports", reason="It is.", by="Ada", on=TODAY)  # fmt: skip  # noqa: E501
    assert mark in page_of(reader.get("/quotes"))
    with database.writing() as session:
        excerpt, theme = session.scalar(select(Excerpt)), session.scalar(select(Theme))
        clear_quote(session, keys, excerpt.id, theme, masks=[], by="Ada", on=TODAY)
    for address in ("/quotes", "/quotes/search?words=zebra", f"/board/{priority_key(database)}"):
        page = page_of(reader.get(address))
        assert "A zebra that is sad." in page and "Children aged 4 to 7: words of a reader" in page, address
        assert "/drawing/" not in page
    assert wave_called(database, "yours") and count(database, Drawing) == 1


def priority_key(database) -> str:
    from feedback.plan.models import Priority

    return now(database).scalar(select(Priority.key))
