"""The words people used about a priority's themes, counted once a text and shown only when enough said them."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from analysis.clouds import drawn
from feedback.config import Settings
from feedback.disclosure.store import Counts, for_board
from feedback.evidence.counts import word_counts
from feedback.plan.models import Priority

MOST = 60  # words that a picture of this size has room for


@dataclass(frozen=True)
class WordCloud:
    """The picture as SVG, and the table that says the same."""

    rows: tuple[tuple[str, int], ...]
    picture: str


def cloud_of(session: Session, settings: Settings, priority: Priority) -> WordCloud:
    """A cloud of the words that stand in enough texts about a priority; their counts are rounded like any number."""
    said = word_counts(session, priority)
    shown = for_board(settings, {"words": Counts(said, adds_up=False)})["words"].by_label
    rows = sorted(((word, number) for word, number in shown.items() if number), key=lambda row: (-row[1], row[0]))
    return WordCloud(tuple(rows[:MOST]), _picture(tuple(rows[:MOST])) if rows else "")


@lru_cache(maxsize=64)
def _picture(rows: tuple[tuple[str, int], ...]) -> str:
    """The same words give the same picture; placing them takes longer than all the rest of the page."""
    return drawn(rows, width=592, height=230).svg("Words people used", "The larger, the more texts it stands in.")
