"""The queue of responses nobody has read yet, and the act of releasing them."""

import datetime
from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from feedback.collection.models import Response, Wave
from feedback.errors import Refused
from feedback.triage.models import Release

PAGE = 20


def _unread():
    return ~select(Release.response_id).where(Release.response_id == Response.id).exists()


def unread_counts(session: Session) -> list[tuple[Wave, int]]:
    """Waves with responses nobody has read, and how many: the fullest first."""
    count = func.count(Response.id)
    rows = session.execute(
        select(Wave, count)
        .join(Response, Response.wave_id == Wave.id)
        .where(_unread())
        .group_by(Wave.id)
        .order_by(count.desc(), Wave.key)
    )
    return [(wave, number) for wave, number in rows]


def unread(session: Session, wave: Wave, after: int = 0) -> list[Response]:
    """One page of unread responses with their answers, by random id: the order says nothing about arrival."""
    return list(
        session.scalars(
            select(Response)
            .options(selectinload(Response.answers))
            .where(Response.wave_id == wave.id, Response.id > after, _unread())
            .order_by(Response.id)
            .limit(PAGE)
        )
    )


def unread_ids(session: Session, wave: Wave) -> list[int]:
    """Ids of every unread response of a wave."""
    return list(
        session.scalars(select(Response.id).where(Response.wave_id == wave.id, _unread()).order_by(Response.id))
    )


def release(session: Session, *, response_ids: Sequence[int], read_by: str, on: datetime.date) -> int:
    """Let responses go on, in the name of whoever read them; returns how many were not released before."""
    if not read_by.strip():
        raise Refused("Say who read these responses: their name stands in the record (--read-by NAME).")
    wanted, released = list(response_ids), 0
    for start in range(0, len(wanted), 500):
        fresh = session.scalars(
            select(Response.id).where(Response.id.in_(wanted[start : start + 500]), _unread())
        ).all()
        rows = [{"response_id": r, "read_by": read_by.strip()[:120], "read_on": on} for r in fresh]
        if rows:
            session.execute(insert(Release), rows)
        released += len(rows)
    return released


def is_released(session: Session, response_id: int) -> bool:
    """True when a person has read this response and let it go on."""
    return session.get(Release, response_id) is not None
