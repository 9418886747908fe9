"""What a load balancer and a monitor ask: can this process serve, and does the rest of the installation work?

Nothing here says when a respondent did anything: the only time is that of the worker's own heartbeat.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress

from sqlalchemy import exists, select, update

from feedback.config import Settings
from feedback.db import Database, epoch_now, insert_ignoring
from feedback.errors import DatabaseProblem, SoundingsError
from feedback.jobs import Job, meanwhile
from feedback.operating.schema import newest, revision_of
from feedback.sealing import KeyStore

HEARTBEAT = "heartbeat"
_BEAT = 10.0  # seconds between two beats
_SILENCE = 60.0  # seconds after which a worker that does not beat is taken for dead


def beat(database: Database) -> None:
    """Say that a worker lives. The job table holds it, as a finished job whose lease is the worker's own."""
    with database.writing() as session:
        row = {"kind": HEARTBEAT, "key": HEARTBEAT, "subject": {}, "state": "done", "step": "A worker lives"}
        session.execute(insert_ignoring(session, Job.__table__).values(row))
        session.execute(
            update(Job)
            .where(Job.key == HEARTBEAT)
            .values(lease_until=epoch_now() + _SILENCE)
            .execution_options(synchronize_session=False)
        )


def beating(database: Database) -> AbstractContextManager[None]:
    """Beat from a thread until the end."""

    def keep_on(over: threading.Event) -> None:
        while True:
            with suppress(DatabaseProblem):  # it is away: whoever asks for our health hears so
                beat(database)
            database.session.remove()
            if over.wait(_BEAT):
                return

    return meanwhile(keep_on)


def problems(settings: Settings, database: Database, keys: KeyStore) -> list[dict[str, str]]:
    """What fails, each as {"what", "why"}; fixed sentences, so that no address or password gets out."""
    return [{"what": what, "why": why} for what, why in (*_of_database(database), *_of_keys(keys), *_of_disk(settings))]


def _of_database(database: Database) -> Iterator[tuple[str, str]]:
    try:
        with database.engine.connect() as connection:
            if revision_of(connection) != newest():
                yield "schema", "The database is of another version than the program. Run 'soundings init'."
                return
            alive = exists().where(Job.key == HEARTBEAT, Job.lease_until > epoch_now())
            if not connection.scalar(select(alive)):
                yield "worker", "No worker has shown itself for a minute. Start one with 'soundings worker'."
    except SoundingsError:
        yield "database", "The database does not answer. See whether it runs and the disk is sound."


def _of_keys(keys: KeyStore) -> Iterator[tuple[str, str]]:
    try:
        keys.root()
    except SoundingsError:
        yield "key store", "The key store does not answer or does not open. Run 'soundings keys check'."


def _of_disk(settings: Settings) -> Iterator[tuple[str, str]]:
    if shutil.disk_usage(settings.folder).free < settings.disk_floor_mb * 1_000_000:
        yield "disk", "The disk of the home folder is nearly full. Make room on it."
