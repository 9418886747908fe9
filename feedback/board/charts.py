"""An evidence page's figures as the chart macros take them; a title states what the picture shows, never a change."""

import re
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace

from feedback.board.records import quarter_in_words
from feedback.board.shapes import EvidencePage, ItemRow, MeasureRow, Share, StrandRow

MOST_ROWS = 5
LABEL_WIDTH = 226
#: What different audiences call the same person; questions that differ in nothing else stand in one row.
WORKER = re.compile(r"\b(social worker|personal adviser|worker|helper|PA)\b", re.IGNORECASE)


@dataclass
class _Row:
    """One question as one or several audiences answered it."""

    label: str
    marks: dict[str, Share] = field(default_factory=dict)


def dots(page: EvidencePage) -> SimpleNamespace | None:
    """Favourable answers of each audience to the linked questions, or else how many spoke of each theme."""
    rows = _chosen(_rows(page.items, [strand.name for strand in page.strands]))
    if not rows:
        return _spoken(page)
    return _picture(
        page,
        rows,
        title=_levels_in_words(page.strands),
        note="How many in 10 gave a favourable answer; the line is the likely range",
        absent=f"not asked, or fewer than {page.threshold}",
    )


def _rows(items: tuple[ItemRow, ...], order: list[str]) -> list[_Row]:
    """Questions in the same words with the same favourable answers are one row, once an audience."""
    rows: dict[tuple, _Row] = {}
    for item in sorted((item for item in items if item.now), key=lambda item: order.index(item.strand)):
        key = (WORKER.sub("worker", item.question).casefold(), item.favourable.casefold())
        if item.strand in rows.get(key, _Row("")).marks:
            key = (*key, item.strand)
        rows.setdefault(key, _Row(_label(item))).marks[item.strand] = item.now
    return list(rows.values())


def _label(item: ItemRow) -> str:
    """The question; with its favourable answer where that is one word, because it may be “No”."""
    return item.question if " or " in item.favourable else f"{item.question} {item.favourable}"


def _chosen(rows: list[_Row]) -> list[_Row]:
    """The questions that most audiences answered, then each audience in turn, so that none is left out."""
    waiting = sorted(rows, key=lambda row: (-len(row.marks), len(row.label)))
    drawn: Counter[str] = Counter()
    chosen: list[_Row] = []
    while waiting and len(chosen) < MOST_ROWS:
        left = Counter(name for row in waiting for name in row.marks)
        newest = min(waiting, key=lambda row: _rank(row, drawn, left))
        waiting.remove(newest)
        chosen.append(newest)
        drawn.update(list(newest.marks))
    return sorted(chosen, key=lambda row: (-len(row.marks), _mean(row)))


def _rank(row: _Row, drawn: Counter[str], left: Counter[str]) -> tuple:
    """Who is not drawn yet comes first, then questions of several audiences, then who has most to say still."""
    return (
        all(drawn[name] for name in row.marks),
        -len(row.marks),
        min(drawn[name] for name in row.marks),
        -max(left[name] for name in row.marks),
    )


def _mean(row: _Row) -> float:
    return sum(share.value for share in row.marks.values()) / len(row.marks)


def _levels_in_words(strands: tuple[StrandRow, ...]) -> str:
    """Who answers most and who least favourably, from the levels that stand in the table above."""
    levels = {strand.name: strand.level.now for strand in strands if strand.level.now is not None}
    if not levels:
        return "Favourable answers"
    low, high = min(levels.values()), max(levels.values())
    if low == high:
        return f"{_names(levels, low).capitalize()}: about {_in_ten(low)} favourable"
    return f"{_in_ten(high)} favourable from {_names(levels, high)}, {_in_ten(low)} from {_names(levels, low)}"


def _in_ten(level: int) -> str:
    """A level that no line break takes apart."""
    return f"{level}\u00a0in\u00a010"


def _names(levels: dict[str, int], wanted: int) -> str:
    names = [name.lower() for name, level in levels.items() if level == wanted]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _picture(page: EvidencePage, rows: list[_Row], **words) -> SimpleNamespace:
    """The picture's rows beside the audiences it has a figure of, in the page's order."""
    seen = [strand.name for strand in page.strands if any(strand.name in row.marks for row in rows)]
    drawn = [SimpleNamespace(label=row.label, marks=[row.marks.get(name) for name in seen]) for row in rows]
    return SimpleNamespace(id="dots", audiences=seen, rows=drawn, labels=LABEL_WIDTH, **words)


def _spoken(page: EvidencePage) -> SimpleNamespace | None:
    """How many in 10 of each audience spoke of each theme; None when nothing may be drawn."""
    shares = {theme.name: {name: share for name, share in theme.by_strand.items() if share} for theme in page.themes}
    rows = [_Row(name, marks) for name, marks in shares.items() if marks][:MOST_ROWS]
    if not rows:
        return None
    who, share = max(rows[0].marks.items(), key=lambda pair: pair[1].value)
    return _picture(
        page,
        rows,
        title=f"“{rows[0].label}”: {share.value:g} in 10 {who.lower()} spoke of it",
        note="How many in 10 spoke of it, confirmed so far; the line is the likely range",
        absent=f"fewer than {page.threshold}",
    )


def lines(page: EvidencePage) -> list[SimpleNamespace]:
    """One run chart a measure, as it was read; nothing is judged here."""
    return [_line(number, measure) for number, measure in enumerate(page.measures) if measure.readings]


def _line(number: int, measure: MeasureRow) -> SimpleNamespace:
    quarter, value = measure.readings[-1]
    wish = "higher" if measure.better == "up" else "lower"
    unit = "Percent" if measure.unit == "percent" else measure.unit.capitalize()
    return SimpleNamespace(
        id=f"line-{number}",
        title=f"{measure.title}: {value:g}{'%' if measure.unit == 'percent' else ''} in {quarter_in_words(quarter)}",
        note=f"{unit}, by quarter; {wish} is better. {measure.owner}",
        target=measure.target,
        readings=[
            SimpleNamespace(
                label=quarter_in_words(quarter), value=value, tick=quarter[:4] if quarter.endswith("Q1") else ""
            )
            for quarter, value in measure.readings
        ],
    )
