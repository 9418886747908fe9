"""Tables of counts pass here before anybody outside the coding room sees them."""

from analysis.disclosure import Table, publishable
from feedback.config import Settings

#: {table: {(row, column): count}}; a count that may not be shown comes back as None.
Counts = dict[str, dict[tuple[str, str], int]]
Shown = dict[str, dict[tuple[str, str], int | None]]


def for_board(settings: Settings, counts: Counts) -> Shown:
    """All tables of one page together: small cells suppressed, the others rounded, by the board's settings."""
    tables = [_table(name, cells) for name, cells in counts.items() if cells]
    shown = publishable(tables, threshold=settings.board_threshold, base=settings.board_rounding)
    return {name: {} for name in counts} | {table.name: _cells(table) for table in shown}


def _table(name: str, cells: dict[tuple[str, str], int]) -> Table:
    rows = tuple(dict.fromkeys(row for row, _column in cells))
    columns = tuple(dict.fromkeys(column for _row, column in cells))
    return Table(name, rows, columns, tuple(tuple(cells.get((r, c), 0) for c in columns) for r in rows))


def _cells(table) -> dict[tuple[str, str], int | None]:
    return {
        (row, column): None if cell.suppressed else cell.value
        for row, cells in zip(table.rows, table.cells, strict=True)
        for column, cell in zip(table.columns, cells, strict=True)
    }
