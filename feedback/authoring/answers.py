"""From lines of text to answers with keys: what is only worded differently keeps its key, and so its results.

Also the keys of new questions and sections. A key that a wave has asked is never given to anything else.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from forms.questionnaire import DECLINES, Choice
from forms.table import tidy

#: From how alike two wordings are they count as one answer.
ALIKE = 0.6


@dataclass(frozen=True)
class Matched:
    """The answers of a question after a change, and what became of those before."""

    choices: tuple[Choice, ...]
    #: (before, after) of those that keep their key.
    reworded: tuple[tuple[str, str], ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[Choice, ...] = ()


def match(
    old: Sequence[Choice],
    lines: Sequence[str],
    *,
    in_order: bool = False,
    used: Mapping[str, str] | None = None,
    longest: int = 40,
) -> Matched:
    """Give each line a key: its own, that of the answer it words differently, or a new one.

    `in_order`: line by line the same answers, whatever their words. `used`: {key: words} of what waves have asked.
    """
    words = [tidy(line) for line in lines if line.strip()]
    pairs = _in_order(old, words) if in_order and len(old) == len(words) else _pairs(old, words)
    taken = {choice.key for choice in old} | {choice.key for choice in DECLINES}
    choices: list[Choice] = []
    for place, text in enumerate(words):
        before = pairs.get(place)
        key = before.key if before else _key_for(text, taken, used or {}, longest)
        taken.add(key)
        choices.append(Choice(key, text, before.picture if before else None))
    kept = {choice.key for choice in pairs.values()}
    return Matched(
        choices=tuple(choices),
        reworded=tuple((pairs[i].text, text) for i, text in enumerate(words) if i in pairs and pairs[i].text != text),
        new=tuple(text for i, text in enumerate(words) if i not in pairs),
        gone=tuple(choice for choice in old if choice.key not in kept),
    )


def _in_order(old: Sequence[Choice], words: Sequence[str]) -> dict[int, Choice]:
    """Line by line; but answers that only changed places took their keys with them."""
    pairs = _same_words(old, words)
    left = [choice for choice in old if choice not in pairs.values()]
    for place in range(len(words)):
        if place not in pairs:
            pairs[place] = left.pop(0)
    return pairs


def _pairs(old: Sequence[Choice], words: Sequence[str]) -> dict[int, Choice]:
    pairs = _same_words(old, words)
    scores = sorted(
        (
            (-_likeness(choice.text, text), place, at, choice)
            for place, text in enumerate(words)
            for at, choice in enumerate(old)
            if place not in pairs and choice not in pairs.values()
        ),
        key=lambda score: score[:3],
    )
    for score, place, _at, choice in scores:
        if -score >= ALIKE and place not in pairs and choice not in pairs.values():
            pairs[place] = choice
    return pairs


def _same_words(old: Sequence[Choice], words: Sequence[str]) -> dict[int, Choice]:
    by_text = {choice.text: choice for choice in reversed(old)}
    pairs: dict[int, Choice] = {}
    for place, text in enumerate(words):
        if text in by_text:
            pairs[place] = by_text.pop(text)
    return pairs


def _likeness(one: str, other: str) -> float:
    """1 for the same words whatever their signs; a wording that goes on after the other counts as alike."""
    plain = (" ".join(re.findall(r"\w+", text.casefold())) for text in (one, other))
    short, long = sorted(plain, key=len)
    if short == long or (short and long.startswith(f"{short} ")):
        return 1.0
    return SequenceMatcher(None, short, long, autojunk=False).ratio()


def _key_for(text: str, taken: Collection[str], used: Mapping[str, str], longest: int) -> str:
    again = next((key for key, words in used.items() if words == text and key not in taken), None)
    return again or new_key(text, {*taken, *used}, longest)


def new_key(text: str, taken: Collection[str], longest: int = 40) -> str:
    """A key made of words that nothing has yet: small letters, figures and underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "item"
    stem = (stem if stem[0].isalpha() else f"n{stem}")[: max(longest, 4)].rstrip("_")
    key, number = stem, 1
    while key in taken:
        number += 1
        ending = f"_{number}"
        key = stem[: max(longest, 4) - len(ending)].rstrip("_") + ending
    return key
