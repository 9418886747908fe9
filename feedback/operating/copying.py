"""Consistent copies of what is being written to: the two encrypted files, and a PostgreSQL database."""

from collections.abc import Callable
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from feedback.db import open_engine

Listener = Callable[[int, int, str], None]
_PAGES = 1_000  # copied between two looks at the progress bar


@contextmanager
def opened(engine: Engine):
    """An engine that is given back at the end, so that its last connection empties SQLite's log into the file."""
    try:
        yield engine
    finally:
        engine.dispose()


def copy_encrypted(source: Engine, target: Path, key: bytes, listener: Listener, step: str) -> None:
    """Copy an encrypted SQLite file, as it is at this moment, into a new one under `key`; nobody waits for it.

    A reader's transaction is held meanwhile. Without it SQLite begins anew whenever somebody writes, and under load
    it never ends.
    """
    with source.connect() as connection, opened(open_engine("", target, key)) as copy:
        connection.execute(text("SELECT count(*) FROM sqlite_schema"))
        with closing(copy.raw_connection()) as raw:
            # Nobody reads the copy before it is whole, and it is synced when it is.
            for pragma in ("synchronous=OFF", "journal_mode=OFF"):
                raw.cursor().execute("PRAGMA " + pragma)
            _from(connection).backup(
                raw.dbapi_connection,
                pages=_PAGES,
                progress=lambda _status, left, total: listener(total - left, total, step),
            )
            raw.cursor().execute("PRAGMA journal_mode=DELETE")


def _from(connection: Connection):
    return connection.connection.dbapi_connection
