"""A shared tablet: locked to one wave, wiped after everybody, unlocked by its PIN alone."""

import datetime
import re

import pytest
from browser import browser, serving, shot
from factories import PASSWORD, TODAY, make_staff, make_wave, sign_in
from installation import migrate
from playwright.sync_api import expect
from staffroom import count, now, page_of
from test_accessibility import faults_of

from feedback.collection.editions import offer
from feedback.collection.models import Draft, Response, Wave
from feedback.ways import kiosk
from feedback.ways.models import Kiosk
from languages.catalogues import words_of

PIN = "4719"


@pytest.fixture
def wave(database, keys):
    make_wave(database, keys, key="other", questionnaire="your-view", draft_accepted_by="Ada")
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


@pytest.fixture
def tablet(client, database, wave):
    """A browser that a member of staff has locked to the wave."""
    sign_in(client, make_staff(database, "participation_lead"))
    locked = client.post("/waves/yours/kiosk", data={"pin": PIN})
    assert (locked.status_code, locked.location) == (303, "/w/yours/kiosk")
    return client


def begin(tablet):
    begun = tablet.post("/w/yours/kiosk")
    assert begun.location == "/w/yours/q/agree"
    tablet.post("/w/yours/q/agree", data={"q_agree": "agree"})
    tablet.post("/w/yours/q/y25", data={"q_y25_text": "A secret about home"})


def send(tablet):
    page = tablet.get("/w/yours/check").get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]{32})"', page).group(1)
    return key, tablet.post("/w/yours/send", data={"key": key})


@pytest.mark.both
def test_from_the_start_screen_to_a_wiped_screen(tablet, database):
    assert "Start" in page_of(tablet.get("/w/yours/kiosk"))
    begin(tablet)
    page = page_of(tablet.get("/w/yours/q/y25"))
    assert "Stop and come back later" not in page and 'href="/w/yours/kiosk/over"' in page
    key, sent = send(tablet)
    assert (sent.status_code, sent.location) == (303, "/w/yours/kiosk/receipt")
    receipt = page_of(tablet.get(sent.location))
    assert len(re.findall(r'<li translate="no">\w+</li>', receipt)) == 6 and "Done: wipe the screen" in receipt
    assert now(database).query(Response).one().mode == "kiosk"
    tablet.post("/w/yours/kiosk/over")
    for address in ("q/y25", "check", "kiosk/receipt", "later"):
        assert tablet.get(f"/w/yours/{address}").location == "/w/yours/kiosk"
    again = tablet.post("/w/yours/send", data={"key": key})
    assert again.location == "/w/yours/kiosk", "the form that is sent again shows nobody's words"
    assert count(database, Response) == 1


@pytest.mark.both
def test_wiping_deletes_the_draft_and_every_cookie_but_the_tablets(tablet, database):
    tablet.set_cookie("easier", "bigger")
    begin(tablet)
    assert count(database, Draft) == 1
    over = tablet.get("/w/yours/kiosk/over")
    assert over.status_code == 303 and over.headers["Cache-Control"] == "no-store"
    assert count(database, Draft) == 0
    assert tablet.get_cookie("place", path="/w/yours") is None and tablet.get_cookie("easier") is None
    assert tablet.get_cookie("kiosk") is not None and "A secret" not in tablet.get("/w/yours/q/y25").text


def test_the_start_screen_never_leads_on_to_somebody_elses_answers(tablet, database):
    begin(tablet)
    assert tablet.get("/w/yours/kiosk").location == "/w/yours/kiosk"
    assert count(database, Draft) == 0 and tablet.get_cookie("place", path="/w/yours") is None


ELSEWHERE = [
    "/", "/desk", "/waves/yours", "/read", "/staff/login", "/who-reads-this", "/receipt", "/come-back", "/w/other",
    "/w/other/q/agree", "/w/other/kiosk", "/w/yours", "/w/yours/helping", "/w/yours/leave", "/nothing",
    "/accessibility",
]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_every_other_page_leads_back(tablet, address):
    answer = tablet.get(address)
    assert (answer.status_code, answer.location) == (303, "/w/yours/kiosk")


