"""Two at once: on SQLite one write lock keeps them apart, on PostgreSQL constraints and held rows must."""

from contextlib import closing

import pytest
from at_once import all_at_once, in_writing, while_uncommitted
from factories import TODAY, make_response, make_wave
from sqlalchemy import select
from staffroom import count, now

from feedback.collection.drafts import Unfinished, discard_draft, save_draft
from feedback.collection.imports import Columns, Options, check_rows, import_prepared, source_of
from feedback.collection.models import Answer, Draft, ImportFile, Response
from feedback.collection.place import find_place
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.collection.tables import read_table
from feedback.jobs import Job, claim, enqueue
from feedback.sealing import KeyStore
from feedback.triage.models import Release
from feedback.triage.store import TALLY, count_again, release
from forms.answering import Answer as Given
from forms.answering import AnswerState

pytestmark = pytest.mark.both
TEXTS = ["They keep changing my worker.", "She left without a goodbye.", "My worker stayed."]


@pytest.fixture
def wave(database, keys):
    made = make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada")
    database.session().expunge(made)  # every thread has a session of its own
    return made


def keys_kept(keys) -> int:
    with keys._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM response_key").scalar()


def test_a_form_sent_many_times_at_once_is_one_response_with_all_its_answers(database, keys, digests, wave):
    given = [Given("y25", AnswerState.ANSWERED, text=TEXTS[0]), Given("quote", AnswerState.ANSWERED, choice="yes")]
    for _ in range(4):
        key = new_key()

        def send(key=key):
            return send_response(database, keys, digests, wave=wave, key=key, answers=given, today=TODAY)

        receipts = all_at_once(database, *[send] * 6)
        assert len(set(map(tuple, receipts))) == 1
    assert (count(database, Response), count(database, Answer)) == (4, 8)
    stored = set(now(database).scalars(select(Response.id)))
    assert keys.of_responses(stored).keys() == stored


def test_a_draft_that_is_kept_while_it_is_sent_is_no_error(database, digests, wave):
    def keep(session):
        save_draft(session, digests, wave.id, "cookie", Unfinished(), TODAY, days=1)

    in_writing(database, keep)
    assert while_uncommitted(database, lambda s: discard_draft(s, digests, "cookie"), keep) is None
    assert all_at_once(database, *[lambda: in_writing(database, keep)] * 4) == [None] * 4
    assert find_place(database, digests, wave.key, "cookie").unfinished is not None and count(database, Draft) == 1


def test_a_job_asked_for_at_once_is_one_job(database):
    def ask():
        return in_writing(database, lambda s: enqueue(s, "test", key="analyse:autumn", subject={"wave": "autumn"}).id)

    assert len(set(all_at_once(database, *[ask] * 6))) == 1
    assert count(database, Job) == 1


def test_a_job_is_claimed_once(database):
    for number in range(5):
        job = in_writing(database, lambda s, n=number: enqueue(s, "test", key=f"k{n}", subject={}).id)
        claimed = all_at_once(database, *[lambda job=job: claim(database, job)] * 6)
        assert [one.attempts for one in claimed if one] == [1]


def test_a_job_that_is_asked_for_is_not_claimed_before_what_it_is_about_is_there(database):
    job = in_writing(database, lambda s: enqueue(s, "test", key="k", subject={"n": 1}).id)
    claimed = while_uncommitted(
        database,
        lambda s: s.add(Job(kind="test", key=enqueue(s, "test", key="k", subject={}).key + "-effect", subject={})),
        lambda s: (claim(database, job), count(database, Job))[1],
    )
    assert claimed == 2


def test_a_count_that_began_before_a_change_is_followed_by_another(database, wave):
    def ask(session):
        count_again(session, [wave.id])

    in_writing(database, ask)
    running = now(database).scalar(select(Job.id).where(Job.kind == TALLY))
    database.session.remove()
    assert claim(database, running).state == "running"
    in_writing(database, ask)
    states = now(database).scalars(select(Job.state).where(Job.kind == TALLY).order_by(Job.key)).all()
    assert states == ["running", "queued"]


def test_a_response_is_released_once_and_counted_once(database, keys, digests, wave):
    ids = [make_response(database, keys, digests, wave, text) for text in TEXTS * 4]
    for _ in range(2):
        acts = [lambda: in_writing(database, lambda s: release(s, response_ids=ids, read_by="Ada", on=TODAY))] * 4
        released = all_at_once(database, *acts)
    assert sum(released) == 0 and count(database, Release) == len(ids)


def test_releasing_what_is_being_erased_leaves_it_out(database, keys, digests, wave):
    ids = [make_response(database, keys, digests, wave, text) for text in TEXTS]
    database.session.remove()

    def erase(session):
        session.execute(Response.__table__.delete().where(Response.id == ids[0]))

    def let_go(session):
        return release(session, response_ids=ids, read_by="Ada", on=TODAY)

    assert while_uncommitted(database, erase, let_go) == 2


def test_a_file_imported_twice_at_once_comes_in_once(database, keys, settings):
    wave_id = make_wave(database, keys).id
    files = [b"ref,text\n1,One.\n2,Two.\n", b"ref,text\n2,Two.\n3,Three.\n", b"ref,text\n3,Three.\n1,One.\n"]

    def bring(data):
        def act():
            checked = check_rows(read_table(data, "words.csv"), Columns("text", id="ref"), today=TODAY)
            with closing(KeyStore(settings)) as own:
                return import_prepared(database, own, wave_id, source_of(data, "words.csv", "Ada"), checked, Options())

        return act

    database.session.remove()
    reports = all_at_once(database, *[bring(data) for data in files for _ in range(2)])
    assert sum(report.imported for report in reports) == 3
    assert sum(report.unchanged for report in reports) == 3
    assert (count(database, Response), count(database, ImportFile), keys_kept(keys)) == (3, 3, 3)
