"""Hostile and broken files: each is read as what was meant, or refused in one sentence that says what to do."""

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from factories import make_wave
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from test_import_files import repacked, workbook

from feedback.collection import tables
from feedback.collection.imports import check_rows, import_prepared, source_of
from feedback.collection.models import Answer, ImportFile
from feedback.collection.rows import Columns, guess_columns
from feedback.collection.store import words_of
from feedback.collection.tables import file_name, read_table
from feedback.errors import ImportProblem
from feedback.themes.imported import _marks, _unknown

NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"
HEADER = b'<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row>'
NO_TABLE = "not a CSV or XLSX file. Save it as one of these and try again."


def sheet(*rows: bytes) -> bytes:
    """A workbook whose first sheet is written by hand."""
    content = (
        b"<worksheet "
        + NAMESPACE
        + b'><dimension ref="A1:A9"/><sheetData>'
        + HEADER
        + b"".join(rows)
        + b"</sheetData></worksheet>"
    )
    return repacked(workbook(["text"], ["a"]), SHEET, content)


def refused(data: bytes, name: str) -> ImportProblem:
    with pytest.raises(ImportProblem) as problem:
        read_table(data, name)
    return problem.value


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"%PDF-1.7\n1 0 obj\n", "words.csv", f"words.csv is a PDF, {NO_TABLE}"),
        (b"%PDF-1.7\n1 0 obj\n", "words.xlsx", f"words.xlsx is a PDF, {NO_TABLE}"),
        (b"\x89PNG\r\n\x1a\n\0\0", "words.csv", f"words.csv is a picture, {NO_TABLE}"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "words.csv", f"words.csv is a picture, {NO_TABLE}"),
        (b"\n <!DOCTYPE html><table>", "words.csv", f"words.csv is a web page, {NO_TABLE}"),
        (b"{\\rtf1 words}", "words.txt", f"words.txt is a text document, {NO_TABLE}"),
        (b"\xd0\xcf\x11\xe0", "old.xlsx", f"old.xlsx is an old Excel file or has a password, {NO_TABLE}"),
        (b"text\na", "words.xls", f"words.xls is {NO_TABLE}"),
        (b"", "words.csv", "words.csv is empty. Choose a file with a header and rows."),
        (
            b"id,text\n1,a\0b\n",
            "words.csv",
            "words.csv is not text that can be read. Save it as “CSV UTF-8” or XLSX and try again.",
        ),
        (
            b"id,text\n1," + b"a" * 50_000 + b"\n",
            "words.csv",
            "Row 2 of words.csv has more than 20,000 characters in the column “text”. Mend it and try again.",
        ),
        (
            b"id,text\n1,a,b\n2\n",
            "words.csv",
            "2 rows of words.csv do not fit: rows 2 and 3. Row 2 has 3 cells under 2 column names. "
            "Mend them and try again.",
        ),
        (
            b"id,text,Text\n1,a,b\n",
            "words.csv",
            "words.csv has two columns named “text”. Give each its own name.",
        ),
        (
            "id,te\u202ext,text\n1,a,b\n".encode(),
            "words.csv",
            "words.csv has two columns named “text”. Give each its own name.",
        ),
        (
            b"id,text\n" + b"a" * 30_000_000,
            "words.csv",
            "Row 2 of words.csv is longer than 2,000,000 characters. Check that each row stands on a line of its own, "
            "and that every quotation mark is closed.",
        ),
        (b"," * 1_000_000, "words.csv", "words.csv has more than 500 columns. Keep only those you need."),
        (
            b"text," + b"n" * 1_001 + b"\na,b\n",
            "words.csv",
            "The name of column 2 of words.csv is longer than 1,000 characters. Shorten it.",
        ),
        (
            sheet(b'<row r="2"><c r="A2"><f>HYPERLINK("http://evil.example")</f></c></row>'),
            "words.xlsx",
            "The formula in cell A2 of words.xlsx was never calculated. Open the file in a spreadsheet, save it and "
            "try again.",
        ),
        (
            sheet(b'<row r="2"><c r="A2"><f>1+1</f></c></row>', b'<row r="3"><c r="A3"><f>1+2</f></c></row>'),
            "words.xlsx",
            "2 formulas in words.xlsx were never calculated. Open the file in a spreadsheet, save it and try again.",
        ),
        (
            sheet(b" " * 190_000_000),
            "words.xlsx",
            "words.xlsx would unpack to more than 100 times its size, as no real workbook does. Open it in a "
            "spreadsheet and save it as CSV.",
        ),
        (
            sheet(b"<c/>" * 13_000_000, random.Random(1).randbytes(600_000)),
            "words.xlsx",
            "words.xlsx has more cells than can be read at once. Split it, or save it as CSV.",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_each_is_refused_in_its_own_sentence(data, name, sentence):
    assert str(refused(data, name)) == sentence


def test_the_missing_column_is_named_and_of_very_many_columns_only_the_first():
    names = [f"q{number}" for number in range(300)]
    table = read_table(f"{','.join(names)}\n{','.join('x' * 300)}\n".encode(), "a.csv")
    with pytest.raises(ImportProblem) as problem:
        check_rows(table, Columns("words"))
    assert str(problem.value).startswith("There is no column “words”. The columns are: q0, q1, q2,")
    assert str(problem.value).endswith("q19, and 280 more.")


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(tables, "MOST_BYTES", 2_000_000)
    assert str(refused(b"x" * 2_000_001, "a.csv")) == "a.csv is larger than 2 MB. Split it into several files."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\me\\words.csv", "words.csv"),
        ("../../etc/words.csv", "words.csv"),
        ("a\0b\u202evsc.exe\n.csv", "abvsc.exe .csv"),
        ("w" * 300 + ".csv", "w" * 196 + ".csv"),
        ("\0/", "file"),
    ],
)
def test_the_name_of_a_file_is_fit_to_be_shown_and_keeps_its_ending(given, kept):
    assert file_name(given) == kept


