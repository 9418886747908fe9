"""Imports: all of a file or none of it, sealed, and never twice."""

import datetime
import os
import subprocess
import sys
import time

import pytest
from factories import make_wave
from sqlalchemy import func, select

from feedback.collection.imports import Columns, Options, check_rows, import_prepared, source_of
from feedback.collection.models import Answer, ImportFile, Response, Wave
from feedback.collection.tables import read_table
from feedback.errors import ImportProblem, Refused
from feedback.sealing import KeyStore, open_text

pytestmark = pytest.mark.both

TODAY = datetime.date(2026, 11, 23)
WORDS = ("She rang back.", "They were late, twice.", "Grüße 👍\nnew line")
PLAIN = b'ref,text\n1,She rang back.\n2,"They were late, twice."\n3,"Gr\xc3\xbc\xc3\x9fe \xf0\x9f\x91\x8d\nnew line"\n'


@pytest.fixture
def wave_id(database, keys):
    return make_wave(database, keys).id


@pytest.fixture
def bring(database, keys, wave_id):
    """Import a file into the wave: bytes in, report out."""

    def bring_in(data, columns=None, **options):
        checked = check_rows(read_table(data, "words.csv"), columns or Columns("text"), today=TODAY)
        return import_prepared(
            database, keys, wave_id, source_of(data, "C:\\files\\words.csv", "Ada"), checked, Options(**options)
        )

    return bring_in


def count(database, table) -> int:
    return database.session().scalar(select(func.count()).select_from(table))


def words_in(database, keys) -> list[str]:
    """Every stored text, opened."""
    answers = database.session().scalars(select(Answer).where(Answer.sealed.is_not(None))).all()
    opened = keys.of_responses(answer.response_id for answer in answers)
    return sorted(open_text(opened[a.response_id], a.sealed, a.response_id, a.question) for a in answers)


def keys_of_wave(keys) -> int:
    with keys._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM response_key").scalar()


def test_words_come_back_as_they_were_and_stand_nowhere_in_the_clear(database, keys, wave_id, bring):
    report = bring(PLAIN)
    assert report.sentence() == "3 of 3 rows of words.csv imported."
    assert words_in(database, keys) == sorted(WORDS)
    answer = database.session().scalars(select(Answer)).first()
    assert answer.question == "comment"
    assert b"rang" not in answer.sealed + b"late" and answer.choice is None
    assert {r.week for r in database.session().scalars(select(Response))} == {datetime.date(2026, 11, 23)}
    assert {(r.receipt, r.wave_id) for r in database.session().scalars(select(Response))} == {(None, wave_id)}


def test_the_same_file_a_second_time_changes_nothing(database, bring):
    bring(PLAIN)
    report = bring(PLAIN)
    assert report.unchanged
    assert report.sentence() == "words.csv was imported before. Nothing was changed."
    assert (count(database, Response), count(database, ImportFile)) == (3, 1)


def test_the_same_file_in_another_wave_is_another_import(database, keys, wave_id, bring):
    bring(PLAIN)
    other = make_wave(database, keys)
    checked = check_rows(read_table(PLAIN, "words.csv"), Columns("text"), today=TODAY)
    report = import_prepared(database, keys, other.id, source_of(PLAIN, "words.csv", "Ada"), checked)
    assert (report.imported, count(database, Response)) == (3, 6)


@pytest.mark.parametrize("columns", [Columns("text"), Columns("text", id="ref")])
def test_overlapping_files_bring_no_row_twice(database, bring, columns):
    bring(PLAIN, columns)
    report = bring(PLAIN + b"4,New\n", columns)
    assert (report.imported, report.already, count(database, Response)) == (1, 3, 4)
    assert report.sentence() == "1 of 4 rows of words.csv imported, 3 were here already."


def test_two_people_who_wrote_the_same_are_two_responses(database, bring):
    bring(b"text\nGood\nGood\n")
    report = bring(b"text\nGood\nBad\nGood\nGood\n")
    assert (report.imported, report.already, count(database, Response)) == (2, 2, 4)


BAD = b"ref,text,when\n1,a,2026-11-02\n,b,2026-11-02\n3,c,32/11/2026\n4,,2026-11-02\n1,e,2026-11-02\n"
BAD_COLUMNS = Columns("text", id="ref", week="when")


def test_one_bad_row_and_nothing_is_imported_and_every_bad_row_is_named(database, keys, bring):
    with pytest.raises(ImportProblem) as refused:
        bring(BAD, BAD_COLUMNS)
    assert [row for row, _ in refused.value.rows] == [3, 4, 6]
    assert str(refused.value) == (
        "3 of the 5 rows of words.csv cannot be imported, so none was: row 3: it has no id; row 4: its date cannot "
        "be read: write 2026-11-02 or 02/11/2026; row 6: its id stands in another row too. Mend the file, or choose "
        "to leave these rows out."
    )
    assert (count(database, Response), count(database, ImportFile), keys_of_wave(keys)) == (0, 0, 0)


def test_bad_rows_are_left_out_and_recorded_when_so_chosen(database, bring):
    report = bring(BAD, BAD_COLUMNS, skip_bad=True)
    assert report.sentence().startswith("1 of 5 rows of words.csv imported, 4 left out (row 3: it has no id; ")
    record = database.session().scalars(select(ImportFile)).one()
    assert record.left_out == [list(pair) for pair in report.left_out]
    assert (record.name, record.rows, record.imported_by) == ("words.csv", 5, "Ada")


