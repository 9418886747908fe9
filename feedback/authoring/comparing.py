"""Two versions of a questionnaire, part by part and word by word: what was taken out, put in, and moved."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from feedback.authoring.words import about
from forms.content import declines_of
from forms.questionnaire import AUDIENCES, Question, Questionnaire


@dataclass(frozen=True)
class Piece:
    """A stretch of words; `marked` when the other side does not have it."""

    words: str
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """One thing about a part, before and after."""

    name: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def differs(self) -> bool:
        """Whether any word does."""
        return any(piece.marked for piece in (*self.before, *self.after))


@dataclass(frozen=True)
class Part:
    """A question, or the opening: its rows and what became of it."""

    key: str
    title: str
    #: same, changed, added, removed
    became: str
    rows: tuple[Row, ...]
    moved: bool = False


def compare(before: Questionnaire, after: Questionnaire) -> list[Part]:
    """Every part of either, in the order of the later one; what was taken out stands where it stood."""
    parts = [_part("", "Title, opening and end", _opening(before), _opening(after))]
    old = {question.key: question for question in before.questions}
    new = {question.key: question for question in after.questions}
    travelled = _moved([key for key in old if key in new], [key for key in new if key in old])
    for key in _in_order(list(old), list(new)):
        was, now = old.get(key), new.get(key)
        rows = (_question(questionnaire, question) for questionnaire, question in ((before, was), (after, now)))
        parts.append(_part(key, (now or was or old[key]).text, *rows, moved=key in travelled))
    return parts


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The words of two texts with marks where they differ."""
    old, new = (re.findall(r"\S+|\n", text) for text in (before, after))
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for step, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, words in zip(sides, (old[i:j], new[k:m]), strict=True):
            if words:
                side.append(Piece(_joined(words), step != "equal"))
    return tuple(sides[0]), tuple(sides[1])


def _joined(words: Sequence[str]) -> str:
    return re.sub(r" ?\n ?", "\n", " ".join(words))


def _part(
    key: str, title: str, before: list[tuple[str, str]], after: list[tuple[str, str]], moved: bool = False
) -> Part:
    old, new = dict(before), dict(after)
    rows = tuple(Row(name, *marked(old.get(name, ""), new.get(name, ""))) for name in dict.fromkeys([*old, *new]))
    if not before or not after:
        became = "removed" if before else "added"
    else:
        became = "changed" if any(row.differs for row in rows) else "same"
    return Part(key, title, became, rows, moved)


def _opening(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    return [
        ("Title", questionnaire.title),
        ("Who it asks", AUDIENCES[questionnaire.audience]),
        ("Minutes", str(questionnaire.minutes)),
        ("Opening", "\n".join(questionnaire.intro)),
        ("Thanks", questionnaire.thanks),
        ("Ways not to answer", "\n".join(choice.text for choice in declines_of(questionnaire))),
    ]


def _question(questionnaire: Questionnaire, question: Question | None) -> list[tuple[str, str]]:
    if question is None:
        return []
    return [*about(questionnaire, question), ("Section", questionnaire.section_of(question.key).title)]


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Those of the same questions that stand elsewhere among the others."""
    stayed = {
        key
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for key in old[block.a : block.a + block.size]
    }
    return set(new) - stayed


def _in_order(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The later order, with what is no longer there after what stood before it."""
    gone_after: dict[str | None, list[str]] = {}
    last: str | None = None
    for key in old:
        if key in new:
            last = key
        else:
            gone_after.setdefault(last, []).append(key)
    yield from gone_after.get(None, [])
    for key in new:
        yield key
        yield from gone_after.get(key, [])
