"""An evidence page's figures as the chart macros take them; a title states what the picture shows."""

from types import SimpleNamespace

from feedback.board.shapes import EvidencePage, MeasureRow

MOST_THEMES = 5
MONTHS = {"Q1": "January to March", "Q2": "April to June", "Q3": "July to September", "Q4": "October to December"}


def dots(page: EvidencePage) -> SimpleNamespace | None:
    """How many in 10 of each audience spoke of each theme; None when nothing may be drawn."""
    names = [strand.name for strand in page.strands]
    rows = [theme for theme in page.themes if any(theme.by_strand.values())][:MOST_THEMES]
    if not rows:
        return None
    heard = [name for name in names if any(theme.by_strand.get(name) for theme in rows)]
    return SimpleNamespace(
        id="dots",
        title=_most_spoken_of(rows[0]),
        note="How many in 10 spoke of it; the line is the likely range",
        audiences=heard,
        absent=f"fewer than {page.threshold}, or not asked",
        rows=[SimpleNamespace(label=theme.name, marks=[theme.by_strand.get(name) for name in heard]) for theme in rows],
    )


def _most_spoken_of(theme) -> str:
    name, share = max(
        ((name, share) for name, share in theme.by_strand.items() if share), key=lambda pair: pair[1].value
    )
    return f"“{theme.name}” is heard most from {name.lower()}: {share.value:.0f} in 10"


def lines(page: EvidencePage) -> list[SimpleNamespace]:
    """One run chart a measure, as it was read; nothing is judged here."""
    return [_line(number, measure) for number, measure in enumerate(page.measures) if measure.readings]


def _line(number: int, measure: MeasureRow) -> SimpleNamespace:
    _first, newest = measure.readings[0], measure.readings[-1]
    wish = "higher" if measure.better == "up" else "lower"
    return SimpleNamespace(
        id=f"line-{number}",
        title=f"{measure.title}: {newest[1]:g} in {quarter_in_words(newest[0])}",
        note=f"{measure.unit.capitalize()}, by quarter; {wish} is better. {measure.owner}",
        target=measure.target,
        readings=[
            SimpleNamespace(
                label=quarter_in_words(quarter), value=value, tick=quarter[:4] if quarter.endswith("Q1") else ""
            )
            for quarter, value in measure.readings
        ],
    )


def quarter_in_words(quarter: str) -> str:
    """2026-Q3 as July to September 2026."""
    year, part = quarter.split("-")
    return f"{MONTHS[part]} {year}"
