"""Fixtures of an installation with responses, of its backup files, and of an empty host to restore to."""

import pytest
from factories import TODAY, make_wave
from installation import elsewhere, migrate, send
from postgres import needed


@pytest.fixture
def wave(database, keys):
    migrate(database)
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


@pytest.fixture
def sent(database, keys, digests, wave):
    return [send(database, keys, digests, wave, f"Text number {n}", TODAY) for n in range(12)]


@pytest.fixture
def files(tmp_path):
    return tmp_path / "database.tar", tmp_path / "keys.tar"


@pytest.fixture
def empty(settings, dialect, tmp_path, request, monkeypatch):
    """An empty host with the same master key; on PostgreSQL with two empty databases."""
    if dialect == "sqlite":
        return elsewhere(settings, tmp_path / "other")
    monkeypatch.setenv("PATH", f"{needed()}:/usr/bin:/bin")
    server = request.getfixturevalue("postgres")
    names = [server.database(), server.database()]
    request.addfinalizer(lambda: [server.drop(name) for name in names])
    urls = {"database_url": server.url(names[0]), "keys_url": server.url(names[1])}
    return elsewhere(settings, tmp_path / "other", **urls)
