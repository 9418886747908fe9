"""Background work: the job table is the record and the truth; huey only carries a nudge with a job's id.

huey alone loses a job whose worker is killed. Here a worker claims a job for as long as its lease lasts and
renews it while it lives; a sweeper nudges again whatever was queued or claimed and then left behind.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import JSON, CheckConstraint, Float, Integer, String, event, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from feedback.db import Base, BigId, Database, RoutingSession, epoch_now, insert_ignoring, random_id
from feedback.errors import DatabaseProblem, LostLease, NotFound, Overtaken, SoundingsError

log = logging.getLogger(__name__)

LEASE = 30.0  # seconds a claim lasts without renewal
ATTEMPTS = 5

TASKS: dict[str, Callable] = {}


class Job(Base):
    """One piece of background work, from the commit that caused it to its end; it never holds text."""

    __tablename__ = "job"
    __table_args__ = (CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, default=random_id)
    kind: Mapped[str] = mapped_column(String(40))
    #: At most one job of a key is alive: asking again while it waits or runs changes nothing.
    key: Mapped[str] = mapped_column(String(120), unique=True)
    subject: Mapped[dict] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    touched: Mapped[float] = mapped_column(Float, default=0.0)
    lease_until: Mapped[float] = mapped_column(Float, default=0.0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    step: Mapped[str] = mapped_column(String(120), default="Waiting to start")
    problem: Mapped[str | None] = mapped_column(String(400))

    @property
    def alive(self) -> bool:
        """True while there is still work to do."""
        return self.state in {"queued", "running"}


def task(kind: str):
    """Register a function `(running, **subject)` as the work of jobs of this kind."""

    def register(function):
        TASKS[kind] = function
        return function

    return register


def enqueue(session: Session, kind: str, *, key: str, subject: dict) -> Job:
    """Put a job in the table in the caller's transaction; its nudge goes out after the commit."""
    session.execute(insert_ignoring(session, Job.__table__).values(kind=kind, key=key, subject=subject))
    # Held until the commit: whoever claims it then sees what the caller did.
    job = session.scalars(select(Job).where(Job.key == key).with_for_update(key_share=True)).one()
    if not job.alive or _given_up(session, job):
        job.state, job.attempts, job.done, job.total = "queued", 0, 0, 0
        job.step, job.problem, job.subject = "Waiting to start", None, subject
    job.touched = epoch_now()
    session.flush()
    session.info.setdefault("nudges", []).append(job.id)
    return job


def _given_up(session: Session, job: Job) -> bool:
    """True when every attempt was cut short, so that nobody will take the job up again."""
    cut_short = select(Job.id).where(Job.id == job.id, Job.attempts >= ATTEMPTS, Job.lease_until < epoch_now())
    return session.scalar(cut_short) is not None


