"""Every kind of question in a real browser: no fault when empty, filled or wrong, on a phone and on a desk."""

import pytest
from browser import browser, serving, shot
from factories import make_wave
from installation import migrate
from test_accessibility import SIZES, faults_of

pytest_plugins = ("every_kind",)

#: question -> how it is filled so that it is kept, and so that it comes back.
FILLED = {
    "warm": ("#q_warm-2", None),
    "who": ("#q_who-2", None),
    "kind": ("#q_kind-5", None),
    "like": ("#q_like-4", None),
    "life": ("#q_life-8", None),
    "often": ("#q_often", None),
    "count": ("#q_count-2", None),
    "helps": ("#q_helps-2", None),
    "top": ("#q_top", None),
    "since": (None, ("#q_since_month", "13")),
    "words": (None, ("#q_words_text", "x" * 101)),
    "draw": (None, ("#q_draw_text", "x" * 101)),
    "with": ("#q_with-2", None),
}


@pytest.fixture
def site(every_kind, database, keys, settings):
    migrate(database)
    make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family")
    database.session.remove()
    with serving(settings.home) as url:
        yield url


def spoil(page, wrong):
    """Give an answer that cannot be kept: tick one box too many, or write what is no date or too long."""
    if isinstance(wrong, str):
        page.locator(wrong).check(force=True)
    elif wrong:
        page.locator(wrong[0]).fill(wrong[1])


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_no_kind_of_question_has_a_fault(site, size, dialect):
    faults = {}
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})

        def look(name):
            found = faults_of(page)
            if found:
                faults[name] = found
            shot(page, f"kind-{name}-{size[0]}")

        page.goto(f"{site}/w/yours")
        page.get_by_role("button", name="Start").click()
        page.locator("input[value=agree]").check()
        page.get_by_role("button", name="Continue").click()
        look("hello")
        for question, (tick, wrong) in FILLED.items():
            page.goto(f"{site}/w/yours/q/{question}")
            look(f"{question}-empty")
            if tick:
                page.locator(tick).check(force=True)
                look(f"{question}-filled")
            spoil(page, wrong)
            page.get_by_role("button", name="Continue").click()
            if wrong:
                look(f"{question}-wrong")
                assert page.title().startswith("Error: ")
        page.goto(f"{site}/w/yours/check")
        look("check")
    assert faults == {}


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_cards_with_pictures_are_chosen_with_the_keyboard_alone(site, dialect):
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 375, "height": 740})
        page.goto(f"{site}/w/yours")
        page.get_by_role("button", name="Start").click()
        page.goto(f"{site}/w/yours/q/warm")
        page.locator("#q_warm").focus()
        outline = page.evaluate("getComputedStyle(document.querySelector('#q_warm + label')).outlineStyle")
        for key in ("ArrowDown", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/q/who")
        page.goto(f"{site}/w/yours/q/warm")
        assert page.locator("#q_warm-2").is_checked() and outline == "solid"
