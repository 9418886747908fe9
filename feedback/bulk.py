"""Storing many rows at once, as they are, where somebody waits for it.

SQLAlchemy looks at every value of every row; here the driver gets them whole, many in one statement: whoever runs one
lets go of the interpreter, and may wait for its turn to come again. On PostgreSQL they travel as one array a column.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Table
from sqlalchemy.engine import Connection, CursorResult, Engine

from feedback.at_once import AtOnce

#: Rows in one statement; SQLite takes 32,766 values.
MOST = 500

Rows = Sequence[tuple]


class Columns:
    """These columns of a table, to be filled; what has a default must be given."""

    def __init__(self, engine: Engine, table: Table, names: Sequence[str]):
        quote = engine.dialect.identifier_preparer.quote
        self.list, self.second = ", ".join(map(quote, names)), quote(names[1])
        self.into = f"INSERT INTO {quote(table.name)} ({self.list})"
        self.marks = f"({', '.join('?' * len(names))})"
        #: On PostgreSQL: rows that come as one array a column, as a table.
        self.given = f"unnest({', '.join(f'%s::{table.c[name].type.compile(engine.dialect)}[]' for name in names)})"
        self._width = len(names)

    def arrays(self, rows: Rows) -> list[list]:
        """The values of `given`."""
        return [[row[place] for row in rows] for place in range(self._width)]


class Parcels:
    """Rows with the parts of each; storing them deletes what was kept until then: all in one commit.

    The id is the first column of rows, and of which row a part is, the second of parts. A row that breaks a unique
    constraint is left out with its parts.
    """

    def __init__(self, writer: Engine, at_once: AtOnce, rows: Columns, parts: Columns, kept: Table):
        self._writer, self._at_once, self._rows, self._parts, self._kept = writer, at_once, rows, parts, kept.name
        self._in_one_statement = (
            f"WITH stored AS ({rows.into} SELECT * FROM {rows.given} ON CONFLICT DO NOTHING RETURNING id), "
            f"added AS ({parts.into} SELECT part.* FROM {parts.given} AS part ({parts.list}) "
            f"JOIN stored ON stored.id = part.{parts.second}), "
            f"gone AS (DELETE FROM {self._kept} WHERE id = ANY(%s::bytea[])) SELECT id FROM stored"
        )

    def store(self, make: Callable[[], tuple[Rows, Rows]], kept: Sequence[bytes]) -> set[int]:
        """Store what `make` makes, (rows, parts) of plain values, and delete `kept`; the ids of the rows stored.

        When the connection is lost on the way, nobody knows what was stored: `make` is called again, for new ids.
        """
        if self._writer.dialect.name == "postgresql":
            return self._at_once.run(lambda connection: self._send(connection, *make(), kept))
        rows, parts = make()
        with self._writer.begin() as connection:
            return self._write(connection, rows, parts, kept)

    def _send(self, connection: Connection, rows: Rows, parts: Rows, kept: Sequence[bytes]) -> set[int]:
        values = (*self._rows.arrays(rows), *self._parts.arrays(parts), list(kept))
        return set(connection.exec_driver_sql(self._in_one_statement, values).scalars())

    def _write(self, connection: Connection, rows: Rows, parts: Rows, kept: Sequence[bytes]) -> set[int]:
        end = " ON CONFLICT DO NOTHING RETURNING id"
        stored = {one for result in _insert(connection, self._rows, rows, end) for one in result.scalars()}
        _insert(connection, self._parts, [part for part in parts if part[1] in stored])
        if kept:
            marks = ", ".join("?" * len(kept))
            connection.exec_driver_sql(f"DELETE FROM {self._kept} WHERE id IN ({marks})", tuple(kept))
        return stored


def _insert(connection: Connection, columns: Columns, rows: Rows, end: str = "") -> list[CursorResult]:
    results = []
    for start in range(0, len(rows), MOST):
        some = rows[start : start + MOST]
        words = f"{columns.into} VALUES {', '.join([columns.marks] * len(some))}{end}"
        results.append(connection.exec_driver_sql(words, tuple(value for row in some for value in row)))
    return results
