"""One statement at a time, each a transaction of its own, for what every respondent waits for."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from feedback.errors import DatabaseProblem
from feedback.trouble import explain

Found = TypeVar("Found")


class AtOnce:
    """A way to the database with no BEGIN before a statement and no COMMIT after it.

    On PostgreSQL each is one message there and one back. It has connections of its own, which stay as they are and
    know our statements: the driver forgets them at a ROLLBACK. Nor is a connection asked each time whether it is still
    there: whoever finds it dead tries once more. On SQLite only reading is done like this.
    """

    def __init__(self, reader: Engine):
        """For the database that `reader` reads; those who close the reader close this."""
        if reader.dialect.name == "sqlite":
            self._engine = reader.execution_options(glance=True)
            return
        engine = create_engine(
            reader.url,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            pool_size=10,
            max_overflow=20,
            pool_use_lifo=True,
            connect_args={"connect_timeout": 10, "prepare_threshold": 0},
        ).execution_options(write=True)
        event.listen(engine, "handle_error", explain)
        event.listen(reader, "engine_disposed", lambda _reader: engine.dispose())
        self._engine = engine

    def run(self, work: Callable[[Connection], Found]) -> Found:
        """What `work` returns. It is done twice when the connection was lost; the first may have been stored then."""
        with self._engine.connect() as connection:
            try:
                return work(connection)
            except DatabaseProblem:
                if not connection.invalidated:
                    raise
        with self._engine.connect() as connection:
            return work(connection)
