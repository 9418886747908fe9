"""Sending a response: on disk before anybody says thank you, and once however often it is sent.

Whoever sends while another response is being stored waits, and is stored together with all who wait, in one commit.
The keys that seal their words were committed before; a busy site makes some in advance.
"""

import datetime
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import bindparam, select

from feedback.bulk import BulkInsert, delete_many
from feedback.collection.drawings import drawing_rows, store_drawings
from feedback.collection.models import Answer as AnswerRow
from feedback.collection.models import Draft, Response, Wave
from feedback.collection.receipts import Digests
from feedback.collection.store import monday
from feedback.collection.together import Together
from feedback.db import Database, random_id
from feedback.key_pool import KeyPool
from feedback.sealing import KeyStore, seal_text
from forms.answering import Answer

_WITH_IDEM = select(Response.id).where(Response.idem == bindparam("idem"))
_RESPONSE = ("id", "wave_id", "idem", "receipt", "week", "may_quote")
_ANSWER = ("id", "response_id", "wave_id", "question", "state", "choice", "sealed")


def already_sent(database: Database, digests: Digests, key: str) -> bool:
    """True when a response with this idempotency key is stored."""
    with database.engine.connect() as connection:
        return connection.scalar(_WITH_IDEM, {"idem": digests.idem(key)}) is not None


def send_response(
    database: Database,
    keys: KeyStore,
    digests: Digests,
    *,
    wave: Wave,
    key: str,
    answers: Iterable[Answer],
    cookie: str | None = None,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    today: datetime.date,
) -> list[str]:
    """Store one response and return its six receipt words; a second call with the same key stores nothing.

    `pictures` are what was drawn, by question.

    The response's key is committed to the key store first, so that no stored text is ever without one;
    when the row turns out to be there already, that key is destroyed again.
    """
    words = digests.receipt_words(key)
    # Whoever still has a draft has not sent it: both go in one commit.
    if cookie is None and already_sent(database, digests, key):
        return words
    sent = _Sent(
        wave_id=wave.id,
        answers=tuple(answers),
        idem=digests.idem(key),
        receipt=digests.receipt(words),
        week=monday(today),
        draft=digests.draft(cookie) if cookie else None,
        pictures=pictures,
    )
    database.let_go()  # nothing is held open while we wait for our turn
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
    pictures: Mapping[str, bytes]
    #: New at each attempt to store it, with its key.
    id: int = 0
    text_key: bytes = b""

    def head(self) -> tuple:
        """The row of the response, in the columns of `_RESPONSE`."""
        quote = any(answer.question == "quote" and answer.choice == "yes" for answer in self.answers)
        return self.id, self.wave_id, self.idem, self.receipt, self.week.isoformat(), quote

    def drawings(self) -> list[dict]:
        """The rows of what was drawn for it."""
        items = {answer.question for answer in self.answers}
        return drawing_rows(self.pictures, items, self.id, self.text_key, self.week)


_desks: weakref.WeakKeyDictionary[Database, Together] = weakref.WeakKeyDictionary()


def _desk(database: Database, keys: KeyStore) -> Together:
    """Where those who send to this database wait for each other; a database has one key store."""
    desk = _desks.get(database)
    if desk is None:
        # Of two who come first at once, both must wait at the same desk.
        desk = _desks.setdefault(database, Together(_Store(database, keys)))
    return desk


class _Store:
    """Stores whoever waits at the desk, all in one transaction."""

    def __init__(self, database: Database, keys: KeyStore):
        # The desk is found by its database, and must not keep it alive.
        self._database, self._pool = weakref.proxy(database), KeyPool(keys)
        self._responses = BulkInsert(database.engine, Response.__table__, _RESPONSE, ignoring=True)
        self._answers = BulkInsert(database.engine, AnswerRow.__table__, _ANSWER)

    def __call__(self, sent: Sequence[_Sent]) -> list[bool]:
        """Which of them were not there before."""
        _give_keys(self._pool, sent)
        # In the order of a unique column: two groups on two hosts must not wait for each other.
        heads = [one.head() for one in sorted(sent, key=lambda one: one.idem)]
        rows = {one.id: _rows(one) for one in sent}
        drafts, drawn = [one.draft for one in sent if one.draft], [one for one in sent if one.pictures]
        with self._database.writer.begin() as connection:
            stored = self._responses.store(connection, heads)
            self._answers.store(connection, [row for one in sent if one.id in stored for row in rows[one.id]])
            delete_many(connection, Draft.__table__, drafts)
            if drawn:
                new = [row for one in drawn if one.id in stored for row in one.drawings()]
                store_drawings(connection, new, [one.draft for one in drawn if one.draft])
        return [one.id in stored for one in sent]


def _give_keys(pool: KeyPool, sent: Sequence[_Sent]) -> None:
    for wave_id in {one.wave_id for one in sent}:
        those = [one for one in sent if one.wave_id == wave_id]
        for one, (response_id, key) in zip(those, pool.take(wave_id, len(those)), strict=True):
            one.id, one.text_key = response_id, key


def _rows(sent: _Sent) -> list[tuple]:
    """The answers as rows in the columns of `_ANSWER`, their words sealed.

    Their ids are neighbours, so that they lie on one page of the table and not on one page each: a page that is
    touched is encrypted and written twice. It tells nothing that `response_id` does not.
    """
    first = random_id()
    return [
        (
            first + place,
            sent.id,
            sent.wave_id,
            answer.question,
            answer.state.value,
            answer.choice,
            seal_text(sent.text_key, answer.text, sent.id, answer.question) if answer.text else None,
        )
        for place, answer in enumerate(sent.answers)
    ]
