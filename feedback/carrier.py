"""huey carries a nudge with a job's id to a worker; what the job is and how far it is stands in the job table."""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from huey import PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from feedback.config import Settings
from feedback.db import Database, libpq_url
from feedback.errors import DatabaseProblem
from feedback.jobs import left_behind

log = logging.getLogger(__name__)

SWEEP = 2.0  # seconds between two looks for jobs left behind


class PlainSerializer(Serializer):
    """A message is a JSON list of names and numbers: whoever can write the queue cannot run code."""

    def _serialize(self, data):
        return json.dumps(list(data)).encode()

    def _deserialize(self, data):
        fields = json.loads(data)
        names = list(Message._fields)
        values = dict(zip(names, fields, strict=True))
        values["args"] = tuple(values["args"] or ())
        return Message(**values)


class Carrier:
    """huey with our one task: nudge(job id). Its own storage may be thrown away at any time."""

    def __init__(self, settings: Settings, work: Callable[[int], None]):
        plain = {"results": False, "serializer": PlainSerializer()}
        if settings.embedded:
            self.huey = SqliteHuey("soundings", filename=str(settings.folder / "queue.db"), **plain)
        else:
            self.huey = PostgresHuey("soundings", dsn=libpq_url(settings.database_url), create_tables=False, **plain)
            # Two processes that make the same table at once break each other: they take turns.
            self.huey.storage.ddl.insert(0, "select pg_advisory_xact_lock(1936684398)")
            self.huey.storage.initialize_schema()
        self._work = self.huey.task(name="nudge")(work)

    def nudge(self, job_id: int) -> None:
        """Tell a worker. A nudge that is lost costs seconds: the job is in its table, where the sweeper finds it."""
        try:
            self._work(job_id)
        except Exception as problem:
            log.warning("job %s could not be nudged (%s)", job_id, type(problem).__name__)

    def work(self, database: Database, workers: int = 1) -> None:
        """Do jobs until interrupted."""
        over = threading.Event()

        def sweep():
            while not over.wait(SWEEP):
                with suppress(DatabaseProblem):  # it is away: look again
                    for job_id in left_behind(database):
                        self.nudge(job_id)

        threading.Thread(target=sweep, daemon=True).start()
        try:
            self.huey.create_consumer(workers=workers, periodic=False).run()
        finally:
            over.set()
