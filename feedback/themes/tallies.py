"""Counts kept ready for the board's pages: made again by a job whenever something in their wave changed."""

from collections.abc import Iterable

from sqlalchemy import String, case, cast, delete, func, insert, literal, select
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
        for counted in (_released, _unread, _uncoded, _said, _chosen):
            session.execute(insert(Tally).from_select(COLUMNS, counted(wave)))
        running.finish(session, "Counted")


def _released(wave_id: int):
    return (
        select(literal(wave_id), literal("released"), literal(""), literal(""), func.count())
        .select_from(Response)
        .join(Release, Release.response_id == Response.id)
        .where(Response.wave_id == wave_id)
    )


def _unread(wave_id: int):
    return (
        select(literal(wave_id), literal("unread"), literal(""), literal(""), func.count())
        .select_from(Response)
        .outerjoin(Release, Release.response_id == Response.id)
        .where(Response.wave_id == wave_id, Release.response_id.is_(None))
    )


def _uncoded(wave_id: int):
    coded = select(Coding.id).where(Coding.state == "confirmed", Coding.response_id == Answer.response_id)
    number = func.count(func.distinct(Answer.response_id))
    return (
        select(literal(wave_id), literal("uncoded"), literal(""), literal(""), number)
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.wave_id == wave_id, Answer.sealed.is_not(None), ~coded.exists())
    )


def _said(wave_id: int):
    """Each response once a theme: mixed when it speaks of it both well and badly, unclear without a person's word."""
    low, high = func.min(Coding.sentiment), func.max(Coding.sentiment)
    sentiment = case((low == high, low), (low.is_(None), "unclear"), else_="mixed")
    once = (
        select(Coding.theme_id, sentiment.label("sentiment"))
        .join(Release, Release.response_id == Coding.response_id)
        .where(Coding.state == "confirmed", Coding.wave_id == wave_id)
        .group_by(Coding.theme_id, Coding.response_id)
        .subquery()
    )
    theme = cast(once.c.theme_id, String)
    return select(literal(wave_id), literal("said"), theme, once.c.sentiment, func.count()).group_by(
        once.c.theme_id, once.c.sentiment
    )


def _chosen(wave_id: int):
    return (
        select(literal(wave_id), literal("chosen"), Answer.question, Answer.choice, func.count())
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.wave_id == wave_id, Answer.choice.is_not(None))
        .group_by(Answer.question, Answer.choice)
    )
