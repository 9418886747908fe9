"""What the board's templates are given: already suppressed, rounded and in words. They can print nothing else."""

from dataclasses import dataclass

#: From so many in 10 on, the answers of an audience are called mostly favourable.
MOSTLY = 6


def in_words(number: int | None, threshold: int, rounding: int) -> str:
    """A published count in words. No number under the threshold is printed, even where rounding leads there."""
    if number is None:
        return f"fewer than {threshold}"
    highest = number + rounding - rounding // 2 - 1
    if number < threshold < highest:
        return f"{threshold} {'or' if highest == threshold + 1 else 'to'} {highest}"
    return f"about {max(number, threshold)}"


class Counted:
    """A page that knows the rules its counts were published by."""

    threshold: int
    rounding: int

    def words(self, number: int | None) -> str:
        """A published count in words."""
        return in_words(number, self.threshold, self.rounding)


@dataclass(frozen=True)
class Share:
    """How many in 10, with the likely range, of how many; computed from rounded counts."""

    low: float
    value: float
    high: float
    n: int

    def sentence(self) -> str:
        """The share in plain words."""
        return f"about {self.value:g} in 10 ({self.low:g} to {self.high:g})"


@dataclass(frozen=True)
class Level:
    """How many in 10 answers to the linked questions are favourable; `before`: to the same ones, a wave earlier.

    `why` says in a word or two why there is no `now`.
    """

    now: int | None
    before: int | None
    questions: int
    why: str = ""

    @property
    def mostly(self) -> bool:
        """True when most answers are favourable."""
        return self.now is not None and self.now >= MOSTLY


@dataclass(frozen=True)
class ItemRow:
    """One closed item of one strand: its favourable share now and before; None is suppressed or not asked."""

    strand: str
    question: str
    favourable: str
    now: Share | None
    before: Share | None
    why_none: str


@dataclass(frozen=True)
class StrandRow:
    """One strand of voices at a glance."""

    name: str
    level: Level
    basis: str
    before: str
    n: str
    waves: str


@dataclass(frozen=True)
class RecordRow:
    """One measure or kind of check at a glance: its newest figure, the one before, of what, when, and the target."""

    name: str
    now: str
    before: str
    about: str
    when: str
    target: str = ""


@dataclass(frozen=True)
class ThemeRow:
    """One theme: in how many responses people confirmed it, how it is spoken of, what still waits.

    `waiting` is None when only a few suggestions wait, 0 when none does.
    """

    key: str
    name: str
    count: int | None
    sentiments: dict[str, int | None]
    by_strand: dict[str, Share | None]
    before: dict[str, Share | None]
    waiting: int | None
    stance: str = ""
    reason: str = ""
    linked_to: str = ""
    suggested: tuple[str, ...] = ()

    @property
    def small(self) -> bool:
        """True when it was heard from too few to be counted in public: it has its own lane."""
        return self.count is None


@dataclass(frozen=True)
class QuoteRow:
    """A cleared quote: its words with masks, and who says it."""

    parts: tuple[tuple[str, str | None], ...]
    audience: str
    theme: str


@dataclass(frozen=True)
class MeasureRow:
    """A measure with its readings, oldest first; nothing is judged here."""

    key: str
    title: str
    unit: str
    better: str
    target: float | None
    owner: str
    readings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class CheckRow:
    """One kind of check in one period: each grade or kind with its count, and all of them; None is suppressed."""

    kind: str
    period: str
    counts: dict[str, int | None]
    total: int | None


@dataclass(frozen=True)
class CloudRow:
    """A word and in how many texts it stands."""

    word: str
    n: int


@dataclass(frozen=True)
class EvidencePage(Counted):
    """The evidence of one priority."""

    key: str
    number: int
    title: str
    outcome: str
    what_counts: str
    champion: str
    ilacs_area: str
    period: str
    heard: int
    waiting: int | None
    strands: tuple[StrandRow, ...]
    records: tuple[RecordRow, ...]
    items: tuple[ItemRow, ...]
    themes: tuple[ThemeRow, ...]
    small_themes: tuple[str, ...]
    suggested: tuple[ThemeRow, ...]
    quotes: tuple[QuoteRow, ...]
    measures: tuple[MeasureRow, ...]
    checks: tuple[CheckRow, ...]
    cloud: tuple[CloudRow, ...]
    cloud_svg: str
    left_out: tuple[str, ...]
    threshold: int
    rounding: int


@dataclass(frozen=True)
class PlanRow:
    """One priority on the plan page: what each strand says, in a few words."""

    key: str
    number: int
    title: str
    champion: str
    cells: dict[str, Level]
    measures: tuple[RecordRow, ...]
    checks: tuple[str, ...]
    themes: int
    waiting: int | None
    quotes: int

    @property
    def answer(self) -> str:
        """Whether every audience asked is mostly favourable, some are, none is, or nobody can be heard."""
        asked = [level.mostly for level in self.cells.values() if level.now is not None]
        if not asked:
            return "nobody"
        return "every" if all(asked) else "some" if any(asked) else "none"

    @property
    def apart(self) -> int:
        """How far the most and the least favourable audience are from each other, in tenths."""
        asked = [level.now for level in self.cells.values() if level.now is not None]
        return max(asked) - min(asked) if asked else 0


@dataclass(frozen=True)
class PlanPage(Counted):
    """All priorities on one page, and what is not linked to any."""

    council: str
    title: str
    example: bool
    period: str
    heard: int
    waiting: int | None
    strands: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    unlinked: tuple[ThemeRow, ...]
    not_heard: tuple[str, ...]
    left_out: tuple[str, ...]
    threshold: int
    rounding: int

    @property
    def groups(self) -> dict[str, tuple[PlanRow, ...]]:
        """The rows by answer, where audiences differ first; within a group those that differ most."""
        found = {}
        for answer in ("some", "none", "every", "nobody"):
            rows = sorted((row for row in self.rows if row.answer == answer), key=lambda r: (-r.apart, r.number))
            if rows:
                found[answer] = tuple(rows)
        return found
