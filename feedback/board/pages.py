"""The evidence of one priority as an object: what is confirmed and may be shown, and what was left out."""

import datetime
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback.board import gaps
from feedback.board.figures import Figures, asks
from feedback.board.levels import strand_row
from feedback.board.records import add_checks, check_records, check_rows, measure_record, measure_row
from feedback.board.shapes import CloudRow, EvidencePage, ItemRow, QuoteRow, ThemeRow
from feedback.board.words import cloud_of
from feedback.config import Settings
from feedback.evidence import store as evidence
from feedback.evidence.counts import Strand, strands
from feedback.evidence.masking import masked_parts, said_by
from feedback.evidence.models import ItemLink, ThemeLink
from feedback.plan.models import Priority
from feedback.plan.store import ILACS_AREAS, get_priority
from feedback.sealing import KeyStore

MOST_QUOTES = 3
#: Of each audience so many are opened to find them: some may be of one respondent, or just being withdrawn.
CANDIDATES = 10


@dataclass(frozen=True)
class _Linked:
    """What is linked to a priority: themes by people and by a run, items by strand, checks by period."""

    links: list[ThemeLink]
    maybe: list[ThemeLink]
    pairs: list[tuple[Strand, ItemLink]]
    periods: list[tuple[str, str]]

    @property
    def themes(self) -> set[int]:
        """Ids of the themes that people linked."""
        return {link.theme_id for link in self.links}


def evidence_page(session: Session, keys: KeyStore, settings: Settings, key: str) -> EvidencePage:
    """The evidence of one priority; raises NotFound."""
    priority = get_priority(session, key)
    figures = Figures(session, settings, strands(session, datetime.date.today()))
    linked = _counted(session, figures, priority)
    cloud = cloud_of(session, settings, priority)
    return EvidencePage(
        key=priority.key,
        number=priority.number,
        title=priority.title,
        outcome=priority.outcome,
        what_counts=priority.what_counts,
        champion=priority.champion,
        ilacs_area=ILACS_AREAS.get(priority.ilacs_area, ""),
        **_voices(figures, linked),
        **_themes(figures, linked),
        **_records(figures, priority, linked),
        quotes=_quotes(session, keys, linked.themes),
        cloud=tuple(CloudRow(word, n) for word, n in cloud.rows),
        cloud_svg=Markup(cloud.picture),
        left_out=tuple(_left_out(session, figures, priority)),
        threshold=figures.threshold,
        rounding=figures.rounding,
    )


def _counted(session: Session, figures: Figures, priority: Priority) -> _Linked:
    """Count all that is linked to a priority, and close the figures."""
    links = evidence.links(session, state="confirmed", priority=priority)
    maybe = evidence.links(session, state="suggested", priority=priority)
    items = evidence.item_links(session, priority)
    pairs = [(strand, link) for link in items for strand in figures.strands if asks(strand, link)]
    linked = _Linked(links, maybe, pairs, add_checks(figures, session, priority))
    for link in (*links, *maybe):
        figures.add_theme(link.theme)
    for strand, item in pairs:
        figures.add_item(strand, item)
    figures.add_waiting("/all", linked.themes)
    gaps.add_unasked(figures, priority, items, linked.themes)
    gaps.add_left_out(session, figures)
    figures.close()
    return linked


def _voices(figures: Figures, linked: _Linked) -> dict:
    items = tuple(figures.item_row(strand, link) for strand, link in linked.pairs)
    return {
        "period": gaps.period(wave for strand in figures.strands for wave in strand.now),
        "heard": _heard(figures, items),
        "strands": tuple(strand_row(figures, strand, items) for strand in figures.strands),
        "items": items,
    }


def _themes(figures: Figures, linked: _Linked) -> dict:
    rows = [_linked(figures, link) for link in linked.links]
    return {
        "waiting": figures.waiting("/all"),
        "themes": tuple(sorted((t for t in rows if not t.small), key=lambda t: (-(t.count or 0), t.name))),
        "small_themes": tuple(t.name for t in rows if t.small),
        "suggested": tuple(figures.theme_row(x.theme, suggested=(x.priority.key,)) for x in linked.maybe),
    }


def _records(figures: Figures, priority: Priority, linked: _Linked) -> dict:
    measures = tuple(measure_row(measure) for measure in priority.measures)
    checks = check_rows(figures, priority, linked.periods)
    records = (*filter(None, map(measure_record, measures)), *check_records(figures, checks))
    return {"measures": measures, "checks": checks, "records": records}


def _linked(figures: Figures, link: ThemeLink) -> ThemeRow:
    return figures.theme_row(link.theme, stance=link.stance, reason=link.reason, linked_to=link.priority.key)


def _heard(figures: Figures, items: tuple[ItemRow, ...]) -> int:
    """How many responses came from those who were asked about this."""
    asked = {item.strand for item in items if item.now}
    return sum(figures.released(strand) or 0 for strand in figures.strands if strand.name in asked)


def _quotes(session: Session, keys: KeyStore, theme_ids: set[int]) -> tuple[QuoteRow, ...]:
    """At most three, from three audiences where there are three, and never two from one respondent."""
    rows, heard, voices = [], set(), set()
    found = evidence.quotes_for(session, theme_ids, of_an_audience=CANDIDATES)
    texts = evidence.words_of_quotes(keys, [quote for quote, _wave in found])
    for again in (False, True):
        for quote, wave in found:
            respondent = quote.excerpt.answer.response_id
            if quote.id not in texts or respondent in voices or (wave.audience in heard and not again):
                continue
            if len(rows) < MOST_QUOTES:
                parts = tuple(masked_parts(texts[quote.id], quote.masks))
                said = said_by(wave.audience, quote.excerpt.answer.question)
                rows.append(QuoteRow(parts, said, quote.theme.name))
                heard.add(wave.audience)
                voices.add(respondent)
    return tuple(rows)


def _left_out(session: Session, figures: Figures, priority: Priority):
    """What this page does not say, in sentences."""
    for audience in gaps.not_heard(figures, priority):
        yield f"{audience} were not heard on this: nobody asked them, or too few spoke of it."
    yield from gaps.left_out(session, figures)
