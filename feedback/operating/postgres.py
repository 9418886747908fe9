"""PostgreSQL's own programs: pg_dump, pg_restore and psql, found on PATH, never through a shell."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.engine import Connection

from feedback.collection.models import Response
from feedback.db import Base, libpq_url
from feedback.errors import DatabaseProblem, Refused
from feedback.operating.manifest import LEFT_EMPTY

# The keys may live in the same database, and must not come along; the queue is refilled from the job table.
_LEFT_OUT = ("wave_key", "response_key", "root_key", "lone_key", "huey_*")


def dump(url: str, connection: Connection, into: Path) -> None:
    """Dump the database as it is seen by `connection`, whose transaction must be REPEATABLE READ."""
    program = _program("pg_dump", connection)
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    _run(
        url,
        [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={into}"]
        + [f"--exclude-table={name}" for name in _LEFT_OUT]
        + [f"--exclude-table-data={table.name}" for table in LEFT_EMPTY],
        "The database could not be dumped",
    )


#: What keeps the promise of a published wave: a dump makes these anew, and they do not go with their tables.
_TRIGGERS = "wave_is_published, response_is_traceable, invitation_is_traceable, contact_detail_is_traceable"


def load(url: str, connection: Connection, dumped: Path, counts: dict[str, int]) -> None:
    """Put a dump in the place of what the database holds, in one transaction: all of it or nothing."""
    psql, pg_restore = _program("psql", connection), _program("pg_restore", connection)
    before, words, after = (dumped.with_suffix(ending) for ending in (".before", ".sql", ".after"))
    tables = [f'"{name}"' for name in (*Base.metadata.tables, "alembic_version")]
    before.write_text(
        f"DROP TABLE IF EXISTS {', '.join(tables)} CASCADE;\nDROP FUNCTION IF EXISTS {_TRIGGERS} CASCADE;\n"
    )
    _run(url, [pg_restore, "--no-owner", "--no-privileges", f"--file={words}", str(dumped)], _NOT_LOADED, named=False)
    after.write_text(_COUNTED.format(table=Response.__tablename__, number=int(counts["responses"])))
    files = [f"--file={path}" for path in (before, words, after)]
    _run(
        url,
        [psql, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files],
        _NOT_LOADED,
    )


_NOT_LOADED = "The database could not be restored, and was left as it was"
_COUNTED = """
DO $$ BEGIN
  IF (SELECT count(*) FROM public.{table}) <> {number} THEN RAISE EXCEPTION 'not all responses are in the dump'; END IF;
END $$;
"""


def refuse_company(connection: Connection) -> None:
    """Raise Refused while anybody else is connected to this database."""
    others = connection.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    if others:
        raise Refused(
            f"{others} other connections to this database are open. Stop every site and worker, then try again."
        )


def _program(name: str, connection: Connection) -> str:
    """The path of one of PostgreSQL's programs; raises DatabaseProblem unless it is as new as the server."""
    server = int(connection.scalar(text("SHOW server_version_num"))) // 10_000
    path = shutil.which(name)
    if path is None:
        raise DatabaseProblem(
            f"The program {name} is not on PATH. Install PostgreSQL's client programs, version {server} or newer "
            f"(on Debian: postgresql-client-{server})."
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = int(re.search(r"(\d+)", said).group(1))
    if found < server:
        raise DatabaseProblem(
            f"{name} is version {found} and the server is version {server}. Install the client programs of "
            f"version {server} (on Debian: postgresql-client-{server})."
        )
    return path


def _run(url: str, command: Sequence[str], failure: str, *, named: bool = True) -> None:
    """Run a program on the database of `url`; a password goes through the environment, where nobody else reads it."""
    place = make_url(libpq_url(url))
    environ = {name: value for name, value in os.environ.items() if name != "SOUNDINGS_MASTER_KEY"}
    if place.password:
        environ["PGPASSWORD"] = str(place.password)
    target = [f"--dbname={place.set(password=None).render_as_string()}"] if named else []
    done = subprocess.run([*command, *target], env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        # Only the line that names the fault: the rest may quote rows.
        first = next((line for line in done.stderr.splitlines() if "rror" in line), "no reason given")
        raise DatabaseProblem(f"{failure} ({_without_values(first)}).")


def _without_values(line: str) -> str:
    return re.sub(r"^.*?rror:\s*", "", line).rstrip(".")[:200]
