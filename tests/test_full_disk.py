"""A disk that is full or may only be read: one sentence, and nothing that was acknowledged is lost."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from factories import make_wave
from sqlalchemy import text
from staffroom import count, now

from feedback.collection.models import Answer, Response
from feedback.config import Settings
from feedback.db import Database
from feedback.operating.schema import alembic_config

SENDER = """
import datetime, sys
from contextlib import closing
from feedback.collection.models import Wave
from feedback.collection.receipts import Digests, new_key
from feedback.collection.sending import send_response
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import SoundingsError
from feedback.sealing import KeyStore
from forms.answering import Answer, AnswerState
limit = int(sys.argv[2])
settings = Settings(home=sys.argv[1])
database, digests = Database(settings), Digests(settings)
with closing(KeyStore(settings)) as keys:
    wave = database.session().query(Wave).one()
    database.session().expunge(wave)
    if limit:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for number in range(2000):
        try:
            send_response(database, keys, digests, wave=wave, key=new_key(), today=datetime.date.today(),
                          answers=[Answer("y25", AnswerState.ANSWERED, text="x" * 2000)])
        except SoundingsError as problem:
            print(problem, file=sys.stderr)
            break
        print("stored", flush=True)
database.session.remove()
"""


def _fill(home: str, limit: int = 0) -> tuple[int, str]:
    """Send until it no longer goes: how many were acknowledged, and what was said then."""
    done = subprocess.run([sys.executable, "-c", SENDER, home, str(limit)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.count("stored"), done.stderr


def _what_is_stored(settings) -> tuple[int, int, str]:
    database = Database(settings)
    try:
        found = count(database, Response), count(database, Answer)
        check = now(database).execute(text("PRAGMA integrity_check")).scalar()
    finally:
        database.session.remove()
        database.engine.dispose()
    return *found, check


def test_a_file_that_cannot_grow_loses_nothing_that_was_acknowledged(database, keys, settings):
    command.stamp(alembic_config(database), "head")
    make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada")
    database.session.remove()
    database.engine.dispose()
    stored, said = _fill(settings.home, limit=2_000_000)
    assert stored > 3 and len(said.splitlines()) == 1 and "disk" in said, said
    assert _what_is_stored(settings) == (stored, stored, "ok")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 4 MB; only root may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", bytes(place), b"tmpfs", 0, b"size=4m,mode=700") != 0:
        pytest.skip("Only root may make a disk of its own; the same is tested with a file that cannot grow.")
    yield place, libc
    libc.umount2(bytes(place), 2)


def _soundings(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "KEYS_URL")}
    return subprocess.run(
        [sys.executable, "-m", "feedback.cli", *arguments],
        env=environ | {"SOUNDINGS_HOME": str(home)},
        capture_output=True,
        text=True,
    )


def _installed(home: Path) -> Settings:
    opened = ("wave", "open", "--key", "autumn", "--questionnaire", "your-view", "--accept-draft", "Ada")
    for arguments in (("init",), opened):
        done = _soundings(home, *arguments)
        assert done.returncode == 0, done.stderr
    return Settings(home=str(home))


def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk):
    place, _libc = small_disk
    settings = _installed(place / "home")
    stored, said = _fill(settings.home)
    assert stored > 3 and len(said.splitlines()) == 1 and "disk of the database is full" in said, said
    refused = _soundings(place / "home", "wave", "open", "--key", "x" * 70, "--consent-basis", "y" * 60_000)
    assert refused.returncode == 1 and len(refused.stderr.splitlines()) == 1 and "disk" in refused.stderr
    assert _what_is_stored(settings) == (stored, stored, "ok")


def test_a_disk_that_may_only_be_read(small_disk):
    place, libc = small_disk
    _installed(place / "home")
    remount, read_only = 32, 1
    assert libc.mount(b"tmpfs", bytes(place), b"tmpfs", remount | read_only, b"") == 0
    for arguments in (("wave", "list"), ("wave", "open", "--key", "late"), ("init",), ("serve",)):
        done = _soundings(place / "home", *arguments)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
        assert "cannot be written to" in done.stderr
