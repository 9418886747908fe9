"""Backup and restore: consistent under load, whole or not at all, and nothing that was erased comes back."""

import json
import subprocess
import sys
import tarfile
import threading
from contextlib import closing

import pytest
from factories import TODAY
from installation import as_held, elsewhere, environment, held, quiet, rewritten, send, soundings
from postgres import needed

from feedback import home
from feedback.collection.receipts import Digests
from feedback.collection.store import get_wave
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import KeyProblem, Refused, SoundingsError
from feedback.operating.backing_up import back_up, back_up_keys
from feedback.operating.copying import database_of
from feedback.operating.manifest import counts_of
from feedback.operating.restoring import Wanted, restore
from feedback.privacy.store import response_of_receipt
from feedback.sealing import KeyStore
from feedback.triage.erasing import erase_response

pytest_plugins = ("kept",)


def keep_sending(settings, over, done):
    """Send until told to stop, and note what was acknowledged."""
    database, keys, digests = Database(settings), KeyStore(settings), Digests(settings)
    wave, number = get_wave(database.session(), "yours"), 0
    while not over.is_set():
        number += 1
        done.append(send(database, keys, digests, wave, f"{threading.get_ident()} said {number}", TODAY))
        wave = get_wave(database.session(), "yours")
    database.session.remove()
    database.engine.dispose()
    keys.close()


@pytest.mark.both
def test_a_backup_under_load_is_restored_to_an_empty_host(settings, database, wave, sent, files, empty):
    over, done = threading.Event(), []
    threads = [threading.Thread(target=keep_sending, args=(settings, over, done)) for _ in range(3)]
    for thread in threads:
        thread.start()
    while len(done) < 30:
        over.wait(0.01)
    before = list(done)
    about = back_up(settings, *files, quiet)
    after = len(done)
    over.set()
    for thread in threads:
        thread.join()
    assert about.counts["responses"] == about.counts["receipts"] >= len(before) + len(sent)

    restored = restore(empty, Wanted(*files), quiet)
    assert restored.counts == about.counts and not restored.checked.keyless
    assert restored.checked.opened == about.counts["texts"]
    found, everything = held(empty), as_held(empty, [*sent, *done])
    assert len(found) == about.counts["responses"] and found.items() <= everything.items()
    assert as_held(empty, [*sent, *before]).items() <= found.items(), "what was acknowledged before is in it"
    assert after > len(before), "writers did not wait for the backup"
    with database_of(empty) as there:
        assert response_of_receipt(there.session(), Digests(empty), sent[0][0]).wave.key == "yours"
    assert not list(files[0].parent.glob(".*")), "no half-made file is left"


@pytest.mark.both
def test_a_second_restore_is_refused_unless_what_is_there_may_go(settings, sent, files, empty):
    back_up(settings, *files, quiet)
    restore(empty, Wanted(*files), quiet)
    with pytest.raises(Refused, match="There is data here already"):
        restore(empty, Wanted(*files), quiet)
    assert restore(empty, Wanted(*files, over_data=True), quiet).counts["responses"] == len(sent)
    assert held(empty) == as_held(empty, sent)


@pytest.mark.both
def test_an_old_backup_with_present_keys_brings_nothing_back(settings, database, keys, digests, sent, files, empty):
    back_up(settings, *files, quiet)
    words, _text = sent[3]
    erase_response(database, keys, response_of_receipt(database.session(), digests, words).id)
    newer = files[0].with_name("newer-keys.tar")
    back_up_keys(settings, newer, quiet)

    restored = restore(empty, Wanted(files[0], newer), quiet)
    assert (len(restored.checked.keyless), restored.checked.keyless_texts) == (1, 1)
    assert restored.counts["responses"] == len(sent) - 1 and restored.counts["answers"] == len(sent) - 1
    with database_of(empty) as there:
        assert response_of_receipt(there.session(), Digests(empty), words) is None
    assert held(empty) == as_held(empty, [pair for pair in sent if pair[0] != words])


def test_the_two_files_say_little_and_neither_holds_words_or_the_master_key(settings, sent, files):
    back_up(settings, *files, quiet)
    for path in files:
        data = path.read_bytes()
        assert b"Text number" not in data and b"SQLite format" not in data
        assert settings.secret_path.read_text().strip().encode() not in data
        assert path.stat().st_mode & 0o077 == 0
        with tarfile.open(path) as tar:
            assert tar.getnames() == ["manifest.json", "content"]
            said = json.load(tar.extractfile("manifest.json"))
            assert said["counts"]["responses"] == len(sent) and said["size"] > 4096


def test_a_wrong_master_key_is_named(settings, sent, files, tmp_path):
    back_up(settings, *files, quiet)
    other = Settings(home=str(tmp_path / "other"), master_key="ab" * 32)
    with pytest.raises(KeyProblem, match="was made with the master key"):
        restore(other, Wanted(*files), quiet)


def test_files_are_told_apart_and_never_overwritten(settings, sent, files, empty, tmp_path):
    back_up(settings, *files, quiet)
    with pytest.raises(Refused, match="holds the keys and not the database"):
        restore(empty, Wanted(files[1], files[0]), quiet)
    with pytest.raises(Refused, match="exists already"):
        back_up(settings, files[0], tmp_path / "k", quiet)
    with pytest.raises(Refused, match="exists already"):
        back_up(settings, tmp_path / "d", files[1], quiet)
    with pytest.raises(Refused, match="Name two files"):
        back_up(settings, tmp_path / "d", tmp_path / "d", quiet)
    with pytest.raises(Refused, match="cannot be written"):
        back_up(settings, tmp_path / "none" / "d", tmp_path / "k", quiet)
    assert not (tmp_path / "d").exists() and not (tmp_path / "k").exists()


