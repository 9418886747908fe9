"""What the accessibility page says of the last look at all pages, and that nothing is said of half a look."""

import datetime
import json
from types import SimpleNamespace

import pytest
import statement

from feedback import create_app, site


def said_on_the_page(settings) -> str:
    app = create_app(settings)
    page = app.test_client().get("/accessibility").get_data(as_text=True)
    parts = app.extensions["soundings"]
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()
    return page


@pytest.fixture
def checkout(settings, database, keys, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "CHECKOUT", tmp_path)
    monkeypatch.setattr(statement, "FILE", tmp_path / "evidence" / "accessibility.json")
    monkeypatch.setattr(statement, "PARTS", tmp_path / "evidence" / "parts")
    return tmp_path


def test_half_a_look_is_no_evidence(checkout, settings, capsys):
    assert "is recorded on this site yet" in said_on_the_page(settings)
    found = SimpleNamespace(looked_at=3, faults={}, browser="156.0")
    statement.keep_part("your-view", "en", "with scripts", found)
    assert statement.main() == 1 and "parts were not looked at" in capsys.readouterr().out
    assert not statement.FILE.exists()


def test_the_page_shows_what_was_found_and_with_what(checkout, settings):
    for path in statement.wanted():
        key, *_rest = path.stem.split(" ")
        faults = {"a page": ["axe: one", "targets: two"]} if key == "board-pulse" else {}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"states": 10, "faults": faults, "browser": "156.0"}))
    assert statement.main() == 0
    kept = json.loads(statement.FILE.read_text())
    assert kept["page_states"] == 10 * len(statement.wanted()) and kept["violations"] == 2 * 8
    assert kept["date"] == datetime.date.today().isoformat() and len(kept["languages"]) == 7
    page = said_on_the_page(settings)
    assert f"States of pages looked at: {kept['page_states']}. Faults found: 16." in page
    assert f"axe {kept['axe']}, Chromium 156.0" in page


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"date": "never"}'])
def test_a_broken_file_is_no_evidence(checkout, settings, kept):
    statement.FILE.parent.mkdir()
    statement.FILE.write_text(kept)
    assert "is recorded on this site yet" in said_on_the_page(settings)
