"""An XLSX file as rows of text: what was typed and what formulas came to; nothing in it is run or fetched."""

import datetime
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from xml.etree.ElementTree import iterparse

from openpyxl import Workbook, load_workbook

from feedback.errors import ImportProblem

MOST_UNPACKED = 200_000_000
_TIGHTEST = 100  # real workbooks pack to a tenth or twentieth; a bomb to a thousandth
_MOST_TAGS = 12_000_000
_SMALL = 20_000_000  # unpacked, this needs no second look

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[\s/>]")
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)


def sheet_rows(data: bytes, name: str) -> Iterator[list[str]]:
    """The rows of the first sheet; raises ImportProblem with one sentence when it cannot be read."""
    with _opened(data, name) as book:
        yield from _rows(book.worksheets[0], name)


def named_sheets(data: bytes, name: str, wanted: Collection[str], most_rows: int) -> dict[str, list[list[str]]]:
    """{sheet: its rows} of those sheets that are wanted and there; raises ImportProblem with one sentence."""
    found = {}
    with _opened(data, name) as book:
        for title in book.sheetnames:
            if title in wanted and title in {sheet.title for sheet in book.worksheets}:
                rows = list(islice(_rows(book[title], name), most_rows + 1))
                if len(rows) > most_rows:
                    raise ImportProblem(f"The sheet “{title}” of {name} has more than {most_rows:,} rows. Shorten it.")
                found[title] = rows
    return found


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Workbook]:
    _check_zip(data, name)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and drop-down lists that it will not keep; nothing here is written back.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                yield book
    except ImportProblem:
        raise
    except Exception as problem:  # a damaged or forged workbook fails anywhere inside openpyxl
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it is damaged. Save it again.") from problem


def _rows(sheet, name: str) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # some writers state a smaller area than they fill
    _refuse_unreckoned(sheet, name)
    for row in sheet.iter_rows(values_only=True):
        yield [_written(value) for value in _filled_part(row)]


def _check_zip(data: bytes, name: str) -> None:
    """Refuse what is no workbook, and what would fill the memory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _check_sizes(parts, len(data), name)
            tags = sum(_tags(packed, part) for part in parts if part.filename.endswith(".xml"))
    except ImportProblem:
        raise
    except (*_BROKEN, ValueError, RuntimeError) as problem:
        raise ImportProblem(f"{name} is not a CSV or XLSX file, or it is damaged. Save it again.") from problem
    if tags > _MOST_TAGS:
        raise ImportProblem(f"{name} has more cells than can be read at once. Split it, or save it as CSV.")
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise ImportProblem(f"{name} is not a CSV or XLSX file. Save it as one of these and try again.")


def _check_sizes(parts: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise ImportProblem(
            f"{name} would unpack to more than {MOST_UNPACKED // 1_000_000} MB. Split it into several files."
        )
    if unpacked > max(_SMALL, _TIGHTEST * packed):
        raise ImportProblem(
            f"{name} would unpack to more than {_TIGHTEST} times its size, as no real workbook does. "
            "Open it in a spreadsheet and save it as CSV."
        )


def _tags(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many tags a part has: openpyxl makes an object of each, a hundred times its size."""
    with packed.open(part) as source:
        return sum(chunk.count(b"<") for chunk in iter(lambda: source.read(_CHUNK), b""))


def _refuse_unreckoned(sheet, name: str) -> None:
    """Name the formulas whose result is not in the file: they would be read as nothing at all."""
    with sheet._get_source() as source:
        if not _has_formula(source):
            return
    with sheet._get_source() as source:
        cells = list(_unreckoned(source))
    if not cells:
        return
    what = f"The formula in cell {cells[0]} of {name} was"
    if len(cells) > 1:
        what = f"{len(cells):,} formulas in {name} were"
    raise ImportProblem(
        f"{what} never calculated. Open the file in a spreadsheet, save it and try again.",
        tuple((_row_of(cell), f"the formula in cell {cell} was never calculated") for cell in cells),
    )


def _has_formula(source) -> bool:
    before = b""
    while chunk := source.read(_CHUNK):
        if _FORMULA.search(before + chunk):
            return True
        before = chunk[-80:]
    return False


def _unreckoned(source) -> Iterator[str]:
    """The cells with a formula and no value; an empty text that a formula came to is a value."""
    rows = None
    for step, element in iterparse(source, events=("start", "end")):
        if step == "start":
            rows = element if element.tag == f"{_SHEET}sheetData" else rows
        elif element.tag == f"{_SHEET}c":
            if element.find(f"{_SHEET}f") is not None and element.find(f"{_SHEET}v") is None:
                yield element.get("r", "A1")
        elif element.tag == f"{_SHEET}row" and rows is not None:
            rows.clear()  # what was read is let go, or a large sheet would fill the memory


def _row_of(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _filled_part(row: tuple[object, ...]) -> tuple[object, ...]:
    """A row without the cells at its end that hold nothing: a coloured row may have sixteen thousand."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


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
