"""The plan on a page: every priority by strand, and what is not linked to any."""

import datetime

from sqlalchemy.orm import Session

from feedback.board import gaps
from feedback.board.figures import Figures, asks
from feedback.board.levels import level
from feedback.board.records import KINDS, measure_record, measure_row
from feedback.board.shapes import PlanPage, PlanRow
from feedback.config import Settings
from feedback.evidence import store as evidence
from feedback.evidence.counts import check_counts, quote_counts, strands
from feedback.plan.models import Priority
from feedback.plan.store import priorities, the_plan
from feedback.themes import store as theming


def plan_page(session: Session, settings: Settings) -> PlanPage:
    """All priorities on one page."""
    plan, aims = the_plan(session), priorities(session)
    figures = Figures(session, settings, strands(session, datetime.date.today()))
    links, items = evidence.links(session), evidence.item_links(session)
    linked = {aim.id: {x.theme_id for x in links if x.priority_id == aim.id and x.state == "confirmed"} for aim in aims}
    unlinked = [theme for theme in theming.themes(session) if theme.id not in set().union(*linked.values())]
    pairs = [(strand, link) for link in items for strand in figures.strands if asks(strand, link)]
    _count(session, figures, aims, linked, unlinked, items, pairs)
    cleared = quote_counts(session)
    return PlanPage(
        council=plan.council if plan else "",
        title=plan.title if plan else "No plan yet",
        example=bool(plan and plan.example),
        period=gaps.period(wave for strand in figures.strands for wave in strand.now),
        heard=sum(figures.released(strand) or 0 for strand in figures.strands),
        waiting=figures.waiting("/all"),
        strands=tuple(strand.name for strand in figures.strands),
        rows=tuple(_plan_row(session, figures, aim, linked[aim.id], pairs, cleared) for aim in aims),
        unlinked=tuple(figures.theme_row(theme, suggested=_suggested(theme, links)) for theme in unlinked),
        not_heard=tuple(f"{who} on “{aim.title}”" for aim in aims for who in gaps.not_heard(figures, aim)),
        left_out=tuple(gaps.left_out(session, figures)),
        threshold=figures.threshold,
        rounding=figures.rounding,
    )


def _count(session: Session, figures: Figures, aims, linked: dict[int, set[int]], unlinked, items, pairs) -> None:
    """Count what the page shows, and close the figures."""
    for theme in unlinked:
        figures.add_theme(theme)
    for strand, link in pairs:
        figures.add_item(strand, link)
    for aim in aims:
        figures.add_waiting(f"/{aim.key}", linked[aim.id])
        gaps.add_unasked(figures, aim, items, linked[aim.id])
    figures.add_waiting("/all", {theme.id for theme in unlinked}.union(*linked.values()))
    gaps.add_left_out(session, figures)
    figures.close()


def _suggested(theme, links) -> tuple[str, ...]:
    return tuple(x.priority.key for x in links if x.theme_id == theme.id and x.state == "suggested")


def _plan_row(session: Session, figures: Figures, aim: Priority, themes: set[int], pairs, cleared) -> PlanRow:
    items = [figures.item_row(strand, link) for strand, link in pairs if link.priority_id == aim.id]
    kinds = {kind for kind, *_rest in check_counts(session, aim)}
    records = (measure_record(measure_row(measure)) for measure in aim.measures)
    return PlanRow(
        key=aim.key,
        number=aim.number,
        title=aim.title,
        champion=aim.champion,
        cells={strand.name: level(strand, items) for strand in figures.strands},
        measures=tuple(record for record in records if record),
        checks=tuple(name for kind, name in KINDS.items() if kind in kinds),
        themes=len(themes),
        waiting=figures.waiting(f"/{aim.key}"),
        quotes=sum(cleared.get(theme_id, 0) for theme_id in themes),
    )
