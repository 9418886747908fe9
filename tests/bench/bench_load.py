"""How many responses a second can be sent? `python tests/bench/bench_load.py --requests 1500 --rounds 5`.

The product's last POST (every question answered, from a draft) and the whole walk, against a bare Flask endpoint that
commits one row: the same granian, the same kind of database, in turns. The longest questionnaire is sent, and with
`--questionnaire three-quick-things` the shortest, about as long as that of the trials in which the goal was set. What
counts is the ratio and the CPU time, because the machine may be shared. Writes evidence/bench_load….json.
"""

import argparse
import datetime
import os
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgres  # noqa: E402  (they stand one folder up)
from loading import Clients, Load, Taken  # noqa: E402
from respondents import Browser, drive  # noqa: E402
from standing import QUESTIONNAIRE, WAVE, Standing, cpu_seconds, mark, record  # noqa: E402

from feedback.collection.drafts import Unfinished, save_draft  # noqa: E402
from feedback.collection.receipts import new_code  # noqa: E402
from forms.answering import Answer, AnswerState  # noqa: E402
from forms.catalogue import find  # noqa: E402

TEXT = "They keep changing my worker, and every time I have to tell it all again. I would like one who stays."
KINDS = ("bare", "send", "walk")


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--requests", type=int, default=200, help="submissions of each kind in a round (default: 200)")
    said.add_argument("--rounds", type=int, default=2, help="rounds, each kind in turn (default: 2)")
    said.add_argument("--connections", type=int, action="append", help="default: 1, 16 and 64")
    said.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only on this database")
    said.add_argument("--no-walk", action="store_true", help="leave the whole walk out")
    said.add_argument("--questionnaire", default=QUESTIONNAIRE, help=f"what is answered (default: {QUESTIONNAIRE})")
    asked = said.parse_args()
    asked.no_walk |= asked.questionnaire != QUESTIONNAIRE
    asked.connections = asked.connections or [1, 16, 64]
    databases, rows = asked.on or ["sqlite", "postgresql"], []
    if "sqlite" in databases:
        with tempfile.TemporaryDirectory() as home:
            rows += measured(
                "SQLite", Standing(f"{home}/product", asked.questionnaire), Standing(f"{home}/bare"), asked
            )
    if "postgresql" in databases and postgres.programs() is None:
        print(postgres.MISSING)
    elif "postgresql" in databases:
        with (
            tempfile.TemporaryDirectory() as home,
            postgres.server() as server,
            postgres.copies(server) as urls,
            postgres.copies(server) as others,
        ):
            both = Standing(f"{home}/product", asked.questionnaire, **urls), Standing(f"{home}/bare", **others)
            rows += measured("PostgreSQL", *both, asked, server._process.pid)
    short = [asked.questionnaire] if asked.questionnaire != QUESTIONNAIRE else []
    record("-".join(["bench_load", *short, *(asked.on or [])]), rows, load_average_at_the_end=os.getloadavg())


def measured(database: str, product: Standing, bare: Standing, asked, postmaster: int | None = None) -> list[dict]:
    """A row for each number of connections and each kind."""
    kinds = [kind for kind in KINDS if not (asked.no_walk and kind == "walk")]
    product.serve_alone()
    bare.serve_alone("bare:site")
    try:
        with Clients() as clients:
            for kind in kinds:  # every process has compiled its templates and opened its connections
                clients.take(load_of(kind, product, bare, 16, 48))
            rows = []
            for connections in asked.connections:
                rounds = {kind: [] for kind in kinds}
                for _ in range(asked.rounds):
                    for kind in kinds:
                        number = asked.requests if kind != "walk" else max(asked.requests // 6, connections)
                        load = load_of(kind, product, bare, connections, number)
                        pid = (bare if kind == "bare" else product).process.pid
                        rounds[kind].append(_timed(clients, load, pid, postmaster))
                rows += [_row(database, connections, kind, rounds) for kind in kinds]
            return rows
    finally:
        product.kill()
        bare.kill()


def load_of(kind: str, product: Standing, bare: Standing, connections: int, number: int) -> Load:
    """What one round of a kind sends."""
    if kind == "walk":
        return Load(product.settings.port, connections, walks=number)
    if kind == "send":
        return Load(product.settings.port, connections, requests=prepared(product, number))
    body = urlencode({"text": TEXT}).encode()
    head = "POST /bare HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return Load(bare.settings.port, connections, requests=[request] * number)


def prepared(standing: Standing, number: int) -> list[bytes]:
    """The last POST of so many respondents who have answered everything; their drafts are stored."""
    opened, requests, parts = Browser(WAVE), [], standing.parts()
    drive(standing.settings.port, opened.prepare([]))
    with parts.database.writing() as session:
        for _ in range(number):
            browser, cookie = Browser(WAVE), new_code()
            unfinished = Unfinished(answers=answers(standing.questionnaire))
            save_draft(session, parts.digests, standing.wave_id, cookie, unfinished, datetime.date.today(), days=1)
            browser.cookies, browser.key = opened.cookies | {"place": cookie}, unfinished.key
            requests.append(next(browser.send()))
    standing.leave(parts)
    return requests


def answers(questionnaire: str = QUESTIONNAIRE) -> dict[str, Answer]:
    """Everything answered, in words of one length."""
    found = {}
    for asked in find(questionnaire).questions:
        if asked.choices:
            found[asked.key] = Answer(asked.key, AnswerState.ANSWERED, choice=asked.choices[0].key)
        else:
            found[asked.key] = Answer(asked.key, AnswerState.ANSWERED, text=f"{mark()} {TEXT}")
    return found


def _timed(clients: Clients, load: Load, pid: int, postmaster: int | None) -> tuple[Taken, float, float]:
    """What it took, and the CPU milliseconds a submission of the web processes and of PostgreSQL."""
    before = cpu_seconds(pid), cpu_seconds(postmaster) if postmaster else 0.0
    taken = clients.take(load)
    after = cpu_seconds(pid), cpu_seconds(postmaster) if postmaster else 0.0
    return taken, *(1000 * (late - early) / taken.submissions for early, late in zip(before, after, strict=True))


def _row(database: str, connections: int, kind: str, rounds: dict[str, list]) -> dict:
    taken = [taken for taken, _cpu, _postgres in rounds[kind]]
    times = Taken(1, 1.0, [one for part in taken for one in part.times])
    ratios = [mine.rate / bare.rate for (mine, *_), (bare, *_) in zip(rounds[kind], rounds["bare"], strict=True)]
    row = {
        "database": database,
        "connections": connections,
        "kind": kind,
        "per_second": round(statistics.median(part.rate for part in taken), 1),
        "of_bare": round(statistics.median(ratios), 2),
        **{f"p{at}_ms": round(times.percentile(at), 1) for at in (50, 95, 99)},
        "cpu_ms": round(statistics.mean(cpu for _taken, cpu, _postgres in rounds[kind]), 2),
        "postgresql_cpu_ms": round(statistics.mean(used for *_, used in rounds[kind]), 2),
        "submissions": sum(part.submissions for part in taken),
    }
    print(row, flush=True)
    return row


if __name__ == "__main__":
    main()
