"""Counts behind the board's pages, from released responses and confirmed codings only; a response counts once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Response, Wave
from feedback.evidence.models import Check
from feedback.plan.models import Priority
from feedback.themes.models import Coding
from feedback.triage.models import Release

#: The five strands of voices, each of one audience or two.
STRANDS = {
    "children": ("Children", ("child_4_7", "child_8_10")),
    "young_people": ("Young people", ("young_person",)),
    "care_leavers": ("Care leavers", ("care_leaver",)),
    "families": ("Families", ("family",)),
    "practitioners": ("Practitioners", ("practitioner",)),
}


@dataclass(frozen=True)
class Strand:
    """One source of voices: its newest complete waves and those before, and how many were released in each."""

    key: str
    name: str
    now: tuple[Wave, ...]
    before: tuple[Wave, ...]
    released_now: int
    released_before: int

    @property
    def now_ids(self) -> set[int]:
        """Ids of the newest waves."""
        return {wave.id for wave in self.now}

    @property
    def before_ids(self) -> set[int]:
        """Ids of the waves before them."""
        return {wave.id for wave in self.before}


def released_in(session: Session) -> dict[int, int]:
    """{wave id: how many responses a person has released}."""
    rows = session.execute(
        select(Response.wave_id, func.count())
        .join(Release, Release.response_id == Response.id)
        .group_by(Response.wave_id)
    )
    return dict(rows.all())


def strands(session: Session, today: datetime.date) -> list[Strand]:
    """The five strands. A wave counts once it is complete: closed, or imported."""
    released = released_in(session)
    waves = session.scalars(
        select(Wave).where(Wave.kind == "voices", Wave.id.in_(released)).order_by(Wave.opens_on.desc(), Wave.key)
    ).all()
    complete = [wave for wave in waves if not wave.is_open(today)]
    found = []
    for key, (name, audiences) in STRANDS.items():
        series = [[wave for wave in complete if wave.audience == audience] for audience in audiences]
        now = tuple(wave for of_audience in series for wave in of_audience[:1])
        before = tuple(wave for of_audience in series for wave in of_audience[1:2])
        totals = [sum(released[wave.id] for wave in part) for part in (now, before)]
        found.append(Strand(key, name, now, before, *totals))
    return found


def theme_counts(session: Session, wave_ids: Iterable[int]) -> dict[tuple[int, int], dict[str, int]]:
    """{(theme id, wave id): {sentiment: responses}}, each response once a theme.

    A response that speaks of a theme both well and badly is mixed; one without a person's word on it is unclear.
    """
    low, high = func.min(Coding.sentiment), func.max(Coding.sentiment)
    sentiment = case((low == high, low), (low.is_(None), "unclear"), else_="mixed")
    once = (
        select(Coding.theme_id, Coding.wave_id, Coding.response_id, sentiment.label("sentiment"))
        .join(Release, Release.response_id == Coding.response_id)
        .where(Coding.state == "confirmed", Coding.wave_id.in_(list(wave_ids)))
        .group_by(Coding.theme_id, Coding.wave_id, Coding.response_id)
        .subquery()
    )
    rows = session.execute(
        select(once.c.theme_id, once.c.wave_id, once.c.sentiment, func.count()).group_by(
            once.c.theme_id, once.c.wave_id, once.c.sentiment
        )
    )
    found: dict[tuple[int, int], dict[str, int]] = {}
    for theme_id, wave_id, word, count in rows:
        found.setdefault((theme_id, wave_id), {})[word] = count
    return found


def item_counts(session: Session, question: str, wave_ids: Iterable[int]) -> dict[str, int]:
    """{choice key: released responses that chose it} of one closed item in some waves."""
    rows = session.execute(
        select(Answer.choice, func.count())
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.wave_id.in_(list(wave_ids)), Answer.question == question, Answer.choice.is_not(None))
        .group_by(Answer.choice)
    )
    return dict(rows.all())


def check_counts(session: Session, priority: Priority) -> list[tuple[str, Wave, str, int]]:
    """(kind, wave, grade or kind, how many) of a priority's released checks, the oldest wave first."""
    rows = session.execute(
        select(Check.kind, Wave, func.coalesce(Check.grade, Check.kind), func.count())
        .join(Response, Response.id == Check.response_id)
        .join(Wave, Wave.id == Response.wave_id)
        .join(Release, Release.response_id == Check.response_id)
        .where(Check.priority_id == priority.id)
        .group_by(Check.kind, Wave.id, Check.grade)
        .order_by(Check.kind, Wave.opens_on, Wave.key, Check.grade)
    )
    return [tuple(row) for row in rows]
