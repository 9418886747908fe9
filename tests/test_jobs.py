"""Background work: nothing is lost, nothing is done twice, and its table holds no text."""

import pytest
from sqlalchemy import update

from feedback import jobs
from feedback.carrier import Carrier, PlainSerializer
from feedback.errors import LostLease, Refused
from feedback.jobs import Job, Running, claim, enqueue, left_behind, run_job

pytestmark = pytest.mark.both


@pytest.fixture
def done(monkeypatch):
    """What the test task did."""
    seen = []

    def work(running, *, wave):
        running.progress(1, 2, "Half way")
        with running.database.writing() as session:
            running.finish(session, "All done")
        seen.append(wave)

    monkeypatch.setitem(jobs.TASKS, "test", work)
    return seen


def put(database, key="test:1"):
    with database.writing() as session:
        return enqueue(session, "test", key=key, subject={"wave": "autumn"}).id


def test_a_job_is_done_once(database, done):
    job_id = put(database)
    assert run_job(database, job_id) is True
    assert run_job(database, job_id) is False
    assert done == ["autumn"]
    job = database.session().get(Job, job_id)
    assert (job.state, job.done, job.total, job.step) == ("done", 1, 2, "All done")


def test_asking_again_while_it_waits_changes_nothing_and_after_it_ended_starts_anew(database, done):
    first = put(database)
    assert put(database) == first
    run_job(database, first)
    assert put(database) == first
    run_job(database, first)
    assert done == ["autumn", "autumn"]


def test_a_job_whose_cause_was_not_committed_does_not_exist(database):
    with pytest.raises(RuntimeError), database.writing() as session:
        enqueue(session, "test", key="never", subject={})
        raise RuntimeError
    assert database.session().query(Job).count() == 0


def test_a_claimed_job_is_nobody_elses_until_its_lease_ends(database, done):
    job_id = put(database)
    assert claim(database, job_id) is not None
    assert claim(database, job_id) is None
    assert left_behind(database) == []
    with database.writing() as session:
        session.execute(update(Job).values(lease_until=1.0))
    assert left_behind(database) == [job_id]
    assert run_job(database, job_id) is True


def test_whoever_lost_the_lease_cannot_finish(database):
    job_id = put(database)
    slow = Running(database, claim(database, job_id))
    with database.writing() as session:
        session.execute(update(Job).values(lease_until=1.0))
    claim(database, job_id)
    with pytest.raises(LostLease), database.writing() as session:
        slow.finish(session, "Too late")
    with pytest.raises(LostLease):
        slow.progress(1, 1, "Too late")


def test_a_job_that_breaks_is_tried_again_and_then_fails(database, monkeypatch):
    def breaks(running, **_subject):
        raise ValueError("secret words")

    monkeypatch.setitem(jobs.TASKS, "test", breaks)
    job_id = put(database)
    for _ in range(jobs.ATTEMPTS):
        with pytest.raises(ValueError):
            run_job(database, job_id)
    job = database.session().get(Job, job_id)
    assert job.state == "failed" and "secret" not in job.problem
    assert run_job(database, job_id) is False


def test_a_job_that_cannot_be_done_says_so_at_once(database, monkeypatch):
    def refuses(running, **_subject):
        raise Refused("Load a codebook first.")

    monkeypatch.setitem(jobs.TASKS, "test", refuses)
    job_id = put(database)
    with pytest.raises(Refused):
        run_job(database, job_id)
    job = database.session().get(Job, job_id)
    assert (job.state, job.problem) == ("failed", "Load a codebook first.")


def test_the_queue_carries_an_id_as_json_and_nothing_else(settings):
    carrier = Carrier(settings, lambda job_id: None)
    carrier.nudge(42)
    waiting = carrier.huey.storage.dequeue()
    assert waiting.startswith(b"[") and b"42" in waiting
    assert PlainSerializer().deserialize(waiting).args == (42,)
    carrier.huey.storage.close()
