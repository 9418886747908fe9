"""Every page of respondents in every state, window and language: no fault that a program can find, and no weight.

`make test` looks at a questionnaire with every kind of question in English and Arabic; `make test-full` at all of
them. What the full run finds goes into `evidence/parts`, which `statement.py` adds up for the page on accessibility.
"""

import gzip
from collections import Counter

import pytest
from browser import browser, shot
from looking import SIZES, document_of, faults_of, resize
from page_states import states_around, states_of
from statement import keep_part
from visited import speaking, stand_in, visited

from feedback.config import CHECKOUT
from forms import catalogue
from languages import LANGUAGES, catalogues

pytest_plugins = ("every_kind",)

QUESTIONNAIRES = [questionnaire.key for questionnaire in catalogue.questionnaires()]
STATIC = CHECKOUT / "feedback" / "static"
#: Bytes as sent, compressed: of the first page with its stylesheet and scripts, of each page after it, and of those
#: that repeat what somebody wrote: to check it before it is sent, or because it cannot be kept.
FIRST_VIEW, NEXT_PAGE, REPEATING = 35_000, 3_000, 4_200


@pytest.fixture
def site(settings, database, keys):
    """A function that opens a site for a questionnaire in some languages."""
    return lambda key, languages: visited(settings, database, keys, [key], languages)


@pytest.fixture
def translated(every_kind, tmp_path, monkeypatch):
    """The questionnaire with every kind of question, in letters of other languages."""
    folder = tmp_path / "languages"
    for code in ("ar", "pl"):
        stand_in(every_kind, code, folder)
    monkeypatch.setattr(catalogues, "FOLDERS", [folder, *catalogues.FOLDERS])


class Found:
    """What was found on the pages that were looked at."""

    def __init__(self):
        self.looked_at, self.faults, self.titles, self.browser = 0, {}, Counter(), ""

    def note(self, name: str, faults) -> None:
        self.looked_at += 1
        if faults:
            self.faults[name] = faults

    def compare_titles(self) -> None:
        if repeated := [title for title, times in self.titles.items() if times > 1]:
            self.faults["titles"] = repeated


def look(chromium, states, site, language, sizes, found, *, scripts=True):
    page = speaking(chromium, site, language, java_script_enabled=scripts)
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    for state in states:
        if scripts:  # without them there is one size, and nothing tells when it is drawn
            resize(page, sizes[0])
        state.come(page)
        for place, size in enumerate(sizes):
            if place:
                resize(page, size)
            faults = faults_of(page, language, scripts=scripts, resized=place > 0)
            found.note(f"{language} {state.name} {size[0]}x{size[1]}", faults)
        if weight := too_heavy(document_of(page), state):
            found.faults[f"{language} {state.name}"] = [weight]
        if state.name.endswith("-empty"):
            found.titles[page.title()] += 1
        if scripts:
            shot(page, f"{language}-{state.name}")
    found.browser = chromium.version
    found.compare_titles()


def too_heavy(html: str, state) -> str | None:
    repeats = state.name.startswith("check") or state.name.endswith("-error")
    # The check page and errors repeat what somebody wrote; the drawing board brings its crayons with it.
    repeats = repeats or state.name.startswith("draw-")
    weight, most = len(gzip.compress(html.encode())), REPEATING if repeats else NEXT_PAGE
    if state.first:
        weight, most = weight + sum(_weights()), FIRST_VIEW
    return f"weight: {weight} bytes, more than {most}" if weight > most else None


def _weights():
    for name in ("soundings.rtl.css", "soundings.js", "govuk-frontend.min.js"):
        yield len(gzip.compress((STATIC / name).read_bytes()))


@pytest.mark.parametrize(
    ("language", "sizes"),
    [
        ("en", [SIZES[0]]),
        ("ar", [SIZES[0]]),
        pytest.param("en", [SIZES[2]], marks=pytest.mark.full),
        pytest.param("ar", [SIZES[2]], marks=pytest.mark.full),
    ],
)
def test_no_page_has_a_fault(site, translated, language, sizes):
    found = Found()
    with site("every-kind", ["en", "ar"]) as here, browser() as chromium:
        states = [*states_around(here, "every-kind"), *states_of(here, "every-kind", language)]
        # In Arabic on a desk, and filled: what the others have not shown already is the layout alone.
        chosen = [state for state in states if len(sizes) == 2 or chosen_for(state, sizes[0])]
        look(chromium, chosen, here, language, sizes, found)
    assert found.faults == {}
    assert found.looked_at >= 15


def chosen_for(state, size) -> bool:
    kind = state.name.rpartition("-")[2]
    return kind in {"empty", "start", "sent", "check"} if size[0] > 320 else kind != "filled"


def test_no_page_has_a_fault_without_scripts(site, translated):
    found = Found()
    with site("every-kind", ["en", "ar"]) as here, browser() as chromium:
        states = (state for state in states_of(here, "every-kind", "ar") if not state.name.endswith("-filled"))
        look(chromium, states, here, "ar", [SIZES[0]], found, scripts=False)
    assert found.faults == {}


@pytest.mark.full
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", QUESTIONNAIRES)
def test_no_questionnaire_has_a_fault(site, key, language):
    found = Found()
    with site(key, ["en", language]) as here, browser() as chromium:
        look(chromium, states_of(here, key, language), here, language, SIZES, found)
    keep_part(key, language, "with scripts", found)
    assert found.faults == {}


@pytest.mark.full
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_around_has_a_fault(site, language):
    found = Found()
    with site("your-view", ["en", language]) as here, browser() as chromium:
        look(chromium, states_around(here, "your-view"), here, language, SIZES, found)
    keep_part("the pages around", language, "with scripts", found)
    assert found.faults == {}


@pytest.mark.full
@pytest.mark.parametrize("key", QUESTIONNAIRES)
def test_no_questionnaire_has_a_fault_without_scripts(site, key):
    found = Found()
    with site(key, ["en"]) as here, browser() as chromium:
        look(chromium, states_of(here, key, "en"), here, "en", [SIZES[0]], found, scripts=False)
    keep_part(key, "en", "without scripts", found)
    assert found.faults == {}
