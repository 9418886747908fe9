"""The encrypted database: what is promised of the file, the lock, the keys and the version."""

import multiprocessing
import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from feedback import db
from feedback.config import Settings, derive, make_master_secret, master_secret
from feedback.db import Database
from feedback.errors import DatabaseProblem, KeyProblem
from feedback.jobs import Job
from feedback.models import Base


def test_the_file_is_encrypted_and_synced_before_a_commit_returns(database, settings):
    with database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    with database.writing() as session:
        session.add(Job(kind="test", key="Zanzibar-mark", subject={}))
    stored = b"".join(path.read_bytes() for path in Path(settings.home).glob("soundings.db*"))
    assert len(stored) > 10_000
    assert b"Zanzibar" not in stored and b"SQLite format" not in stored


def test_a_reader_cannot_write(database):
    with (
        database.engine.connect() as connection,
        pytest.raises(DBAPIError, match="readonly|read-only|attempt to write"),
    ):
        connection.execute(insert(Job).values(id=1, kind="k", key="k", subject={}))


def test_what_a_session_has_read_is_read_afresh_before_it_writes(database):
    with database.writing() as session:
        session.add(Job(id=7, kind="test", key="k", subject={}, total=1))
    mine = database.session().get(Job, 7)
    assert mine.total == 1

    def meanwhile():
        with database.writing() as session:
            session.get(Job, 7).total = 5
        database.session.remove()

    other = threading.Thread(target=meanwhile)
    other.start()
    other.join()
    with database.writing():
        mine.total += 1
    assert database.session().get(Job, 7).total == 6


def test_an_error_inside_writing_leaves_nothing_behind_and_frees_the_lock(database):
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(Job(kind="test", key="gone", subject={}))
        session.flush()
        raise RuntimeError
    with database.writing() as session:
        assert session.scalar(select(Job).where(Job.key == "gone")) is None


def _count_up(home: str, times: int) -> None:
    database = Database(Settings(home=home))
    for _ in range(times):
        with database.writing() as session:
            job = session.get(Job, 1)
            job.total = job.total + 1
    os._exit(0)


def test_writers_in_threads_and_processes_take_turns_and_lose_nothing(database, settings):
    with database.writing() as session:
        session.add(Job(id=1, kind="test", key="counter", subject={}))
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_count_up, args=(settings.home, 40)) for _ in range(3)]

    def in_thread():
        for _ in range(40):
            with database.writing() as session:
                session.get(Job, 1).total += 1
        database.session.remove()

    threads = [threading.Thread(target=in_thread) for _ in range(2)]
    for worker in (*processes, *threads):
        worker.start()
    for worker in (*processes, *threads):
        worker.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert database.session().get(Job, 1).total == 5 * 40


def test_a_missing_key_says_what_to_do(tmp_path):
    with pytest.raises(KeyProblem, match="is missing. Put the file back"):
        Database(Settings(home=str(tmp_path)))


def test_a_wrong_key_says_what_to_do(database, settings, tmp_path):
    wrong = Settings(home=settings.home, key_file=str(tmp_path / "other.key"))
    make_master_secret(wrong)
    with pytest.raises(KeyProblem, match="does not open the database"):
        Database(wrong).check()


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [("zz", 0o600, "64 hex digits"), ("", 0o600, "64 hex digits"), ("ab" * 32, 0o644, "chmod 600")],
)
def test_a_malformed_or_open_key_is_refused(tmp_path, content, mode, sentence):
    path = tmp_path / "master.key"
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(KeyProblem, match=sentence):
        master_secret(Settings(home=str(tmp_path)))


def test_an_existing_key_is_never_overwritten(settings):
    before = master_secret(settings)
    make_master_secret(settings)
    assert master_secret(settings) == before
    assert derive(before, "a") != derive(before, "b")


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.52.0"])
def test_an_sqlite_that_can_lose_pages_is_refused(version):
    class Old:
        sqlite_version = version

    with pytest.raises(DatabaseProblem, match=f"This SQLite is {version}"):
        db._check_sqlite(Old)


@pytest.mark.parametrize("version", ["3.51.3", "3.53.4", "3.100.0"])
def test_a_newer_sqlite_is_taken(version):
    class New:
        sqlite_version = version

    db._check_sqlite(New)


def test_every_text_primary_key_of_respondents_is_random():
    tables = Base.metadata.tables
    for name in ("response", "answer"):
        assert tables[name].c.id.default is not None and not tables[name].c.id.autoincrement
