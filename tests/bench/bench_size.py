"""Does it stand a million answers? `python tests/bench/bench_size.py --answers 1000000 --on sqlite`.

Fills an installation (`tests/sized.py`), counts everything anew, visits the pages on the real site and weighs its web
processes, then backs up, restores to an empty host and looks for what was sent. Each step but the filling is a process
of its own, so that each is weighed by itself. Writes evidence/bench_size.json. A million takes about ten minutes.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgres  # noqa: E402  (they stand one folder up)
from factories import PASSWORD, make_staff  # noqa: E402
from installation import elsewhere, environment  # noqa: E402
from sized import Filled, count_everything_again, fill  # noqa: E402
from sqlalchemy import event, func, select, text  # noqa: E402
from standing import Standing, record, tree  # noqa: E402
from visiting import Visitor, peak_of, weighed  # noqa: E402

from feedback.cli.parts import Parts  # noqa: E402
from feedback.collection.models import Answer  # noqa: E402
from feedback.collection.store import words_of  # noqa: E402
from feedback.config import Settings  # noqa: E402
from feedback.privacy.store import response_of_receipt  # noqa: E402
from feedback.site import create_app  # noqa: E402
from feedback.themes.models import Coding  # noqa: E402

#: The second wave is read too: a chosen one takes another way than the fullest.
PAGES = (
    "/desk",
    "/board",
    "/board/worker-stays",
    "/themes",
    "/code",
    "/code/by-hand",
    "/read",
    "/read?wave=w1",
    "/waves",
    "/waves/w1",
    "/links",
    "/quotes",
    "/quotes/search?words=worker",
    "/quotes/search?words=goodbye+school",
)
ROLES = ("participation_lead", "board_member", "safeguarding_lead")


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--answers", type=int, default=50_000, help="how many answers (default: 50,000)")
    said.add_argument("--waves", type=int, default=10, help="in how many waves (default: 10)")
    said.add_argument("--visits", type=int, default=40, help="visits of each page (default: 40)")
    said.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only on this database")
    asked = said.parse_args()
    databases, found = asked.on or ["sqlite", "postgresql"], []
    for database in databases:
        if database == "postgresql" and postgres.programs() is None:
            print(postgres.MISSING)
            continue
        with tempfile.TemporaryDirectory() as home, places(database) as (here, there):
            found.append({"database": database} | measured(Path(home), here, there, asked))
    steps = [{key: value for key, value in row.items() if key != "pages"} for row in found]
    pages = [{"database": row["database"]} | page for row in found for page in row["pages"]]
    record("-".join(["bench_size", *(asked.on or [])]), pages, steps=steps, load_average_at_the_end=os.getloadavg())
    for step in steps:
        print(json.dumps(step, indent=1))


@contextmanager
def places(database: str):
    """Settings of where an installation keeps its data, and of an empty place for its copy."""
    if database == "sqlite":
        yield {}, {}
        return
    os.environ["PATH"] = f"{postgres.needed()}{os.pathsep}{os.environ['PATH']}"
    with postgres.server() as server, postgres.copies(server) as here:
        names = [server.database(), server.database()]
        yield here, dict(zip(("database_url", "keys_url"), map(server.url, names), strict=True))


def measured(home: Path, here: dict, there: dict, asked) -> dict:
    """Every step in turn: {name: figure}."""
    standing = Standing(f"{home}/home", **here)
    parts, found = standing.parts(), {}
    started = time.perf_counter()
    kept = fill(parts, asked.answers, asked.waves)
    found["fill_s"] = round(time.perf_counter() - started, 1)
    email = make_staff(parts.database, *ROLES)
    found |= sizes(parts, standing.settings)
    standing.leave(parts)
    run = "from bench_size import count; count()"
    found["count_everything_s"], found["count_everything_mb"] = weighed([sys.executable, "-c", run], _told(standing))
    print(json.dumps(found), flush=True)
    found["pages"], found["web_mb"] = visited(standing, email, asked.visits)
    return found | kept_and_restored(home, standing.settings, there, kept)


def count() -> None:
    """For a process of its own: count everything anew."""
    count_everything_again(Parts(Settings.from_environment()))


def _told(standing: Standing) -> dict:
    told = standing.environ()
    return told | {"PYTHONPATH": f"{Path(__file__).parent}{os.pathsep}{told['PYTHONPATH']}"}


def sizes(parts: Parts, settings: Settings) -> dict:
    """How much was stored, and on how much disk; PostgreSQL then knows what its autovacuum would soon have told it."""
    session = parts.database.session()
    stored = {name: session.scalar(select(func.count()).select_from(table)) for name, table in COUNTED.items()}
    if settings.embedded:
        megabytes = sum(path.stat().st_size for path in settings.folder.glob("*.db")) / 1e6
    else:
        megabytes = session.scalar(text("SELECT pg_database_size(current_database())")) / 1e6
        with parts.database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return stored | {"disk_mb": round(megabytes)}


COUNTED = {"answers": Answer, "codings": Coding}


def visited(standing: Standing, email: str, visits: int) -> tuple[list[dict], int]:
    """Each page's times on the real site and its number of statements; and what the heaviest web process weighs."""
    statements = counted_statements(standing.settings, email)
    standing.serve_alone()
    try:
        visitor = Visitor(standing.settings.port, email, PASSWORD)
        rows = [visitor.times(page, visits) | {"statements": statements[page]} for page in PAGES]
        with ThreadPoolExecutor(8) as together:  # a process weighs most when all its threads are at work
            list(together.map(visitor.get, PAGES * 8))
        return rows, max(peak_of(pid) for pid in tree(standing.process.pid))
    finally:
        standing.kill()


def counted_statements(settings: Settings, email: str) -> dict[str, int]:
    """{page: how many statements it sends}; they are counted here, where we can listen."""
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client, parts, said = app.test_client(), app.extensions["soundings"], []
    client.post("/staff/login", data={"email": email, "password": PASSWORD})
    event.listen(parts.database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    found = {}
    for page in PAGES:
        said.clear()
        assert client.get(page).status_code == 200, page
        found[page] = sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in said)
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()
    return found


def kept_and_restored(home: Path, settings: Settings, there: dict, kept: list[Filled]) -> dict:
    """Back up, restore to an empty host, and find there what was sent."""
    files, found = [home / "database.tar", home / "keys.tar"], {}
    words = [str(files[0]), "--keys", str(files[1])]
    told = environment(settings)
    found["backup_s"], found["backup_mb"] = weighed([sys.executable, "-m", "feedback.cli", "backup", *words], told)
    found["files_mb"] = round(sum(file.stat().st_size for file in files) / 1e6)
    other = elsewhere(settings, home / "other", **there)
    told = environment(other)
    found["restore_s"], found["restore_mb"] = weighed([sys.executable, "-m", "feedback.cli", "restore", *words], told)
    found["found_again"] = found_again(other, kept)
    shutil.rmtree(other.home)
    return found


def found_again(settings: Settings, kept: list[Filled]) -> int:
    """How many receipts lead to the very text they were given for; all of them, or this ends here."""
    parts = Parts(settings)
    for one in kept:
        response = response_of_receipt(parts.database.session(), parts.digests, one.words)
        assert response is not None, "a receipt leads nowhere"
        assert one.text in words_of(parts.keys, response.answers).values(), "a receipt leads to another text"
    parts.database.session.remove()
    parts.database.close()
    parts.keys.close()
    return len(kept)


if __name__ == "__main__":
    main()
