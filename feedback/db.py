"""The database: engine, session, the write lock, and every difference between SQLite and PostgreSQL."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Integer, MetaData, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float

from feedback.at_once import AtOnce
from feedback.config import Settings, derive, master_secret
from feedback.errors import DatabaseProblem, KeyProblem
from feedback.home import enter
from feedback.trouble import explain
from feedback.write_lock import WriteLock

# A random 63-bit integer: SQLite makes it the row's own place, so nothing is stored in order of arrival.
BigId = BigInteger().with_variant(Integer, "sqlite")

# SQLite 3.7.0 to 3.51.2 can lose committed pages in WAL mode; 3.52.0 was withdrawn.
SAFE_SQLITE = "3.51.3 or newer (not 3.52.0)"


class Base(DeclarativeBase):
    """Parent of every table; the names of constraints are the same on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def random_id() -> int:
    """A row id that says nothing about when the row came."""
    return secrets.randbits(62) + 1


class epoch_now(FunctionElement):  # noqa: N801  (it reads as an SQL function)
    """Seconds since 1970 by the database's clock, so that several hosts share one clock."""

    type = Float()
    inherit_cache = True


@compiles(epoch_now, "sqlite")
def _epoch_sqlite(_element, _compiler, **_kw):
    return "unixepoch('subsec')"


@compiles(epoch_now, "postgresql")
def _epoch_postgresql(_element, _compiler, **_kw):
    return "extract(epoch from clock_timestamp())::float8"


def open_engine(url: str, path, key: bytes) -> Engine:
    """An engine for `url`, or for the encrypted SQLite file `path` when `url` is empty."""
    engine = _postgresql(url) if url else _encrypted_sqlite(path, key)
    event.listen(engine, "handle_error", explain)
    return engine


def open_engines(url: str, path, key: bytes) -> tuple[Engine, Engine]:
    """An engine for reading and one for writing; those who close the first close both.

    On SQLite each has connections of its own: one that changed sides would be told so each time, and would find
    the pages it remembers out of date.
    """
    reader = open_engine(url, path, key)
    if url:
        return reader, reader.execution_options(write=True)
    writer = open_engine(url, path, key).execution_options(write=True)
    event.listen(reader, "engine_disposed", lambda _reader: writer.dispose())
    return reader, writer


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        f"postgresql+psycopg{libpq_url(url).removeprefix('postgresql')}",
        # A thread reads on one connection and writes on another.
        pool_size=10,
        max_overflow=20,
        pool_use_lifo=True,  # the same few again: they know our statements already
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": 10},
    )
    event.listen(engine, "begin", _begin_on_postgresql)
    return engine


def libpq_url(url: str) -> str:
    """DATABASE_URL or KEYS_URL without the name of the driver, as PostgreSQL's own programs read it."""
    try:
        kind = make_url(url).drivername
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in {"postgresql+psycopg", "postgresql", "postgres"}:
        raise DatabaseProblem(
            "DATABASE_URL and KEYS_URL must read postgresql+psycopg://user:password@host:5432/database. Mend them."
        )
    return "postgresql" + url.removeprefix(kind)


def _begin_on_postgresql(connection) -> None:
    # The driver makes it part of its BEGIN; for a writer the server's own default holds.
    connection.connection.dbapi_connection.read_only = None if connection.get_execution_options().get("write") else True


def _encrypted_sqlite(path, key: bytes) -> Engine:
    from sqlcipher3 import dbapi2

    _check_sqlite(dbapi2)
    file = _EncryptedFile(path, key)
    engine = create_engine(f"sqlite:///{path}", module=dbapi2, connect_args={"timeout": 10}, pool_use_lifo=True)
    event.listen(engine, "connect", file.on_connect, insert=True)
    event.listen(engine, "begin", file.on_begin)
    event.listen(engine, "checkin", file.on_checkin)
    return engine


