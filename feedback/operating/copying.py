"""Consistent copies of an encrypted SQLite file that is being written to."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Engine

from feedback.config import Settings
from feedback.db import Database, open_engine

Listener = Callable[[int, int, str], None]
_PAGES = 1_000  # copied between two looks at the progress bar


@contextmanager
def database_of(settings: Settings) -> Iterator[Database]:
    """The database for a while; giving it back empties SQLite's log into the file."""
    database = Database(settings)
    try:
        yield database
    finally:
        database.close()


def copy_encrypted(source: Engine, target: Path, key: bytes, listener: Listener, step: str) -> None:
    """Copy an encrypted SQLite file, as it is at this moment, into a new one under `key`; nobody waits for it.

    A reader's transaction is held meanwhile. Without it SQLite begins anew whenever somebody writes, and under load
    it never ends.
    """
    copy = open_engine("", target, key)
    with source.connect() as connection, closing(copy.raw_connection()) as raw:
        connection.execute(text("SELECT count(*) FROM sqlite_schema"))
        # Nobody reads the copy before it is whole, and whoever ordered it syncs it then.
        for pragma in ("synchronous=OFF", "journal_mode=OFF"):
            raw.cursor().execute("PRAGMA " + pragma)
        connection.connection.dbapi_connection.backup(
            raw.dbapi_connection,
            pages=_PAGES,
            progress=lambda _status, left, total: listener(total - left, total, step),
        )
        raw.cursor().execute("PRAGMA journal_mode=DELETE")
    copy.dispose()
