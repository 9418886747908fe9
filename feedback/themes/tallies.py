"""Counts kept ready for the board's pages: made again by a job whenever something in their wave changed."""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    case,
    cast,
    delete,
    except_,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Response, Wave
from feedback.db import hold
from feedback.jobs import Job, Running, task
from feedback.themes.models import Coding, Tally
from feedback.triage.models import Release
from feedback.triage.store import TALLY, WORDS

COLUMNS = ("wave_id", "kind", "subject", "label", "number")


def read(session: Session, kind: str, wave_ids: Iterable[int] | None = None) -> list[tuple[int, str, str, int]]:
    """(wave id, subject, label, number) of one kind, in some waves or in all."""
    wanted = select(Tally.wave_id, Tally.subject, Tally.label, Tally.number).where(Tally.kind == kind)
    if wave_ids is not None:
        wanted = wanted.where(Tally.wave_id.in_(list(wave_ids)))
    return [tuple(row) for row in session.execute(wanted.order_by(Tally.wave_id, Tally.subject, Tally.label))]


def being_counted(session: Session) -> bool:
    """True while a change waits to be counted."""
    alive = select(Job.id).where(Job.kind.in_((TALLY, WORDS)), Job.state.in_(("queued", "running")))
    return session.scalar(alive.limit(1)) is not None


@task(TALLY)
def count_wave(running: Running, *, wave: int) -> None:
    """Count one wave anew, in one transaction."""
    with running.database.writing() as session:
        # One count of a wave at a time, so that an older one never overwrites a newer.
        hold(session, Wave, [wave])
        session.execute(delete(Tally).where(Tally.wave_id == wave))
        for counted in (_released, _unread, _uncoded, _said, _chosen, _quotable):
            session.execute(insert(Tally).from_select(COLUMNS, counted(wave)))
        running.finish(session, "Counted")


def _released(wave_id: int):
    return _single(wave_id, "released", _number(Release.wave_id == wave_id))


def _unread(wave_id: int):
    return _single(wave_id, "unread", _number(Response.wave_id == wave_id) - _number(Release.wave_id == wave_id))


def _single(wave_id: int, kind: str, number: ColumnElement[int]):
    return select(literal(wave_id), literal(kind), literal(""), literal(""), number)


def _number(which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(which).scalar_subquery()


def _uncoded(wave_id: int):
    worded = select(Answer.response_id).where(Answer.wave_id == wave_id, Answer.sealed.is_not(None))
    coded = select(Coding.response_id).where(Coding.wave_id == wave_id, Coding.state == "confirmed")
    left = except_(worded.join(Release, _released_of(Answer)), coded).subquery()
    return _single(wave_id, "uncoded", select(func.count()).select_from(left).scalar_subquery())


def _released_of(table: type[Answer | Coding]) -> ColumnElement[bool]:
    """Its wave is said as well, so that no database thinks of looking through the releases of all waves."""
    return and_(Release.wave_id == table.wave_id, Release.response_id == table.response_id)


def _said(wave_id: int):
    """Each response once a theme: mixed when it speaks of it both well and badly, unclear without a person's word."""
    low, high = func.min(Coding.sentiment), func.max(Coding.sentiment)
    sentiment = case((low == high, low), (low.is_(None), "unclear"), else_="mixed")
    once = (
        select(Coding.theme_id, sentiment.label("sentiment"))
        .join(Release, _released_of(Coding))
        .where(Coding.state == "confirmed", Coding.wave_id == wave_id)
        .group_by(Coding.theme_id, Coding.response_id)
        .subquery()
    )
    theme = cast(once.c.theme_id, String)
    return select(literal(wave_id), literal("said"), theme, once.c.sentiment, func.count()).group_by(
        once.c.theme_id, once.c.sentiment
    )


def _quotable(wave_id: int):
    """Whether a quote was cleared meanwhile is looked up by whoever reads this: it changes nothing of the wave."""
    number = func.count(func.distinct(Coding.excerpt_id))
    return (
        select(literal(wave_id), literal("quotable"), cast(Coding.theme_id, String), literal(""), number)
        .join(Response, and_(Response.wave_id == Coding.wave_id, Response.id == Coding.response_id))
        .join(Release, _released_of(Coding))
        .where(Coding.wave_id == wave_id, Coding.state == "confirmed", Response.may_quote.is_(True))
        .group_by(Coding.theme_id)
    )


def _chosen(wave_id: int):
    return (
        select(literal(wave_id), literal("chosen"), Answer.question, Answer.choice, func.count())
        .join(Release, _released_of(Answer))
        .where(Answer.wave_id == wave_id, Answer.choice.is_not(None))
        .group_by(Answer.question, Answer.choice)
    )
