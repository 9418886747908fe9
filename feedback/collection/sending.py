"""Sending a response: on disk before anybody says thank you, and once however often it is sent.

Whoever sends while another response is being stored waits, and is stored together with all who wait, in one commit.
The keys that seal their words were committed before; a busy site makes some in advance.
"""

import datetime
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, insert, select
from sqlalchemy.engine import Connection

from feedback.bulk import Columns, Parcels, Rows
from feedback.collection.drawings import drawing_rows, store_drawings
from feedback.collection.models import Answer as AnswerRow
from feedback.collection.models import Draft, Response, Wave
from feedback.collection.modes import OWN
from feedback.collection.reaching_models import ContactDetail
from feedback.collection.receipts import Digests
from feedback.collection.store import monday
from feedback.collection.together import Together
from feedback.db import Database, random_id
from feedback.key_pool import KeyPool
from feedback.sealing import KeyStore, seal_text
from forms.answering import Answer

_WITH_IDEM = select(Response.id).where(Response.idem == bindparam("idem"))
_RESPONSE = ("id", "wave_id", "idem", "receipt", "week", "may_quote", "mode", "invitation_id")
_ANSWER = ("id", "response_id", "wave_id", "question", "state", "choice", "sealed")


@dataclass(frozen=True)
class Besides:
    """What comes with the answers: how they came, what was drawn and, if traceable, who sent them."""

    mode: str = OWN
    invitation: int | None = None
    #: {question: how to reach whoever answered}.
    contacts: Mapping[str, str] = field(default_factory=dict)
    #: {question: what was drawn}.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


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
    besides: Besides | None = None,
    cookie: str | None = None,
    today: datetime.date,
) -> list[str]:
    """Store one response and return its six receipt words; a second call with the same key stores nothing.

    The response's key is committed to the key store first, so that no stored text is ever without one;
    when the row turns out to be there already, that key is destroyed again. What only a traceable
    wave may hold the database refuses in others.
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
        besides=besides or Besides(),
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
    besides: Besides
    #: New at each attempt to store it, with its key.
    id: int = 0
    text_key: bytes = b""

    def head(self) -> tuple:
        """The row of the response, in the columns of `_RESPONSE`."""
        quote = any(answer.question == "quote" and answer.choice == "yes" for answer in self.answers)
        return (
            self.id,
            self.wave_id,
            self.idem,
            self.receipt,
            self.week.isoformat(),
            quote,
            self.besides.mode,
            self.besides.invitation,
        )

    @property
    def more(self) -> bool:
        """True when it brings more than answers."""
        return bool(self.besides.contacts or self.besides.pictures)

    def reaching(self) -> list[dict]:
        """The rows of how to reach whoever sent it."""
        return [
            {
                "id": random_id(),
                "response_id": self.id,
                "question": question,
                "sealed": seal_text(self.text_key, text, self.id, question),
            }
            for question, text in self.besides.contacts.items()
        ]

    def drawings(self) -> list[dict]:
        """The rows of what was drawn for it."""
        items = {answer.question for answer in self.answers}
        return drawing_rows(self.besides.pictures, items, self.id, self.text_key, self.week)


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
        self._pool = KeyPool(keys)
        responses = Columns(database.engine, Response.__table__, _RESPONSE)
        answers = Columns(database.engine, AnswerRow.__table__, _ANSWER)
        # The desk is found by its database, and must not keep it alive.
        self._parcels = Parcels(database.writer, database.at_once, responses, answers, Draft.__table__)

    def __call__(self, sent: Sequence[_Sent]) -> list[bool]:
        """Which of them were not there before."""
        drafts, more = [one.draft for one in sent if one.draft], _more([one for one in sent if one.more])
        stored = self._parcels.store(lambda: self._sealed(sent), drafts, more)
        return [one.id in stored for one in sent]

    def _sealed(self, sent: Sequence[_Sent]) -> tuple[Rows, Rows]:
        """The rows of responses and of answers, under new keys."""
        _give_keys(self._pool, sent)
        # In the order of a unique column: two groups on two hosts must not wait for each other.
        heads = [one.head() for one in sorted(sent, key=lambda one: one.idem)]
        return heads, [row for one in sent for row in _rows(one)]


def _more(sent: Sequence[_Sent]) -> Callable[[Connection, set[int]], None] | None:
    """Stores what few bring besides their answers, in the same commit; None when nobody does."""

    def store(connection: Connection, stored: set[int]) -> None:
        those = [one for one in sent if one.id in stored]
        if rows := [row for one in those for row in one.reaching()]:
            connection.execute(insert(ContactDetail.__table__), rows)
        drawings = [row for one in those for row in one.drawings()]
        store_drawings(connection, drawings, [one.draft for one in sent if one.draft])

    return store if sent else None


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