def test_a_formula_gives_the_value_it_came_to_and_is_never_run():
    table = read_table(
        sheet(
            b'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>',
            b'<row r="3"><c r="A3" t="str"><f>CONCAT("a","b")</f><v>ab</v></c></row>',
            b'<row r="4"><c r="A4" t="str"><f>IF(TRUE,"","")</f><v></v></c></row>',
            b'<row r="5"><c r="A5" t="inlineStr"><is><t>=1+1</t></is></c></row>',
        ),
        "a.xlsx",
    )
    assert [row["text"] for _, row in table.rows] == ["2", "ab", "=1+1"]


def test_macros_and_links_to_other_workbooks_are_left_lying():
    packed = io.BytesIO(workbook(["text"], ["They listened."]))
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
        book.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
        book.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", b'<x Target="http://evil.example/a.xlsx"/>')
    assert read_table(packed.getvalue(), "a.xlsm").rows == [(2, {"text": "They listened."})]


def test_a_coloured_row_of_sixteen_thousand_cells_is_a_row_of_one():
    book = Workbook()
    book.active.append(["text"])
    book.active.append(["They listened."])
    book.active.cell(row=2, column=16_384).number_format = "0.0"
    packed = io.BytesIO()
    book.save(packed)
    assert read_table(packed.getvalue(), "a.xlsx").rows == [(2, {"text": "They listened."})]


def test_what_cannot_be_seen_is_not_in_any_cell():
    table = read_table("te\u202ext,i\u2066d\na\x08b\u2069,\x7f1\n".encode(), "a.csv")
    assert table.rows == [(2, {"text": "ab", "id": "1"})]
    table = read_table(
        sheet("<row r='2'><c r='A2' t='inlineStr'><is><t>a\u202eb</t></is></c></row>".encode()), "a.xlsx"
    )
    assert table.rows == [(2, {"text": "ab"})]


@pytest.mark.parametrize("key", ["wor\u202eker", "<b>", "a b", "x" * 81, "=1+1"])
def test_a_theme_key_that_is_none_is_not_repeated(key):
    assert [_unknown(found) for found, _ in _marks(key)] == ["the codebook has no theme of this name"]


