"""Tables of counts pass here before anybody outside the coding room sees them."""

from dataclasses import dataclass
from functools import lru_cache

from analysis.disclosure import ALL, PublishedTable, Table, publishable
from feedback.config import Settings


@dataclass(frozen=True)
class Counts:
    """Responses by one label, before anything is hidden; tables with the same `of` count the same responses."""

    by_label: dict[str, int]
    of: str = ""
    kind: str = "row"
    adds_up: bool = True


@dataclass(frozen=True)
class Shown:
    """The same as it may be shown: None is suppressed, and so is everything that would give it away."""

    by_label: dict[str, int | None]
    total: int | None


def for_board(settings: Settings, counts: dict[str, Counts]) -> dict[str, Shown]:
    """All tables of one page together: small cells suppressed, the others rounded, by the board's settings."""
    tables = tuple(_table(name, one) for name, one in counts.items() if one.by_label)
    published = _published(tables, settings.board_threshold, settings.board_rounding)
    return {name: Shown({}, None) for name in counts} | {table.name: _shown(table) for table in published}


@lru_cache(maxsize=256)
def _published(tables: tuple[Table, ...], threshold: int, base: int) -> tuple[PublishedTable, ...]:
    """The same counts always give the same cells, so a page that nothing has changed need not be worked out again."""
    return tuple(publishable(tables, threshold, base))


def _table(name: str, one: Counts) -> Table:
    rows = tuple(one.by_label)
    counts = tuple((number,) for number in one.by_label.values())
    return Table(name, rows, (ALL,), counts, row_kind=one.kind, of=one.of, rows_add_up=one.adds_up)


def _shown(table: PublishedTable) -> Shown:
    values = {row: cells[0].value for row, cells in zip(table.rows, table.cells, strict=True)}
    return Shown(values, table.column_totals[0].value if table.column_totals else None)
