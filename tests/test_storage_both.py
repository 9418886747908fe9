"""What holds on both databases: migrations, readers that cannot write, keys apart, and texts no database stores."""

import random
from pathlib import Path

import pytest
from alembic import command
from factories import TODAY, make_priority, make_released, make_staff, make_theme, make_wave
from sqlalchemy import func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from staffroom import count

from feedback import sealing
from feedback.authoring.store import copy
from feedback.carrier import Carrier
from feedback.collection.models import Answer, Response, Wave
from feedback.collection.receipts import Digests
from feedback.collection.store import words_of
from feedback.config import Settings, make_master_secret
from feedback.db import Database, epoch_now, hold, insert_ignoring, insert_or_replace, libpq_url
from feedback.errors import DatabaseProblem, KeyProblem, Overtaken, Refused
from feedback.evidence.store import decide_link
from feedback.jobs import Job
from feedback.models import Base
from feedback.operating.schema import alembic_config, newest, revision_of
from feedback.sealing import KeyStore
from feedback.themes.models import Theme
from feedback.themes.store import agree_theme, whole_excerpts
from feedback.triage.models import Release

pytestmark = pytest.mark.both

WORDS = "They keep changing my worker. Grüße 👍"


def fill(database, keys, digests):
    """A row in nearly every table."""
    wave = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada Reader")
    make_released(database, keys, digests, wave, [WORDS, "Second."])
    priority, theme = make_priority(database), make_theme(database)
    make_staff(database, "admin")
    with database.writing() as session:
        copy(session, "your-view", to="ours", by="Ada Reader", on=TODAY)
        lengths = {a.id: 5 for a in session.scalars(select(Answer).where(Answer.sealed.is_not(None)))}
        whole_excerpts(session, lengths)
        decide_link(
            session, theme, priority, state="confirmed", stance="supports", reason="It is.", by="Ada", on=TODAY
        )  # fmt: skip


def fill_another_wave(database, keys):
    make_released(database, keys, Digests(database.settings), make_wave(database, keys), ["Elsewhere."])


def test_migrations_go_up_down_and_up_with_data_in_the_tables(bare):
    keys = KeyStore(bare.settings)
    keys.create()
    for _ in range(2):
        command.upgrade(alembic_config(bare), "head")
        fill(bare, keys, Digests(bare.settings))
        assert count(bare, Response) == 2
        bare.session.remove()
        command.downgrade(alembic_config(bare), "base")
        with bare.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    keys.close()


def test_each_migration_goes_down_and_up_again_with_data_kept(bare):
    command.upgrade(alembic_config(bare), "head")
    keys = KeyStore(bare.settings)
    keys.create()
    fill(bare, keys, Digests(bare.settings))
    for _ in range(2):
        bare.session.remove()
        command.downgrade(alembic_config(bare), "-1")
        command.upgrade(alembic_config(bare), "head")
    answers = bare.session().scalars(select(Answer).where(Answer.sealed.is_not(None))).all()
    assert sorted(words_of(keys, answers).values()) == ["Second.", WORDS]
    keys.close()


def test_releases_from_before_0004_learn_their_wave(bare):
    command.upgrade(alembic_config(bare), "head")
    keys = KeyStore(bare.settings)
    keys.create()
    fill(bare, keys, Digests(bare.settings))
    fill_another_wave(bare, keys)
    for _ in range(2):
        bare.session.remove()
        command.downgrade(alembic_config(bare), "0003")
        with bare.engine.connect() as connection:
            assert "wave_id" not in {column["name"] for column in inspect(connection).get_columns("release")}
        command.upgrade(alembic_config(bare), "head")
    waves = bare.session().execute(select(Release.wave_id, Response.wave_id).join(Response)).all()
    assert len(waves) == 3 and all(mine == its for mine, its in waves)
    keys.close()


def test_the_migrations_make_what_the_models_say(bare):
    command.upgrade(alembic_config(bare), "head")
    Carrier(bare.settings, lambda job_id: None).huey.storage.close()  # its tables are not ours to compare
    command.check(alembic_config(bare))
    with bare.engine.connect() as connection:
        assert revision_of(connection) == newest()


def test_names_fit_into_postgresqls_63_characters():
    for table in Base.metadata.tables.values():
        things = [*table.constraints, *table.indexes]
        assert all(len(str(thing.name)) <= 63 for thing in things), table.name


def test_a_reader_cannot_write(database):
    with database.engine.connect() as connection, pytest.raises(DBAPIError, match="read-?only"):
        connection.execute(insert(Job).values(id=1, kind="k", key="k", subject={}))
    session = database.session()
    assert session.scalar(select(func.count()).select_from(Job)) == 0
    with pytest.raises(DBAPIError, match="read-?only|syntax"):
        session.execute(text("DELETE FROM job RETURNING id"))
    session.rollback()


def test_a_writer_after_a_reader_on_the_same_connection_may_write(database):
    for number in range(1, 4):
        with database.engine.connect() as connection:
            connection.scalar(select(func.count()).select_from(Job))
        with database.writing() as session:
            session.add(Job(id=number, kind="test", key=str(number), subject={"wave": "autumn", "list": [1, None]}))
    stored = database.session().get(Job, 3)
    assert stored.subject == {"wave": "autumn", "list": [1, None]}


