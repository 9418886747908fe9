"""The sheets of a workbook by name: read behind the guards of every upload, written so that nothing in them runs."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from feedback.collection.workbooks import named_sheets
from feedback.errors import ImportProblem, Refused

#: A questionnaire has a hundred rows; a sheet with more than this holds something else.
MOST_ROWS = 5_000
MOST_BYTES = 5_000_000
_WANTED = ("survey", "choices", "settings", "waivers")


def read_sheets(file: Path) -> dict[str, list[list[str]]]:
    """{sheet: rows} of an XLSForm; raises ImportProblem with one sentence when it cannot be read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ImportProblem(f"{file.name} is larger than {MOST_BYTES // 1_000_000} MB, as no questionnaire is.")
        data = file.read_bytes()
    except OSError as problem:
        raise ImportProblem(f"{file.name} cannot be opened. Check its permissions.") from problem
    return named_sheets(data, file.name, _WANTED, MOST_ROWS)


def write_sheets(sheets: dict[str, list[list[str]]], place: Path) -> None:
    """Write rows of text, the first in bold. A cell that begins like a formula stays text."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            cells = [WriteOnlyCell(sheet, value) for value in row]
            for cell in cells:
                cell.data_type = "s"
                cell.font = Font(bold=not number)
            sheet.append(cells)
    try:
        book.save(place)
    except OSError as problem:
        raise Refused(f"{place} cannot be written. Check the folder and its permissions.") from problem
