"""Slips and codes in a browser: a camera reads each slip, the sheet fits its paper, and no page has a fault."""

import re

import pytest
import zxingcpp
from browser import browser, serving, shot
from factories import PASSWORD, make_staff, make_wave
from installation import migrate
from PIL import Image
from test_accessibility import SIZES, faults_of

from feedback.collection.invitations import as_code


@pytest.fixture
def staff(database, keys):
    migrate(database)
    contacts = "Your advocate|0300 555 0100|Monday to Friday"
    make_wave(
        database, keys, key="yours", title="Your view, autumn", questionnaire="your-view", draft_accepted_by="Ada",
        entry="code", contacts=contacts, cover_hours="Monday to Friday, 9 to 5", cohort=40,
    )  # fmt: skip
    email = make_staff(database, "participation_lead", "safeguarding_lead")
    database.session.remove()
    return email


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_a_slip_leads_to_its_questions(database, staff, settings, tmp_path, size):
    seen, faults = [], {}
    with serving(settings.home) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.on("request", lambda request: seen.append((request.url, request.headers.get("referer", ""))))

        def look(name, address=None):
            if address:
                page.goto(url + address)
            faults[name] = faults_of(page)
            shot(page, f"{name}-{size[0]}")

        sign_in(page, url, staff)
        look("codes", "/waves/yours/codes")
        page.get_by_label("How many codes").fill("9")
        press(page, "Make the slips")
        look("slips")
        read = cameras(page, tmp_path)
        codes = page.locator(".slip__code").all_text_contents()
        assert read == {f"{url}/c/{code}" for code in codes} and len(read) == 9
        assert len(re.findall(rb"/Type ?/Page\b", page.pdf(prefer_css_page_size=True))) == 2  # six on a sheet
        page.emulate_media(media="print")
        assert not page.locator(".sheet__about").is_visible() and page.locator(".slip").first.is_visible()
        page.emulate_media(media="screen")
        page.context.clear_cookies()
        page.goto(f"{url}/c/{codes[0]}")
        assert page.url == f"{url}/w/yours"
        look("code-start")
        press(page, "Start")
        assert page.url == f"{url}/w/yours/q/agree"
        page.context.clear_cookies()
        page.goto(f"{url}/c/{codes[0]}")
        assert page.url == f"{url}/c?why=spent"
        look("code-spent")
        page.get_by_label("Your code").fill("hk34 crwt")
        press(page, "Go to the questions")
        look("code-wrong")
        page.get_by_label("Your code").fill(codes[1].lower().replace("-", " "))
        press(page, "Go to the questions")
        assert page.url == f"{url}/w/yours"
        look("help-request", "/w/yours/help-request")
        press(page, "Ask for an adult")
        look("help-request-wrong")
        page.get_by_label("What can we call you?").fill("Sam")
        page.get_by_label("How can we reach you?").fill("Ask for me at school, Mr Ito helps")
        press(page, "Ask for an adult")
        look("help-coming")
    # The code stands in no address but its own, and that one is the Referer of nothing.
    for address, referer in seen:
        assert not as_code(referer.rsplit("/", 1)[-1])
        assert not as_code(address.rsplit("/", 1)[-1]) or re.search("/c/[^/]+$", address)
    assert not {name: found for name, found in faults.items() if found}


def press(page, name):
    """Press a button and wait for what comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def sign_in(page, url, email):
    page.goto(url + "/desk")
    page.get_by_label("E-mail", exact=False).fill(email)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()


def cameras(page, tmp_path) -> set[str]:
    """What cameras read on a sheet of slips, one slip after the other."""
    read, picture = set(), tmp_path / "slip.png"
    for slip in page.locator(".slip").all():
        slip.screenshot(path=picture)
        with Image.open(picture) as shown:
            read.update(found.text for found in zxingcpp.read_barcodes(shown))
    return read