def test_the_clock_is_the_databases_and_goes_on_within_a_transaction(database):
    with database.engine.connect() as connection:
        first, second = (connection.scalar(select(epoch_now())) for _ in range(2))
    assert 1.7e9 < first <= second


def test_a_large_random_id_and_bytes_and_booleans_come_back(database, keys, digests):
    wave = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada")
    make_released(database, keys, digests, wave, [WORDS])
    response = database.session().scalar(select(Response))
    assert response.id > 0 and response.may_quote is True and len(response.idem) == 32
    assert list(words_of(keys, response.answers).values()) == [WORDS]


def test_inserting_what_is_there_says_so_and_changes_nothing(database):
    rows = [{"id": n, "kind": "k", "key": f"key-{n}", "subject": {}} for n in (1, 2)]
    with database.writing() as session:
        add = insert_ignoring(session, Job.__table__)
        assert session.execute(add.values(rows)).all() == [(1,), (2,)]
        again = [*rows, {"id": 3, "kind": "k", "key": "key-1", "subject": {}}]
        assert session.execute(add, again).all() == []
        assert session.scalar(add.values(id=4, kind="k", key="key-4", subject={})) == 4
    assert count(database, Job) == 3


def test_a_row_is_put_in_the_place_of_the_one_with_its_key(database):
    for kind in ("one", "two"):
        with database.writing() as session:
            insert_or_replace(session, Job.__table__, {"id": 1, "kind": kind, "key": "k", "subject": {}})
    assert [job.kind for job in database.session().scalars(select(Job))] == ["two"]


def test_what_is_held_is_what_is_there(database, keys):
    wave = make_wave(database, keys)
    ids = [wave.id, *random.sample(range(10**15), 700)]
    with database.writing() as session:
        assert hold(session, Wave, ids) == {wave.id}
        assert hold(session, Wave, ids, against_erasure=True) == {wave.id}
        assert hold(session, Wave, []) == set()


def test_the_keys_live_in_a_database_of_their_own(database, keys, settings):
    make_wave(database, keys)
    with database.engine.connect() as product, keys._engine.connect() as store:
        assert "wave_key" not in inspect(product).get_table_names()
        assert set(inspect(store).get_table_names()) == set(sealing._metadata.tables)
    if settings.keys_url:
        same = Settings(home=settings.home, database_url=settings.database_url, keys_url=settings.database_url)
        with pytest.raises(KeyProblem, match="one of their own"):
            KeyStore(same)
        assert not (Path(settings.home) / "keys.db").exists() and not (Path(settings.home) / "soundings.db").exists()


def test_a_database_that_holds_waves_gets_no_new_key_store(database, keys, settings, tmp_path, request, urls):
    from feedback.cli.parts import Parts
    from feedback.cli.setting_up import set_up

    command.stamp(alembic_config(database), "head")
    make_wave(database, keys)
    database.session.remove()
    if urls:
        request.getfixturevalue("postgres").run("CREATE SCHEMA IF NOT EXISTS empty", "keys")
        empty = settings.keys_url.partition("%3D")[0] + "%3Dempty"
        lost = Settings(home=settings.home, database_url=settings.database_url, keys_url=empty)
    else:
        keys.close()
        for path in Path(settings.home).glob("keys.db*"):
            path.unlink()
        lost = settings
    parts = Parts(lost)
    with pytest.raises(KeyProblem, match="Restore the key store"):
        set_up(parts)
    parts.database.close()
    parts.keys.close()


def test_integer_ids_go_on_by_themselves(database):
    for number in range(3):
        make_theme(database, f"theme-{number}")
    assert database.session().scalar(select(func.count()).select_from(Theme)) == 3


def test_a_key_given_twice_is_one_sentence(database):
    make_theme(database, "once")
    with pytest.raises(Refused, match="already has a theme"):
        make_theme(database, "once")
    with pytest.raises(Overtaken, match="at the same moment"), database.writing() as session:
        session.execute(insert(Job).values(id=1, kind="k", key="k", subject={}))
        session.execute(insert(Job).values(id=2, kind="k", key="k", subject={}))
    assert count(database, Job) == 0


@pytest.mark.parametrize("value", ["x\x00y", "x" * 4000], ids=["nul", "too-long"])
def test_what_postgresql_does_not_store_is_one_sentence_there(database, value, dialect):
    """The edges let neither through; what slips by is refused whole."""
    if dialect == "sqlite":
        pytest.skip("SQLite stores both")
    with pytest.raises(Refused, match="too long, or holds a character"), database.writing() as session:
        agree_theme(session, key="k", name=value, description="d", by="Ada", on=TODAY)
    assert count(database, Theme) == 0


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql+psycopg2://x/y", "nonsense", "postgresql://u:p@h:port/d"])
def test_an_address_that_is_none_says_how_one_reads(tmp_path, url):
    settings = Settings(home=str(tmp_path), database_url=url)
    make_master_secret(settings)
    with pytest.raises(DatabaseProblem, match="must read postgresql"):
        Database(settings)


def test_every_way_to_write_an_address_reaches_the_queue_too():
    for kind in ("postgres", "postgresql", "postgresql+psycopg"):
        assert libpq_url(f"{kind}://u:p%40@h/d?sslmode=require") == "postgresql://u:p%40@h/d?sslmode=require"
