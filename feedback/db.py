"""The database: engine, session, the write lock, and every difference between SQLite and PostgreSQL."""

import fcntl
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Integer, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Float

from feedback.config import Settings, derive, master_secret
from feedback.errors import DatabaseProblem, KeyProblem

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


class WriteLock:
    """One writer at a time across threads and processes, in turn; the kernel frees it if we are killed.

    SQLite's own busy wait has no queue: under load it starves a writer for seconds.
    """

    def __init__(self, path: str):
        self._path = path
        self._pid = 0

    def acquire(self) -> None:
        """Wait until this thread is the only writer."""
        if self._pid != os.getpid():  # a lock belongs to the open file: a forked child opens its own
            self._thread = threading.Lock()
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._pid = os.getpid()
        self._thread.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread.release()
            raise

    def release(self) -> None:
        """Let the next writer in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()


def open_engine(url: str, path, key: bytes) -> Engine:
    """An engine for `url`, or for the encrypted SQLite file `path` when `url` is empty."""
    if url:
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    return _encrypted_sqlite(path, key)


def _encrypted_sqlite(path, key: bytes) -> Engine:
    from sqlcipher3 import dbapi2

    _check_sqlite(dbapi2)
    file = _EncryptedFile(path, key)
    engine = create_engine(f"sqlite:///{path}", module=dbapi2, connect_args={"timeout": 10})
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
        if not connection.get_execution_options().get("write"):
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")
            return
        if not connection.info.get("holds_lock"):
            self._lock.acquire()
            connection.info["holds_lock"] = True
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

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
        settings.folder.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.path = settings.folder / "soundings.db"
        self.engine = open_engine(settings.database_url, self.path, derive(master_secret(settings), "database"))
        self.writer = self.engine.execution_options(write=True)
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

    def check(self) -> None:
        """Open the database once; raises KeyProblem or DatabaseProblem with one sentence."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except DatabaseError as problem:
            raise DatabaseProblem(f"The database does not answer: {problem.orig}") from problem


def insert_ignoring(session: Session, table) -> Executable:
    """An INSERT into `table` that leaves an existing row alone (ON CONFLICT DO NOTHING)."""
    dialect = sqlite if session.get_bind(clause=None).dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def checkpoint(engine: Engine) -> None:
    """After an erasure: empty SQLite's write-ahead log, where the old page would otherwise wait."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
