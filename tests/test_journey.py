"""The one path (DESIGN 1): from a question to the board's page, in a real browser, with scripts and without."""

import re

import pytest
from browser import browser, serving, shot
from factories import PASSWORD, make_priority, make_staff, make_wave
from playwright.sync_api import expect

from feedback.cli.parts import Parts
from feedback.cli.setting_up import set_up

WORDS = "Stop changing my social worker. Pip and I had three new ones since Easter."


@pytest.fixture
def installation(settings):
    """A new installation, set up by its own command."""
    parts = Parts(settings)
    set_up(parts)
    yield parts
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()


@pytest.fixture
def site(installation):
    database = installation.database
    make_priority(database, "worker-stays", title="A worker who stays", outcome="Children keep their worker.")
    make_priority(
        database,
        "school-place",
        title="A school place that lasts",
        what_counts="Children stay in the school they know. Lessons are not missed because of a move.",
    )
    make_wave(
        database,
        installation.keys,
        key="your-view-now",
        title="Your view",
        questionnaire="your-view",
        draft_accepted_by="Ada Reader",
    )
    make_staff(database, "participation_lead", "safeguarding_lead", email="lead@example.org", name="Leda Lead")
    make_staff(database, "board_member", email="board@example.org", name="Bo Board")
    database.session.remove()
    where = {"DATABASE_URL": installation.settings.database_url, "KEYS_URL": installation.settings.keys_url}
    with serving(installation.settings.home, **where) as url:
        yield url


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def answer_the_questionnaire(page, url):
    page.goto(url)
    page.get_by_role("link", name="Young people aged 11 to 17").click()
    press(page, "Start")
    page.get_by_label("Yes", exact=False).first.check()
    shot_name = 0
    for _ in range(60):
        if page.url.endswith("/check"):
            break
        if page.locator("textarea").count():
            page.locator("textarea").fill(WORDS)
            shot(page, "journey-own-words")
        elif "/q/quote" in page.url:
            page.get_by_label("Yes", exact=False).first.check()
        elif shot_name == 0 and page.locator("input[type=radio]").count() > 4:
            shot(page, "journey-question")
            shot_name = 1
        press(page, "Continue")
    assert page.url.endswith("/check"), page.url
    assert WORDS in page.content()
    shot(page, "journey-check")
    press(page, "Send")
    page.get_by_role("heading", level=1).wait_for()
    words = page.locator("[translate=no]").all_inner_texts()
    assert len(words) == 6
    shot(page, "journey-receipt")
    return words


def sign_in_as(page, url, email):
    page.goto(f"{url}/desk")
    page.get_by_label("E-mail", exact=False).fill(email)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    press(page, "Sign in")


def open_page(page, url, address, name):
    page.goto(url + address)
    assert page.locator("h1").count() == 1, page.url
    shot(page, name)


@pytest.mark.parametrize(
    ("dialect", "scripts"),
    [("sqlite", True), ("sqlite", False), ("postgresql", True)],
    ids=["with-scripts", "without-scripts", "on-postgresql"],
)
def test_from_the_first_question_to_the_boards_page(site, scripts):
    with browser() as chromium:
        child = chromium.new_context(java_script_enabled=scripts, viewport={"width": 375, "height": 740}).new_page()
        words = answer_the_questionnaire(child, site)
        lead = chromium.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900}).new_page()
        sign_in_as(lead, site, "lead@example.org")
        read_and_release(lead, site)
        agree_a_theme(lead, site)
        analyse(lead, site)
        code_by_hand(lead, site)
        link_the_theme(lead, site)
        clear_the_quote(lead, site)
        board = chromium.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900}).new_page()
        sign_in_as(board, site, "board@example.org")
        board.goto(site + "/board")
        board.get_by_role("link", name=re.compile("A worker who stays")).click()
        quote = board.locator("blockquote").inner_text()
        shot(board, "journey-board" + ("" if scripts else "-without-scripts"))
        assert "Stop changing my social worker" in quote
        assert "Pip" not in board.content() and "name" in quote
        take_it_away(child, site, words)
        board.reload()
        assert "Stop changing" not in board.content()


def says(page, words):
    """Wait until the page says so: a click returns before the next page has come."""
    expect(page.locator("main")).to_contain_text(words)


def read_and_release(page, url):
    open_page(page, url, "/read", "journey-read")
    says(page, WORDS)
    page.get_by_role("checkbox").first.check()
    press(page, "Release what is ticked")
    says(page, "1 released")


def agree_a_theme(page, url):
    open_page(page, url, "/themes/add", "journey-theme")
    page.get_by_label("Name", exact=True).fill("Worker keeps changing")
    page.get_by_label("Key", exact=True).fill("worker-changes")
    page.get_by_label("What counts", exact=False).fill(
        "A social worker was changed or replaced by new ones. A worker who is hard to reach does not count."
    )
    press(page, "Agree this theme")
    says(page, "Agreed: Worker keeps changing")


def analyse(page, url):
    page.goto(url + "/waves/your-view-now")
    press(page, "Look for topics and themes")
    expect(page.locator("h1")).to_be_visible()
    shot(page, "journey-job")
    for _ in range(60):
        if "wait for a person" in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(page.locator("main").inner_text())


def code_by_hand(page, url):
    """With one text and no coding before it a program has nothing to learn from: a person codes it."""
    page.goto(url + "/code")
    page.get_by_role("link", name="Code texts by hand").click()
    says(page, "Stop changing my social worker")
    shot(page, "journey-code")
    page.get_by_label("Worker keeps changing").check()
    page.get_by_label("Badly", exact=True).check()
    press(page, "Save and next")
    says(page, "Saved in your name")


def link_the_theme(page, url):
    open_page(page, url, "/links", "journey-links")
    page.goto(url + "/links/worker-changes?priority=worker-stays")
    page.get_by_label("Challenges it", exact=False).check()
    page.get_by_label("Why", exact=True).fill("A change of worker is what this priority is to prevent.")
    press(page, "Link it")
    says(page, "Saved")


def clear_the_quote(page, url):
    open_page(page, url, "/quotes?theme=worker-changes", "journey-quotes")
    page.get_by_label("Words to hide", exact=False).first.fill("Pip")
    press(page, "Clear this quote")
    says(page, "Cleared")


def take_it_away(page, url, words):
    page.goto(url + "/receipt")
    page.get_by_label("Your six words").fill(" ".join(words))
    press(page, "Find my answers")
    says(page, "A person has read it")
    press(page, "Take my answers away")
    says(page, "taken away")
