"""Counts behind the board's pages, from released responses and confirmed codings only; a response counts once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Response, Wave
from feedback.evidence.models import Check, PriorityWord, Quote
from feedback.plan.models import Priority
from feedback.themes import tallies
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
    return {wave: number for wave, _subject, _label, number in tallies.read(session, "released") if number}


def strands(session: Session, today: datetime.date) -> list[Strand]:
    """The five strands. A wave counts once it is complete: nothing more can be sent, or it was imported."""
    released = released_in(session)
    waves = session.scalars(
        select(Wave).where(Wave.kind == "voices", Wave.id.in_(released)).order_by(Wave.opens_on.desc(), Wave.key)
    ).all()
    complete = [wave for wave in waves if not wave.may_be_finished(today)]
    found = []
    for key, (name, audiences) in STRANDS.items():
        series = [[wave for wave in complete if wave.audience == audience] for audience in audiences]
        now = tuple(wave for of_audience in series for wave in of_audience[:1])
        before = tuple(wave for of_audience in series for wave in of_audience[1:2])
        totals = [sum(released[wave.id] for wave in part) for part in (now, before)]
        found.append(Strand(key, name, now, before, *totals))
    return found


def theme_counts(session: Session, wave_ids: Iterable[int]) -> dict[tuple[int, int], dict[str, int]]:
    """{(theme id, wave id): {sentiment: responses}}, each response once a theme."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for wave, theme, sentiment, number in tallies.read(session, "said", wave_ids):
        found.setdefault((int(theme), wave), {})[sentiment] = number
    return found


def item_counts(session: Session, wave_ids: Iterable[int]) -> dict[tuple[str, int], dict[str, int]]:
    """{(question, wave id): {choice: released responses that chose it}} of the closed items of some waves."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    for wave, question, choice, number in tallies.read(session, "chosen", wave_ids):
        found.setdefault((question, wave), {})[choice] = number
    return found


def word_counts(session: Session, priority: Priority) -> dict[str, int]:
    """{word: in how many texts about this priority it stands}."""
    rows = session.execute(
        select(PriorityWord.word, PriorityWord.number)
        .where(PriorityWord.priority_id == priority.id)
        .order_by(PriorityWord.number.desc(), PriorityWord.word)
    )
    return dict(rows.all())


def quote_counts(session: Session) -> dict[int, int]:
    """{theme id: how many quotes of it were cleared}."""
    return dict(session.execute(select(Quote.theme_id, func.count()).group_by(Quote.theme_id)).all())


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
