"""Measures, audits, complaints and compliments of a priority: each at a glance, and by period."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.board.figures import Figures
from feedback.board.gaps import period
from feedback.board.shapes import CheckRow, MeasureRow, RecordRow, in_words
from feedback.collection.models import Wave
from feedback.evidence.counts import check_counts
from feedback.plan.models import Measure, Priority

MONTHS = {"Q1": "January to March", "Q2": "April to June", "Q3": "July to September", "Q4": "October to December"}
KINDS = {"audit": "Audits", "complaint": "Complaints", "compliment": "Compliments"}
NEVER = "no figure before"


def quarter_in_words(quarter: str) -> str:
    """2026-Q3 as July to September 2026."""
    year, part = quarter.split("-")
    return f"{MONTHS[part]} {year}"


def measure_row(measure: Measure) -> MeasureRow:
    """A measure with its readings, oldest first."""
    readings = tuple((reading.quarter, reading.value) for reading in measure.readings)
    return MeasureRow(measure.key, measure.title, measure.unit, measure.better, measure.target, measure.owner, readings)


def measure_record(measure: MeasureRow) -> RecordRow | None:
    """A measure's newest reading and the one before; None without a reading."""
    if not measure.readings:
        return None
    quarter, value = measure.readings[-1]
    before = f"{measure.readings[-2][1]:g}" if len(measure.readings) > 1 else NEVER
    percent = "%" if measure.unit == "percent" else ""
    return RecordRow(
        name="Measure",
        now=f"{value:g}{percent}",
        before=before,
        about=measure.title,
        when=quarter_in_words(quarter),
        target="" if measure.target is None else f"{measure.target:g}{percent}",
    )


def add_checks(figures: Figures, session: Session, aim: Priority) -> list[tuple[str, str]]:
    """Count a priority's checks by grade; returns (kind, period), the oldest first."""
    counts = check_counts(session, aim)
    kinds = {kind for kind, *_rest in counts}
    # A period without any is said as well, or the one before it would pass for the newest.
    waves = session.scalars(select(Wave).where(Wave.kind.in_(kinds)).order_by(Wave.kind, Wave.opens_on, Wave.key))
    by_period: dict[tuple[str, str], dict[str, int]] = {(wave.kind, period([wave])): {} for wave in waves}
    for kind, wave, grade, number in counts:
        grades = by_period.setdefault((kind, period([wave])), {})
        grades[grade] = grades.get(grade, 0) + number
    for (kind, when), grades in by_period.items():
        figures.add(f"checks/{aim.key}/{kind}/{when}", grades)
    return list(by_period)


def check_rows(figures: Figures, aim: Priority, periods: list[tuple[str, str]]) -> tuple[CheckRow, ...]:
    """A priority's checks by kind and period as they may be shown."""
    tables = [(kind, when, figures.shown(f"checks/{aim.key}/{kind}/{when}")) for kind, when in periods]
    return tuple(CheckRow(kind, when, table.by_label, table.total) for kind, when, table in tables)


def check_records(figures: Figures, checks: tuple[CheckRow, ...]) -> Iterator[RecordRow]:
    """Each kind of check with its newest period and the one before."""
    for kind, name in KINDS.items():
        rows = [row for row in checks if row.kind == kind]
        if rows:
            newest, before = rows[-1], rows[-2] if len(rows) > 1 else None
            yield RecordRow(
                name=name,
                now=_how_many(figures, newest),
                before=_how_many(figures, before) if before else NEVER,
                about=_grades(figures, newest),
                when=_when(newest, before),
            )


def _how_many(figures: Figures, row: CheckRow) -> str:
    return in_words(row.total, figures.threshold, figures.rounding)


def _when(newest: CheckRow, before: CheckRow | None) -> str:
    return newest.period + (f"; before: {before.period}" if before else "")


def _grades(figures: Figures, row: CheckRow) -> str:
    if row.kind != "audit":
        return ""
    known = [
        f"{in_words(n, figures.threshold, figures.rounding)} {grade.replace('_', ' ')}"
        for grade, n in row.counts.items()
        if n is not None
    ]
    return ", ".join(known)