class _EncryptedFile:
    """How each connection to one SQLCipher file is opened, begins and is given back."""

    def __init__(self, path, key: bytes):
        self._path, self._key = path, key
        self._lock = WriteLock(f"{path}.lock")

    def on_connect(self, connection, _record) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute(f"PRAGMA key=\"x'{self._key.hex()}'\"")
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                connection.execute("PRAGMA " + pragma)
        except Exception as problem:
            raise KeyProblem(_why_unreadable(self._path, problem)) from problem

    def on_begin(self, connection) -> None:
        writes = bool(connection.get_execution_options().get("write"))
        if writes and not connection.info.get("holds_lock"):
            self._lock.acquire()
            connection.info["holds_lock"] = True
        if connection.info.get("writes") is not writes:  # it stays as it is with the connection: said when it changes
            connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
            connection.info["writes"] = writes
        if not connection.get_execution_options().get("glance"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def on_checkin(self, _connection, record) -> None:
        # Given back after COMMIT or ROLLBACK: only now may the next writer begin.
        if record.info.pop("holds_lock", False):
            self._lock.release()


def _why_unreadable(path, problem: Exception) -> str:
    if "not a database" in str(problem) or "hmac" in str(problem).lower():
        return f"The master key does not open the database {path}. Put back the key this database was made with."
    return f"The database {path} cannot be opened ({problem}). Check that its folder exists and can be written to."


def _check_sqlite(dbapi2) -> None:
    """Raise DatabaseProblem when the linked SQLite can lose committed pages."""
    version = tuple(int(part) for part in dbapi2.sqlite_version.split("."))
    if version < (3, 51, 3) or version == (3, 52, 0):
        raise DatabaseProblem(
            f"This SQLite is {dbapi2.sqlite_version}; Soundings needs {SAFE_SQLITE}, because older ones can lose "
            "answers. Reinstall with: pip install --force-reinstall sqlcipher3"
        )


class RoutingSession(Session):
    """Reads on a read-only connection; from the first write on, on the one writing connection."""

    def __init__(self, *, reader: Engine, writer: Engine, **options):
        super().__init__(**options)
        self.reader, self.writer = reader, writer

    def get_bind(self, mapper=None, *, clause=None, **_kw):
        """The engine for one statement."""
        if self._flushing or isinstance(clause, UpdateBase):
            self.info["writing"] = True
        return self.writer if self.info.get("writing") else self.reader


@event.listens_for(RoutingSession, "after_transaction_end")
def _back_to_reading(session, transaction):
    if transaction.parent is None:
        session.info.pop("writing", None)


class Database:
    """The product's database: a session for reading, and `writing()` for a transaction that writes."""

    def __init__(self, settings: Settings):
        self._presence = enter(settings)
        self.settings = settings
        self.path = settings.folder / "soundings.db"
        key = derive(master_secret(settings), "database")
        self.engine, self.writer = open_engines(settings.database_url, self.path, key)
        self.at_once = AtOnce(self.engine)
        #: Handed to every session, e.g. who carries nudges for new jobs.
        self.info: dict[str, object] = {}
        self.session = scoped_session(
            sessionmaker(class_=RoutingSession, reader=self.engine, writer=self.writer, info=self.info)
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that writes: commits at the end, rolls back on an error.

        What the session had read is read afresh, so that nothing is decided on a stale row. Keep it short:
        no hashing, rendering, model or network inside, because every other writer waits.
        """
        session = self.session()
        session.rollback()
        session.info["writing"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise

    def let_go(self) -> None:
        """Hold nothing open in this thread; what its session had read is read afresh."""
        if self.session.registry.has():
            self.session.rollback()

    def check(self) -> None:
        """Open the database once; raises KeyProblem or DatabaseProblem with one sentence."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Give every connection back and leave the home folder."""
        self.session.remove()
        self.engine.dispose()
        self._presence = None


def _insert(session: Session, table: Table):
    dialect = sqlite if session.get_bind(clause=None).dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def insert_ignoring(session: Session, table: Table) -> Executable:
    """An INSERT that leaves existing rows alone and returns the keys of the others; PostgreSQL gives no rowcount."""
    return _insert(session, table).on_conflict_do_nothing().returning(*table.primary_key)


def insert_or_replace(session: Session, table: Table, row: dict) -> None:
    """Store a row, in the place of the one with the same primary key if there is one."""
    keys = [column.name for column in table.primary_key]
    values = {name: value for name, value in row.items() if name not in keys}
    session.execute(_insert(session, table).values(row).on_conflict_do_update(index_elements=keys, set_=values))


def hold(session: Session, model: type[Base], ids: Iterable[int], *, against_erasure: bool = False) -> set[int]:
    """Until the commit nobody else changes these rows, or (`against_erasure`) erases them; returns those found.

    Whoever reads after this decides on what stands. On SQLite a writing session is alone, and this only looks.
    """
    key, wanted, found = model.__table__.primary_key.columns[0], sorted(set(ids)), set()
    for start in range(0, len(wanted), 500):  # in the order of ids, so that nobody waits for somebody who waits for us
        rows = select(key).where(key.in_(wanted[start : start + 500])).order_by(key)
        found.update(session.scalars(rows.with_for_update(key_share=True, read=against_erasure)))
    return found


def checkpoint(engine: Engine) -> None:
    """After an erasure: empty SQLite's write-ahead log, where the old page would otherwise wait."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
