"""Every kind of question, answered with the keyboard alone: six presses at most, and each stop on the way is seen."""

import pytest
from browser import browser
from page_states import states_of
from visited import speaking, visited

from forms.questionnaire import IN_WORDS, Kind

pytest_plugins = ("every_kind",)
MOST = 6


@pytest.fixture
def site(every_kind, settings, database, keys):
    with visited(settings, database, keys, ["every-kind"], ["en"]) as here:
        yield here


def test_every_kind_is_answered_in_six_presses(site, every_kind):
    presses = {}
    with browser() as chromium:
        page = speaking(chromium, site, "en", viewport={"width": 1280, "height": 800})
        states = {state.name: state for state in states_of(site, "every-kind", "en")}
        for question in every_kind.questions:
            states[f"{question.key}-empty"].come(page)
            here = page.url
            presses[question.key] = answered(page, question)
            page.wait_for_url(lambda url, here=here: url != here)
    assert len(presses) == len(every_kind.questions)
    assert max(presses.values()) <= MOST, presses


def answered(page, question) -> int:
    """From the first thing that can be answered to the next page; what is typed into a box counts as one press."""
    if question.kind is Kind.INFO:
        page.locator(".govuk-button").focus()
        return press(page, ["Enter"])
    first = "main textarea" if question.kind is Kind.DRAWING else "main input:not([type=hidden]), main textarea"
    page.locator(first).first.focus()
    if question.kind in {Kind.LONG_TEXT, Kind.DRAWING}:
        page.keyboard.type("Words")
        return 1 + to_continue(page)
    if question.kind is Kind.MONTH_YEAR:
        page.keyboard.type("3")
        page.keyboard.press("Tab")
        page.keyboard.type("2026")
        return 3 + press(page, ["Enter"])
    if question.kind in IN_WORDS:
        page.keyboard.type("Words")
        return 1 + press(page, ["Enter"])
    # Enter on a choice sends the form, as in any form.
    return press(page, ["Space", "Enter"])


def to_continue(page) -> int:
    """Tab on until Continue has the focus, and press it."""
    for pressed in range(1, MOST + 1):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.govuk-button')"):
            return pressed + press(page, ["Enter"])
    return MOST + 1


def press(page, keys) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


@pytest.mark.parametrize("key", ["who", "kind", "often"])
def test_one_of_several_is_answered_with_tab_and_continue_as_well(site, key):
    with browser() as chromium:
        page = speaking(chromium, site, "en", viewport={"width": 1280, "height": 800})
        states = {state.name: state for state in states_of(site, "every-kind", "en")}
        states[f"{key}-empty"].come(page)
        page.locator("input[type=radio]").first.focus()
        page.keyboard.press("Space")
        assert 1 + to_continue(page) <= MOST


def test_cards_with_pictures_are_chosen_with_the_keyboard_alone(site):
    with browser() as chromium:
        page = speaking(chromium, site, "en", viewport={"width": 375, "height": 740})
        states = {state.name: state for state in states_of(site, "every-kind", "en")}
        states["warm-empty"].come(page)
        page.locator("#q_warm").focus()
        outline = page.evaluate("getComputedStyle(document.querySelector('#q_warm + label')).outlineStyle")
        for key in ("ArrowDown", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/q/who")
        page.goto(f"{site.url}/w/every-kind/q/warm")
        assert page.locator("#q_warm-2").is_checked() and outline == "solid"
