"""Files that people bring: read whatever tool wrote them, or refused in one sentence that names the row."""

import datetime
import io
import struct
import zipfile

import pytest
from openpyxl import Workbook

from feedback.collection import tables
from feedback.collection.receipts import WORDS_IN_A_RECEIPT, word_list
from feedback.collection.rows import Columns, check_rows, guess_columns, key_of
from feedback.collection.tables import read_table, rows_named
from feedback.errors import ImportProblem

UNREADABLE = "its date cannot be read: write 2026-11-02 or 02/11/2026"
TODAY = datetime.date(2026, 11, 23)
PLAIN = "id,comment\n1,“Café” – she’s kind\n2,ok\n"


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Other").append(["not", "this", "one"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def repacked(data: bytes, part: str, content: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_words_survive_every_encoding(encoding):
    table = read_table(PLAIN.encode(encoding), "words.csv")
    assert table.columns == ("id", "comment")
    assert table.rows[0] == (2, {"id": "1", "comment": "“Café” – she’s kind"})


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_comma_semicolon_and_tab_are_found(mark):
    header = mark.join(["id", '"What, if anything; at all?"', "date"])
    table = read_table(f"{header}\r\n1{mark}Good{mark}x\r\n".encode(), "words.csv")
    assert table.columns == ("id", "What, if anything; at all?", "date")
    assert table.rows == [(2, {"id": "1", "What, if anything; at all?": "Good", "date": "x"})]


def test_a_row_number_counts_records_and_blank_rows_are_no_rows():
    table = read_table(b'id,text\n1,"two\nlines"\n\n,\n5,here\n', "words.csv")
    assert [(number, row["text"]) for number, row in table.rows] == [(2, "two\nlines"), (5, "here")]


def test_a_workbook_gives_what_was_typed_on_its_first_sheet():
    day = datetime.datetime(2026, 11, 2)
    data = workbook(["id", "text", "date", "ok", None], [1.0, "Good_x000D_\nday", day, True], [], [4, "x", None, 2.5])
    table = read_table(data, "words.xlsx")
    assert table.columns == ("id", "text", "date", "ok")
    assert table.rows == [
        (2, {"id": "1", "text": "Good\nday", "date": "2026-11-02", "ok": "yes"}),
        (4, {"id": "4", "text": "x", "date": "", "ok": "2.5"}),
    ]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "empty"),
        (b" \r\n", "a.csv", "empty"),
        (b"\n\nid,text\n1,a\n", "a.csv", "no header"),
        (b"\xef\xbb\xbf", "a.csv", "no header"),
        (b"id,text\n", "a.csv", "no rows"),
        (b"id,Text,text\n1,a,b\n", "a.csv", "two columns named “Text”"),
        (b"id,,text\n1,a,b\n", "a.csv", "Column 2 of a.csv has no name"),
        (b"%PDF-1.7", "a.pdf", "not a CSV or XLSX"),
        (b"\xd0\xcf\x11\xe0 old or locked", "a.xlsx", "not a CSV or XLSX"),
        (b"PK\x03\x04 broken", "a.xlsx", "damaged"),
        (b"id,text\n1,a\0b\n", "a.csv", "not text that can be read"),
        (b"id,text\n1,\x81\x8d\n", "a.csv", "not text that can be read"),
        (b"id,text\n1,a\n2,b,c\n3\n", "a.csv", "2 rows of a.csv do not fit: rows 3 and 4. Row 3 has 3 cells"),
        (b'id,text\n1,a\n2,"never closed\n', "a.csv", "Row 3 of a.csv cannot be read"),
        (b"id,text\n1," + b"a" * 20_001 + b"\n", "a.csv", "more than 20,000 characters in the column “text”"),
        (b"id,text\n1," + b"a" * 140_000 + b"\n", "a.csv", "far too long"),
        (b"," * 1_000_000, "a.csv", "more than 500 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(data, name, said):
    with pytest.raises(ImportProblem, match=said):
        read_table(data, name)


def test_the_refusal_names_each_bad_row():
    with pytest.raises(ImportProblem) as refused:
        read_table(b"id,text\n1,a\n2,b,c\n3\n", "a.csv")
    assert refused.value.rows == ((3, "3 cells under 2 column names"), (4, "1 cells under 2 column names"))


def test_more_rows_than_can_be_taken_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert len(read_table(b"text\na\nb\nc\n", "a.csv").rows) == 3
    with pytest.raises(ImportProblem, match="more than 3 rows"):
        read_table(b"text\na\nb\nc\nd\n", "a.csv")


def test_a_zip_that_would_fill_the_memory_is_not_opened():
    bomb = repacked(workbook(["text"], ["a"]), "xl/worksheets/sheet1.xml", b" " * 201_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(ImportProblem, match="unpack to more than 200 MB"):
        read_table(bomb, "a.xlsx")


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>',
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>',
    ],
)
def test_a_damaged_or_forged_workbook_is_refused(sheet):
    with pytest.raises(ImportProblem, match="damaged"):
        read_table(repacked(workbook(["text"], ["a"]), "xl/worksheets/sheet1.xml", sheet), "a.xlsx")


