"""Kill a Soundings while respondents send, let it stand up, and compare what was acknowledged with what is stored."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from respondents import Browser, Refused, drive
from sqlalchemy import func, select
from standing import QUESTIONNAIRE, WAVE, Standing, mark

from feedback.collection.models import Answer, Response
from feedback.collection.store import words_of
from forms.answering import complete
from forms.catalogue import find

QUESTION = "y25"


@dataclass
class Attempt:
    """One respondent's words, from the moment at which they press Send."""

    words: str
    browser: Browser
    receipt: list[str] | None = None


@dataclass
class Found:
    """What a trial found; all but `sent`, `acknowledged` and `unacknowledged` should be nought."""

    sent: int = 0
    acknowledged: int = 0
    #: Stored although no answer came back: these people press Send again.
    unacknowledged: int = 0
    lost: int = 0
    torn: int = 0
    doubled: int = 0
    other_receipt: int = 0
    unsendable: int = 0
    stand_up: float = 0.0

    @property
    def clean(self) -> bool:
        """True when nothing was lost, torn, doubled or answered with other words."""
        return not (self.lost or self.torn or self.doubled or self.other_receipt or self.unsendable)

    def __add__(self, other: "Found") -> "Found":
        return Found(**{name: value + getattr(other, name) for name, value in vars(self).items()})


@dataclass
class Crowd:
    """Respondents who send one response after another until the site is gone."""

    standing: Standing
    attempts: list[Attempt] = field(default_factory=list)
    warm: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def begin(self, number: int) -> None:
        self.threads = [threading.Thread(target=self._send_on, daemon=True) for _ in range(number)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _send_on(self) -> None:
        port = self.standing.settings.port
        while not self.over.is_set():
            attempt = Attempt(mark(), Browser(WAVE))
            answers = [{f"q_{QUESTION}_text": f"{attempt.words} They keep changing my worker."}]
            try:
                drive(port, attempt.browser.prepare(answers))
                self.attempts.append(attempt)
                attempt.receipt = drive(port, attempt.browser.send())
                self.warm.set()
            except (OSError, Refused):
                time.sleep(0.02)


@dataclass
class Stored:
    """What is on disk of one wave; read anew after each crash, only what has come since."""

    standing: Standing
    questions: int = len(complete(find(QUESTIONNAIRE), {}))
    words: Counter = field(default_factory=Counter)
    receipts: dict[str, bytes] = field(default_factory=dict)
    torn: int = 0
    _known: set[int] = field(default_factory=set)

    def read(self) -> None:
        """Look at responses that were not there before."""
        parts = self.standing.parts()
        try:
            session = parts.database.session()
            sizes = dict(session.execute(select(Answer.response_id, func.count()).group_by(Answer.response_id)).all())
            receipts = dict(session.execute(select(Response.id, Response.receipt)).all())
            fresh = set(receipts) - self._known
            answers = [
                answer
                for answer in session.scalars(select(Answer).where(Answer.question == QUESTION))
                if answer.response_id in fresh
            ]
            texts = words_of(parts.keys, answers)
            self.torn += sum(sizes.get(response, 0) != self.questions for response in fresh)
            self.torn += len(fresh) - len(texts)
            self.torn += len(set(sizes) - set(receipts))
            for answer in answers:
                if answer.id in texts:
                    word = texts[answer.id].split()[0]
                    self.words[word] += 1
                    self.receipts[word] = receipts[answer.response_id]
            self._known |= fresh
        finally:
            self.standing.leave(parts)


def trial(standing: Standing, stored: Stored, *, crash, stand_up, clients: int = 6) -> Found:
    """Send, crash at a random moment, stand up again, compare, send everything once more, compare again."""
    crowd = Crowd(standing)
    crowd.begin(clients)
    if not crowd.warm.wait(60):
        raise RuntimeError("Nobody could send anything within a minute.")
    time.sleep(random.uniform(0.2, 1.8))
    crash()
    crowd.end()
    began = time.monotonic()
    stand_up()
    found = Found(stand_up=time.monotonic() - began)
    stored.read()
    attempts = {attempt.words: attempt for attempt in crowd.attempts}
    acknowledged = {words for words, attempt in attempts.items() if attempt.receipt}
    there = {words for words in attempts if stored.words[words]}
    found.sent, found.acknowledged = len(attempts), len(acknowledged)
    found.unacknowledged, found.lost = len(there - acknowledged), len(acknowledged - there)
    for attempt in attempts.values():
        _send_again(standing, attempt, found)
    torn = stored.torn
    stored.read()
    parts = standing.parts()
    for words, attempt in attempts.items():
        found.lost += not stored.words[words]
        found.doubled += stored.words[words] > 1
        found.other_receipt += stored.receipts.get(words) != parts.digests.receipt(attempt.receipt or [])
    found.torn = max(torn, stored.torn)
    return found


def _send_again(standing: Standing, attempt: Attempt, found: Found) -> None:
    """Press Send again: the same words must come for what was acknowledged, and some for everybody else."""
    try:
        receipt = drive(standing.settings.port, attempt.browser.send())
    except (OSError, Refused) as problem:
        print(f"Sending again failed: {problem!r}", flush=True)
        found.unsendable += 1
        return
    if attempt.receipt and attempt.receipt != receipt:
        found.other_receipt += 1
    attempt.receipt = receipt
