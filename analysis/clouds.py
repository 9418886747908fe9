"""A word cloud, and the table that says the same."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from math import ceil
from random import Random

from analysis.text import normalise, stem, stop_words, words

# Text on a page is 16 pixels high or more: a word too rare for that in a cloud 640 pixels wide is in the
# table only.
_READABLE = 16
_SHOWN_WIDTH = 640
_TONES = 4
# Words that stand in texts on any subject, so that how often they are said tells nothing of this one: verbs that
# mean little without another word, verbs that only bring in what was said or thought, amounts, the calendar, and
# placeholders. Listed as they are written, because a stem would take a subject with it ("feel", "feelings").
_SAYS_NOTHING = """
    be am is are was were do does did done doing don't have has had having get gets got getting gotten
    go goes went gone going gonna give gives gave given giving come comes came coming make makes made making
    take takes took taken taking put puts putting let lets keep keeps kept keeping use uses used using
    try tries tried trying want wants wanted wanting should could might must may shall able
    say says said saying ask asks asked asking know knows knew known think thinks thought thinking
    feel feels felt guess means meant seem seems seemed look looks see sees saw seen
    one two three four five six seven eight nine ten first second last next many much more most less lot lots bit
    day days week weeks month months year years today yesterday tomorrow ago soon
    thing things stuff something anything everything nothing way like just really very quite maybe actually even
    also though else anyway yes yeah okay ok please not
"""


@dataclass(frozen=True)
class PlacedWord:
    """A word in the cloud: left edge and baseline in the cloud's units, height, and turn in degrees.

    The turn is always 0: a word lying on its side is harder to read.
    """

    term: str
    count: int
    x: int
    y: int
    size: int
    rotation: int = 0


@dataclass(frozen=True)
class Cloud:
    """Words placed in a picture; ``rows``: every term with the number of texts it is in, most first."""

    words: tuple[PlacedWord, ...]
    rows: tuple[tuple[str, int], ...]
    left_out: int  # terms said in too few texts to be shown
    n: int  # texts read
    width: int
    height: int

    def svg(self, title: str, desc: str) -> str:
        """Return the picture as SVG with a title and a description, without any style of its own.

        Size, place and colour are attributes, so that a page which forbids inline style shows it. Each word
        has the class ``cloud-1`` (said most) to ``cloud-4``, for the stylesheet to colour.
        """
        title, desc = (escape(normalise(text)) for text in (title, desc))
        key = hashlib.sha256(f"{title}\n{desc}\n{self.rows}".encode()).hexdigest()[:12]
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {self.width} {self.height}"'
            ' font-family="monospace"'
            f' aria-labelledby="cloud-{key}-title cloud-{key}-desc">',
            f'<title id="cloud-{key}-title">{title}</title>',
            f'<desc id="cloud-{key}-desc">{desc}</desc>',
            *(self._word(word) for word in self.words),
            "</svg>",
        ]
        return "\n".join(lines)

    def _word(self, word: PlacedWord) -> str:
        most = max(placed.count for placed in self.words)
        tone = 1 + min(_TONES - 1, int(_TONES * (1 - word.count / most)))
        return (
            f'<text class="cloud-{tone}" fill="currentColor" x="{word.x}" y="{word.y}"'
            f' font-size="{word.size}">{escape(word.term)}</text>'
        )


class WordCount:
    """In how many texts each term stands, counted text by text: it holds counts and no text."""

    def __init__(self) -> None:
        self._said: Counter[str] = Counter()
        self._forms: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, found: Mapping[str, str]) -> None:
        """Count the terms of one more text, as `terms_of` gives them."""
        self._said.update(found.keys())
        for root, form in found.items():
            self._forms[root][form] += 1

    def rows(self) -> list[tuple[str, int]]:
        """Return every term with the number of texts it stands in, most first, then by letter."""
        named = [
            (max(sorted(self._forms[root]), key=self._forms[root].__getitem__), count)
            for root, count in self._said.items()
        ]
        return sorted(named, key=lambda row: (-row[1], row[0]))


def terms_of(text: str) -> dict[str, str]:
    """Return {stem: a word of the text that has it}; words without a subject are left out."""
    return {root: word for word in words(normalise(text)) if (root := _root(word)) is not None}


def count_words(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Return every term with the number of texts it stands in, most first, then by letter.

    A word counts once a text, its forms together under the commonest; words without a subject are not counted.
    """
    counted = WordCount()
    for text in texts:
        counted.add(terms_of(text))
    return counted.rows()


def cloud(texts: Sequence[str], width: int, height: int, seed: int = 0, at_least: int = 6) -> Cloud:
    """Place the words said in at least ``at_least`` of the texts; width and height in pixels.

    A word counts once a text, its forms together ("meeting", "meetings") under the commonest; words without
    a subject ("the", "said") are not counted. The same texts and seed give the same cloud. Raises ValueError when
    the picture has no size.
    """
    counted = count_words(texts)
    rows = [(term, count) for term, count in counted if count >= at_least]
    return drawn(rows, width, height, seed=seed, left_out=len(counted) - len(rows), n=len(texts))


def drawn(
    rows: Sequence[tuple[str, int]], width: int, height: int, *, seed: int = 0, left_out: int = 0, n: int | None = None
) -> Cloud:
    """Place words that were counted before: (word, texts) pairs, most first. Raises ValueError as `cloud` does."""
    if width < 1 or height < 1:
        raise ValueError(f"A cloud needs a width and a height, not {width} by {height}.")
    known = n if n is not None else max((count for _term, count in rows), default=0)
    return Cloud(tuple(_placed(rows, width, height, seed)), tuple(rows), left_out, known, width, height)


@lru_cache(maxsize=100_000)
def _root(word: str) -> str | None:
    """The stem of a word, or None when it says nothing of a subject."""
    return stem(word) if _carries_subject(word) else None


def _carries_subject(word: str) -> bool:
    return len(word) > 1 and word not in stop_words() and word not in _says_nothing() and not word.isnumeric()


@cache
def _says_nothing() -> frozenset[str]:
    return frozenset(_SAYS_NOTHING.split())


def _placed(rows: Sequence[tuple[str, int]], width: int, height: int, seed: int) -> list[PlacedWord]:
    from PIL import ImageFont
    from wordcloud import WordCloud

    smallest = ceil(_READABLE * width / _SHOWN_WIDTH)
    if not rows or height < smallest:
        return []
    # The layout is measured in the monospaced font of the package, and the picture drawn in one: words nest
    # into each other's gaps, and a font of another width would make them touch.
    layout = WordCloud(
        width=width, height=height, random_state=Random(seed), prefer_horizontal=1, min_font_size=smallest
    )
    layout.max_font_size = height // 3
    layout.generate_from_frequencies(dict(rows))
    counts = dict(rows)
    placed = []
    for (term, _), size, (top, left), _, _ in layout.layout_:
        # The package places the top of the drawn letters; SVG places the line they stand on.
        box = ImageFont.truetype(layout.font_path, size).getbbox(term, anchor="ls")
        placed.append(PlacedWord(term, counts[term], int(left), int(top) - int(box[1]), int(size)))
    return placed
