"""Sending a response: on disk before anybody says thank you, and once however often it is sent."""

import datetime
from collections.abc import Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.collection.drafts import discard_draft
from feedback.collection.models import Answer as AnswerRow
from feedback.collection.models import Response, Wave
from feedback.collection.receipts import Digests
from feedback.collection.store import monday
from feedback.db import Database, insert_ignoring, random_id
from feedback.sealing import KeyStore, seal_text
from forms.answering import Answer


def already_sent(session: Session, digests: Digests, key: str) -> bool:
    """True when a response with this idempotency key is stored."""
    return session.scalar(select(Response.id).where(Response.idem == digests.idem(key))) is not None


def send_response(
    database: Database,
    keys: KeyStore,
    digests: Digests,
    *,
    wave: Wave,
    key: str,
    answers: Iterable[Answer],
    cookie: str | None = None,
    today: datetime.date,
) -> list[str]:
    """Store one response and return its six receipt words; a second call with the same key stores nothing.

    The response's key is committed to the key store first, so that no stored text is ever without one;
    when the row turns out to be there already, that key is destroyed again.
    """
    words = digests.receipt_words(key)
    if already_sent(database.session(), digests, key):
        return words
    wave_id, response_id = wave.id, random_id()
    text_key = keys.add_responses(wave_id, [response_id])[response_id]
    rows = [_row(answer, wave_id, response_id, text_key) for answer in answers]
    head = {
        "id": response_id,
        "wave_id": wave_id,
        "idem": digests.idem(key),
        "receipt": digests.receipt(words),
        "week": monday(today),
        "may_quote": any(row["question"] == "quote" and row["choice"] == "yes" for row in rows),
    }
    with database.writing() as session:
        stored = session.execute(insert_ignoring(session, Response.__table__).values(head)).rowcount == 1
        if stored and rows:
            session.execute(insert(AnswerRow.__table__), rows)
        if cookie:
            discard_draft(session, digests, cookie)
    if not stored:
        keys.destroy_responses([response_id])
    return words


def _row(answer: Answer, wave_id: int, response_id: int, text_key: bytes) -> dict:
    """One answer as a row, its words sealed."""
    sealed = seal_text(text_key, answer.text, response_id, answer.question) if answer.text else None
    return {
        "id": random_id(),
        "response_id": response_id,
        "wave_id": wave_id,
        "question": answer.question,
        "state": answer.state.value,
        "choice": answer.choice,
        "sealed": sealed,
    }
