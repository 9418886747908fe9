"""Files kept for the worker, and the codings that people made elsewhere and that come along with the words."""

import pytest
from factories import make_theme, make_wave
from sqlalchemy import func, select

from feedback.collection.imports import Columns
from feedback.collection.models import Response, Upload, Wave
from feedback.errors import ImportProblem, KeyProblem, LostLease, NotFound, Refused
from feedback.jobs import Running, claim, get_job, run_job
from feedback.themes.imported import codings_of, import_upload, keep_upload, open_upload, start_import
from feedback.themes.models import Coding, Excerpt

PLAIN = b"text\nShe rang back.\nThey were late.\n"
CODED = (
    b"text,themes,mood\n"
    b"Kind and on time,keeps-promises;listened-to,1\n"
    b"Nobody asked me,listened-to,5\n"
    b"Mixed,listened-to:positive;keeps-promises: Negative,3\n"
    b"So-so,keeps-promises,mixed\n"
    b"Uncoded,,2\n"
)
CODED_COLUMNS = Columns("text", themes="themes", sentiment="mood")
BAD = (
    b"text,themes,mood\n"
    b"a,waiting;keeps-promises,1\n"
    b"b,waiting,\n"
    b"c,some of her words,\n"
    b"d,listened-to,9\n"
    b",listened-to,\n"
    b"f,listened-to;listened-to,\n"
    b"g,listened-to,\n"
)


@pytest.fixture
def wave_id(database, keys):
    make_theme(database, "keeps-promises")
    make_theme(database, "listened-to")
    return make_wave(database, keys).id


@pytest.fixture
def upload(database, settings, wave_id):
    """Keep a file and queue its import; returns the ids of both."""

    def keep(data, columns, **how):
        with database.writing() as session:
            kept = keep_upload(session, settings, session.get(Wave, wave_id), "words.csv", data, "Ada")
            return kept.id, start_import(session, kept, columns, **how).id

    return keep


def count(database, table) -> int:
    return database.session().scalar(select(func.count()).select_from(table))


def test_an_upload_is_kept_sealed_and_goes_with_its_import(database, settings, upload):
    kept, job = upload(CODED, CODED_COLUMNS, coder="Grace Coder")
    stored = database.session().get(Upload, kept)
    assert b"Nobody" not in stored.sealed
    assert open_upload(settings, stored) == CODED
    assert run_job(database, job)
    ended = get_job(database.session(), job)
    assert (ended.state, ended.step) == ("done", "5 of 5 rows imported")
    assert (count(database, Upload), count(database, Response)) == (0, 5)


def test_codings_come_along_with_their_coder(database, wave_id, upload):
    run_job(database, upload(CODED, CODED_COLUMNS, coder=" Grace Coder ")[1])
    codings = database.session().scalars(select(Coding)).all()
    who = {(c.coder, c.decided_by, c.state, c.run_id, c.wave_id) for c in codings}
    assert who == {("Grace Coder", "Grace Coder", "confirmed", None, wave_id)}
    assert {c.response_id for c in codings} == {c.excerpt.answer.response_id for c in codings}
    assert sorted(e.ends for e in database.session().scalars(select(Excerpt))) == [5, 5, 15, 16]


def test_a_sentiment_of_the_whole_response_is_taken_for_a_theme_only_when_it_is_the_only_one(database, upload):
    run_job(database, upload(CODED, CODED_COLUMNS, coder="Grace Coder")[1])
    said = {(c.excerpt.ends, c.theme.key, c.sentiment) for c in database.session().scalars(select(Coding))}
    assert said == {
        (16, "keeps-promises", None),
        (16, "listened-to", None),
        (15, "listened-to", "negative"),
        (5, "listened-to", "positive"),
        (5, "keeps-promises", "negative"),
        (5, "keeps-promises", "mixed"),
    }


def test_unknown_themes_are_named_once_and_nothing_is_written(database, upload):
    _, job = upload(BAD, CODED_COLUMNS, coder="Grace Coder")
    with pytest.raises(ImportProblem) as refused:
        run_job(database, job)
    assert dict(refused.value.rows) == {
        2: "the codebook has no theme “waiting”",
        3: "the codebook has no theme “waiting”",
        4: "the codebook has no theme of this name",
        5: "a sentiment in it is none of 1 to 5, positive, negative, mixed or neutral",
        7: "it names a theme twice",
    }
    assert str(refused.value).count("waiting") == 1
    assert "rows 2 and 3: the codebook has no theme “waiting”" in str(refused.value)
    assert (count(database, Response), count(database, Coding)) == (0, 0)


def test_themes_need_words_that_they_are_in(database, upload):
    columns = Columns("text", themes="themes", choices=("age",))
    _, job = upload(b"text,themes,age\n,listened-to,9\n", columns, coder="Grace Coder")
    with pytest.raises(ImportProblem, match="row 2: it has themes and no words that they are in"):
        run_job(database, job)


def test_codings_without_a_coder_are_refused_before_the_file_is_queued(database, upload):
    with pytest.raises(Refused, match="who coded"):
        upload(CODED, CODED_COLUMNS)
    assert count(database, Upload) == 0
    with pytest.raises(Refused, match="which column"):
        codings_of(database.session(), Columns("text"), "Grace Coder")


def test_the_same_upload_again_ends_its_job_and_changes_nothing(database, upload):
    for _ in range(2):
        _, job = upload(PLAIN, Columns("text"))
        run_job(database, job)
        assert get_job(database.session(), job).state == "done"
    assert get_job(database.session(), job).step == "words.csv was imported before. Nothing was changed."
    assert (count(database, Upload), count(database, Response)) == (0, 2)


def test_a_refused_upload_stays_so_that_another_choice_can_be_made(database, upload):
    kept, job = upload(BAD, CODED_COLUMNS, coder="Grace Coder")
    with pytest.raises(ImportProblem):
        run_job(database, job)
    assert get_job(database.session(), job).state == "failed"
    with database.writing() as session:
        again = start_import(session, session.get(Upload, kept), CODED_COLUMNS, coder="Grace Coder", skip_bad=True).id
    assert again == job
    assert run_job(database, job)
    assert (count(database, Upload), count(database, Response), count(database, Coding)) == (0, 1, 1)


def test_a_worker_that_lost_its_job_imports_nothing(database, keys, upload):
    kept, job = upload(PLAIN, Columns("text"))
    slow = Running(database, claim(database, job))
    slow.fence -= 1
    slow.progress = lambda done, total, step: None
    with pytest.raises(LostLease):
        import_upload(slow, upload=kept)
    assert (count(database, Upload), count(database, Response)) == (1, 0)


def test_an_upload_opens_only_as_itself_and_a_missing_one_says_so(database, settings, upload):
    kept, job = upload(PLAIN, Columns("text"))
    other, _ = upload(CODED, Columns("text"))
    with database.writing() as session:
        session.get(Upload, kept).sealed = session.get(Upload, other).sealed
    with pytest.raises(KeyProblem):
        open_upload(settings, database.session().get(Upload, kept))
    with database.writing() as session:
        session.delete(session.get(Upload, kept))
    with pytest.raises(NotFound, match="Upload it again"):
        run_job(database, job)