def test_a_row_without_words_is_reported_and_refuses_nothing(database, bring):
    report = bring(b"ref,text\n1,a\n2,\n3,\xe2\x80\xae \n")
    assert report.left_out == ((3, "it has no words and no answers"), (4, "it has no words and no answers"))
    assert (report.imported, count(database, Response)) == (1, 1)


def test_closed_answers_questions_and_consent_come_along(database, bring):
    data = (
        b"asked,text,Age band,ok,when\n"
        b"What was good?,Warm,Under 11,yes,20/11/2026\n"
        b",Cold,Prefer not to say,no,2026-11-01\n"
        b"What was good?,,11 to 17,YES,2026-11-01\n"
    )
    bring(data, Columns("text", question="asked", choices=("Age band",), quote="ok", week="when"))
    stored = {(a.question, a.state, a.choice) for a in database.session().scalars(select(Answer))}
    assert stored == {
        ("what_was_good", "answered", None),
        ("age_band", "answered", "under_11"),
        ("comment", "answered", None),
        ("age_band", "rather_not_say", None),
        ("what_was_good", "blank", None),
        ("age_band", "answered", "11_to_17"),
    }
    weeks = sorted((str(r.week), r.may_quote) for r in database.session().scalars(select(Response)))
    assert weeks == [("2026-10-26", False), ("2026-10-26", True), ("2026-11-16", True)]


def test_without_a_consent_basis_nothing_may_be_quoted(database, keys, wave_id, bring):
    with database.writing() as session:
        session.get(Wave, wave_id).consent_basis = " "
    bring(b"text,ok\na,yes\n", Columns("text", quote="ok"))
    assert not database.session().scalars(select(Response)).one().may_quote


def test_a_wave_with_a_questionnaire_takes_no_file(database, keys):
    asking = make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada")
    checked = check_rows(read_table(PLAIN, "words.csv"), Columns("text"), today=TODAY)
    with pytest.raises(Refused, match="Make a wave of its own"):
        import_prepared(database, keys, asking.id, source_of(PLAIN, "words.csv", "Ada"), checked, Options())


def test_keys_are_committed_before_the_rows_they_seal(database, keys, settings, bring):
    seen = {}

    def look(session, imported):
        elsewhere = KeyStore(settings)
        seen["keys"] = len(elsewhere.of_responses(row.response_id for row in imported))
        elsewhere.close()
        with database.engine.connect() as connection:
            seen["rows"] = connection.scalar(select(func.count()).select_from(Response))

    bring(PLAIN, and_then=look)
    assert seen == {"keys": 3, "rows": 0}


def test_keys_go_when_the_transaction_fails(database, keys, bring):
    def fail(session, imported):
        assert keys_of_wave(keys) == len(imported) == 3
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        bring(PLAIN, and_then=fail)
    assert (count(database, Response), count(database, ImportFile), keys_of_wave(keys)) == (0, 0, 0)
    assert bring(PLAIN).imported == 3


def test_keys_stay_when_the_rows_were_committed_after_all(database, keys, bring):
    def commit_and_break(session, imported):
        session.commit()
        raise ConnectionError("the line broke before the answer came")

    with pytest.raises(ConnectionError):
        bring(PLAIN, and_then=commit_and_break)
    assert words_in(database, keys) == sorted(WORDS)


KILLED = """
import os, sys
from feedback.config import Settings
from feedback.db import Database
from feedback.sealing import KeyStore
from feedback.collection.imports import Columns, Options, check_rows, import_prepared, source_of
from feedback.collection.tables import read_table
import feedback.models
settings = Settings(home=sys.argv[1], database_url=sys.argv[3], keys_url=sys.argv[4])
data = sys.stdin.buffer.read()
checked = check_rows(read_table(data, "words.csv"), Columns("text"))
import_prepared(
    Database(settings), KeyStore(settings), int(sys.argv[2]), source_of(data, "words.csv", "Ada"), checked,
    Options(and_then=lambda session, imported: os.kill(os.getpid(), 9)),
)
"""


def test_killed_in_the_middle_leaves_no_row_and_the_next_import_is_whole(database, keys, settings, wave_id, bring):
    command = [sys.executable, "-c", KILLED, settings.home, str(wave_id), settings.database_url, settings.keys_url]
    killed = subprocess.run(command, input=PLAIN, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert killed.returncode == -9
    assert (count(database, Response), keys_of_wave(keys)) == (0, 3)
    assert bring(PLAIN).imported == 3
    assert words_in(database, keys) == sorted(WORDS)


def test_thousands_of_rows_take_seconds(database, bring):
    rows = [f"{n},Words of the row number {n} which are about as long as most,keeps" for n in range(3_447)]
    told, began = [], time.perf_counter()
    report = bring("\n".join(["ref,text,x", *rows]).encode(), progress=lambda *step: told.append(step))
    assert time.perf_counter() - began < 5
    assert (report.imported, count(database, Answer)) == (3_447, 3_447)
    assert told[0] == (0, 3_447, "Sealing the words")
    assert told[-1] == (3_447, 3_447, "Storing the responses")
