"""When the database cannot be used: one sentence on the command line, one page, and nothing half written."""

import gc
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from factories import TODAY, make_wave
from postgres import GUARDED, PASSWORD
from sqlalchemy import text
from staffroom import count

from feedback.cli import main
from feedback.collection.models import Answer, Response
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.errors import DatabaseProblem
from feedback.operating.schema import alembic_config
from forms.answering import Answer as Given
from forms.answering import AnswerState

both = pytest.mark.both
on_postgresql = pytest.mark.parametrize("dialect", ["postgresql"])
PATIENCE = "not your fault"
WORDS = "They keep changing my worker."


@pytest.fixture
def soundings(settings, monkeypatch):
    """Run a command: returns (exit status, what it said on stderr)."""
    monkeypatch.setenv("SOUNDINGS_HOME", settings.home)

    def run(*arguments, **changed):
        used = replace(settings, **changed)
        monkeypatch.setenv("DATABASE_URL", used.database_url)
        monkeypatch.setenv("KEYS_URL", used.keys_url)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # a command's connections end with its process
            result = CliRunner().invoke(main, arguments, prog_name="soundings")
            gc.collect()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stderr

    return run


@pytest.fixture
def wave(database, keys):
    command.stamp(alembic_config(database), "head")
    made = make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada")
    database.session().expunge(made)
    database.session.remove()
    return made


def said_once(outcome, words):
    """Exit status 1 and one line that says so: no traceback, no address of a server, no password."""
    status, said = outcome
    assert status == 1 and len(said.splitlines()) == 1 and words in said, outcome
    assert "Traceback" not in said and "127.0.0.1" not in said and PASSWORD not in said.split()


def send(database, keys, digests, wave, key):
    given = [Given("y25", AnswerState.ANSWERED, text=WORDS)]
    return send_response(database, keys, digests, wave=wave, key=key, answers=given, today=TODAY)


@on_postgresql
def test_postgresql_stops_and_comes_back(postgres, client, database, keys, digests, wave, soundings):
    assert client.get("/").status_code == 200
    key = new_key()
    postgres.stop()
    try:
        for _ in range(2):
            page = client.get("/")
            assert page.status_code == 503 and PATIENCE in page.text and "Childline" in page.text
            with pytest.raises(DatabaseProblem, match="does not answer"):
                send(database, keys, digests, wave, key)
            database.session.remove()
        said_once(soundings("wave", "list"), "does not answer")
        said_once(soundings("init"), "does not answer")
        health = client.get("/health")
        assert health.status_code == 503 and "5432" not in health.text and "tests@" not in health.text
    finally:
        postgres.start()
    assert client.get("/").status_code == 200
    words = send(database, keys, digests, wave, key)
    assert send(database, keys, digests, wave, key) == words
    assert (count(database, Response), count(database, Answer)) == (1, 1)


@on_postgresql
def test_a_transaction_cut_off_in_the_middle_leaves_nothing(postgres, database, keys, digests, wave):
    name = database.engine.url.database
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with pytest.raises(DatabaseProblem, match="does not answer"), database.writing() as session:
        session.add(Response(wave_id=wave.id, idem=b"1" * 32, week=TODAY))
        session.flush()
        postgres.run(cut)
    assert count(database, Response) == 0
    assert send(database, keys, digests, wave, new_key())


@on_postgresql
def test_addresses_that_postgresql_refuses(postgres, database, settings, soundings, wave):
    name = database.engine.url.database
    postgres.run(f"DROP ROLE IF EXISTS {GUARDED}")
    postgres.run(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
    here = f"127.0.0.1:{postgres.port}"
    guarded = f"postgresql+psycopg://{GUARDED}:{{}}@{here}/{name}"
    for password in ("wrong", ""):
        said_once(soundings("wave", "list", database_url=guarded.format(password)), "refuses this user or password")
    said_once(soundings("wave", "list", database_url=guarded.format(PASSWORD)), "Make it the owner")
    said_once(soundings("wave", "list", database_url=postgres.url("nowhere")), "no database of this name")
    said_once(soundings("wave", "list", database_url=settings.database_url.replace("tests@", "nobody@")), "refuses")
    assert soundings("wave", "list", database_url=settings.database_url.replace("+psycopg", ""))[0] == 0
    postgres.run(f"DROP ROLE {GUARDED}")


@on_postgresql
def test_no_connection_left_is_one_sentence(postgres, settings, database, wave, soundings):
    name = database.engine.url.database
    database.engine.dispose()
    postgres.run(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    postgres.run("DROP ROLE IF EXISTS plain")
    postgres.run("CREATE ROLE plain LOGIN")
    try:
        url = settings.database_url.replace("tests@", "plain@")
        said_once(soundings("wave", "list", database_url=url), "no connection left")
    finally:
        postgres.run("DROP ROLE plain")


@both
def test_a_database_from_a_newer_version(database, client, wave, soundings):
    with database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said_once(soundings("wave", "list"), "newer Soundings made this database (its revision is 9999)")
    said_once(soundings("init"), "newer Soundings")
    said_once(soundings("serve"), "newer Soundings")
    assert client.get("/health").status_code == 503
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


@both
def test_a_database_that_was_never_set_up(bare, soundings):
    url = bare.settings.database_url
    said_once(soundings("wave", "list", database_url=url), "is not set up for this version. Run 'soundings init'")


@on_postgresql
def test_postgresql_that_may_only_be_read(postgres, client, database, keys, digests, wave, soundings):
    name = database.engine.url.database
    postgres.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.engine.dispose()
    client.application.extensions["soundings"].database.engine.dispose()
    assert client.get("/").status_code == 200
    refused = client.post("/w/autumn")
    assert refused.status_code == 503 and PATIENCE in refused.text
    said_once(soundings("wave", "open", "--key", "late"), "can be read and not written to")
    before = _keys(keys)
    with pytest.raises(DatabaseProblem, match="not written to"):
        send(database, keys, digests, wave, new_key())
    assert count(database, Response) == 0 and _keys(keys) >= before  # a key too many opens nothing


def _keys(keys) -> int:
    with keys._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM response_key").scalar()


@both
def test_a_lost_key_store_is_said_and_not_made_anew(urls, client, database, keys, settings, wave, soundings, request):
    words = tmp_words(settings)
    make_wave(database, keys, key="imported")
    database.session.remove()
    keys.close()
    client.application.extensions["soundings"].keys.close()
    if urls:
        schema = settings.keys_url.partition("%3D")[2]
        request.getfixturevalue("postgres").run(f"DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}", "keys")
    for path in Path(settings.home).glob("keys.db*"):
        path.unlink()
    said_once(soundings("init"), "Restore the key store")
    status, said = soundings("import-responses", words, "--wave", "imported")
    assert status == 1 and "key store" in said.splitlines()[-1] and "Traceback" not in said
    page = client.get("/health")
    assert page.status_code == 503 and "key store" in page.text


def tmp_words(settings) -> str:
    """A file to import."""
    path = Path(settings.home) / "words.csv"
    path.write_text("text\nShe rang back.\n")
    return str(path)
