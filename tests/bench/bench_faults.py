"""Is every response stored once, whatever goes wrong? `python tests/bench/bench_faults.py --responses 10000`.

Respondents send through a bad line: requests break off in the middle, replies are never read, Send is pressed twice at
once or again later, and the whole site is killed (-9) every few seconds and stands up again. Everybody tries until they
have their six words. Then every response must be stored exactly once, whole, with the receipt that its author holds.
Writes evidence/bench_faults….json. The default takes about a minute on each database.
"""

import argparse
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgres  # noqa: E402  (they stand one folder up)
from crashing import QUESTION, Attempt, Stored  # noqa: E402
from respondents import Browser, Refused, drive  # noqa: E402
from standing import WAVE, Standing, mark, record  # noqa: E402

FAULTS = ("none", "reply dropped", "request broken off", "sent twice at once", "sent again later", "page left")


@dataclass
class Line:
    """Respondents on a bad line to one site."""

    standing: Standing
    wanted: int
    attempts: list[Attempt] = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)
    #: Answers to the same response that showed other words than the first.
    other_receipt: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, seed: int) -> None:
        """One response after another until enough have been acknowledged."""
        dice = random.Random(seed)
        while len(self.attempts) < self.wanted:
            attempt = Attempt(mark(), Browser(WAVE))
            answers = [{f"q_{QUESTION}_text": f"{attempt.words} They keep changing my worker."}]
            if not self._tried(lambda attempt=attempt, answers=answers: attempt.browser.prepare(answers), once=True):
                continue
            with self._lock:
                self.attempts.append(attempt)
            fault = dice.choice(FAULTS)
            self.faults[fault] += 1
            self._spoil(fault, attempt, dice)
            self._send(attempt)
            if fault == "sent again later":
                self._send(attempt)

    def _send(self, attempt: Attempt) -> None:
        receipt = self._tried(attempt.browser.send)
        self.other_receipt += attempt.receipt not in (None, receipt)
        attempt.receipt = receipt

    def _tried(self, way, once: bool = False):
        """What a way leads to; tried until the site answers, or only once."""
        while True:
            try:
                return drive(self.standing.settings.port, way()) or True
            except (OSError, Refused):
                time.sleep(0.05)
                if once:
                    return None

    def _spoil(self, fault: str, attempt: Attempt, dice: random.Random) -> None:
        """Let the first sending go wrong."""
        request = next(attempt.browser.send())
        if fault == "reply dropped":
            self._shout(request)
        elif fault == "request broken off":
            self._shout(request[: dice.randrange(1, len(request))])
        elif fault == "page left":
            self._shout(request, wait=0.02)
        elif fault == "sent twice at once":
            twins = [threading.Thread(target=self._shout, args=(request, 5)) for _ in range(2)]
            for twin in twins:
                twin.start()
            for twin in twins:
                twin.join()

    def _shout(self, request: bytes, wait: float = 0.0) -> None:
        """Send bytes and hang up, after having listened for so many seconds at most."""
        try:
            with socket.create_connection(("127.0.0.1", self.standing.settings.port), timeout=5) as line:
                line.sendall(request)
                if wait:
                    line.settimeout(wait)
                    line.recv(100)
        except OSError:
            pass


def tried(database: str, standing: Standing, asked) -> dict:
    """Send through the bad line while the site is killed again and again; then compare."""
    standing.serve()
    line, over, kills = Line(standing, asked.responses), threading.Event(), 0
    people = [threading.Thread(target=line.respond, args=(seed,), daemon=True) for seed in range(asked.clients)]
    for person in people:
        person.start()
    try:
        while any(person.is_alive() for person in people):
            over.wait(random.uniform(0.5, 1.5) * asked.kill_after)
            if any(person.is_alive() for person in people):
                standing.kill()
                standing.serve()
                kills += 1
            print(f"{database}: {len(line.attempts)} of {asked.responses} sent, {kills} kills", flush=True)
    finally:
        standing.kill()
    return {"database": database, "kills": kills} | _compared(line)


def _compared(line: Line) -> dict:
    stored = Stored(line.standing)
    stored.read()
    digests = line.standing.parts().digests
    wanted = {attempt.words: attempt for attempt in line.attempts}
    return {
        "responses": len(wanted),
        "faults": dict(line.faults),
        "lost": sum(not stored.words[words] for words in wanted),
        "doubled": sum(stored.words[words] > 1 for words in wanted),
        "torn": stored.torn,
        "not_sent_by_anybody": len(set(stored.words) - set(wanted)),
        "other_receipt": line.other_receipt
        + sum(stored.receipts.get(words) != digests.receipt(one.receipt or []) for words, one in wanted.items()),
    }


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--responses", type=int, default=500, help="responses on each database (default: 500)")
    said.add_argument("--clients", type=int, default=12, help="respondents at once (default: 12)")
    said.add_argument("--kill-after", type=float, default=8, help="seconds between two kills (default: 8)")
    said.add_argument("--on", choices=["sqlite", "postgresql"], action="append", help="only on this database")
    asked = said.parse_args()
    databases, rows = asked.on or ["sqlite", "postgresql"], []
    if "sqlite" in databases:
        with tempfile.TemporaryDirectory() as home:
            rows.append(tried("SQLite", Standing(f"{home}/home"), asked))
    if "postgresql" in databases and postgres.programs() is None:
        print(postgres.MISSING)
    elif "postgresql" in databases:
        with tempfile.TemporaryDirectory() as home, postgres.server() as server, postgres.copies(server) as urls:
            rows.append(tried("PostgreSQL", Standing(f"{home}/home", **urls), asked))
    record("-".join(["bench_faults", *(asked.on or [])]), rows)
    if any(row[name] for row in rows for name in ("lost", "doubled", "torn", "not_sent_by_anybody", "other_receipt")):
        sys.exit("What was sent is not what is stored.")


if __name__ == "__main__":
    main()
