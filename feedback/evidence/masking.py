"""Masks of a quote: stretches of an excerpt shown as one word, such as `name`, instead of what stands there."""

import re

from feedback.errors import Refused

MASK = "name"


def masks_for(text: str, wanted: str) -> list[list]:
    """[[start, end, shown], …] for each line of `wanted`: `words` or `words = shown instead`.

    Every place where the words stand is masked. Raises Refused when they do not stand in the text.
    """
    masks = []
    for line in filter(None, (line.strip() for line in wanted.splitlines())):
        words, _, shown = (part.strip() for part in line.partition("="))
        places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)]
        if not places:
            raise Refused(f"“{words}” does not stand in this text. Copy the words to hide exactly as they are.")
        masks += [[start, end, shown or MASK] for start, end in places]
    return without_overlaps(masks)


def without_overlaps(masks: list[list]) -> list[list]:
    """Masks in order; of two that overlap the longer one stands."""
    kept: list[list] = []
    for mask in sorted(masks, key=lambda m: (m[0], -m[1])):
        if not kept or mask[0] >= kept[-1][1]:
            kept.append(mask)
    return kept


def masked_parts(text: str, masks: list[list]) -> list[tuple[str, str | None]]:
    """The text as (words, None) and ("", shown instead) in turn, ready for the quote macro."""
    parts: list[tuple[str, str | None]] = []
    place = 0
    for start, end, shown in without_overlaps(masks):
        parts += [(text[place:start], None), ("", shown)]
        place = end
    return [part for part in (*parts, (text[place:], None)) if part != ("", None)]
