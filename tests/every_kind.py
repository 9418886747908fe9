"""The questionnaire with a question of every kind, among those that ship."""

import pytest
from every_kind_file import EVERY_KIND

from feedback.collection import store
from forms import catalogue
from forms.reading import load

CONTACT = '{ key = "reach", kind = "contact", text = "How can we reach you?", max_length = 100 },'
LAST = '  { key = "quote",'


def _put(words, tmp_path, monkeypatch):
    file = tmp_path / "every-kind.toml"
    file.write_text(words)
    shipped = catalogue.questionnaires()
    monkeypatch.setattr(catalogue, "questionnaires", lambda: (load(file), *shipped))
    monkeypatch.setattr(store, "_asked", {})
    return load(file)


@pytest.fixture
def every_kind(tmp_path, monkeypatch):
    """A folder of questionnaires with one of every kind in it that may be asked in any wave."""
    return _put(EVERY_KIND, tmp_path, monkeypatch)


@pytest.fixture
def with_contact(tmp_path, monkeypatch):
    """The same with a question that only a traceable wave may ask."""
    return _put(EVERY_KIND.replace(LAST, f"  {CONTACT}\n{LAST}"), tmp_path, monkeypatch)
