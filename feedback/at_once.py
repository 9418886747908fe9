"""One statement at a time, each a transaction of its own, for what every respondent waits for."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Select, create_engine, event
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
            self.engine = reader.execution_options(glance=True)
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
        self.engine = engine

    def run(self, work: Callable[[Connection], Found]) -> Found:
        """What `work` returns. It is done twice when the connection was lost; the first may have been stored then."""
        with self.engine.connect() as connection:
            try:
                return work(connection)
            except DatabaseProblem:
                if not connection.invalidated:
                    raise
        with self.engine.connect() as connection:
            return work(connection)


class Look:
    """A SELECT of one row or none, given to the driver as it was compiled once; SQLAlchemy would look at it each time.

    A third of the processor time of whoever sends their answers went into that look.
    """

    def __init__(self, at_once: AtOnce, statement: Select):
        self._at_once, self._statement = at_once, statement
        self._engine = at_once.engine
        dialect = self._engine.dialect
        compiled = statement.compile(dialect=dialect)
        self._words, self._order, self._always = str(compiled), compiled.positiontup, compiled.params
        types = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
        read = [(place, kind.result_processor(dialect, None)) for place, kind in enumerate(types)]
        self._read = [(place, as_python) for place, as_python in read if as_python]

    def one(self, asked: Mapping[str, object]) -> Sequence | None:
        """The values of the row that these parameters find. What fails is asked once more, in the way that explains."""
        connection, values = self._engine.raw_connection(), self._always | asked
        try:
            cursor = connection.cursor()
            cursor.execute(self._words, [values[name] for name in self._order] if self._order else values)
            row = cursor.fetchone()
            cursor.close()
        except self._engine.dialect.loaded_dbapi.Error:
            connection.invalidate()
            return self._at_once.run(lambda afresh: afresh.execute(self._statement, dict(asked)).one_or_none())
        finally:
            connection.close()
        if row is None:
            return None
        found = list(row)
        for place, as_python in self._read:
            found[place] = as_python(found[place])
        return tuple(found)
