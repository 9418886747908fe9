"""What the board's templates are given: already suppressed, rounded and in words. They can print nothing else."""

from dataclasses import dataclass, field


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
    basis: str
    before: str
    n: str
    waves: str


@dataclass(frozen=True)
class ThemeRow:
    """One theme: in how many responses people confirmed it, how it is spoken of, what still waits."""

    key: str
    name: str
    count: int | None
    sentiments: dict[str, int | None]
    by_strand: dict[str, Share | None]
    before: dict[str, Share | None]
    waiting: int
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
    """One kind of check in one period: each grade or kind with its count; None is suppressed."""

    kind: str
    period: str
    counts: dict[str, int | None]


@dataclass(frozen=True)
class CloudRow:
    """A word and in how many texts it stands."""

    word: str
    n: int


@dataclass(frozen=True)
class EvidencePage:
    """The evidence of one priority."""

    key: str
    number: int
    title: str
    outcome: str
    what_counts: str
    champion: str
    ilacs_area: str
    strands: tuple[StrandRow, ...]
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
    cells: dict[str, str]
    themes: int
    waiting: int
    quotes: int


@dataclass(frozen=True)
class PlanPage:
    """All priorities on one page, and what is not linked to any."""

    council: str
    title: str
    example: bool
    strands: tuple[str, ...]
    rows: tuple[PlanRow, ...]
    unlinked: tuple[ThemeRow, ...]
    left_out: tuple[str, ...] = field(default_factory=tuple)
