"""What a strand of voices says of a priority: the favourable share over its linked items, now and a wave earlier."""

from collections.abc import Iterable
from math import floor

from feedback.board.figures import NOT_ASKED, Figures
from feedback.board.shapes import ItemRow, Level, Share, StrandRow, in_words
from feedback.evidence.counts import Strand


def level(strand: Strand, items: Iterable[ItemRow]) -> Level:
    """The level of one strand; there is a `before` only when every question that counts now was asked then."""
    mine = [item for item in items if item.strand == strand.name]
    known = [item for item in mine if item.now]
    same = all(item.before for item in known)
    return Level(
        now=_in_ten([item.now for item in known]),
        before=_in_ten([item.before for item in known]) if same else None,
        questions=len(known),
        why="" if known else _why_none(strand, mine),
    )


def _in_ten(shares: list[Share | None]) -> int | None:
    """Favourable answers of all answers, over several questions; from rounded counts."""
    n = sum(share.n for share in shares if share)
    return floor(sum(share.value * share.n for share in shares if share) / n + 0.5) if n else None


def _why_none(strand: Strand, items: list[ItemRow]) -> str:
    if not strand.now:
        return "No wave yet"
    return "Too few" if any(item.why_none != NOT_ASKED for item in items) else "Not asked"


def strand_row(figures: Figures, strand: Strand, items: Iterable[ItemRow]) -> StrandRow:
    """A strand at a glance: its level, in numbers and in words, and what it rests on."""
    found = level(strand, items)
    questions = "1 question" if found.questions == 1 else f"{found.questions} questions"
    return StrandRow(
        name=strand.name,
        level=found,
        basis=found.why or f"About {found.now} in 10 favourable, over {questions}",
        before="no figure" if found.before is None else f"about {found.before} in 10",
        n=f"{in_words(figures.released(strand), figures.threshold, figures.rounding)} responses",
        waves=", ".join(wave.title for wave in strand.now),
    )
