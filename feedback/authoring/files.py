"""Questionnaires in files: TOML, or an XLSForm workbook, read from what was uploaded and written to be downloaded."""

import io
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from feedback.collection.workbooks import named_sheets
from feedback.errors import ImportProblem, Refused
from forms import xlsform_reading, xlsform_writing
from forms.content import content_of
from forms.fields import without_hidden
from forms.kind_rules import banned_kinds
from forms.lint import obstacles
from forms.questionnaire import Questionnaire
from forms.reading import read
from forms.table import QuestionnaireError, content_in
from forms.toml_writing import toml

#: A questionnaire has a hundred rows; a sheet with more than this holds something else.
MOST_ROWS = 5_000
MOST_BYTES = 5_000_000
_WANTED = ("survey", "choices", "settings", "waivers")


def sheets_in(data: bytes, name: str) -> dict[str, list[list[str]]]:
    """{sheet: rows} of an XLSForm; raises ImportProblem with one sentence when it cannot be read."""
    if len(data) > MOST_BYTES:
        raise ImportProblem(f"{name} is larger than {MOST_BYTES // 1_000_000} MB, as no questionnaire is.")
    return named_sheets(data, name, _WANTED, MOST_ROWS)


def write_sheets_to(sheets: dict[str, list[list[str]]], place: BinaryIO | str) -> None:
    """Write rows of text as a workbook, the first in bold. A cell that begins like a formula stays text."""
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
    book.save(place)


def as_toml(questionnaire: Questionnaire) -> bytes:
    """The file of a questionnaire."""
    return toml(content_of(questionnaire)).encode()


def as_workbook(questionnaire: Questionnaire) -> bytes:
    """A questionnaire as an XLSForm; raises Refused while it cannot be asked."""
    if obstacles(questionnaire):
        raise Refused(f"Other tools could not ask {questionnaire.title} either. {obstacles(questionnaire)[0].says}")
    place = io.BytesIO()
    write_sheets_to(xlsform_writing.write(questionnaire).sheets, place)
    return place.getvalue()


def questionnaire_in(
    data: bytes, name: str, key: str | None, audience: str | None
) -> tuple[Questionnaire, tuple[str, ...]]:
    """The questionnaire in an uploaded file, as a draft with this key, and what could not be carried.

    Raises ImportProblem with what the readers say.
    """
    try:
        content, losses = _content(data, name, key, audience)
        for fault in banned_kinds(content):
            raise ImportProblem(f"{name}, question “{fault.item}”: {fault.says}")
        return read(content, name), losses
    except QuestionnaireError as problem:
        raise ImportProblem(str(problem)) from None
    except RecursionError:
        raise ImportProblem(f"{name} has tables in tables without end. No questionnaire has.") from None


def _content(data: bytes, name: str, key: str | None, audience: str | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    if data[:2] == b"PK" or name.lower().endswith(".xlsx"):
        if not key:
            raise ImportProblem(f"{name} is a spreadsheet and needs a key here. Enter one below, then upload it again.")
        form = xlsform_reading.read(sheets_in(data, name), name, key or "", audience)
        return form.content, form.losses
    if len(data) > MOST_BYTES:
        raise ImportProblem(f"{name} is larger than {MOST_BYTES // 1_000_000} MB, as no questionnaire is.")
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportProblem(f"{name} is neither a TOML file nor a workbook (.xlsx). Choose another file.") from None
    content = _clean(content_in(words, name))
    lost = ("That its words were tested is not carried: it is a draft here.",) if "tested_by" in content else ()
    content.pop("tested_by", None)
    return content | {"status": "draft"} | ({"key": key} if key else {}), lost


def _clean(value: Any) -> Any:
    """Without characters that nobody can see: TOML can spell them out."""
    if isinstance(value, str):
        return without_hidden(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {without_hidden(name): _clean(item) for name, item in value.items()}
    return value
