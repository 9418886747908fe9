"""What a screen reader is told of each page, kept in `golden/`: a difference is to be looked at by a person.

`make golden` writes the files anew; what changed in them is reviewed like any other change.
"""

import os
import re
from pathlib import Path

import pytest
from browser import browser
from factories import TODAY
from page_states import states_around, states_of
from visited import DAYS, speaking, stand_in, visited

import feedback.site
from languages import catalogues, day, speak

pytest_plugins = ("every_kind",)

GOLDEN = Path(__file__).parent / "golden"
WRITE = os.environ.get("GOLDEN") == "write"
#: Kept of the questions: each kind before anything is answered, and one of each shape with an error.
WRONG = {"agree-error", "warm-error", "who-error", "helps-error", "since-error", "foster-error", "words-error"}
#: Lists whose words are new each time.
_MASK = "() => document.querySelectorAll('li[translate=no]').forEach((word) => { word.textContent = 'word'; })"


@pytest.fixture
def site(every_kind, tmp_path, monkeypatch, settings, database, keys):
    folder = tmp_path / "languages"
    for code in ("ar", "pl"):
        stand_in(every_kind, code, folder)
    monkeypatch.setattr(feedback.site, "CHECKOUT", tmp_path)  # no run is recorded there
    monkeypatch.setattr(catalogues, "FOLDERS", [folder, *catalogues.FOLDERS])
    with visited(settings, database, keys, ["every-kind"], ["en", "ar", "pl"]) as here:
        yield here


@pytest.mark.parametrize("language", ["en", "ar", pytest.param("pl", marks=pytest.mark.full)])
def test_each_page_is_told_as_it_was_reviewed(site, language):
    differences, names = {}, set()
    with browser() as chromium:
        page = speaking(chromium, site, language, viewport={"width": 1280, "height": 800})
        states = {s.name: s for s in (*states_around(site, "every-kind"), *states_of(site, "every-kind", language))}
        for name, state in states.items():
            if name.endswith("-filled") or (name.endswith("-error") and name not in WRONG):
                continue
            state.come(page)
            page.evaluate(_MASK)
            told, file = _masked(page.locator("body").aria_snapshot(), language), GOLDEN / f"{name}.{language}.yaml"
            names.add(file.name)
            if WRITE:
                GOLDEN.mkdir(exist_ok=True)
                file.write_text(told, encoding="utf-8")
            elif not file.exists() or file.read_text(encoding="utf-8") != told:
                differences[file.name] = told
    assert differences == {}, "look at each difference; when it is meant, `make golden` keeps it"
    left = {file.name for file in GOLDEN.glob(f"*.{language}.yaml")} - names
    assert left == set(), "no page is called so any more"


def _masked(told: str, language: str) -> str:
    speak(language)
    for date in (TODAY + days for days in DAYS):
        told = told.replace(day(date), "DATE")
    speak("en")
    return re.sub(r"\d{4}-\d{2}-\d{2}", "DATE", told) + "\n"
