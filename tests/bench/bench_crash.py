"""Is what was acknowledged stored, whatever is killed? `python tests/bench/bench_crash.py --trials 50`.

The real `soundings serve` is killed (-9, every process at once) while respondents send; it stands up again, everybody
presses Send again, and what was acknowledged is compared with what is stored. On PostgreSQL, PostgreSQL itself is
killed as well. Writes evidence/bench_crash.json. Five trials take about a minute.
"""

import argparse
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgres  # noqa: E402  (they stand one folder up)
from crashing import Found, Stored, trial  # noqa: E402
from standing import Standing, kill_tree, record  # noqa: E402


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--trials", type=int, default=5, help="kills of the site on each database (default: 5)")
    said.add_argument("--of-postgresql", type=int, default=1, help="kills of PostgreSQL itself (default: 1)")
    said.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only on this database")
    said.add_argument("--clients", type=int, default=6, help="respondents at once (default: 6)")
    asked = said.parse_args()
    databases = asked.on or ["sqlite", "postgresql"]
    rows = []
    if "sqlite" in databases:
        with tempfile.TemporaryDirectory() as home:
            rows += site_killed("SQLite", Standing(f"{home}/home"), asked)
    if "postgresql" in databases and postgres.programs() is None:
        print(postgres.MISSING)
    elif "postgresql" in databases:
        with tempfile.TemporaryDirectory() as home, postgres.server() as server, postgres.copies(server) as urls:
            standing = Standing(f"{home}/home", **urls)
            rows += site_killed("PostgreSQL", standing, asked)
            rows += database_killed(standing, server, asked)
    record("-".join(["bench_crash", *(asked.on or [])]), rows)
    if any(row[name] for row in rows for name in ("lost", "torn", "doubled", "other_receipt", "unsendable")):
        sys.exit("What was acknowledged is not what is stored.")


@contextmanager
def serving(standing: Standing):
    standing.serve()
    try:
        yield
    finally:
        standing.kill()


def site_killed(database: str, standing: Standing, asked) -> list[dict]:
    """Every process of the site, in the midst of sending."""
    with serving(standing):
        return _trials(
            f"{database}, the site", standing, asked.trials, standing.kill, standing.serve, clients=asked.clients
        )


def database_killed(standing: Standing, server: postgres.Server, asked) -> list[dict]:
    """PostgreSQL and all its processes; the site stays and must find it again by itself."""

    def crash() -> None:
        kill_tree(server._process)

    with serving(standing):
        return _trials("PostgreSQL, itself", standing, asked.of_postgresql, crash, server.start, clients=asked.clients)


def _trials(what: str, standing: Standing, number: int, crash, stand_up, *, clients: int) -> list[dict]:
    total, stored = Found(), Stored(standing)
    for one in range(1, number + 1):
        found = trial(standing, stored, crash=crash, stand_up=stand_up, clients=clients)
        total += found
        print(f"{what}: {one} of {number}: {found}", flush=True)
    row = {"killed": what, "trials": number} | vars(total)
    row["stand_up"] = round(total.stand_up / max(number, 1), 1)
    return [row] if number else []


if __name__ == "__main__":
    main()