def test_staff_are_signed_out_and_cannot_sign_in_again(tablet, database):
    assert sign_in(tablet, make_staff(database, "admin")).location == "/w/yours/kiosk"
    tablet.delete_cookie("kiosk")
    assert "/staff/login" in tablet.get("/desk").location


def test_whoever_needs_an_adult_can_ask_for_one_and_loses_nothing(tablet, database):
    begin(tablet)
    assert 'href="/w/yours/help-request"' in page_of(tablet.get("/w/yours/q/y25"))
    assert "Ask an adult" in page_of(tablet.get("/w/yours/help-request"))
    asked = tablet.post("/w/yours/help-request", data={"key": "k" * 32, "name": "Sam", "reach": "At school"})
    assert "We have your message" in page_of(asked) and count(database, Draft) == 1


@pytest.mark.parametrize("address", ["/w/yours/q/t10/drawing", "/recordings/en/0123456789abcdef.mp3", "/favicon.ico"])
def test_a_picture_that_is_not_there_wipes_nothing(tablet, database, address):
    begin(tablet)
    missing = tablet.get(address, headers={"Sec-Fetch-Dest": "image"})
    assert missing.status_code in {302, 303, 404} and missing.location != "/w/yours/kiosk"
    assert count(database, Draft) == 1


def test_a_wave_that_needs_a_code_is_for_no_tablet(client, database, keys):
    make_wave(database, keys, key="coded", questionnaire="your-view", draft_accepted_by="Ada", entry="code")
    sign_in(client, make_staff(database, "participation_lead"))
    assert "shared tablet" not in page_of(client.get("/waves/coded"))
    assert "cannot be answered on a shared tablet" in page_of(client.get("/waves/coded/kiosk"), 404)


def test_a_language_is_spoken_from_the_start_screen_on_and_wiped_with_the_rest(tablet, database, wave):
    with database.writing() as session:
        offer(session, database, wave, "pl", "Ada Reader")
    assert tablet.get("/language/pl?back=/w/yours/kiosk").location == "/w/yours/kiosk"
    page = page_of(tablet.get("/w/yours/kiosk"))
    assert '<html lang="pl"' in page and words_of("pl", "your-view")[0]["Your view"] in page
    tablet.get("/w/yours/kiosk/over")
    assert '<html lang="en"' in tablet.get("/w/yours/kiosk").text


def test_make_it_easier_works_and_leads_back_to_the_question(tablet):
    begin(tablet)
    assert tablet.get("/easier?back=/w/yours/q/y1").status_code == 200
    assert tablet.post("/easier", data={"bigger": "bigger", "back": "/w/yours/q/y1"}).location == "/w/yours/q/y1"
    assert "easier-bigger" in tablet.get("/w/yours/q/y1").text


def test_without_a_script_a_page_asks_and_then_wipes(tablet, settings):
    begin(tablet)
    page = tablet.get("/w/yours/q/y25").text
    assert f'content="{settings.kiosk_idle * 5};url=/w/yours/kiosk/still-there?back=/w/yours/q/y25"' in page
    asks = tablet.get("/w/yours/kiosk/still-there?back=/w/yours/q/y25").text
    assert 'content="20;url=/w/yours/kiosk/over"' in asks and 'href="/w/yours/q/y25"' in asks
    assert "evil" not in tablet.get("/w/yours/kiosk/still-there?back=//evil.example").text


@pytest.mark.both
def test_only_the_pin_unlocks_and_nobody_is_signed_in_then(tablet, database):
    begin(tablet)
    assert "That PIN is wrong" in page_of(tablet.post("/w/yours/kiosk/leave", data={"pin": "0000"}), 422)
    assert PIN not in repr(now(database).query(Kiosk).one().pin)
    free = tablet.post("/w/yours/kiosk/leave", data={"pin": PIN})
    assert free.location.startswith("/staff/login")
    assert tablet.get_cookie("kiosk") is None and count(database, Draft) == count(database, Kiosk) == 0
    assert tablet.get("/").status_code == 200 and tablet.get("/desk").status_code == 302


