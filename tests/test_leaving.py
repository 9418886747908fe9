"""Leaving, stopping and coming too late: what is kept, what is gone, and what is said about it."""

import datetime
import re

import pytest
from browser import browser
from factories import TODAY, make_wave
from playwright.sync_api import expect
from staffroom import count, now, page_of
from test_accessibility import site  # noqa: F401  (a fixture)
from test_collection import answer, begin, check_page_key

from feedback.collection.models import Draft, Response, Wave
from feedback.evidence.counts import strands
from feedback.evidence.recounting import settle
from feedback.triage.store import release


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def ended(database, days):
    """The wave's last day was so many days ago."""
    database.session.remove()
    with database.writing() as session:
        last = TODAY - datetime.timedelta(days=days)
        session.query(Wave).update({"opens_on": last - datetime.timedelta(days=9), "closes_on": last})


@pytest.mark.both
def test_leaving_takes_the_way_back_out_of_this_browser(client, wave, database):
    begin(client)
    answer(client, "agree", q_agree="agree")
    answer(client, "y25", q_y25_text="A secret about home")
    page = client.get("/w/yours/q/y25").get_data(as_text=True)
    assert "A secret about home" in page and 'href="/w/yours/leave"' in page
    gone = client.get("/w/yours/leave")
    assert gone.status_code == 303 and "bbc" in gone.location and gone.headers["Cache-Control"] == "no-store"
    for address in ("q/y25", "check", "later"):
        assert "A secret about home" not in client.get(f"/w/yours/{address}").get_data(as_text=True)
    assert count(database, Draft) == 1  # whoever has the eight words still finds it


def test_another_site_cannot_make_somebody_lose_their_place(client, wave):
    begin(client)
    client.get("/w/yours/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert client.get("/w/yours/q/agree").status_code == 200


def test_pages_without_a_wave_lead_straight_away(client, wave):
    for address in ("/", "/who-reads-this", "/nothing"):
        assert 'href="https://www.bbc.co.uk/weather" rel' in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize(("then", "leads_to"), [("later", "/w/yours/later"), ("easier", "/easier?back=/w/yours/q/y25")])
def test_what_was_written_is_kept_by_whoever_stops_or_changes_the_look(client, wave, then, leads_to):
    begin(client)
    answer(client, "agree", q_agree="agree")
    left = client.post("/w/yours/q/y25", data={"q_y25_text": "Half a thought", "then": then})
    assert left.status_code == 303 and left.location == leads_to
    assert "Half a thought" in client.get("/w/yours/q/y25").get_data(as_text=True)
    wrong = client.post("/w/yours/q/y25", data={"q_y25_text": "x" * 1001, "then": then})
    assert wrong.status_code == 422 and "x" * 1001 in wrong.get_data(as_text=True)


def test_who_stops_on_a_question_is_asked_it_again(client, wave):
    begin(client)
    answer(client, "agree", q_agree="agree")
    client.post("/w/yours/q/y1", data={"then": "later"})
    assert 'href="/w/yours/q/y1"' in client.get("/w/yours/later").get_data(as_text=True)


@pytest.mark.both
def test_what_was_begun_in_time_can_be_sent_for_a_day_and_no_longer(client, wave, database):
    begin(client)
    answer(client, "agree", q_agree="agree")
    answer(client, "y25", q_y25_text="Just in time")
    key = check_page_key(client)
    ended(database, 2)
    for late in (
        client.get("/w/yours/q/y25"),
        client.get("/w/yours/check"),
        client.post("/w/yours/send", data={"key": key}),
    ):
        words = page_of(late, 410)
        assert "too late to send it" in words and "Just in time" not in words
    assert count(database, Response) == 0
    ended(database, 1)
    assert client.get("/w/yours").status_code == 410, "nobody begins any more"
    assert client.post("/w/yours/send", data={"key": key}).status_code == 200
    ended(database, 2)
    assert client.post("/w/yours/send", data={"key": key}).status_code == 200, "the receipt is shown again"
    assert count(database, Response) == 1


def test_a_wave_counts_for_the_board_once_nothing_more_can_be_sent(client, wave, database):
    begin(client)
    answer(client, "agree", q_agree="agree")
    client.post("/w/yours/send", data={"key": check_page_key(client)})
    with database.writing() as session:
        release(session, response_ids=[session.query(Response).one().id], read_by="Ada", on=TODAY)
    settle(database)
    for days, waves in ((1, 0), (2, 1)):
        ended(database, days)
        assert sum(len(strand.now) for strand in strands(now(database), TODAY)) == waves


def test_shift_three_times_leaves_nothing_to_go_back_to(site):  # noqa: F811
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 375, "height": 740})
        page.route(re.compile("bbc"), lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
        page.goto(site + "/w/your-view-now")
        page.get_by_role("button", name="Start").click()
        page.locator("input[value=agree]").check()
        page.get_by_role("button", name="Continue").click()
        page.goto(site + "/w/your-view-now/q/y25")
        page.get_by_role("textbox").fill("A secret about home")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state("networkidle")  # its script is there
        for _ in range(3):
            page.keyboard.press("Shift")
        expect(page).to_have_url(re.compile("bbc"))
        page.go_back()
        page.goto(site + "/w/your-view-now/q/y25")
        assert "A secret about home" not in page.content()
