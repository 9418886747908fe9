"""The words people used about a priority's themes, counted once a text and shown only when enough said them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.clouds import cloud
from feedback.collection.store import words_of
from feedback.config import Settings
from feedback.disclosure.store import Counts, for_board
from feedback.evidence.counts import Strand
from feedback.evidence.store import confirmed_answers
from feedback.sealing import KeyStore


@dataclass(frozen=True)
class WordCloud:
    """The picture as SVG, and the table that says the same."""

    rows: tuple[tuple[str, int], ...]
    picture: str


def words_said(session: Session, keys: KeyStore, theme_ids: Iterable[int], strands: list[Strand]) -> list[str]:
    """Texts of the newest waves in which a person confirmed one of these themes, each once."""
    answers = confirmed_answers(session, theme_ids, [wave for strand in strands for wave in strand.now_ids])
    return list(words_of(keys, answers).values())


def cloud_of(texts: list[str], settings: Settings) -> WordCloud:
    """A cloud of the words that stand in enough texts; their counts are rounded like any other number."""
    drawn = cloud(texts, width=592, height=300, at_least=settings.board_threshold)
    if not drawn.rows:
        return WordCloud((), "")
    shown = for_board(settings, {"words": Counts(dict(drawn.rows), adds_up=False)})["words"].by_label
    rows = tuple((word, shown[word]) for word, _n in drawn.rows if shown[word])
    return WordCloud(rows, drawn.svg("Words people used", "The larger, the more texts it stands in."))
