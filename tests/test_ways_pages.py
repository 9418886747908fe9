"""The pages of the other ways in, in a real browser: no fault at any width, and by keyboard alone."""

import pytest
from browser import browser, serving, shot
from factories import PASSWORD, make_response, make_staff, make_wave
from installation import migrate
from staffroom import now, wave_called
from test_accessibility import faults_of

from feedback.ways.batches import make_batch
from feedback.ways.models import PaperBatch

SIZES = [(320, 640), (1280, 800)]


@pytest.fixture
def site(database, keys, digests, settings):
    """A wave with a response and a pile of forms, and two people who type."""
    migrate(database)
    make_wave(
        database, keys, key="yours", title="Your view, autumn", questionnaire="your-view", draft_accepted_by="Ada"
    )
    make_response(database, keys, digests, wave_called(database, "yours"))
    wave = wave_called(database, "yours")
    with database.writing() as session:
        make_batch(session, wave, name="Youth club, March", forms=12, twice=[1, 2], by="Ada Reader")
    for name in ("Ada", "Bo"):
        make_staff(database, "participation_lead", email=f"{name}@example.org", name=f"{name} Reader")
    batch = now(database).query(PaperBatch).one().id
    database.session.remove()
    with serving(settings.home) as url:
        yield url, f"{url}/waves/yours/paper/{batch}"


def as_staff(chromium, url, name, size):
    page = chromium.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(f"{url}/desk")
    page.get_by_label("E-mail", exact=False).fill(f"{name}@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk")
    return page


def type_in(page, words, choice):
    page.locator("input[name=q_agree][value=agree]").check()
    page.locator(f"input[name=q_y1][value={choice}]").check()
    page.locator("textarea[name=q_y25_text]").fill(words)
    page.get_by_role("button", name="Keep form").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_no_page_has_a_fault(site, size):
    url, batch = site
    faults = {}

    def look(page, name):
        faults[name] = faults_of(page)
        shot(page, f"ways-{name}-{size[0]}")

    with browser() as chromium:
        helper = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        helper.goto(f"{url}/w/yours/helping")
        look(helper, "helping")
        helper.get_by_role("button", name="Start together").click()
        helper.goto(f"{url}/w/yours/q/agree")
        look(helper, "helping-question")
        ada, bo = (as_staff(chromium, url, name, size) for name in ("Ada", "Bo"))
        ada.goto(f"{batch}/1")
        look(ada, "type")
        ada.locator("#u_y1").check()
        type_in(ada, "Listen to me", "s5")
        look(ada, "type-error")
        ada.locator("#u_y1").uncheck()
        type_in(ada, "Listen to me", "s5")
        look(ada, "typed")
        bo.goto(f"{batch}/1")
        type_in(bo, "Listen to Mo", "s4")
        look(bo, "batch")
        bo.goto(f"{batch}/1/settle")
        look(bo, "settle")
        ada.goto(f"{url}/waves/yours/paper")
        look(ada, "batches")
        ada.goto(f"{url}/waves/yours")
        look(ada, "wave")
        ada.goto(f"{url}/read")
        look(ada, "read")
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_form_is_typed_in_by_keyboard_alone(site):
    url, batch = site
    with browser() as chromium:
        page = as_staff(chromium, url, "Ada", SIZES[1])
        page.goto(f"{batch}/1")
        page.locator("input[name=q_agree]:checked").focus()
        page.keyboard.press("ArrowRight")  # from "left blank" round to the first box
        assert page.locator("input[name=q_agree][value=agree]").is_checked()
        for _ in range(2):  # past "could not read", into the next question
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.locator("input[name=q_y1]").first.is_checked()
