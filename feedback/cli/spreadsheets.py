"""The sheets of a workbook by name: read behind the guards of every upload, written so that nothing in them runs."""

from pathlib import Path

from feedback.authoring.files import MOST_BYTES, sheets_in, write_sheets_to
from feedback.errors import ImportProblem, Refused


def read_sheets(file: Path) -> dict[str, list[list[str]]]:
    """{sheet: rows} of an XLSForm; raises ImportProblem with one sentence when it cannot be read."""
    try:
        with file.open("rb") as opened:
            return sheets_in(opened.read(MOST_BYTES + 1), file.name)
    except OSError as problem:
        raise ImportProblem(f"{file.name} cannot be opened. Check its permissions.") from problem


def write_sheets(sheets: dict[str, list[list[str]]], place: Path) -> None:
    """Write rows of text, the first in bold."""
    try:
        write_sheets_to(sheets, str(place))
    except OSError as problem:
        raise Refused(f"{place} cannot be written. Check the folder and its permissions.") from problem
