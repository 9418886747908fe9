"""Size: a million answers with codings, then how long the pages that read them take, and what a process weighs.

Prints a table and the machine-free figures (statements a page, bytes on disk). Words are made up from a short list.
"""

import argparse
import datetime
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event, func, insert, select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from factories import PASSWORD, make_staff

from feedback.cli.parts import Parts
from feedback.cli.setting_up import set_up
from feedback.collection.models import Answer, Response, Wave
from feedback.config import Settings
from feedback.db import random_id
from feedback.evidence.recounting import settle
from feedback.evidence.store import decide_link, link_item
from feedback.example.files import FOLDER, rows, table
from feedback.plan.store import load_plan, priorities
from feedback.sealing import seal_text
from feedback.site import create_app
from feedback.themes.models import Coding, Excerpt
from feedback.themes.store import save_theme, themes
from feedback.triage.models import Release
from feedback.triage.store import count_again
from forms.catalogue import find

WAVES = 20
TODAY = datetime.date.today()
WORDS = [
    "worker",
    "meeting",
    "school",
    "listened",
    "home",
    "bus",
    "phone",
    "moved",
    "promise",
    "letter",
    "garden",
    "review",
    "visit",
    "teacher",
    "time",
]
PAGES = ("/board/worker-stays", "/board", "/themes", "/code", "/read", "/waves")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=50_000, help="how many answers (default 50,000)")
    parser.add_argument("--visits", type=int, default=40, help="visits of each page (default 40)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        parts = Parts(Settings(home=home, encoder="lexical"))
        set_up(parts)
        report("fill", timed(lambda: fill(parts, chosen.answers)))
        report("count every wave and the words anew", timed(lambda: count_all(parts)))
        size = sum(path.stat().st_size for path in Path(home).glob("*.db"))
        print(f"{'on disk':40} {size / 1e6:8.0f} MB")
        visit_pages(parts, chosen.visits)
        print(f"{'peak memory of this process':40} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


def report(what: str, seconds: float) -> None:
    print(f"{what:40} {seconds:8.1f} s", flush=True)


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fill(parts: Parts, answers: int) -> None:
    """Waves of a questionnaire with four answers a response, one of them in words with one or two themes."""
    random.seed(0)
    questionnaire = find("your-view")
    with parts.database.writing() as session:
        load_plan(session, FOLDER / "plan.toml")
        for row in rows("codebook.csv"):
            save_theme(session, **row, by="Bench", on=TODAY)
        link(session)
        for number in range(WAVES):
            opens = TODAY - datetime.timedelta(days=30 * (WAVES - number))
            wave = Wave(
                id=random_id(), key=f"w{number}", title=f"Wave {number}", audience="young_person",
                questionnaire=questionnaire.key, version=questionnaire.version, promise="anonymous",
                opens_on=opens, closes_on=opens + datetime.timedelta(days=20),
            )  # fmt: skip
            session.add(wave)
            parts.keys.add_wave(wave.id)
        session.flush()
        waves, ids = [wave.id for wave in session.scalars(select(Wave))], [theme.id for theme in themes(session)]
    for wave_id in waves:
        store_wave(parts, wave_id, ids, answers // WAVES // 4)


def link(session) -> None:
    aims = {aim.key: aim for aim in priorities(session)}
    known = {theme.key: theme for theme in themes(session)}
    for row in table("links.toml")["theme"]:
        decide_link(
            session, known[row["theme"]], aims[row["priority"]], state="confirmed", stance=row["stance"],
            reason=row["reason"], by="Bench", on=TODAY,
        )  # fmt: skip
    for row in table("links.toml")["item"]:
        link_item(
            session, aims[row["priority"]], questionnaire=row["questionnaire"], question=row["question"],
            favourable=row["favourable"], reason=row["reason"], by="Bench", on=TODAY,
        )  # fmt: skip


def store_wave(parts: Parts, wave_id: int, theme_ids: list[int], responses: int) -> None:
    keys = parts.keys.add_responses(wave_id, [random_id() for _ in range(responses)])
    made = {Response: [], Answer: [], Release: [], Excerpt: [], Coding: []}
    for response_id, key in keys.items():
        text = " ".join(random.choice(WORDS) for _ in range(25))
        answer_id, excerpt_id = random_id(), random_id()
        base = {"response_id": response_id, "wave_id": wave_id}
        made[Response].append(
            {"id": response_id, "wave_id": wave_id, "idem": random.randbytes(32), "week": TODAY, "may_quote": False}
        )
        made[Release].append({"response_id": response_id, "read_by": "Bench", "read_on": TODAY})
        for question in ("y2", "y9", "y12"):
            choice = random.choice(("s5", "s4", "s3", "s2", "s1"))
            closed = {"question": question, "state": "answered", "choice": choice, "sealed": None}
            made[Answer].append(base | closed | {"id": random_id()})
        sealed = seal_text(key, text, response_id, "y25")
        written = {"question": "y25", "state": "answered", "choice": None, "sealed": sealed}
        made[Answer].append(base | written | {"id": answer_id})
        made[Excerpt].append({"id": excerpt_id, "answer_id": answer_id, "starts": 0, "ends": len(text)})
        for theme_id in random.sample(theme_ids, random.choice((1, 2))):
            coded = {"id": random_id(), "excerpt_id": excerpt_id, "theme_id": theme_id, "coder": "Bench"}
            feeling = random.choice(("positive", "negative"))
            decided = {"state": "confirmed", "decided_by": "Bench", "sentiment": feeling}
            made[Coding].append(base | coded | decided)
    with parts.database.writing() as session:
        for model, values in made.items():
            session.execute(insert(model.__table__), values)


def count_all(parts: Parts) -> None:
    with parts.database.writing() as session:
        count_again(session, list(session.scalars(select(Wave.id))))
    settle(parts.database)


def visit_pages(parts: Parts, visits: int) -> None:
    answers = parts.database.session().scalar(select(func.count()).select_from(Answer))
    codings = parts.database.session().scalar(select(func.count()).select_from(Coding))
    print(f"{answers:,} answers, {codings:,} codings\n{'page':40} {'first':>8} {'p50':>8} {'p95':>8}  statements")
    email = make_staff(parts.database, "participation_lead", "board_member", "safeguarding_lead")
    app = create_app(parts.settings)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/staff/login", data={"email": email, "password": PASSWORD})
    said = []
    engine = app.extensions["soundings"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
    for address in PAGES:
        took = []
        for _ in range(visits + 1):
            said.clear()
            took.append(1000 * timed(lambda address=address: client.get(address)))
        first, rest = took[0], sorted(took[1:])
        middle, high = rest[len(rest) // 2], rest[int(len(rest) * 0.95)]
        queries = sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in said)
        print(f"{address:40} {first:6.0f}ms {middle:6.0f}ms {high:6.0f}ms  {queries}", flush=True)


if __name__ == "__main__":
    main()
