"""A CSV or XLSX file that somebody brings, read as columns and numbered rows, or refused in one sentence.

Whatever is wrong with the file is named by the row number a spreadsheet shows, never by what a cell says: the
words in it belong to respondents, and a message ends up in logs and job tables.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from feedback.collection.workbooks import sheet_rows
from feedback.errors import ImportProblem
from forms.fields import clean_text, without_hidden

MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CHARACTERS = 20_000
MOST_BYTES = 100_000_000
LONGEST_NAME = 1_000  # of a column: survey tools use whole questions
LONGEST_ROW = 2_000_000

_SHEET_ROWS = 1_048_576  # a spreadsheet has no more; a forged row number may claim billions
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_DELIMITERS = (",", ";", "\t")
_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
#: What is no table at all, by how it begins.
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file or has a password"),
)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """What a file holds: its column names, and each row under its number (the header is row 1)."""

    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


def read_table(data: bytes, name: str) -> Table:
    """The rows of a CSV or XLSX file; raises ImportProblem with one sentence when it cannot be read."""
    if len(data) > MOST_BYTES:
        raise ImportProblem(too_large(name))
    if not data.strip():
        raise ImportProblem(f"{name} is empty. Choose a file with a header and rows.")
    if not name.lower().endswith(_ENDINGS):
        raise ImportProblem(f"{name} is not a CSV or XLSX file. Save it as one of these and try again.")
    start = data[:200].lstrip().lower()
    kind = next((kind for mark, kind in _OTHER_KINDS if start.startswith(mark.lower())), None)
    if kind:
        raise ImportProblem(f"{name} is {kind}, not a CSV or XLSX file. Save it as one of these and try again.")
    if data.startswith(b"PK\x03\x04"):
        return _table(name, _filled(sheet_rows(data, name), name), padded=True)
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it is damaged. Save it again.")
    return _table(name, _csv_records(_decoded(data, name), name), padded=False)


def file_name(name: str) -> str:
    """The name of a file without its folders, fit to be shown and stored; what is cut of a long one is its start."""
    return clean_text(re.split(r"[/\\]", name)[-1], LONGEST_NAME).replace("\n", " ")[-200:] or "file"


def too_large(name: str) -> str:
    """The sentence for a file that is not even opened."""
    return f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Split it into several files."


def rows_named(numbers: Iterable[int], shown: int = 5) -> str:
    """Row numbers as words: "row 4", "rows 4 and 9", "rows 4, 5, 6, 7, 8 and 12 more"."""
    numbers = list(numbers)
    first, more = [str(number) for number in numbers[:shown]], len(numbers) - shown
    if more > 0:
        first.append(f"{more:,} more")
    if len(first) == 1:
        return f"row {first[0]}"
    return f"rows {', '.join(first[:-1])} and {first[-1]}"


def _table(name: str, records: list[Record], *, padded: bool) -> Table:
    """Records as a table; `padded` when rows may be shorter than the header, as a sheet stores them."""
    if not records or records[0][0] != 1:
        raise ImportProblem(f"{name} has no header. Its first row must name the columns.")
    columns = _header(name, records[0][1])
    if len(records) == 1:
        raise ImportProblem(f"{name} has a header and no rows under it.")
    bad = [(number, fault) for number, cells in records[1:] if (fault := _fault(cells, columns, padded))]
    if bad:
        raise ImportProblem(_bad_rows(name, bad), tuple(bad))
    width = len(columns)
    return Table(
        columns,
        [
            (number, dict(zip(columns, cells + [""] * (width - len(cells)), strict=False)))
            for number, cells in records[1:]
        ],
    )


def _header(name: str, cells: list[str]) -> tuple[str, ...]:
    """The column names; columns at the end without a name are cut off (their cells must be empty)."""
    columns = [clean_text(cell, LONGEST_NAME).replace("\n", " ") for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if "" in columns:
        raise ImportProblem(f"Column {columns.index('') + 1} of {name} has no name. Name it or remove it.")
    long = next((number for number, column in enumerate(columns, 1) if len(column) > LONGEST_NAME), None)
    if long:
        raise ImportProblem(
            f"The name of column {long} of {name} is longer than {LONGEST_NAME:,} characters. Shorten it."
        )
    folded = [column.casefold() for column in columns]
    twice = [column for column in columns if folded.count(column.casefold()) > 1]
    if twice:
        raise ImportProblem(f"{name} has two columns named “{twice[0][:80]}”. Give each its own name.")
    return tuple(columns)


def _fault(cells: list[str], columns: tuple[str, ...], padded: bool) -> str:
    """Why a row does not fit its header, or nothing."""
    if any(cell.strip() for cell in cells[len(columns) :]) or (len(cells) < len(columns) and not padded):
        return f"{len(cells)} cells under {len(columns)} column names"
    for column, cell in zip(columns, cells, strict=False):
        if len(cell) > MOST_CHARACTERS:
            return f"more than {MOST_CHARACTERS:,} characters in the column “{column[:80]}”"
    return ""


def _bad_rows(name: str, bad: list[tuple[int, str]]) -> str:
    number, fault = bad[0]
    if len(bad) == 1:
        return f"Row {number} of {name} has {fault}. Mend it and try again."
    every = rows_named(number for number, _ in bad)
    return f"{len(bad):,} rows of {name} do not fit: {every}. Row {number} has {fault}. Mend them and try again."


def _filled(rows: Iterable[list[str]], name: str) -> list[Record]:
    """Rows under their numbers, those without a single character left out; no cell holds what cannot be seen."""
    kept: list[Record] = []
    for number, row in enumerate(rows, 1):
        if len(row) > MOST_COLUMNS:
            raise ImportProblem(f"{name} has more than {MOST_COLUMNS} columns. Keep only those you need.")
        cells = [without_hidden(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            kept.append((number, cells))
        if len(kept) > MOST_ROWS + 1 or number > _SHEET_ROWS:
            raise ImportProblem(f"{name} has more than {MOST_ROWS:,} rows. Split it into several files.")
    return kept


def _decoded(data: bytes, name: str) -> str:
    """The text of a CSV file in UTF-8, UTF-16 or Windows-1252, whichever it is written in."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return without_hidden(text)
    raise ImportProblem(f"{name} is not text that can be read. Save it as “CSV UTF-8” or XLSX and try again.")


