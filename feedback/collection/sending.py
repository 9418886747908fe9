"""Sending a response: on disk before anybody says thank you, and once however often it is sent.

Whoever sends while another response is being stored waits, and is stored together with all who wait: one commit of
keys, then one commit of responses, for all of them.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from feedback.collection.models import Answer as AnswerRow
from feedback.collection.models import Draft, Response, Wave
from feedback.collection.receipts import Digests
from feedback.collection.store import monday
from feedback.collection.together import Together
from feedback.db import Database, insert_ignoring, random_id
from feedback.sealing import KeyStore, seal_text
from forms.answering import Answer

_WITH_IDEM = select(Response.id).where(Response.idem == bindparam("idem"))
_STORE_ANSWERS = insert(AnswerRow.__table__)
_DISCARD_DRAFTS = delete(Draft.__table__).where(Draft.__table__.c.id.in_(bindparam("drafts", expanding=True)))


def already_sent(session: Session, digests: Digests, key: str) -> bool:
    """True when a response with this idempotency key is stored."""
    return session.scalar(_WITH_IDEM, {"idem": digests.idem(key)}) is not None


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
    # Whoever still has a draft has not sent it: both go in one commit.
    if cookie is None and already_sent(database.session(), digests, key):
        return words
    sent = _Sent(
        wave_id=wave.id,
        answers=tuple(answers),
        idem=digests.idem(key),
        receipt=digests.receipt(words),
        week=monday(today),
        draft=digests.draft(cookie) if cookie else None,
    )
    database.session.rollback()  # nothing is held open while we wait for our turn
    if not _desk(database, keys).do(sent):
        keys.destroy_responses([sent.id])
    return words


@dataclass(eq=False)
class _Sent:
    """A response on its way to the disk."""

    wave_id: int
    answers: tuple[Answer, ...]
    idem: bytes
    receipt: bytes
    week: datetime.date
    draft: bytes | None
    #: New at each attempt to store it.
    id: int = 0

    def head(self) -> dict:
        """The row of the response."""
        quote = any(answer.question == "quote" and answer.choice == "yes" for answer in self.answers)
        return {
            "id": self.id,
            "wave_id": self.wave_id,
            "idem": self.idem,
            "receipt": self.receipt,
            "week": self.week,
            "may_quote": quote,
        }


_desks: WeakKeyDictionary[Database, Together] = WeakKeyDictionary()


def _desk(database: Database, keys: KeyStore) -> Together:
    """Where those who send to this database wait for each other; a database has one key store."""
    desk = _desks.get(database)
    if desk is None:
        store = insert_ignoring(database.session(), Response.__table__)
        # Of two who come first at once, both must wait at the same desk.
        desk = _desks.setdefault(database, Together(lambda sent: _store(database, keys, store, sent)))
    return desk


def _store(database: Database, keys: KeyStore, store, sent: Sequence[_Sent]) -> list[bool]:
    """Keys first, then everything else in one transaction; which of them were not there before."""
    by_wave: dict[int, list[_Sent]] = {}
    for one in sent:
        one.id = random_id()
        by_wave.setdefault(one.wave_id, []).append(one)
    opened = keys.add_in_waves({wave: [one.id for one in those] for wave, those in by_wave.items()})
    rows = {one.id: _rows(one.answers, one.wave_id, one.id, opened[one.id]) for one in sent}
    drafts = [one.draft for one in sent if one.draft]
    with database.writer.begin() as connection:
        stored = set(connection.scalars(store, [one.head() for one in sent]))
        if fresh := [row for one in sent if one.id in stored for row in rows[one.id]]:
            connection.execute(_STORE_ANSWERS, fresh)
        if drafts:
            connection.execute(_DISCARD_DRAFTS, {"drafts": drafts})
    return [one.id in stored for one in sent]


def _rows(answers: Iterable[Answer], wave_id: int, response_id: int, text_key: bytes) -> list[dict]:
    """The answers as rows, their words sealed.

    Their ids are neighbours, so that they lie on one page of the table and not on one page each: a page that is
    touched is encrypted and written twice. It tells nothing that `response_id` does not.
    """
    first = random_id()
    return [
        {
            "id": first + place,
            "response_id": response_id,
            "wave_id": wave_id,
            "question": answer.question,
            "state": answer.state.value,
            "choice": answer.choice,
            "sealed": seal_text(text_key, answer.text, response_id, answer.question) if answer.text else None,
        }
        for place, answer in enumerate(answers)
    ]