def test_a_forged_row_number_does_not_keep_the_machine_busy():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(ImportProblem, match="rows"):
        read_table(repacked(workbook(["text"], ["a"]), "xl/worksheets/sheet1.xml", sheet), "a.xlsx")


def test_a_zip_of_something_else_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        new.writestr("readme.txt", "hello")
    with pytest.raises(ImportProblem, match="not a CSV or XLSX"):
        read_table(packed.getvalue(), "a.csv")
    with pytest.raises(ImportProblem, match="damaged"):
        read_table(packed.getvalue()[:-10] + struct.pack("<Q", 0), "a.xlsx")


def test_rows_are_named_in_words():
    assert rows_named([4]) == "row 4"
    assert rows_named([4, 9]) == "rows 4 and 9"
    assert rows_named(range(2, 1002)) == "rows 2, 3, 4, 5, 6 and 995 more"


def test_columns_are_guessed_by_their_usual_names_but_themes_and_sentiment_never():
    guessed = guess_columns(("Response ID", "Free_text", "Date Submitted", "themes", "sentiment"))
    assert guessed == Columns(text="Free_text", id="Response ID", week="Date Submitted")
    with pytest.raises(ImportProblem, match="The columns are: a, b"):
        guess_columns(("a", "b"))


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Very good!", "very_good"),
        ("I’d rather not say", "i_d_rather_not_say"),
        ("<5", "under_5"),
        (">5", "over_5"),
        ("-1", "minus_1"),
        ("Très bien", "tres_bien"),
    ],
)
def test_a_choice_becomes_a_key_that_can_be_read(words, key):
    assert key_of(words) == key


def test_keys_of_long_or_foreign_words_stay_short_and_apart():
    long = ["What would you change about your worker?" + end for end in (" Now", " Then")]
    keys = {key_of(words) for words in (*long, "да", "нет", "👍", "👎")}
    assert len(keys) == 6
    assert all(len(key) <= 40 for key in keys)


@pytest.mark.parametrize(
    ("written", "monday"),
    [
        ("2026-11-20", "2026-11-16"),
        ("20/11/2026", "2026-11-16"),
        ("2026-11-20 23:59:01", "2026-11-16"),
        ("2026-11-20T10:00:00Z", "2026-11-16"),
        ("1 Sep 2026", "2026-08-31"),
    ],
)
def test_a_date_is_kept_as_the_monday_of_its_week(written, monday):
    table = read_table(f"text,date\na,{written}\n".encode(), "a.csv")
    checked = check_rows(table, Columns("text", week="date"), today=TODAY)
    assert [str(row.week) for row in checked.rows] == [monday]


def test_bad_rows_are_named_with_their_reason_and_never_with_their_words():
    table = read_table(
        b"ref,text,date,Age\n1,secret,12/25/2026,x\n,b,2026-11-02,x\n3,c,2027-01-04,x\n4,,2026-11-02,\n5,d,,"
        + b"y" * 101
        + b"\n1,e,2026-11-02,x\n",
        "a.csv",
    )
    checked = check_rows(table, Columns("text", id="ref", week="date", choices=("Age",)), today=TODAY)
    assert checked.rows == ()
    assert checked.empty == ((5, "it has no words and no answers"),)
    assert checked.bad == (
        (2, UNREADABLE),
        (3, "it has no id"),
        (4, "its date is in the future"),
        (6, UNREADABLE),
        (6, "a choice in it is longer than 100 characters"),
        (7, "its id stands in another row too"),
    )


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (Columns("words"), "no column “words”"),
        (Columns("text", choices=("text",)), "one thing only"),
        (Columns("text", choices=("Age", "age ")), "Rename the column"),
        (Columns("text", choices=("comment",)), "Rename the column"),
        (Columns("text", choices=("many",)), "no column of choices"),
        (Columns("text", question="many"), "no column of choices or questions"),
    ],
)
def test_columns_that_cannot_be_what_they_are_said_to_be_are_refused(columns, said):
    names = ("text", "Age", "age ", "comment", "many")
    rows = [(n, dict.fromkeys(names, "x") | {"many": str(n)}) for n in range(2, 70)]
    with pytest.raises(ImportProblem, match=said):
        check_rows(tables.Table(names, rows), columns, today=TODAY)


def test_receipt_words_hold_over_sixty_bits_and_none_is_the_plural_or_tense_of_another():
    words = word_list()
    assert list(words) == sorted(set(words))
    assert len(words) >= 1_100
    assert len(words) ** WORDS_IN_A_RECEIPT > 2**60
    assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 7 for word in words)
    forms = {stem + ending for word in words for stem in (word, word.rstrip("ey")) for ending in ENDINGS}
    assert forms.isdisjoint(words)


ENDINGS = ("s", "es", "ies", "ed", "ied", "ing")
