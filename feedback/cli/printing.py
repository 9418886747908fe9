"""Rows for people, spreadsheets and machines."""

import csv
import json
import sys
from collections.abc import Sequence

import click

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


def print_csv(rows: Sequence[dict]) -> None:
    """A header row, then one line a row."""
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


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
