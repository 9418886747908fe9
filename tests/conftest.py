"""Fixtures every test may use: a home of its own, the database, the app, a client."""

import pytest

from feedback.collection.receipts import Digests
from feedback.config import Settings, make_master_secret
from feedback.db import Database
from feedback.models import Base
from feedback.sealing import KeyStore


@pytest.fixture
def settings(tmp_path):
    settings = Settings(home=str(tmp_path / "home"), encoder="lexical")
    make_master_secret(settings)
    return settings


@pytest.fixture
def database(settings):
    database = Database(settings)
    with database.writer.begin() as connection:
        Base.metadata.create_all(connection)
    yield database
    database.session.remove()
    database.engine.dispose()


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
