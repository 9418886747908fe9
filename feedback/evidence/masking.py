"""Masks of a quote: stretches of an excerpt shown as one word, such as `name`, instead of what stands there."""

import re

from feedback.errors import Refused
from forms.pictures import shows
from forms.questionnaire import AUDIENCES

MASK = "name"


def said_by(audience: str, item: str) -> str:
    """Who speaks in a quote: an audience, or whoever looked at a drawing of theirs and wrote down what it shows."""
    group = AUDIENCES.get(audience, "Records")
    return f"{group}: words of a reader about a drawing" if shows(item) else group


def masks_for(text: str, wanted: str) -> list[list]:
    """[[start, end, shown], …] for each line of `wanted`: `words` or `words = shown instead`.

    Every place where the words stand is masked. Raises Refused when they do not stand in the text.
    """
    if absent := not_there(text, wanted):
        raise Refused(f"“{absent[0]}” does not stand in this text. Copy the words to hide exactly as they are.")
    return without_overlaps(
        [[start, end, shown or MASK] for words, shown in _lines(wanted) for start, end in _places(text, words)]
    )


def not_there(text: str, wanted: str) -> list[str]:
    """The words to hide that do not stand in the text."""
    return [words for words, _shown in _lines(wanted) if not _places(text, words)]


def _lines(wanted: str) -> list[tuple[str, str]]:
    lines = (line.partition("=") for line in wanted.splitlines() if line.strip())
    return [(words.strip(), shown.strip()) for words, _, shown in lines]


def _places(text: str, words: str) -> list[tuple[int, int]]:
    if not words:
        return []
    return [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)]


def without_overlaps(masks: list[list]) -> list[list]:
    """Masks in order; two that overlap become one, so that no end of the second is left to be read."""
    kept: list[list] = []
    for start, end, shown in sorted(masks, key=lambda m: (m[0], -m[1])):
        if kept and start < kept[-1][1]:
            kept[-1][1] = max(end, kept[-1][1])
        else:
            kept.append([start, end, shown])
    return kept


def masked_parts(text: str, masks: list[list]) -> list[tuple[str, str | None]]:
    """The text as (words, None) and ("", shown instead) in turn, ready for the quote macro."""
    parts: list[tuple[str, str | None]] = []
    place = 0
    for start, end, shown in without_overlaps(masks):
        parts += [(text[place:start], None), ("", shown)]
        place = end
    return [part for part in (*parts, (text[place:], None)) if part != ("", None)]
