"""Where a respondent stands: in which wave, on whose site, and what they have answered so far."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, bindparam, select, true

from feedback.collection.drafts import Unfinished, open_draft
from feedback.collection.models import Draft, Wave
from feedback.collection.receipts import Digests
from feedback.db import Database
from feedback.errors import NotFound
from feedback.plan.store import HOUSE, House

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
    """The place that an address and a code lead to, in one look at the database; raises NotFound."""
    asked = {"key": key, "draft": digests.draft(code) if code else b""}
    row = database.at_once.run(lambda connection: connection.execute(_PLACE, asked).one_or_none())
    wave = row and _wave(*row[: len(_WAVE.c)])
    if wave is None or wave.imported:
        raise NotFound("There are no questions to answer at this address. Check the link you were given.")
    council, example, sealed = row[len(_WAVE.c) :]
    house = House() if council is None else House(council, example)
    return Place(wave, house, open_draft(digests, wave.id, code, sealed) if sealed else None)


@lru_cache(maxsize=64)
def _wave(*columns) -> Wave:
    """A wave of no session; the same object as long as its row is the same."""
    return Wave(**dict(zip(_WAVE.c.keys(), columns, strict=True)))
