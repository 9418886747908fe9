"""Typing a form in: its response is stored at once, so that a worry in it waits for nobody's second look."""

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import Answer as AnswerRow
from feedback.collection.models import Response, Wave
from feedback.collection.modes import PAPER
from feedback.collection.receipts import Digests
from feedback.collection.sending import Besides, send_response
from feedback.collection.store import monday, words_of
from feedback.db import Database, hold
from feedback.errors import Refused
from feedback.sealing import KeyStore, decrypt, encrypt
from feedback.ways.batches import FIRST, SECOND, get_entry, turn
from feedback.ways.models import PaperBatch, PaperEntry, PaperSecond
from forms.answering import Answer
from forms.on_paper import questions_on_paper
from forms.questionnaire import Questionnaire
from forms.typed import Typed, agreed, kept

#: {question key: {item key: [state, choice, text]}}, as two people's typing is compared.
Items = dict[str, dict[str, list[str | None]]]
GONE = "This form was taken back by whoever filled it in. Destroy the paper and go on with another one."


@dataclass(frozen=True)
class Sheet:
    """Which form of which pile is typed, by whom and when."""

    batch_id: int
    number: int
    typist: str
    typist_id: int
    today: datetime.date


def type_first(
    database: Database,
    keys: KeyStore,
    digests: Digests,
    *,
    wave: Wave,
    questionnaire: Questionnaire,
    sheet: Sheet,
    given: Typed,
) -> list[str]:
    """Store a form; returns the six words of its receipt, none when it does not agree to be read."""
    words: list[str] = []
    yes, sent_key = agreed(questionnaire, given), digests.sends_paper(sheet.batch_id, sheet.number)
    if yes:
        answers = kept(questionnaire, given).answers
        words = send_response(
            database, keys, digests, wave=wave, key=sent_key, answers=answers, today=sheet.today, besides=Besides(PAPER)
        )
    with database.writing() as session:
        batch = _held(session, sheet.batch_id)
        # Of two who type the same form at once the second is told.
        if turn(batch, get_entry(session, batch, sheet.number), sheet.number, sheet.typist_id) != FIRST:
            raise Refused(f"Somebody else has typed form {sheet.number} meanwhile. Go on with another one.")
        response_id = session.scalar(select(Response.id).where(Response.idem == digests.idem(sent_key)))
        session.add(
            PaperEntry(
                batch_id=batch.id,
                number=sheet.number,
                response_id=response_id if yes else None,
                agreed=yes,
                unreadable=list(given.unreadable) if yes else [],
                typed_by=sheet.typist,
                typist_id=sheet.typist_id,
                week=monday(sheet.today),
            )
        )
    return words


def type_second(
    database: Database,
    keys: KeyStore,
    *,
    questionnaire: Questionnaire,
    sheet: Sheet,
    given: Typed,
) -> bool:
    """Keep what a second person typed, sealed, and compare it with the first; true when the two agree."""
    with database.writing() as session:
        batch = _held(session, sheet.batch_id)
        entry = get_entry(session, batch, sheet.number)
        if turn(batch, entry, sheet.number, sheet.typist_id) != SECOND:
            raise Refused(f"Form {sheet.number} has not been typed in once. Go back to its batch.")
        first = first_items(session, keys, entry)
        second = second_items(questionnaire, given)
        either = first.keys() | second.keys()
        compared = [question.key for question in questions_on_paper(questionnaire) if question.key in either]
        differed = [key for key in compared if not same(first.get(key, {}), second.get(key, {}))]
        found = PaperSecond(
            entry_id=entry.id,
            response_id=entry.response_id,
            sealed=_sealed(keys, entry.response_id, second) if differed else None,
            compared=compared,
            differed=differed,
            typed_by=sheet.typist,
            week=monday(sheet.today),
            settled_by="" if differed else sheet.typist,
        )
        session.add(found)
    return not differed


def _held(session: Session, batch_id: int) -> PaperBatch:
    hold(session, PaperBatch, [batch_id])
    return session.get(PaperBatch, batch_id)


def key_of(keys: KeyStore, response_id: int) -> bytes:
    """The key of a response; raises Refused when it was taken away."""
    found = keys.of_responses([response_id]).get(response_id)
    if found is None:
        raise Refused(GONE)
    return found


def _sealed(keys: KeyStore, response_id: int, items: Items) -> bytes:
    return encrypt(key_of(keys, response_id), json.dumps(items).encode(), f"{response_id}|typed again")


def opened(keys: KeyStore, second: PaperSecond) -> Items:
    """What the second person typed."""
    found = decrypt(key_of(keys, second.response_id), second.sealed, f"{second.response_id}|typed again")
    return json.loads(found)


def first_items(session: Session, keys: KeyStore, entry: PaperEntry) -> Items:
    """What the first person typed, as it is stored."""
    rows = list(session.scalars(select(AnswerRow).where(AnswerRow.response_id == entry.response_id)))
    words = words_of(keys, rows)
    items = _grouped((row.question, [row.state, row.choice, words.get(row.id)]) for row in rows)
    return items | {key: _unreadable(key) for key in entry.unreadable}


def second_items(questionnaire: Questionnaire, given: Typed) -> Items:
    """What the second person typed, as it would be stored."""
    if not agreed(questionnaire, given):
        consent = next(question for question in questionnaire.questions if question.purpose == "analyse")
        return _grouped([_item(given.answers[consent.key])])
    items = _grouped(map(_item, kept(questionnaire, given).answers))
    return items | {key: _unreadable(key) for key in given.unreadable}


def _item(answer: Answer) -> tuple[str, list[str | None]]:
    return answer.question, [answer.state.value, answer.choice, answer.text]


def _unreadable(key: str) -> dict[str, list[str | None]]:
    return {key: ["unreadable", None, None]}


def _grouped(items: Iterable[tuple[str, list[str | None]]]) -> Items:
    found: Items = {}
    for name, value in items:
        found.setdefault(name.partition(".")[0], {})[name] = value
    return found


def same(first: Mapping[str, list[str | None]], second: Mapping[str, list[str | None]]) -> bool:
    """True when two people typed the same; spaces, line breaks and capitals do not count."""
    return _plain(first) == _plain(second)


def _plain(items: Mapping[str, list[str | None]]) -> dict[str, tuple]:
    return {name: (state, choice, _words(text)) for name, (state, choice, text) in items.items()}


def _words(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
