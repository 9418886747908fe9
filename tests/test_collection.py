"""A respondent's way: nothing is lost, nothing is sent twice, and not sure is not blank."""

import datetime
import re

import pytest
from factories import TODAY, make_response, make_staff, make_wave, sign_in
from sqlalchemy import inspect

from feedback.collection.drafts import Unfinished, save_draft
from feedback.collection.models import Answer, Draft, Response
from feedback.collection.place import find_place
from feedback.collection.receipts import WORDS_IN_A_RECEIPT, new_code, new_key, word_list
from feedback.collection.sending import send_response
from feedback.collection.store import get_wave, monday, words_of
from feedback.errors import Refused
from forms import answering
from forms.answering import AnswerState

pytestmark = pytest.mark.both


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def stored(database, table):
    """A query of what is on disk now, not of what this test had read before."""
    database.session.rollback()
    return database.session().query(table)


def begin(client):
    answer = client.post("/w/yours")
    assert answer.status_code == 303
    return answer.location


def answer(client, question, **fields):
    return client.post(f"/w/yours/q/{question}", data=fields)


def check_page_key(client):
    page = client.get("/w/yours/check").get_data(as_text=True)
    return re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page).group(1)


def receipt_words(page):
    return re.findall(r"<li translate=\"no\">(\w+)</li>", page)


def sent_response(client):
    begin(client)
    answer(client, "agree", q_agree="agree")
    answer(client, "y2", q_y2="not_sure")
    answer(client, "y9", q_y9="rather_not_say")
    answer(client, "y25", q_y25_text="Stop changing\r\nmy worker 🙂")
    answer(client, "quote", q_quote="yes")
    key = check_page_key(client)
    return key, client.post("/w/yours/send", data={"key": key})


def test_what_is_sent_is_stored_sealed_with_a_receipt(client, wave, database, keys, digests):
    _key, answer = sent_response(client)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    words = receipt_words(answer.get_data(as_text=True))
    assert len(words) == WORDS_IN_A_RECEIPT
    response = stored(database, Response).one()
    assert response.receipt == digests.receipt(words)
    assert response.may_quote and response.week == monday(TODAY)
    answers = {a.question: a for a in response.answers}
    assert list(words_of(keys, [answers["y25"]]).values()) == ["Stop changing\nmy worker 🙂"]


def test_not_sure_rather_not_say_and_blank_are_three_things(client, wave, database):
    sent_response(client)
    states = {a.question: a.state for a in stored(database, Answer)}
    assert (states["y2"], states["y9"], states["y1"]) == ("not_sure", "rather_not_say", "blank")


def test_a_form_sent_again_gives_the_same_receipt_and_no_second_row(client, wave, database, keys):
    key, first = sent_response(client)
    again = client.post("/w/yours/send", data={"key": key})
    assert receipt_words(again.get_data(as_text=True)) == receipt_words(first.get_data(as_text=True))
    assert stored(database, Response).count() == 1


def test_two_requests_at_once_store_one_response(database, keys, digests, wave):
    import threading

    key, answers = new_key(), [answering.Answer("y25", AnswerState.ANSWERED, text="Once only.")]
    words = []

    def send():
        mine = get_wave(database.session(), "yours")
        words.append(tuple(send_response(database, keys, digests, wave=mine, key=key, answers=answers, today=TODAY)))
        database.session.remove()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(words)) == 1
    response = stored(database, Response).one()
    with keys._engine.connect() as connection:
        # Keys that were made in advance may lie there too, until they are swept.
        assert (response.id,) in connection.exec_driver_sql("SELECT response_id FROM response_key").all()


def test_an_unfinished_response_is_kept_and_only_its_browser_opens_it(client, wave, database, digests):
    begin(client)
    answer(client, "agree", q_agree="agree")
    answer(client, "y25", q_y25_text="The Zanzibar mark")
    assert "The Zanzibar mark" in client.get("/w/yours/q/y25").get_data(as_text=True)
    draft = stored(database, Draft).one()
    assert b"Zanzibar" not in draft.sealed
    assert find_place(database, digests, wave.key, new_code()).unfinished is None


def test_a_draft_goes_when_its_day_has_passed(database, digests, wave):
    with database.writing() as session:
        save_draft(session, digests, wave.id, new_code(), Unfinished(), TODAY - datetime.timedelta(days=3), days=1)
        save_draft(session, digests, wave.id, new_code(), Unfinished(), TODAY, days=1)
    assert stored(database, Draft).count() == 1


def test_not_today_keeps_nothing(client, wave, database):
    begin(client)
    assert answer(client, "agree", q_agree="not_today").location.endswith("/not-today")
    assert client.get("/w/yours/not-today").status_code == 200
    assert stored(database, Draft).count() == 0


def test_nothing_is_sent_without_consent(client, wave, database):
    begin(client)
    answer(client, "y25", q_y25_text="No consent yet")
    assert client.get("/w/yours/check").status_code == 303
    assert stored(database, Response).count() == 0


def test_changing_an_answer_from_the_check_page_comes_back_to_it(client, wave):
    begin(client)
    answer(client, "agree", q_agree="agree")
    changed = client.post("/w/yours/q/y25?check=1", data={"q_y25_text": "Changed my mind"})
    assert changed.location.endswith("/w/yours/check")
    assert "Changed my mind" in client.get("/w/yours/check").get_data(as_text=True)


