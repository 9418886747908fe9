"""Help requests of anonymous waves: somebody asks that an adult gets in touch, apart from what they answered.

A request has its own page, id, key and row; neither the draft nor the cookie of who answers is looked at, and of its
time the week is kept.
"""

import datetime
import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Wave
from feedback.collection.reaching_models import HelpRequest
from feedback.collection.receipts import Digests
from feedback.collection.store import monday
from feedback.db import Database, insert_ignoring, random_id
from feedback.errors import NotFound, Overtaken, Refused
from feedback.sealing import KeyStore, open_text, seal_text

_BOUND_TO = "help"
#: Most requests on the page of those that are done.
DONE_SHOWN = 100


@dataclass(frozen=True)
class Wanted:
    """What somebody tells who wants an adult to get in touch."""

    name: str
    reach: str
    safe_when: str


@dataclass(frozen=True)
class Opened:
    """A request with its words, and the wave it came in; without words when their key is gone."""

    request: HelpRequest
    wave: Wave
    wanted: Wanted | None


def ask_for_help(
    database: Database,
    keys: KeyStore,
    digests: Digests,
    *,
    wave: Wave,
    key: str,
    wanted: Wanted,
    today: datetime.date,
) -> None:
    """Store a request, once however often it is sent under the key of its page. Raises Refused."""
    if wave.promise != "anonymous":
        raise Refused("In a traceable wave the questions themselves ask how to get in touch.")
    request_id, wave_id = random_id(), wave.id
    text_key = keys.add_responses(wave_id, [request_id])[request_id]
    row = {
        "id": request_id,
        "wave_id": wave_id,
        "idem": digests.help(key),
        "week": monday(today),
        "sealed": seal_text(text_key, json.dumps(asdict(wanted)), request_id, _BOUND_TO),
        "done_by": "",
        "outcome": "",
    }
    with database.writing() as session:
        stored = session.execute(insert_ignoring(session, HelpRequest.__table__), [row]).all()
    if not stored:
        keys.destroy_responses([request_id])


def waiting(session: Session, keys: KeyStore) -> list[Opened]:
    """The requests that nobody has seen to yet, the oldest week first."""
    rows = select(HelpRequest, Wave).join(Wave, Wave.id == HelpRequest.wave_id).where(HelpRequest.done_on.is_(None))
    return _opened(keys, session.execute(rows.order_by(HelpRequest.week, HelpRequest.id)).all())


def done(session: Session) -> list[tuple[HelpRequest, Wave]]:
    """The requests that were seen to, the newest first; whoever wants to read one opens it."""
    rows = select(HelpRequest, Wave).join(Wave, Wave.id == HelpRequest.wave_id).where(HelpRequest.done_on.is_not(None))
    ordered = rows.order_by(HelpRequest.done_on.desc(), HelpRequest.id).limit(DONE_SHOWN)
    return [(request, wave) for request, wave in session.execute(ordered)]


def number_waiting(session: Session) -> int:
    """How many requests nobody has seen to yet."""
    return session.scalar(select(func.count()).select_from(HelpRequest).where(HelpRequest.done_on.is_(None)))


def find_request(session: Session, keys: KeyStore, request_id: int) -> Opened:
    """One request; raises NotFound."""
    rows = select(HelpRequest, Wave).join(Wave, Wave.id == HelpRequest.wave_id).where(HelpRequest.id == request_id)
    found = _opened(keys, session.execute(rows).all())
    if not found:
        raise NotFound("There is no such request for help. Look at the list of those that wait.")
    return found[0]


def _opened(keys: KeyStore, rows: Iterable) -> list[Opened]:
    rows = list(rows)
    found = keys.of_responses([request.id for request, _wave in rows])
    return [Opened(request, wave, _words(found.get(request.id), request)) for request, wave in rows]


def _words(key: bytes | None, request: HelpRequest) -> Wanted | None:
    return Wanted(**json.loads(open_text(key, request.sealed, request.id, _BOUND_TO))) if key else None


def close_request(session: Session, request_id: int, *, outcome: str, by: str, on: datetime.date) -> None:
    """Somebody has seen to it: say what came of it. Raises NotFound, Overtaken or Refused."""
    if not outcome.strip():
        raise Refused("Say what came of it before the request is marked as done.")
    request = session.scalar(select(HelpRequest).where(HelpRequest.id == request_id).with_for_update(key_share=True))
    if request is None:
        raise NotFound("There is no such request for help. Look at the list of those that wait.")
    if request.done_on is not None:
        raise Overtaken(f"{request.done_by} has marked it as done already: {request.outcome}")
    request.outcome, request.done_by, request.done_on = outcome.strip(), by[:120], on


def shuffle(session: Session) -> None:
    """Write every request that waits anew, in no order, so that no version of a row says when it came."""
    table = HelpRequest.__table__
    gone = session.execute(delete(table).where(table.c.done_on.is_(None)).returning(*table.c)).mappings().all()
    rows = [dict(row) for row in gone]
    random.SystemRandom().shuffle(rows)
    if rows:
        session.execute(table.insert(), rows)
