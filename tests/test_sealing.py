"""Sealed text opens only with its own key in its own place, and erasure reaches every copy."""

import shutil
from pathlib import Path

import pytest
from factories import make_response, make_wave

from feedback.collection.models import Answer
from feedback.collection.store import words_of
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import KeyProblem
from feedback.sealing import KeyStore, open_text, seal_text

pytestmark = pytest.mark.both


def test_a_text_opens_only_in_its_place():
    key = bytes(32)
    sealed = seal_text(key, "mum shouts", 1, "y25")
    assert open_text(key, sealed, 1, "y25") == "mum shouts"
    for response, question in ((2, "y25"), (1, "y24")):
        with pytest.raises(KeyProblem):
            open_text(key, sealed, response, question)


def test_every_response_has_a_key_of_its_own(keys):
    keys.add_wave(5)
    made = keys.add_responses(5, [1, 2, 3])
    assert len(set(made.values())) == 3
    assert keys.of_responses([1, 2, 3]) == made


def test_without_the_waves_key_nothing_opens(keys):
    with pytest.raises(KeyProblem, match="key store"):
        keys.add_responses(99, [1])


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_erasure_destroys_the_key_and_an_old_backup_stays_shut(database, keys, digests, settings, tmp_path):
    wave = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada")
    kept = make_response(database, keys, digests, wave, "This one stays.")
    erased = make_response(database, keys, digests, wave, "The Zanzibar mark.")
    database.engine.dispose()
    backup = tmp_path / "backup"
    shutil.copytree(settings.home, backup)
    keys.destroy_responses([erased])

    answers = database.session().query(Answer).filter(Answer.sealed.is_not(None)).all()
    opened = words_of(keys, answers)
    assert list(opened.values()) == ["This one stays."]
    assert kept != erased

    # The old copy of the database with the present key store and the right master key.
    shutil.copy(Path(settings.home) / "keys.db", backup / "keys.db")
    for leftover in backup.glob("keys.db-*"):
        leftover.unlink()
    old = Settings(home=str(backup))
    restored, present = Database(old), KeyStore(old)
    rows = restored.session().query(Answer).filter(Answer.sealed.is_not(None)).all()
    assert len(rows) == 2
    assert list(words_of(present, rows).values()) == ["This one stays."]
    restored.session.remove()
    restored.engine.dispose()
    present.close()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_plain_words_are_in_no_file(database, keys, digests, settings):
    wave = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada")
    make_response(database, keys, digests, wave, "The Zanzibar mark.")
    for path in Path(settings.home).iterdir():
        assert b"Zanzibar" not in path.read_bytes(), path