def test_keys_from_before_the_database_are_refused_unless_there_are_no_others(
    settings, database, keys, digests, wave, sent, files, empty, monkeypatch
):
    old = files[1].with_name("old.tar")
    monkeypatch.setattr("feedback.key_pool.KEPT", -1.0)  # no key of before is used afterwards
    back_up_keys(settings, old, quiet)
    rewind(old, settings)
    late = send(database, keys, digests, get_wave(database.session(), "yours"), "Later", TODAY)
    back_up(settings, *files, quiet)
    with pytest.raises(Refused, match="before the database"):
        restore(empty, Wanted(files[0], old), quiet)
    restored = restore(empty, Wanted(files[0], old, older_keys=True), quiet)
    assert restored.counts["responses"] == len(sent) + 1 and restored.checked.keyless_texts == 1
    assert held(empty) == as_held(empty, sent) | dict.fromkeys(as_held(empty, [late]), "erased")


def rewind(path, settings):
    """Date a backup an hour back, and sign it as its own installation would have then."""
    from feedback.operating.manifest import Manifest, _signature

    def change(manifest, _content):
        del manifest["signature"]
        manifest["taken"] = "2020-01-01T00:00:00+00:00"
        manifest["signature"] = _signature(settings, Manifest(**manifest))

    rewritten(path, change)


def test_keys_of_another_installation_are_refused(settings, sent, files, empty, tmp_path):
    back_up(settings, *files, quiet)
    other = elsewhere(settings, tmp_path / "third")
    assert soundings(other, "init").returncode == 0
    back_up_keys(other, tmp_path / "other-keys.tar", quiet)
    with pytest.raises(Refused, match="different installations"):
        restore(empty, Wanted(files[0], tmp_path / "other-keys.tar"), quiet)


def test_nothing_is_restored_while_somebody_is_in(settings, sent, files, empty):
    back_up(settings, *files, quiet)
    with home.alone(empty):
        done = soundings(empty, "restore", files[0], "--keys", files[1])
        assert done.returncode == 1 and "being restored" in done.stderr
    here = home.enter(empty)
    done = soundings(empty, "restore", files[0], "--keys", files[1])
    assert done.returncode == 1 and "Stop the site" in done.stderr and len(done.stderr.splitlines()) == 1
    del here
    done = soundings(empty, "restore", files[0], "--keys", files[1])
    assert done.returncode == 0 and "12 responses, 12 answers, 12 receipts verified" in done.stdout
    assert "Opening every text" in done.stderr


def test_killed_at_any_step_of_a_restore_the_host_is_empty_or_whole(settings, sent, files, empty):
    """Every call that makes something last is a step; the last run is not killed at all."""
    back_up(settings, *files, quiet)
    whole, seen = as_held(settings, sent), set()
    for step in range(1, 60):
        done = soundings(empty, "restore", files[0], "--keys", files[1], "--replace", dies_at=step)
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        with database_of(empty) as database:
            present = {"whole"} if "response" in tables_of(database) else {"empty"}
        seen |= present
        if present == {"whole"}:
            assert held(empty) == whole
            for path in empty.folder.glob("*.db*"):
                path.unlink()
    assert seen == {"whole", "empty"} and step > 5
    assert held(empty) == whole and not (empty.folder / "arriving").exists()


def test_after_a_kill_many_may_start_at_once(settings, sent, files, empty):
    back_up(settings, *files, quiet)
    for step in range(1, 30):
        soundings(empty, "restore", files[0], "--keys", files[1], "--replace", dies_at=step)
        if (empty.folder / "arriving").exists():
            break
    command = [sys.executable, "-m", "feedback.cli", "wave", "list"]
    starts = [subprocess.Popen(command, env=environment(empty), stdout=subprocess.PIPE) for _ in range(4)]
    for process in starts:
        assert b"yours" in process.communicate(timeout=60)[0] and process.returncode == 0
    assert held(empty) == as_held(settings, sent)


def tables_of(database):
    from sqlalchemy import inspect

    return set(inspect(database.engine).get_table_names())


@pytest.mark.both
def test_killed_while_it_backs_up_there_is_no_file(settings, sent, files, dialect, monkeypatch):
    if dialect == "postgresql":
        monkeypatch.setenv("PATH", f"{needed()}:/usr/bin:/bin")
    done = soundings(settings, "backup", files[0], "--keys", files[1], dies_at=1)
    assert done.returncode == -9 and not files[0].exists() and not files[1].exists()
    done = soundings(settings, "backup", files[0], "--keys", files[1])
    assert done.returncode == 0 and "12 responses" in done.stdout and "keep it for less time" in done.stdout


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_without_postgresqls_programs_a_sentence_says_what_to_install(settings, sent, files, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SoundingsError, match="pg_dump is not on PATH. Install"):
        back_up(settings, *files, quiet)
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SoundingsError, match="pg_dump is version 9 and the server is version"):
        back_up(settings, *files, quiet)
    assert not files[0].exists()


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_on_postgresql_a_restore_waits_for_nobody(settings, database, sent, files, empty):
    back_up(settings, *files, quiet)
    with database_of(empty) as there, there.engine.connect(), pytest.raises(Refused, match="other connections"):
        restore(empty, Wanted(*files), quiet)
    restore(empty, Wanted(*files), quiet)
    with database_of(empty) as there, there.engine.connect() as connection, closing(KeyStore(empty)):
        assert counts_of(connection)["responses"] == len(sent)