def _encodings(data: bytes) -> tuple[str, ...]:
    """Encodings to try. Windows-1252 reads nearly anything, so it comes last."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return (encoding,)
    # UTF-16 without a mark: in a header of Latin letters every second byte is NUL.
    if data[1:8:2] == b"\0\0\0\0":
        return ("utf-16-le",)
    if data[0:8:2] == b"\0\0\0\0":
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _csv_records(text: str, name: str) -> list[Record]:
    return _filled(_parsed(text, _delimiter(text), name), name)


def _parsed(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    number = taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in _LINE.finditer(text):
            taken += len(line.group())
            if taken > LONGEST_ROW:
                raise ImportProblem(
                    f"Row {number + 1} of {name} is longer than {LONGEST_ROW:,} characters. Check that each row "
                    "stands on a line of its own, and that every quotation mark is closed."
                )
            yield line.group()

    try:
        # Strict: a stray quotation mark would otherwise swallow or change words without a sign.
        for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
            number, taken = number + 1, 0
            yield cells
    except csv.Error as problem:
        raise ImportProblem(
            f"Row {number + 1} of {name} cannot be read: a quotation mark in it is not closed or not doubled, "
            "or a cell is far too long."
        ) from problem


def _delimiter(text: str) -> str:
    """Comma, semicolon or tab: the one under which the first rows fit their header best."""

    def fit(delimiter: str) -> tuple[bool, float, int]:
        widths: list[int] = []
        with suppress(ImportProblem):  # said once the delimiter is known; what was read until then tells enough
            widths.extend(len(cells) for cells in islice(_parsed(text, delimiter, ""), 20) if cells)
        return (widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]) if widths else (False, 0.0, 0)

    return max(_DELIMITERS, key=fit)
