"""Storing many rows at once, as they are, where somebody waits for it.

SQLAlchemy looks at every value of every row; here the driver gets them whole, many in one statement: whoever runs one
lets go of the interpreter, and may wait for its turn to come again. On PostgreSQL they travel as one array a column.
"""

from collections.abc import Sequence

from sqlalchemy import Table
from sqlalchemy.engine import Connection, CursorResult, Engine

#: Rows in one statement; SQLite takes 32,766 values.
MOST = 500


class BulkInsert:
    """An INSERT of these columns of a table; what has a default must be given."""

    def __init__(self, engine: Engine, table: Table, columns: Sequence[str], *, ignoring: bool = False):
        """With `ignoring`, a row that breaks a unique constraint is left out, and the ids of the others returned."""
        prepare = engine.dialect.identifier_preparer
        self._into = f"INSERT INTO {prepare.format_table(table)} ({', '.join(map(prepare.quote, columns))})"
        self._marks = f"({', '.join('?' * len(columns))})"
        self._ignoring = ignoring
        self._end = " ON CONFLICT DO NOTHING RETURNING id" if ignoring else ""
        self._arrays = ""
        if engine.dialect.name == "postgresql":
            self._arrays = ", ".join(f"%s::{table.c[name].type.compile(engine.dialect)}[]" for name in columns)

    def store(self, connection: Connection, rows: Sequence[tuple]) -> set[int]:
        """Store rows of plain values (dates in ISO 8601); the ids of those stored when `ignoring`, else nothing."""
        results = [self._store(connection, rows[start : start + MOST]) for start in range(0, len(rows), MOST)]
        return {found for result in results for found in result.scalars()} if self._ignoring else set()

    def _store(self, connection: Connection, rows: Sequence[tuple]) -> CursorResult:
        if self._arrays:
            words = f"{self._into} SELECT * FROM unnest({self._arrays}){self._end}"
            return connection.exec_driver_sql(words, tuple(list(column) for column in zip(*rows, strict=True)))
        words = f"{self._into} VALUES {', '.join([self._marks] * len(rows))}{self._end}"
        return connection.exec_driver_sql(words, tuple(value for row in rows for value in row))


def delete_many(connection: Connection, table: Table, ids: Sequence[bytes]) -> None:
    """Delete the rows of a table with these binary ids."""
    if not ids:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE id = ANY(%s::bytea[])", (list(ids),))
    else:
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE id IN ({', '.join('?' * len(ids))})", tuple(ids))