def get_job(session: Session, job_id: int) -> Job:
    """The job; raises NotFound."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such piece of work. It may have been cleared away.")
    return job


def unfinished_jobs(session: Session) -> list[Job]:
    """Jobs that wait, run or failed, for the desk of those who started them."""
    return list(session.scalars(select(Job).where(Job.state != "done").order_by(Job.kind, Job.key)))


class Running:
    """A claimed job: its worker reports progress through it and must finish through it."""

    def __init__(self, database: Database, job: Job, listener: Callable | None = None):
        self.database, self.id, self.fence = database, job.id, job.attempts
        self._listener = listener

    def progress(self, done: int, total: int, step: str) -> None:
        """Say how far the work is; also renews the lease."""
        if self._listener:
            self._listener(done, total, step)
        self._touch(done=done, total=total, step=step)

    def renew(self) -> None:
        """Keep the claim; raises LostLease when another worker has the job."""
        self._touch()

    def _touch(self, **values) -> None:
        with self.database.writer.begin() as connection:
            held = connection.execute(
                update(Job)
                .where(Job.id == self.id, Job.state == "running", Job.attempts == self.fence)
                .values(lease_until=epoch_now() + LEASE, **values)
            )
            if held.rowcount == 0:
                raise LostLease("Another worker has taken this job over.")

    def finish(self, session: Session, step: str) -> None:
        """Mark the job done in the same transaction as its effect; raises LostLease."""
        ended = session.execute(
            update(Job)
            .where(Job.id == self.id, Job.state == "running", Job.attempts == self.fence)
            .values(state="done", step=step[:120], touched=0.0)  # when it was asked for concerns nobody any more
            .execution_options(synchronize_session=False)
        )
        if ended.rowcount == 0:
            raise LostLease("Another worker has taken this job over.")


def claim(database: Database, job_id: int) -> Job | None:
    """Take a queued or abandoned job for one lease; None when somebody else has it."""
    with database.writing() as session:
        taken = session.scalar(
            update(Job)
            .where(
                Job.id == job_id,
                Job.attempts < ATTEMPTS,
                (Job.state == "queued") | ((Job.state == "running") & (Job.lease_until < epoch_now())),
            )
            .values(state="running", lease_until=epoch_now() + LEASE, attempts=Job.attempts + 1)
            .returning(Job)
            .execution_options(synchronize_session=False)
        )
        if taken is not None:
            session.expunge(taken)  # its attempts are our fence: read again, they might be another worker's
    return taken


def run_job(database: Database, job_id: int, listener: Callable | None = None) -> bool:
    """Claim and do one job; False when it was not there to be had. A job that breaks is tried again."""
    job = claim(database, job_id)
    if job is None:
        return False
    kind, subject, running = job.kind, dict(job.subject), Running(database, job, listener)
    spent = "failed" if running.fence >= ATTEMPTS else "queued"
    database.session.remove()
    try:
        with _kept_alive(running):
            TASKS[kind](running, **subject)
    except LostLease:
        log.warning("job %s of kind %s was taken over", job_id, kind)
    except (DatabaseProblem, Overtaken) as problem:
        _end(database, running, spent, str(problem))
        raise
    except SoundingsError as problem:
        _end(database, running, "failed", str(problem))
        raise
    except KeyboardInterrupt:
        _end(database, running, "queued", "It was interrupted.")
        raise
    except Exception:
        log.exception("job %s of kind %s broke off", job_id, kind)
        _end(database, running, spent, "It broke off. The log says why.")
        raise
    finally:
        database.session.remove()
    return True


def _end(database: Database, running: Running, state: str, problem: str) -> None:
    database.session.remove()
    with database.writing() as session:
        session.execute(
            update(Job)
            .where(Job.id == running.id, Job.attempts == running.fence)
            .values(state=state, problem=problem[:400], touched=epoch_now())
            .execution_options(synchronize_session=False)
        )


@contextmanager
def meanwhile(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Do something in a thread until the end; `act` is told by an event when that is."""
    over = threading.Event()
    thread = threading.Thread(target=act, args=(over,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _kept_alive(running: Running):
    """Renew the lease meanwhile, so that long steps without progress keep their claim."""

    def renew(over: threading.Event) -> None:
        while not over.wait(LEASE / 3):
            try:
                with suppress(DatabaseProblem):  # if it comes back in time the claim still stands
                    running.renew()
            except LostLease:
                return

    return meanwhile(renew)


def left_behind(database: Database) -> list[int]:
    """Ids of jobs to nudge again: queued for a while, or claimed by a worker that is gone."""
    with database.engine.connect() as connection:
        return list(
            connection.scalars(
                select(Job.id).where(
                    Job.attempts < ATTEMPTS,
                    ((Job.state == "queued") & (Job.touched < epoch_now() - 3))
                    | ((Job.state == "running") & (Job.lease_until < epoch_now())),
                )
            )
        )


@event.listens_for(RoutingSession, "after_commit")
def _send_nudges(session):
    """A job is nudged once its transaction is safe on disk, and only where a carrier runs."""
    carrier = session.info.get("carrier")
    for job_id in session.info.pop("nudges", []):
        if carrier:
            carrier.nudge(job_id)


@event.listens_for(RoutingSession, "after_rollback")
def _forget_nudges(session):
    session.info.pop("nudges", None)