FORMULAS = ("=1+1", "+44 7700", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "＝1", "'quoted")


def test_words_that_look_like_a_formula_are_stored_as_they_are(database, keys):
    data = "text\n" + "".join(f'"{words}"\n' for words in FORMULAS)
    wave_id = make_wave(database, keys).id
    prepared = check_rows(read_table(data.encode(), "a.csv"), Columns("text"))
    import_prepared(database, keys, wave_id, source_of(data.encode(), "=a.csv", "Ada"), prepared)
    database.session.remove()
    session = database.session()
    assert sorted(words_of(keys, session.query(Answer).all()).values()) == sorted(FORMULAS)
    assert session.query(ImportFile).one().name == "=a.csv"


MEASURED = """
import resource, sys
from test_hostile_files import *
tables.MOST_ROWS = int(sys.argv[3])
data = {"a.csv": lines, "a.xlsx": cells}[sys.argv[1]](int(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(refused(data, sys.argv[1]))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def lines(number: int) -> bytes:
    return b"id,text\n" + b"17,They listened to me and came back.\n" * number


def cells(number: int) -> bytes:
    """A workbook of many rows that are all different, as real ones are."""
    chance, row = random.Random(1), '<row><c t="inlineStr"><is><t>{:x}</t></is></c></row>'
    return sheet(*(row.format(chance.getrandbits(160)).encode() for _ in range(number)))


@pytest.mark.parametrize(
    ("name", "rows", "limit"),
    [
        ("a.csv", 1_000_000, 200_000),
        ("a.xlsx", 300_000, 2_000),
        pytest.param("a.xlsx", 1_000_000, 200_000, marks=pytest.mark.full),
    ],
)
def test_more_rows_than_can_be_taken_are_refused_before_they_fill_the_memory(name, rows, limit):
    """A process of its own: what it needed at its height is what it says, in megabytes."""
    arguments = [sys.executable, "-c", MEASURED, name, str(rows), str(limit)]
    told = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
    sentence, megabytes = told.stdout.splitlines()
    assert sentence == f"{name} has more than {limit:,} rows. Split it into several files."
    assert int(megabytes) < 250


def used(data: bytes, name: str) -> None:
    """Read a file and check its rows, as an import does; nothing but ImportProblem may come of it."""
    try:
        table = read_table(data, name)
        check_rows(table, guess_columns(table.columns))
    except ImportProblem as problem:
        assert 10 < len(str(problem)) < 4_000
        assert "\n" not in str(problem)


@given(st.binary(max_size=3_000), st.sampled_from([b"", b"text\n", b"id,text\n1,", b"\xff\xfe", b"\xef\xbb\xbf", b'"']))
@example(b"\xff\xfe\x00\xd8\x00\x00", b"")
@settings(max_examples=400, deadline=None)
def test_any_bytes_called_csv_are_read_or_refused(data, start):
    used(start + data, "a.csv")


@given(st.text(max_size=500))
@settings(max_examples=200, deadline=None)
def test_any_text_called_csv_is_read_or_refused(text):
    used(f"id,text,date\n1,{text}\n".encode("utf-8", "surrogatepass"), "a.csv")


BOOK = workbook(["id", "text", "date"], [1, "They listened.", "2026-01-02"], [2, "=1+1", None])
PARTS = zipfile.ZipFile(io.BytesIO(BOOK)).namelist()


@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_a_workbook_with_bytes_changed_is_read_or_refused(place, bytes_):
    used(BOOK[:place] + bytes_ + BOOK[place + len(bytes_) :], "a.xlsx")


@given(st.sampled_from(PARTS), st.binary(max_size=200), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_workbook_with_a_part_replaced_is_read_or_refused(part, content, whole):
    old = zipfile.ZipFile(io.BytesIO(BOOK)).read(part)
    used(repacked(BOOK, part, content if whole else old[: len(old) // 2] + content + old[len(old) // 2 :]), "a.xlsx")
