"""The queue of responses nobody has read yet, and the act of releasing them."""

import datetime
from collections.abc import Iterable, Sequence

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, selectinload

from feedback.collection.invitations import forget_people
from feedback.collection.models import Response, Wave
from feedback.db import hold, insert_ignoring
from feedback.errors import Refused
from feedback.jobs import enqueue
from feedback.triage.drawings import undescribed
from feedback.triage.models import Release

PAGE = 20
#: The kinds of jobs that count a wave anew, and the words people used about each priority.
TALLY, WORDS = "tally", "words"


def _unread():
    return ~select(Release.response_id).where(Release.response_id == Response.id).exists()


def unread_counts(session: Session) -> list[tuple[Wave, int]]:
    """Waves with responses nobody has read, and how many: the fullest first."""
    # Both numbers come from an index alone, in one statement, so that they are of the same moment.
    stored = _number(Response.wave_id == Wave.id)
    released = _number(Release.wave_id == Wave.id)
    rows = session.execute(select(Wave, stored - released).order_by((stored - released).desc(), Wave.key))
    return [(wave, number) for wave, number in rows if number]


def _number(which) -> ScalarSelect[int]:
    return select(func.count()).where(which).correlate(Wave).scalar_subquery()


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


def of_wave(session: Session, wave: Wave, response_ids: Iterable[int]) -> list[int]:
    """Those of these ids that are responses of a wave: whoever names others releases nothing."""
    wanted = [r for r in sorted(set(response_ids)) if 0 < r < 1 << 63][:PAGE]  # no page shows more, no row has others
    return list(session.scalars(select(Response.id).where(Response.wave_id == wave.id, Response.id.in_(wanted))))


def release(session: Session, *, response_ids: Sequence[int], read_by: str, on: datetime.date) -> int:
    """Let responses go on, in the name of whoever read them; returns how many were not released before.

    In a traceable wave this is the decision until which it was kept whom their codes were given to.
    Raises Refused when one of them holds a drawing that nobody has put into words: a drawing itself never goes on.
    """
    if not read_by.strip():
        raise Refused("Say who read these responses: their name stands in the record (--read-by NAME).")
    wanted, waves, released = sorted(set(response_ids)), set(), 0
    for start in range(0, len(wanted), 500):
        if waiting := undescribed(session, wanted[start : start + 500]):
            raise Refused(
                f"{len(waiting)} of these hold a drawing that nobody has put into words. Open Read first and write "
                "down what each shows; nothing was released."
            )
        held = hold(session, Response, wanted[start : start + 500], against_erasure=True)
        wave_of = dict(session.execute(select(Response.id, Response.wave_id).where(Response.id.in_(held))).all())
        rows = [
            {"response_id": r, "wave_id": wave_of[r], "read_by": read_by.strip()[:120], "read_on": on}
            for r in sorted(wave_of)
        ]
        if rows:
            released += len(session.execute(insert_ignoring(session, Release.__table__).values(rows)).all())
        waves.update(wave_of.values())
        forget_people(session, wave_of)
    count_again(session, waves)
    return released


def is_released(session: Session, response_id: int) -> bool:
    """True when a person has read this response and let it go on."""
    return session.get(Release, response_id) is not None


def count_again(session: Session, wave_ids: Iterable[int]) -> None:
    """Have these waves counted anew, in the same commit as what changed in them, and the words after them."""
    for wave_id in sorted(set(wave_ids)):
        _enqueue_behind(session, TALLY, f"{TALLY}:{wave_id}", {"wave": wave_id})
    count_words_again(session)


def count_words_again(session: Session) -> None:
    """Have the words about each priority counted anew, in the same commit as what changed."""
    _enqueue_behind(session, WORDS, WORDS, {})


def _enqueue_behind(session: Session, kind: str, name: str, subject: dict) -> None:
    """Enqueue a count; one that runs already may have missed the change, so another is put behind it."""
    for place in range(99):
        job = enqueue(session, kind, key=f"{name}:{place}", subject=subject)
        if job.state == "queued":  # and nobody claims it before we commit
            break
