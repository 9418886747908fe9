"""Is a job lost when its worker is killed? `python tests/bench/bench_worker.py --kills 30`.

A worker of the product is killed (-9) amid jobs that write one row in the transaction that ends them; another
starts at once. Each job must end, with one row, and be taken up again within its lease and 5 seconds. The lease
is a constant (`feedback.jobs.LEASE`, 30 s); the worker of this bench is given a shorter one, so that it ends today.
Writes evidence/bench_worker.json. Three kills take about half a minute on each database.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgres  # noqa: E402  (they stand one folder up)
from sqlalchemy import Column, Float, Integer, MetaData, String, Table, insert, select  # noqa: E402
from standing import Standing, record  # noqa: E402

from feedback import jobs, serving  # noqa: E402
from feedback.config import Settings  # noqa: E402
from feedback.db import BigId, epoch_now, random_id  # noqa: E402

GRACE = 5.0
STEPS, STEP = 10, 0.15
_log = Table(
    "bench_log",
    MetaData(),
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("job", Integer),
    Column("what", String),
    Column("moment", Float),
)


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--kills", type=int, default=3, help="kills on each database (default: 3)")
    said.add_argument("--lease", type=float, default=3.0, help="the lease of the bench's worker (default: 3 s)")
    said.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only on this database")
    said.add_argument("--work", action="store_true", help="be the worker (the bench calls itself so)")
    asked = said.parse_args()
    if asked.work:
        work(asked.lease)
        return
    databases, rows = asked.on or ["sqlite", "postgresql"], []
    if "sqlite" in databases:
        with tempfile.TemporaryDirectory() as home:
            rows.append(killed("SQLite", Standing(f"{home}/home"), asked))
    if "postgresql" in databases and postgres.programs() is None:
        print(postgres.MISSING)
    elif "postgresql" in databases:
        with tempfile.TemporaryDirectory() as home, postgres.server() as server, postgres.copies(server) as urls:
            rows.append(killed("PostgreSQL", Standing(f"{home}/home", **urls), asked))
    record("-".join(["bench_worker", *(asked.on or [])]), rows, lease_of_the_product=jobs.LEASE)
    if any(row["lost"] or row["twice"] or row["late"] for row in rows):
        sys.exit("A job was lost, had its effect twice or was taken up too late.")


def work(lease: float) -> None:
    """The product's worker with one more kind of job."""
    jobs.LEASE = lease

    @jobs.task("bench")
    def count(running: jobs.Running, *, number: int) -> None:
        with running.database.writer.begin() as connection:
            note(connection, number, "begun")
        for step in range(STEPS):
            time.sleep(STEP)
            running.progress(step, STEPS, "Counting")
        with running.database.writing() as session:
            note(session, number, "effect")
            running.finish(session, "Counted")

    serving.work_until_stopped(Settings.from_environment())


def note(connection, number: int, what: str) -> None:
    """Write down what a job did, and when by the database's clock."""
    connection.execute(insert(_log).values(id=random_id(), job=number, what=what, moment=epoch_now()))


def killed(database: str, standing: Standing, asked) -> dict:
    """One job for each kill: kill its worker when it has begun, start another, see that it ends."""
    parts = standing.parts()
    _log.metadata.create_all(parts.database.writer)
    words = [sys.executable, __file__, "--work", "--lease", str(asked.lease)]
    waits = []
    standing.run(words)
    try:
        for number in range(asked.kills):
            with parts.database.writing() as session:
                jobs.enqueue(session, "bench", key=f"bench:{number}", subject={"number": number})
            waited(parts, number, "begun", 1)
            time.sleep(random.uniform(0, STEPS * STEP * 0.9))
            standing.kill()
            with parts.database.engine.connect() as connection:
                at = connection.scalar(select(epoch_now()))
            standing.run(words)
            if waited(parts, number, "effect", 1):
                begun = seen(parts, number, "begun")
                waits.append(begun[1] - at if len(begun) > 1 else 0.0)  # the kill may have come just after its end
        effects = Counter(job for job, what, _moment in everything(parts) if what == "effect")
    finally:
        standing.kill()
        standing.leave(parts)
    return {
        "database": database,
        "kills": asked.kills,
        "lease_s": asked.lease,
        "lost": asked.kills - len(effects),
        "twice": sum(number > 1 for number in effects.values()),
        "taken_up_again": sum(wait > 0 for wait in waits),
        "p50_s": round(statistics.median(waits), 1),
        "longest_s": round(max(waits), 1),
        "late": sum(wait > asked.lease + GRACE for wait in waits),
    }


def everything(parts) -> list:
    with parts.database.engine.connect() as connection:
        return connection.execute(select(_log.c.job, _log.c.what, _log.c.moment).order_by(_log.c.moment)).all()


def seen(parts, number: int, what: str) -> list[float]:
    """When a job did this."""
    return [moment for job, done, moment in everything(parts) if (job, done) == (number, what)]


def waited(parts, number: int, what: str, times: int) -> bool:
    """Wait until a job has done this so often; False when it never does."""
    for _ in range(1200):
        if len(seen(parts, number, what)) >= times:
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    main()