def test_without_cookies_the_page_says_what_to_do(app, wave):
    client = app.test_client(use_cookies=False)
    page = client.get("/w/yours/q/y1")
    assert page.status_code == 200 and "ookie" in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "dates",
    [
        {"opens_on": TODAY + datetime.timedelta(days=2)},
        {"closes_on": TODAY - datetime.timedelta(days=1)},
        {"questionnaire": None},
    ],
)
def test_a_wave_that_is_not_open_takes_nothing_and_says_so_kindly(client, database, keys, dates):
    make_wave(database, keys, **{"key": "shut", "questionnaire": "your-view", "draft_accepted_by": "Ada"} | dates)
    answer = client.post("/w/shut")
    assert answer.status_code in {404, 410}
    assert stored(database, Draft).count() == 0


def test_a_tampered_choice_is_refused_in_our_words(client, wave):
    begin(client)
    answer_ = answer(client, "y2", q_y2="s99")
    assert answer_.status_code == 422
    assert "Not a valid choice" not in answer_.get_data(as_text=True)


def test_an_unknown_question_or_wave_is_a_kind_page(client, wave):
    begin(client)
    assert client.get("/w/yours/q/zzz").status_code == 303
    missing = client.get("/w/nothing-here")
    assert missing.status_code == 404 and "<h1" in missing.get_data(as_text=True)


def test_a_draft_questionnaire_is_not_opened_unless_somebody_takes_it_on(database, keys):
    with pytest.raises(Refused, match="a draft that nobody has tested"):
        make_wave(database, keys, questionnaire="your-view")


def test_a_respondent_carries_the_cookie_of_their_place_alone(app, wave):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    client.get("/w/yours")
    assert client.get_cookie("session") is None
    for path, fields in [("", {}), ("/q/agree", {"q_agree": "agree"}), ("/q/y25", {"q_y25_text": "My words"})]:
        assert client.post(f"/w/yours{path}", data=fields).status_code == 303
    key = re.search(r'name="key" value="(\w+)"', client.get("/w/yours/check").text).group(1)
    assert client.post("/w/yours/send", data={"key": key}).status_code == 200
    assert client.get_cookie("session") is None


@pytest.mark.parametrize("elsewhere", ["cross-site", "same-site", "none"])
def test_another_site_can_send_nothing_in_somebodys_name(app, wave, elsewhere):
    client = app.test_client()
    begin(client)
    fields = {"q_y25_text": "Not my words"}
    refused = client.post("/w/yours/q/y25", data=fields, headers={"Sec-Fetch-Site": elsewhere})
    assert refused.status_code == 400 and "another site" in refused.text
    assert "Not my words" not in client.get("/w/yours/check").text


def test_over_https_a_form_with_our_referrer_policy_is_accepted(app, wave):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    page = client.get("/w/yours", base_url="https://localhost")
    assert page.headers["Referrer-Policy"] == "same-origin"
    answer = client.post(
        "/w/yours",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/w/yours"},
    )
    assert answer.status_code == 303


def test_no_address_or_browser_of_a_respondent_is_stored(client, wave, database, settings):
    from pathlib import Path

    client.environ_base |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "ZanzibarBrowser/9"}
    sent_response(client)
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        assert "response" in names
        for name in names:
            rows = str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').all())
            assert "203.0.113.77" not in rows and "Zanzibar" not in rows, name
    for path in Path(settings.home).iterdir():
        assert b"203.0.113.77" not in path.read_bytes() and b"ZanzibarBrowser" not in path.read_bytes()


def test_a_receipt_holds_over_60_bits_and_its_words_are_easy():
    import math

    assert WORDS_IN_A_RECEIPT * math.log2(len(set(word_list()))) > 60
    assert all(re.fullmatch("[a-z]{3,7}", word) for word in word_list())


def test_a_receipt_shows_what_became_of_a_response_and_takes_it_away(app, client, wave, database, keys, digests):
    _key, answer = sent_response(client)
    words = receipt_words(answer.get_data(as_text=True))
    other = make_response(database, keys, digests, wave, "Somebody else's.")
    page = client.post("/receipt", data={"words": " ".join(words).upper()})
    assert page.status_code == 200 and "Stop changing" not in page.get_data(as_text=True)
    database.session.remove()  # what the test has read would keep the old pages in the log
    assert client.post("/receipt/take-away", data={"words": " ".join(words)}).status_code == 200
    assert [r.id for r in stored(database, Response)] == [other]
    assert {a.response_id for a in stored(database, Answer)} == {other}
    withdrawn = client.post("/receipt", data={"words": " ".join(words)})
    wrong = client.post("/receipt", data={"words": "one two three four five six"})
    assert withdrawn.status_code == wrong.status_code == 422

    def told(page):
        return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", page.get_data(as_text=True))

    assert told(withdrawn) == told(wrong)


def test_a_withdrawn_response_does_not_come_back_by_the_back_button(client, wave, database):
    key, answer = sent_response(client)
    database.session.remove()
    client.post("/receipt/take-away", data={"words": " ".join(receipt_words(answer.get_data(as_text=True)))})
    assert client.post("/w/yours/send", data={"key": key}).status_code == 303
    assert stored(database, Response).count() == 0


def test_staff_see_an_unread_response_in_the_queue(app, client, database, keys, digests, wave):
    make_response(database, keys, digests, wave, "Please read me first.")
    sign_in(client, make_staff(database, "participation_lead"))
    assert "Please read me first." in client.get("/read").get_data(as_text=True)
