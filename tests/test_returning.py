"""Stop and come back later: eight words lead back to the answers, and to nobody else's."""

import datetime
import re
from pathlib import Path

import pytest
from factories import TODAY, make_wave
from test_collection import answer, begin, check_page_key, stored

from feedback.collection.drafts import begin as new_draft
from feedback.collection.drafts import save_draft
from feedback.collection.models import Draft
from feedback.collection.receipts import WORDS_IN_A_CODE, new_code
from feedback.request_log import mark_respondents

pytestmark = pytest.mark.both


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def words_shown(client):
    page = client.get("/w/yours/later")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    return re.findall(r'<li translate="no">(\w+)</li>', page.get_data(as_text=True))


def come_back(client, words):
    return client.post("/come-back", data={"words": words})


def told(page):
    """What a page says, but for what was typed and what is new each time."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page.get_data(as_text=True))


def stopped(client):
    """Somebody who has agreed, answered one question and stopped."""
    begin(client)
    answer(client, "agree", q_agree="agree")
    answer(client, "y25", q_y25_text="My precious words")
    return words_shown(client)


def test_eight_words_lead_another_browser_to_the_first_question_left(app, client, wave):
    words = stopped(client)
    assert len(words) == WORDS_IN_A_CODE
    elsewhere = app.test_client()
    back = come_back(elsewhere, " ".join(words))
    assert back.status_code == 303
    cookie = next(line for line in back.headers.getlist("Set-Cookie") if line.startswith("place="))
    assert "Path=/w/yours" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert not any(word in back.location.split("/") for word in words) and "?" not in back.location
    assert elsewhere.get(back.location).status_code == 200 and not back.location.endswith("/q/agree")
    assert "My precious words" in elsewhere.get("/w/yours/q/y25").get_data(as_text=True)


@pytest.mark.parametrize("between", [" ", "-", ", ", "\n", " \u00a0 ", " 1. "])
def test_case_and_what_stands_between_do_not_matter(app, client, wave, between):
    typed = between.join(stopped(client)).upper()
    assert come_back(app.test_client(), f"  {typed}. ").status_code == 303


def test_who_has_answered_all_is_led_to_check_and_send(app, client, wave):
    location = begin(client)
    while "/q/" in location:
        key = location.rsplit("/", 1)[1]
        location = answer(client, key, **({"q_agree": "agree"} if key == "agree" else {})).location
    words = words_shown(client)
    assert come_back(app.test_client(), " ".join(words)).location.endswith("/w/yours/check")


def test_the_page_says_how_long_and_who_can_read(client, wave, settings):
    stopped(client)
    page = client.get("/w/yours/later").get_data(as_text=True)
    assert f"{settings.draft_days} days after the last one" in page and "can read your answers" in page


def test_every_page_on_the_way_leads_there(client, wave):
    assert 'href="/come-back"' in client.get("/").get_data(as_text=True)
    assert 'href="/come-back"' in client.get("/w/yours").get_data(as_text=True)
    begin(client)
    page = client.get("/w/yours/q/y1").get_data(as_text=True)
    # Enter means the first button of a form.
    assert page.index("Continue") < page.index('value="later"') < page.index('value="easier"')


def test_the_words_are_shown_only_to_who_has_them(app, client, wave):
    words = stopped(client)
    assert client.get("/w/nothing-here/later").status_code == 404
    stranger = app.test_client()
    page = stranger.get("/w/yours/later")
    assert page.status_code == 200 and not re.search('translate="no"', page.get_data(as_text=True))
    stranger.set_cookie("place", "-".join(words[::-1]), path="/w/yours")
    assert stranger.get("/w/yours/later").status_code == 303
    for hostile in ("<script>alert(1)</script>", "x" * 3000, "%00", "-------"):
        stranger.set_cookie("place", hostile, path="/w/yours")
        assert stranger.get("/w/yours/later").status_code == 303


def test_wrong_expired_and_never_given_are_one_page(app, client, wave, database, digests):
    words, expired = stopped(client), new_code()
    with database.writing() as session:
        long_ago = TODAY - datetime.timedelta(days=8)
        save_draft(session, digests, wave.id, new_code(), new_draft(digests, "x"), TODAY, days=7)
        save_draft(session, digests, wave.id, expired, new_draft(digests, expired), long_ago, days=7)
    wrong = " ".join([*words[1:], words[0]])
    pages = [come_back(app.test_client(), typed) for typed in (wrong, expired, new_code())]
    assert {page.status_code for page in pages} == {422}
    assert len({told(page) for page in pages}) == 1
    assert not any("place=" in line for page in pages for line in page.headers.getlist("Set-Cookie"))


HOSTILE = [
    "",
    "   ",
    "one two three",
    " ".join(["sea"] * 9),
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\x00\ud7ff🙂",
    "%s" * 8,
    "a-" * 30_000,
    "–".join(["ſea"] * 8),
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_input_is_the_same_page(client, wave, typed):
    page = come_back(client, typed)
    assert page.status_code == 422 and "<h1>I have eight words</h1>" in page.get_data(as_text=True)
    assert "<script>alert" not in page.get_data(as_text=True)


def test_words_in_an_address_are_not_read(client, wave):
    words = stopped(client)
    assert client.get("/come-back?words=" + "+".join(words)).status_code == 200
    assert client.post("/come-back?words=" + "+".join(words)).status_code == 422


def test_a_code_whose_response_was_sent_says_so_and_leads_to_the_receipt(app, client, wave):
    words = stopped(client)
    client.post("/w/yours/send", data={"key": check_page_key(client)})
    page = come_back(app.test_client(), " ".join(words))
    assert page.status_code == 200 and "You sent it already" in page.get_data(as_text=True)
    assert 'href="/receipt"' in page.get_data(as_text=True) and "place=" not in str(page.headers)


def test_not_today_leaves_nothing_to_come_back_to(app, client, wave):
    words = stopped(client)
    answer(client, "agree", q_agree="not_today")
    assert come_back(app.test_client(), " ".join(words)).status_code == 422


def test_a_stale_token_costs_nobody_their_words(app, client, wave):
    words = " ".join(stopped(client))
    app.config["WTF_CSRF_ENABLED"] = True
    elsewhere = app.test_client()
    elsewhere.get("/come-back")
    stale = elsewhere.post("/come-back", data={"csrf_token": "stale", "words": words})
    assert stale.status_code == 422 and words in stale.get_data(as_text=True)
    fresh = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stale.get_data(as_text=True)).group(1)
    assert elsewhere.post("/come-back", data={"csrf_token": fresh, "words": words}).status_code == 303


def test_no_word_of_the_code_is_stored_or_logged(app, client, wave, database, settings, caplog):
    caplog.set_level("DEBUG")
    words = stopped(client)
    come_back(app.test_client(), " ".join(words))
    come_back(app.test_client(), " ".join(words[::-1]))
    code = "-".join(words)
    draft = stored(database, Draft).one()
    with database.engine.connect() as connection:
        row = repr(connection.exec_driver_sql("SELECT * FROM draft").all())
    assert not [word for word in words if word in row]
    held = repr(draft.id) + row + caplog.text
    for path in Path(settings.home).rglob("*"):
        held += path.read_bytes().decode("latin-1") if path.is_file() else ""
    assert code not in held and " ".join(words) not in held
    pairs = [between.join(words[place : place + 2]) for place in range(7) for between in "- "]
    assert not [pair for pair in pairs if pair in held]


def test_its_requests_are_those_of_respondents(app, caplog):
    import logging

    for address in ("/come-back", "/w/yours/later"):
        with app.test_request_context(address):
            record = logging.makeLogRecord({})
            assert mark_respondents(record) and record.respondent