@pytest.mark.both
def test_who_guesses_waits_on_this_tablet_and_longer_each_time(tablet, database, app, monkeypatch):
    clock = [1_000_000.0]
    monkeypatch.setattr(kiosk.time, "time", lambda: clock[0])

    def tries(pin):
        return page_of(tablet.post("/w/yours/kiosk/leave", data={"pin": pin}), 422)

    said = [tries("0000") for _ in range(5)]
    assert "Wait one minute" in said[4] and not any("Wait" in page for page in said[:4])
    assert "Wait one minute" in tries(PIN), "the right one is not looked at either"
    clock[0] += 61
    assert "Wait 2 minutes" in tries("0000")
    clock[0] += 121
    assert tablet.post("/w/yours/kiosk/leave", data={"pin": PIN}).status_code == 303


@pytest.mark.parametrize("pin", ["", "123", "1234", "4321", "7777", "12ab", "1" * 13])
def test_a_pin_that_anybody_guesses_is_refused(client, database, wave, pin):
    sign_in(client, make_staff(database, "coder"))
    page_of(client.post("/waves/yours/kiosk", data={"pin": pin}), 422)
    assert count(database, Kiosk) == 0


def test_a_forgotten_pin_is_helped_from_the_page_of_the_wave(app, tablet, database):
    office = app.test_client()
    sign_in(office, make_staff(database, "participation_lead", email="two@example.org"))
    name = re.search(r"unlock this tablet \((\w+)\)", tablet.get("/w/yours/kiosk").text).group(1)
    assert name in page_of(office.get("/waves/yours/kiosk"))
    office.post("/waves/yours/kiosk/unlock", data={"tablet": name})
    assert tablet.get("/").status_code == 200


def test_a_cookie_that_belongs_to_nothing_locks_nothing(client, wave):
    client.set_cookie("kiosk", "made-up")
    assert client.get("/").status_code == 200
    assert client.get("/w/yours/kiosk").location == "/w/yours"


def test_a_wave_that_is_over_asks_for_the_tablet_back(tablet, database):
    with database.writing() as session:
        last = TODAY - datetime.timedelta(days=1)
        session.query(Wave).update({"opens_on": last - datetime.timedelta(days=9), "closes_on": last})
    assert "give the tablet back" in page_of(tablet.get("/w/yours/kiosk"), 410)
    assert tablet.post("/w/yours/kiosk").status_code == 410


def test_in_a_browser_it_asks_then_wipes_and_back_shows_nothing(database, wave, settings):
    migrate(database)
    email = make_staff(database, "participation_lead")
    database.session.remove()
    with serving(settings.home, SOUNDINGS_KIOSK_IDLE="2") as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 768, "height": 1024})
        page.goto(f"{url}/waves/yours/kiosk")
        page.get_by_label("E-mail", exact=False).fill(email)
        page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Choose a PIN").fill(PIN)
        assert faults_of(page) == []
        shot(page, "kiosk-begin-768")
        page.get_by_role("button", name="lock this browser").click()
        expect(page.get_by_role("button", name="Start")).to_be_visible()
        for width, height in ((320, 640), (768, 1024), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            assert faults_of(page) == []
            shot(page, f"kiosk-start-{width}")
        page.get_by_role("button", name="Start").click()
        page.locator("input[value=agree]").check()
        page.get_by_role("button", name="Continue").click()
        page.goto(f"{url}/w/yours/q/y25")
        page.get_by_role("textbox").fill("A secret about home")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/q/helped")
        expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible(timeout=8_000)
        assert faults_of(page) == []
        shot(page, "kiosk-still-there-1024")
        page.get_by_role("button", name="Yes, I am still here").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        # As when it slept: the clock goes on, and nobody is asked any more.
        page.evaluate("() => { const real = Date.now; Date.now = () => real() + 60_000; }")
        expect(page.get_by_role("button", name="Start")).to_be_visible(timeout=8_000)
        assert count(database, Draft) == 0
        for _ in range(4):
            page.go_back()
            page.wait_for_load_state()
            assert "A secret about home" not in page.content()
        page.goto(f"{url}/desk")
        expect(page.get_by_role("button", name="Start")).to_be_visible()
        page.get_by_role("link", name="unlock this tablet").click()
        page.get_by_label("PIN").fill(PIN)
        shot(page, "kiosk-leave-1024")
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
