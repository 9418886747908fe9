"""What may be shown: counts with the small ones hidden, so that none of them can be worked out.

Give all tables of a release together. Hiding is decided on the whole of it, because what one table hides
another may give away. Figures are then frozen: the same table before and after one more response is a
difference that names its author.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.attack import Figure, Sum, exposed

# A label of this name narrows nothing down: a one-way table is a table with this as its only column.
ALL = "all"
Key = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Counts of responses by rows and columns, before anything is hidden.

    ``rows_add_up``: each response is in one row at most, so that a column's total is the sum of its rows and
    is published with it; themes do not add up, because one response may carry several. ``columns_add_up``:
    the same for columns. ``of``: which responses are counted. Tables with the same words here are cuts of
    the same responses, so figures with the same labels (``row_kind`` and ``column_kind`` say of what kind)
    are one figure and are shown or hidden together. Without it a table stands alone.
    """

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    row_kind: str = "row"
    column_kind: str = "column"
    of: str = ""
    rows_add_up: bool = True
    columns_add_up: bool = True

    def __post_init__(self) -> None:
        shape_is_right = len(self.counts) == len(self.rows) and all(
            len(row) == len(self.columns) for row in self.counts
        )
        if not shape_is_right or any(count < 0 for row in self.counts for count in row):
            raise ValueError(f"The table {self.name!r} needs one count, 0 or more, for each row and column.")
        if len(set(self.rows)) < len(self.rows) or len(set(self.columns)) < len(self.columns):
            raise ValueError(f"The table {self.name!r} has two rows or two columns with one label.")


@dataclass(frozen=True)
class Cell:
    """A figure as published: rounded, or hidden (``value`` is then None)."""

    value: int | None
    suppressed: bool


@dataclass(frozen=True)
class PublishedTable:
    """A table that may leave: cells by row, and the totals of the sides that add up (None otherwise)."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...] | None
    column_totals: tuple[Cell, ...] | None
    total: Cell | None
    threshold: int
    base: int


def publishable(tables: Sequence[Table], threshold: int, base: int) -> list[PublishedTable]:
    """Return the tables as they may be published, in the same order.

    Every figure under ``threshold`` is hidden, **nought included**: "nobody in this group said it" tells
    something of each of its members, and a nought that shows is the first step in working out its
    neighbours (UK LLC's rule, and what the attack in `reference/reliability.md` section 10 assumes; the DfE
    shows true noughts). The others are rounded to ``base``. Where a hidden figure could still be worked out
    from sums, tables and rounding together, to a single value or to two, the smallest figure in its way is
    hidden as well, until an attacker who knows all these rules is left with three values or more
    (with a threshold under 3, with all those under it).

    Raises ValueError when threshold or base is below 1, or when two tables of the same responses disagree.
    """
    if threshold < 1 or base < 1:
        raise ValueError(f"Threshold and base are 1 or more, not {threshold} and {base}.")
    counts: dict[tuple[str, Key], int] = {}
    sums: list[tuple[tuple[str, Key], list[tuple[str, Key]]]] = []
    for table in tables:
        _collect(table, counts, sums)
    keys = list(counts)
    place = {key: index for index, key in enumerate(keys)}
    figures = [Figure(counts[key], counts[key] < threshold) for key in keys]
    links = {Sum(place[whole], tuple(place[part] for part in parts)): None for whole, parts in sums}
    hidden = _hide(figures, list(links), threshold, base)
    shown = {
        key: Cell(None, True) if index in hidden else Cell(rounded(counts[key], base), False)
        for key, index in place.items()
    }
    return [_published(table, shown, threshold, base) for table in tables]


def rounded(count: int, base: int) -> int:
    """Return the count rounded to the nearest multiple of ``base``, halves upwards."""
    return (count + base // 2) // base * base


def _hide(figures: Sequence[Figure], links: Sequence[Sum], threshold: int, base: int) -> set[int]:
    """Return the figures to hide: the small ones, and those that would give one of them away."""
    hidden = {index for index, figure in enumerate(figures) if figure.small}
    while found := exposed(figures, links, hidden, threshold, base):
        more: set[int] = set()
        for index in found:
            ways = [link for link in links if index in link.members]
            # Totals are hidden last: they are what a reader looks for first.
            parts = {part for link in ways for part in link.parts} - hidden
            wholes = {link.whole for link in ways} - hidden
            candidates = parts or wholes
            if candidates and not candidates & more:
                more.add(min(candidates, key=lambda other: (figures[other].count, other)))
        if not more:  # nothing beside them is left to hide: go further out
            more = {index for link in links for index in link.members} - hidden
        if not more:
            return hidden
        hidden |= more
    return hidden


def _collect(
    table: Table,
    counts: dict[tuple[str, Key], int],
    sums: list[tuple[tuple[str, Key], list[tuple[str, Key]]]],
) -> None:
    """Add the table's figures and the sums they are in; a figure met before must have the same count."""
    for key, count in _figures(table).items():
        if counts.setdefault(key, count) != count:
            raise ValueError(
                f"The table {table.name!r} says {count} where another of the same responses says "
                f"{counts[key]}: they do not count the same thing."
            )
    rows, columns = (*table.rows, ALL), (*table.columns, ALL)
    if table.columns_add_up:
        for row in rows if table.rows_add_up else table.rows:
            sums.append((_key(table, row, ALL), [_key(table, row, column) for column in table.columns]))
    if table.rows_add_up:
        for column in columns if table.columns_add_up else table.columns:
            sums.append((_key(table, ALL, column), [_key(table, row, column) for row in table.rows]))


def _figures(table: Table) -> dict[tuple[str, Key], int]:
    found = {
        _key(table, row, column): count
        for row, counts in zip(table.rows, table.counts, strict=True)
        for column, count in zip(table.columns, counts, strict=True)
    }
    if table.columns_add_up:
        found |= {_key(table, row, ALL): sum(counts) for row, counts in zip(table.rows, table.counts, strict=True)}
    if table.rows_add_up:
        downwards = zip(table.columns, zip(*table.counts, strict=True), strict=False)
        found |= {_key(table, ALL, column): sum(counts) for column, counts in downwards}
    if table.rows_add_up and table.columns_add_up:
        found[_key(table, ALL, ALL)] = sum(map(sum, table.counts))
    return found


def _key(table: Table, row: str, column: str) -> tuple[str, Key]:
    labels = ((table.row_kind, row), (table.column_kind, column))
    return (table.of or f"table {table.name}", frozenset(pair for pair in labels if pair[1] != ALL))


def _published(table: Table, shown: dict[tuple[str, Key], Cell], threshold: int, base: int) -> PublishedTable:
    def cells(row: str) -> tuple[Cell, ...]:
        return tuple(shown[_key(table, row, column)] for column in table.columns)

    row_totals = tuple(shown[_key(table, row, ALL)] for row in table.rows) if table.columns_add_up else None
    total = shown[_key(table, ALL, ALL)] if table.rows_add_up and table.columns_add_up else None
    return PublishedTable(
        table.name,
        table.rows,
        table.columns,
        tuple(cells(row) for row in table.rows),
        row_totals,
        cells(ALL) if table.rows_add_up else None,
        total,
        threshold,
        base,
    )
