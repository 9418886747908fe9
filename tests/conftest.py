"""Fixtures every test may use: a home of its own, the database, the app, a client.

A test marked `both` runs twice: on the encrypted SQLite file, and on PostgreSQL. A test that looks into the files of
one of them says so: `parametrize("dialect", ["sqlite"])`.
"""

from functools import cache

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from postgres import copies, server

from feedback.collection.receipts import Digests
from feedback.config import CHECKOUT, Settings, make_master_secret
from feedback.db import Database
from feedback.models import Base
from feedback.sealing import KeyStore
from languages import ENGLISH, speak


def pytest_generate_tests(metafunc):
    named = any("dialect" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if metafunc.definition.get_closest_marker("both") and "dialect" in metafunc.fixturenames and not named:
        metafunc.parametrize("dialect", ["sqlite", "postgresql"])


@pytest.fixture(autouse=True)
def english():
    """Each test begins in English, whatever the one before it spoke."""
    speak(ENGLISH.code)


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL of our own, for all tests of this process."""
    with server() as running:
        yield running


@pytest.fixture
def dialect():
    """Which database a test runs on: see `both` above."""
    return "sqlite"


@pytest.fixture
def urls(dialect, request):
    """DATABASE_URL and KEYS_URL as settings; none for SQLite."""
    if dialect == "sqlite":
        yield {}
        return
    with copies(request.getfixturevalue("postgres")) as made:
        yield made


@pytest.fixture
def settings(tmp_path, urls):
    settings = Settings(home=str(tmp_path / "home"), encoder="lexical", **urls)
    make_master_secret(settings)
    return settings


@cache
def guards() -> tuple[str, ...]:
    """The triggers, which only the migrations know: the tables of most tests are made from the models."""
    scripts = ScriptDirectory.from_config(Config(toml_file=CHECKOUT / "pyproject.toml"))
    return tuple(scripts.get_revision("0008").module.triggers("sqlite"))


@pytest.fixture
def database(settings):
    database = Database(settings)
    if settings.embedded:  # on PostgreSQL it is a copy of a migrated one
        with database.writer.begin() as connection:
            Base.metadata.create_all(connection)
            for words in guards():
                connection.exec_driver_sql(words)
    yield database
    database.session.remove()
    database.engine.dispose()


@pytest.fixture
def bare(urls, tmp_path, request):
    """A database without a single table, as `soundings init` finds it."""
    server = request.getfixturevalue("postgres") if urls else None
    made = {"database_url": server.url(server.database())} if server else {}
    settings = Settings(home=str(tmp_path / "bare"), **made)
    make_master_secret(settings)
    database = Database(settings)
    yield database
    database.close()
    if server:
        server.drop(made["database_url"].rsplit("/", 1)[1])


@pytest.fixture
def keys(settings):
    keys = KeyStore(settings)
    keys.create()
    yield keys
    keys.close()


@pytest.fixture
def digests(settings, keys):
    return Digests(settings)


@pytest.fixture
def app(settings, database, keys):
    from feedback import create_app

    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    parts = app.extensions["soundings"]
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()


@pytest.fixture
def client(app):
    return app.test_client()
