"""What a page does not say: who was not heard, what nobody has read or coded, and when the voices are from."""

import datetime
from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from feedback.board.figures import Figures
from feedback.board.shapes import in_words
from feedback.collection.models import Wave
from feedback.evidence.counts import STRANDS, Strand
from feedback.evidence.models import ItemLink
from feedback.plan.models import Priority
from feedback.themes.store import unread_and_uncoded
from feedback.themes.tallies import being_counted
from forms.questionnaire import AUDIENCES


def add_unasked(figures: Figures, aim: Priority, items: list[ItemLink], theme_ids: set[int]) -> None:
    """Count what the audiences of a priority say of it that no linked item was put to."""
    asked = {link.questionnaire for link in items if link.priority_id == aim.id}
    waves = [wave for strand in figures.strands for wave in strand.now if wave.audience in aim.audiences]
    most = {
        wave.audience: max((sum(figures.by_theme.get((t, wave.id), {}).values()) for t in theme_ids), default=0)
        for wave in waves
        if wave.questionnaire not in asked
    }
    figures.add(f"unasked/{aim.key}", most, adds_up=False)


def not_heard(figures: Figures, aim: Priority) -> Iterator[str]:
    """Whom a priority is about and who cannot be heard on it: not asked, and too few spoke of it by themselves."""
    for audience, most in figures.shown(f"unasked/{aim.key}").by_label.items():
        if most is None:
            yield AUDIENCES[audience]
    for strand in figures.strands:
        yield from (AUDIENCES[audience] for audience in _without_wave(strand) if audience in aim.audiences)


def _without_wave(strand: Strand) -> list[str]:
    there = {wave.audience for wave in strand.now}
    return [audience for audience in STRANDS[strand.key][1] if audience not in there]


def add_left_out(session: Session, figures: Figures) -> None:
    """Count what nobody has read yet, and what was read but carries no theme."""
    unread, uncoded = unread_and_uncoded(session, [wave for strand in figures.strands for wave in strand.now_ids])
    figures.add("left out", {"unread": unread, "uncoded": uncoded}, adds_up=False)


def left_out(session: Session, figures: Figures) -> Iterator[str]:
    """What is in the newest waves and on no page of the board, in sentences."""
    if being_counted(session):
        yield "Something changed a moment ago and is being counted: look again in a minute."
    shown = figures.shown("left out").by_label
    unread, uncoded = (in_words(shown[name], figures.threshold, figures.rounding) for name in ("unread", "uncoded"))
    yield f"Not read yet: {unread} responses."
    yield f"Read, with words but no theme: {uncoded} responses."


def period(waves: Iterable[Wave]) -> str:
    """The months some waves span, in words; empty without any."""
    days = [day for wave in waves for day in (wave.opens_on, wave.closes_on or wave.opens_on)]
    if not days:
        return ""
    first, last = min(days), max(days)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    return f"{_month(first, last)} to {last:%B %Y}"


def _month(first: datetime.date, last: datetime.date) -> str:
    return f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
