"""Rows for people, spreadsheets and machines."""

import csv
import json
import sys
from collections.abc import Sequence

import click

from forms.fields import without_hidden

format_option = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json for a machine.",
)


def print_json(data: object) -> None:
    """One JSON document; dates as text."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


#: Where a spreadsheet sees the beginning of a formula; the full-width signs are read like the others.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _calm(cell: object) -> object:
    """A cell that a spreadsheet shows and does not run: a quotation mark in front makes it text."""
    if not isinstance(cell, str):
        return cell
    cell = without_hidden(cell)  # a lone CR would begin a new row in other programs
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def print_csv(rows: Sequence[dict]) -> None:
    """A header row, then one line a row."""
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _calm(cell) for name, cell in row.items()} for row in rows)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns as wide as their widest cell; numbers stand on the right."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in (list(headings), *cells)) for i in range(len(headings))]
    numbers = [all(isinstance(row[i], int) for row in rows) and bool(rows) for i in range(len(headings))]
    for row in (list(headings), *cells):
        line = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        )
        click.echo("  ".join(line).rstrip())
