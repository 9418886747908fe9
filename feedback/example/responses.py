"""The responses of one wave as rows, sealed like any others."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import insert
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Response, Wave
from feedback.collection.receipts import Digests, new_key
from feedback.collection.store import monday
from feedback.db import random_id
from feedback.evidence.models import Check
from feedback.example.choosing import places, unread
from feedback.example.drawing import Given, closed_answers
from feedback.example.files import Text
from feedback.example.people import CODERS, SAFEGUARDING
from feedback.sealing import KeyStore, seal_text
from feedback.themes.models import Coding, Excerpt
from feedback.triage.models import Release
from forms.catalogue import find
from forms.questionnaire import Kind

READ_AFTER, CODED_AFTER = (datetime.timedelta(days=days) for days in (5, 12))


@dataclass(frozen=True)
class Known:
    """What the rows of every wave refer to."""

    closed: dict
    theme_ids: dict[str, int]
    priority_ids: dict[str, int]
    uncoded: set[str]
    quoted: set[str]


@dataclass
class Rows:
    """Rows by table, in the order in which they can be stored."""

    by_table: dict[type, list[dict]] = field(
        default_factory=lambda: {Response: [], Answer: [], Release: [], Check: [], Excerpt: [], Coding: []}
    )
    #: {a text's words: id of the excerpt that holds all of them}
    excerpts: dict[str, int] = field(default_factory=dict)

    def store(self, session: Session) -> None:
        """Insert everything."""
        for table, rows in self.by_table.items():
            if rows:
                session.execute(insert(table), rows)


def rows_of(wave: Wave, n: int, texts: list[Text], known: Known, keys: KeyStore, digests: Digests) -> Rows:
    """Every row of one wave: n responses, of which some hold a text."""
    rng = random.Random(f"{known.closed['seed']}/{wave.key}/texts")
    closed = {} if wave.imported else closed_answers(known.closed, wave.key, find(wave.questionnaire), n)
    may_quote = [answer == ("answered", "yes") for answer in closed.get("quote", ())] or [bool(wave.consent_basis)] * n
    written_at = list(range(n)) if wave.imported else places(texts, may_quote, known.quoted, rng)
    written = dict(zip(written_at, texts, strict=True))
    waiting = unread(wave.key, texts, written_at, n)
    secrets = keys.add_responses(wave.id, [random_id() for _ in range(n)])
    rows = Rows()
    for place, (response_id, key) in enumerate(secrets.items()):
        rows.by_table[Response].append(_response(wave, response_id, may_quote[place], rng, digests))
        for question, given in _answered(wave, closed, place):
            rows.by_table[Answer].append(_answer(wave, response_id, question, given))
        if place not in waiting:
            rows.by_table[Release].append(
                {
                    "response_id": response_id,
                    "wave_id": wave.id,
                    "read_by": SAFEGUARDING.name,
                    "read_on": wave.closes_on + READ_AFTER,
                }
            )
        if place in written:
            _add_text(rows, wave, response_id, key, written[place], known)
    return rows


def _response(wave: Wave, response_id: int, may_quote: bool, rng: random.Random, digests: Digests) -> dict:
    key = new_key()
    day = wave.opens_on + datetime.timedelta(days=rng.randint(0, (wave.closes_on - wave.opens_on).days))
    return {
        "id": response_id,
        "wave_id": wave.id,
        "idem": digests.idem(key),
        "receipt": None if wave.imported else digests.receipt(digests.receipt_words(key)),
        "week": monday(day),
        "may_quote": may_quote,
    }


def _answered(wave: Wave, closed: dict[str, list[Given]], place: int) -> Iterator[tuple[str, Given]]:
    """What one respondent ticked, and the questions for words, left blank until there are some."""
    for question, given in closed.items():
        yield question, given[place]
    if not wave.imported:
        yield from (
            (question.key, ("blank", None))
            for question in find(wave.questionnaire).questions
            if question.kind in (Kind.LONG_TEXT, Kind.DRAWING)
        )


def _answer(wave: Wave, response_id: int, question: str, given: Given) -> dict:
    state, choice = given
    return {
        "id": random_id(),
        "response_id": response_id,
        "wave_id": wave.id,
        "question": question,
        "state": state,
        "choice": choice,
        "sealed": None,
    }


def _add_text(rows: Rows, wave: Wave, response_id: int, key: bytes, text: Text, known: Known) -> None:
    """Seal a text into its answer, with the check it is or the codings people gave it."""
    answers = rows.by_table[Answer]
    answer = next((a for a in answers if (a["response_id"], a["question"]) == (response_id, text.question)), None)
    if answer is None:
        answer = _answer(wave, response_id, text.question, ("answered", None))
        answers.append(answer)
    answer["state"], answer["sealed"] = "answered", seal_text(key, text.words, response_id, text.question)
    if text.check:
        rows.by_table[Check].append(_check(wave, response_id, text.check, known))
    if text.themes and text.words not in known.uncoded:
        excerpt = {"id": random_id(), "answer_id": answer["id"], "starts": 0, "ends": len(text.words)}
        rows.by_table[Excerpt].append(excerpt)
        rows.excerpts[text.words] = excerpt["id"]
        rows.by_table[Coding] += [
            _coding(wave, response_id, excerpt["id"], known.theme_ids[theme], sentiment)
            for theme, sentiment in text.themes.items()
        ]


def _check(wave: Wave, response_id: int, row: dict[str, str], known: Known) -> dict:
    return {
        "id": random_id(),
        "kind": row["kind"],
        "priority_id": known.priority_ids[row["priority"]],
        "reference": row["reference"],
        "month": row.get("month") or row["period"],
        "grade": row.get("grade"),
        "response_id": response_id,
    }


def _coding(wave: Wave, response_id: int, excerpt_id: int, theme_id: int, sentiment: str) -> dict:
    return {
        "id": random_id(),
        "excerpt_id": excerpt_id,
        "theme_id": theme_id,
        "response_id": response_id,
        "wave_id": wave.id,
        "coder": CODERS,
        "state": "confirmed",
        "decided_by": CODERS,
        "decided_on": wave.closes_on + CODED_AFTER,
        "sentiment": sentiment,
    }
