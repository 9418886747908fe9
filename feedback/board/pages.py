"""The board's pages as objects: what is confirmed and may be shown, and what was left out."""

import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback.board import figures as fig
from feedback.board.figures import Figures
from feedback.board.shapes import (
    CheckRow,
    CloudRow,
    EvidencePage,
    MeasureRow,
    PlanPage,
    PlanRow,
    QuoteRow,
    ThemeRow,
)
from feedback.board.words import cloud_of, words_said
from feedback.config import Settings
from feedback.evidence import store as evidence
from feedback.evidence.counts import STRANDS, check_counts, strands
from feedback.evidence.masking import masked_parts
from feedback.plan.models import Priority
from feedback.plan.store import ILACS_AREAS, get_priority, priorities, the_plan
from feedback.sealing import KeyStore
from feedback.themes import store as theming
from forms.questionnaire import AUDIENCES

MOST_QUOTES = 3


def evidence_page(session: Session, keys: KeyStore, settings: Settings, key: str) -> EvidencePage:
    """The evidence of one priority; raises NotFound."""
    priority = get_priority(session, key)
    sources = strands(session, datetime.date.today())
    figures = Figures(session, settings, sources)
    links = evidence.links(session, state="confirmed", priority=priority)
    maybe = evidence.links(session, state="suggested", priority=priority)
    items = evidence.item_links(session, priority)
    pairs = [(strand, link) for link in items for strand in sources if fig.asks(strand, link)]
    for link in (*links, *maybe):
        figures.add_theme(link.theme)
    for strand, item in pairs:
        figures.add_item(strand, item)
    checks = check_counts(session, priority)
    _add_checks(figures, checks)
    unread, uncoded = theming.unread_and_uncoded(session, [w for s in sources for w in s.now_ids])
    figures.add("left out", {"unread": unread, "uncoded": uncoded}, adds_up=False)
    figures.close()
    waiting = theming.waiting_by_theme(session)
    themes = [_linked(figures, link, waiting) for link in links]
    item_rows = tuple(figures.item_row(strand, link) for strand, link in pairs)
    cloud = cloud_of(words_said(session, keys, [link.theme_id for link in links], sources), settings)
    return EvidencePage(
        key=priority.key,
        number=priority.number,
        title=priority.title,
        outcome=priority.outcome,
        what_counts=priority.what_counts,
        champion=priority.champion,
        ilacs_area=ILACS_AREAS.get(priority.ilacs_area, ""),
        strands=tuple(figures.strand_row(strand, item_rows) for strand in sources),
        items=item_rows,
        themes=tuple(sorted((t for t in themes if not t.small), key=lambda t: (-t.count, t.name))),
        small_themes=tuple(t.name for t in themes if t.small),
        suggested=tuple(_suggested(figures, link, waiting) for link in maybe),
        quotes=_quotes(session, keys, [link.theme_id for link in links]),
        measures=tuple(_measure(m) for m in priority.measures),
        checks=_check_rows(figures, checks),
        cloud=tuple(CloudRow(word, n) for word, n in cloud.rows),
        cloud_svg=Markup(cloud.picture),
        left_out=tuple(_left_out(figures, sources, links, items, priority)),
        threshold=settings.board_threshold,
        rounding=settings.board_rounding,
    )


def _linked(figures: Figures, link, waiting: dict[int, int]) -> ThemeRow:
    return figures.theme_row(
        link.theme,
        waiting.get(link.theme_id, 0),
        stance=link.stance,
        reason=link.reason,
        linked_to=link.priority.key,
    )


def _suggested(figures: Figures, link, waiting: dict[int, int]) -> ThemeRow:
    return figures.theme_row(link.theme, waiting.get(link.theme_id, 0), suggested=(link.priority.key,))


def _add_checks(figures: Figures, checks) -> None:
    by_period: dict[str, dict[str, int]] = {}
    for kind, wave, grade, number in checks:
        by_period.setdefault(f"{kind}/{fig.period(wave)}", {})[grade] = number
    for name, grades in by_period.items():
        figures.add(f"checks/{name}", grades)


def _check_rows(figures: Figures, checks) -> tuple[CheckRow, ...]:
    periods = dict.fromkeys((kind, fig.period(wave)) for kind, wave, _grade, _n in checks)
    return tuple(CheckRow(kind, when, figures.shown(f"checks/{kind}/{when}").by_label) for kind, when in periods)


