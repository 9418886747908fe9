"""Where a respondent stands: in which wave, on whose site, and what they have answered so far."""

import weakref
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, bindparam, select, true

from feedback.at_once import Look
from feedback.collection.drafts import Unfinished, open_draft
from feedback.collection.models import Draft, Wave
from feedback.collection.receipts import Digests
from feedback.db import Database
from feedback.errors import NotFound, WaveClosed
from feedback.plan.store import HOUSE, House
from languages import gettext as _

_WAVE, _DRAFT = Wave.__table__, Draft.__table__
_house = HOUSE.subquery()
_PLACE = (
    select(_WAVE, _house, _DRAFT.c.sealed)
    .select_from(
        _WAVE.outerjoin(_house, true()).outerjoin(
            _DRAFT, and_(_DRAFT.c.wave_id == _WAVE.c.id, _DRAFT.c.id == bindparam("draft"))
        )
    )
    .where(_WAVE.c.key == bindparam("key"))
)


@dataclass(frozen=True)
class Place:
    """A wave that asks questions, whose site it is, and the answers that this browser may open."""

    wave: Wave
    house: House
    unfinished: Unfinished | None


def find_place(database: Database, digests: Digests, key: str, code: str | None) -> Place:
    """The place that an address and a code lead to, in one look at the database; raises NotFound, WaveClosed."""
    asked = {"key": key, "draft": digests.draft(code) if code else b""}
    row = _look(database).one(asked)
    wave = row and _wave(*row[: len(_WAVE.c)])
    if wave is None or wave.imported:
        raise NotFound(_("There are no questions to answer at this address. Check the link you were given."))
    if not wave.published:
        raise WaveClosed(_("This is not open. Look on the front page for what is open today."))
    council, example, sealed = row[len(_WAVE.c) :]
    house = House() if council is None else House(council, example)
    return Place(wave, house, open_draft(digests, wave.id, code, sealed) if sealed else None)


_looks: weakref.WeakKeyDictionary[Database, Look] = weakref.WeakKeyDictionary()


def _look(database: Database) -> Look:
    if database not in _looks:
        _looks[database] = Look(database.at_once, _PLACE)
    return _looks[database]


@lru_cache(maxsize=64)
def _wave(*columns) -> Wave:
    """A wave of no session; the same object as long as its row is the same."""
    return Wave(**dict(zip(_WAVE.c.keys(), columns, strict=True)))
