"""XLSForm from anywhere: a hostile file ends in one sentence, a condition is read or not at all."""

import io
import zipfile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from feedback.authoring.files import MOST_ROWS
from feedback.cli import main
from forms.xlsform import read_condition

TEXT = ["text", "q", "Why?"]
HEAD = ["type", "name", "label"]


def workbook(sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def never_calculated():
    """A workbook as programs write it that know no formula's result."""
    stream = io.BytesIO()
    written = io.BytesIO(workbook({"survey": [HEAD, ["text", "q", "=HYPERLINK(1)"]]}))
    with zipfile.ZipFile(written) as packed, zipfile.ZipFile(stream, "w") as again:
        for part in packed.namelist():
            again.writestr(part, packed.read(part).replace(b"<v></v>", b"").replace(b"<v />", b""))
    return stream.getvalue()


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return stream.getvalue()


HOSTILE = {
    "not a workbook": (b"type,name\ntext,q\n", "not a CSV or XLSX file"),
    "nothing": (b"", "not a CSV or XLSX file"),
    "zip bomb": (bomb(), "would unpack"),
    "no survey": (workbook({"Sheet1": [["a"]]}), "no sheet “survey”"),
    "empty survey": (workbook({"survey": []}), "no sheet “survey”"),
    "other columns": (workbook({"survey": [["a", "b"], ["1", "2"]]}), "no column “type”"),
    "no question": (workbook({"survey": [HEAD, ["note", "", ""]]}), "no question"),
    "unknown types only": (workbook({"survey": [HEAD, ["telepathy", "q", "Why?"]]}), "no question"),
    "no audience": (workbook({"survey": [HEAD, TEXT]}), "it asks: one of"),
    "formula": (never_calculated(), "never calculated"),
    "too many rows": (workbook({"survey": [HEAD, *([TEXT] * 50_000)]}), f"more than {MOST_ROWS:,} rows"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_one_sentence(case, tmp_path):
    data, words = HOSTILE[case]
    path, place = tmp_path / "form.xlsx", tmp_path / "form.toml"
    path.write_bytes(data)
    result = CliRunner().invoke(main, ["questionnaire", "import", str(path), "--to", str(place)])
    status, said, problem = result.exit_code, result.stdout, result.stderr
    assert status == 1 and not said and words in problem.splitlines()[0], problem
    assert not place.exists()


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("${a} = 'x'", ("a", ("x",))),
        ("(${a}='x' or selected(${a}, \"y\"))", ("a", ("x", "y"))),
        ("selected(${a}, 'x')", ("a", ("x",))),
        ("${a} = 'x' and ${b} = 'y'", None),
        ("${a} = 'x' or ${b} = 'y'", None),
        ("not(selected(${a}, 'x'))", None),
        ("${a} != 'x'", None),
        ("true()", None),
        ("(" * 5000, None),
    ],
)
def test_a_condition_is_read_or_not_at_all(words, read):
    assert read_condition(words) == read
