"""A CSV or XLSX file that somebody brings, read as columns and numbered rows, or refused in one sentence.

Whatever is wrong with the file is named by the row number a spreadsheet shows, never by what a cell says: the
words in it belong to respondents, and a message ends up in logs and job tables.
"""

import csv
import datetime
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from openpyxl import load_workbook

from feedback.errors import ImportProblem

MOST_ROWS = 200_000
MOST_COLUMNS = 500
MOST_CHARACTERS = 20_000
MOST_UNPACKED = 200_000_000

_SHEET_ROWS = 1_048_576  # a spreadsheet has no more; a forged row number may claim billions
_DELIMITERS = (",", ";", "\t")
_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """What a file holds: its column names, and each row under its number (the header is row 1)."""

    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


def read_table(data: bytes, name: str) -> Table:
    """The rows of a CSV or XLSX file; raises ImportProblem with one sentence when it cannot be read."""
    if not data.strip():
        raise ImportProblem(f"{name} is empty. Choose a file with a header and rows.")
    if not name.lower().endswith(_ENDINGS):
        raise ImportProblem(f"{name} is not a CSV or XLSX file. Save it as one of these and try again.")
    if data.startswith(b"PK\x03\x04"):
        return _table(name, _sheet_records(data, name), padded=True)
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it has a password. Save it again without.")
    return _table(name, _csv_records(_decoded(data, name), name), padded=False)


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
    columns = [cell.strip() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if "" in columns:
        raise ImportProblem(f"Column {columns.index('') + 1} of {name} has no name. Name it or remove it.")
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


def _filled(rows: Iterable[Sequence[object]], name: str) -> list[Record]:
    """Rows under their numbers, those without a single character left out."""
    kept: list[Record] = []
    for number, row in enumerate(rows, 1):
        if len(row) > MOST_COLUMNS:
            raise ImportProblem(f"{name} has more than {MOST_COLUMNS} columns. Keep only those you need.")
        cells = [_written(value) for value in row]
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
        return text
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
    number = 0
    try:
        # Strict: a stray quotation mark would otherwise swallow or change words without a sign.
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            number += 1
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


def _sheet_records(data: bytes, name: str) -> list[Record]:
    """The rows of the first sheet of a workbook."""
    _check_zip(data, name)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and drop-down lists that it will not keep; nothing here is written back.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some writers state a smaller area than they fill
                return _filled(sheet.iter_rows(values_only=True), name)
            finally:
                book.close()
    except ImportProblem:
        raise
    except Exception as problem:  # a damaged or forged workbook fails anywhere inside openpyxl
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it is damaged. Save it again.") from problem


def _check_zip(data: bytes, name: str) -> None:
    """Refuse what is no workbook, and what would fill the memory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it is damaged. Save it again.") from problem
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ImportProblem(
            f"{name} would unpack to more than {MOST_UNPACKED // 1_000_000} MB. Split it into several files."
        )
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise ImportProblem(f"{name} is not a CSV or XLSX file. Save it as one of these and try again.")


def _written(value: object) -> str:
    """A cell as it would be typed: dates the ISO way, whole numbers without a point."""
    if isinstance(value, str):
        return value.replace("_x000D_", "")  # how Excel stores half of a Windows line break
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