def _quotes(session: Session, keys: KeyStore, theme_ids: list[int]) -> tuple[QuoteRow, ...]:
    """At most three, from three audiences where there are three, and never two from one respondent."""
    rows, heard, voices = [], set(), set()
    found = evidence.quotes_for(session, theme_ids)
    texts = evidence.words_of_quotes(keys, [quote for quote, _wave in found])
    for again in (False, True):
        for quote, wave in found:
            respondent = quote.excerpt.answer.response_id
            if quote.id not in texts or respondent in voices or (wave.audience in heard and not again):
                continue
            if len(rows) < MOST_QUOTES:
                parts = tuple(masked_parts(texts[quote.id], quote.masks))
                rows.append(QuoteRow(parts, AUDIENCES.get(wave.audience, "Records"), quote.theme.name))
                heard.add(wave.audience)
                voices.add(respondent)
    return tuple(rows)


def _measure(measure) -> MeasureRow:
    readings = tuple((reading.quarter, reading.value) for reading in measure.readings)
    return MeasureRow(measure.key, measure.title, measure.unit, measure.better, measure.target, measure.owner, readings)


def _left_out(figures: Figures, sources, links, items, priority: Priority):
    """What this page does not say, in sentences."""
    shown = figures.shown("left out").by_label
    few = f"fewer than {figures.threshold}"
    yield f"Responses not read yet: {shown['unread'] or few}."
    yield f"Responses with words but no theme yet: {shown['uncoded'] or few}."
    said = fig.waves_that_say(figures.by_theme, {link.theme_id for link in links})
    for audience in fig.audience_gaps(sources, items, priority.audiences, said):
        yield f"{AUDIENCES[audience]} were not asked about this and did not speak of it."
    for strand in sources:
        if not strand.now and set(STRANDS[strand.key][1]) & set(priority.audiences):
            yield f"{strand.name}: no finished wave yet."


def plan_page(session: Session, settings: Settings) -> PlanPage:
    """All priorities on one page."""
    plan, sources = the_plan(session), strands(session, datetime.date.today())
    figures = Figures(session, settings, sources)
    aims, items = priorities(session), evidence.item_links(session)
    links = evidence.links(session)
    linked = {link.theme_id for link in links if link.state == "confirmed"}
    unlinked = [theme for theme in theming.themes(session) if theme.id not in linked]
    for theme in unlinked:
        figures.add_theme(theme)
    pairs = [(strand, link) for link in items for strand in sources if fig.asks(strand, link)]
    for strand, link in pairs:
        figures.add_item(strand, link)
    figures.close()
    waiting = theming.waiting_by_theme(session)
    rows = {(strand.key, link.id): figures.item_row(strand, link) for strand, link in pairs}
    near = {theme.id: [link for link in links if link.theme_id == theme.id] for theme in unlinked}
    return PlanPage(
        council=plan.council if plan else "",
        title=plan.title if plan else "No plan yet",
        example=bool(plan and plan.example),
        strands=tuple(strand.name for strand in sources),
        rows=tuple(_plan_row(session, figures, aim, links, pairs, rows, waiting) for aim in aims),
        unlinked=tuple(
            figures.theme_row(
                theme,
                waiting.get(theme.id, 0),
                suggested=tuple(link.priority.key for link in near[theme.id] if link.state == "suggested"),
            )
            for theme in unlinked
        ),
    )


def _plan_row(session, figures: Figures, aim: Priority, links, pairs, rows, waiting) -> PlanRow:
    mine = [link for link in links if link.priority_id == aim.id and link.state == "confirmed"]
    cells = {}
    for strand in figures.strands:
        items = [rows[s.key, link.id] for s, link in pairs if s is strand and link.priority_id == aim.id]
        cells[strand.name] = figures.strand_row(strand, items).basis
    return PlanRow(
        key=aim.key,
        number=aim.number,
        title=aim.title,
        champion=aim.champion,
        cells=cells,
        themes=len(mine),
        waiting=sum(waiting.get(link.theme_id, 0) for link in mine),
        quotes=len(evidence.quotes_for(session, [link.theme_id for link in mine])),
    )
