"""Storing many rows at once, as they are, where somebody waits for it.

SQLAlchemy looks at every value of every row; here the driver gets them whole. On PostgreSQL they travel as one array
a column, in one statement.
"""

from collections.abc import Sequence

from sqlalchemy import Table
from sqlalchemy.engine import Connection, Engine


class BulkInsert:
    """An INSERT of these columns of a table; what has a default must be given."""

    def __init__(self, engine: Engine, table: Table, columns: Sequence[str], *, ignoring: bool = False):
        """With `ignoring`, a row that breaks a unique constraint is left out, and the ids of the others returned."""
        prepare = engine.dialect.identifier_preparer
        into = f"INSERT INTO {prepare.format_table(table)} ({', '.join(map(prepare.quote, columns))}) "
        self._ignoring, self._in_arrays = ignoring, engine.dialect.name == "postgresql"
        if self._in_arrays:
            kinds = [table.c[name].type.compile(engine.dialect) for name in columns]
            into += f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"
        else:
            into += f"VALUES ({', '.join('?' * len(columns))})"
        self._words = into + (" ON CONFLICT DO NOTHING RETURNING id" if ignoring else "")

    def store(self, connection: Connection, rows: Sequence[tuple]) -> set[int]:
        """Store rows of plain values (dates in ISO 8601); the ids of those stored when `ignoring`, else nothing."""
        if not rows:
            return set()
        if self._in_arrays:
            result = connection.exec_driver_sql(self._words, tuple(list(column) for column in zip(*rows, strict=True)))
            return set(result.scalars()) if self._ignoring else set()
        if self._ignoring:
            return {found for row in rows for found in connection.exec_driver_sql(self._words, row).scalars()}
        connection.exec_driver_sql(self._words, list(rows))
        return set()
