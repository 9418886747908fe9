"""From counts to what may be shown: every number of a board page goes through `disclosure` here, all at once."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from analysis.prevalence import interval
from feedback.board.shapes import ItemRow, Share, StrandRow, ThemeRow
from feedback.collection.models import Wave
from feedback.config import Settings
from feedback.disclosure.store import Counts, Shown, for_board
from feedback.evidence.counts import Strand, item_counts, theme_counts
from feedback.evidence.models import ItemLink
from feedback.themes.models import Theme
from forms.catalogue import find
from forms.questionnaire import Question

#: Mixed, neutral and unclear are one: told apart they are too weak to be shown.
SENTIMENTS = ("positive", "negative", "other")


class Figures:
    """The raw counts of one page, closed once, then read as shares and rounded counts."""

    def __init__(self, session: Session, settings: Settings, strands: list[Strand]):
        self._session, self._settings, self.strands = session, settings, strands
        self._raw: Counts = {}
        self._shown: Shown = {}
        self.by_theme = theme_counts(session, [wave for s in strands for wave in s.now_ids | s.before_ids])

    def add_theme(self, theme: Theme) -> None:
        """Count a theme by strand and by sentiment."""
        said, feelings = {}, dict.fromkeys(SENTIMENTS, 0)
        for strand in self.strands:
            for when, waves, released in (
                ("now", strand.now_ids, strand.released_now),
                ("before", strand.before_ids, strand.released_before),
            ):
                counts = [self.by_theme.get((theme.id, wave), {}) for wave in waves]
                number = sum(sum(count.values()) for count in counts)
                said[f"{strand.name} {when}", "said"] = number
                said[f"{strand.name} {when}", "not said"] = released - number
                if when == "now":
                    for count in counts:
                        for word, n in count.items():
                            feelings[word if word in feelings else "other"] += n
        self._raw[f"theme/{theme.key}"] = said
        self._raw[f"sentiment/{theme.key}"] = {("all", word): n for word, n in feelings.items()}
        self._raw[f"total/{theme.key}"] = {("all", "now"): sum(feelings.values())}

    def add_item(self, strand: Strand, link: ItemLink) -> None:
        """Count a closed item's favourable and other answers, now and before."""
        cells = {}
        for when, waves in (("now", strand.now), ("before", strand.before)):
            asked = [wave.id for wave in waves if wave.questionnaire == link.questionnaire]
            counts = item_counts(self._session, link.question, asked) if asked else {}
            good = sum(n for choice, n in counts.items() if choice in link.favourable)
            cells[when, "favourable"], cells[when, "other"] = good, sum(counts.values()) - good
        self._raw[_item_name(strand, link)] = cells

    def add(self, name: str, cells: Mapping[tuple[str, str], int]) -> None:
        """Count anything else that the page shows."""
        self._raw[name] = dict(cells)

    def close(self) -> None:
        """Pass everything through disclosure together; only then can anything be read."""
        for strand in self.strands:
            self._raw[f"released/{strand.key}"] = {("all", "now"): strand.released_now}
        self._shown = for_board(self._settings, self._raw)

    def shown(self, name: str) -> dict[tuple[str, str], int | None]:
        """A table as it may be shown: None is suppressed."""
        return self._shown[name]

    def released(self, strand: Strand) -> int | None:
        """Rounded number of released responses of a strand's newest waves."""
        return self._shown[f"released/{strand.key}"]["all", "now"]

    def share(self, table: str, row: str, columns: tuple[str, str]) -> Share | None:
        """The first column's share of both, from rounded counts; None when suppressed or nobody was asked."""
        part, rest = (self._shown[table].get((row, column)) for column in columns)
        if part is None or rest is None or part + rest == 0:
            return None
        found = interval(part, part + rest)
        return Share(*(round(10 * x, 1) for x in (found.low, found.value, found.high)), n=part + rest)

    def theme_row(self, theme: Theme, waiting: int, **more) -> ThemeRow:
        """A theme as the board sees it."""
        table = f"theme/{theme.key}"
        by_strand, before = (
            {s.name: self.share(table, f"{s.name} {when}", ("said", "not said")) for s in self.strands}
            for when in ("now", "before")
        )
        return ThemeRow(
            key=theme.key,
            name=theme.name,
            count=self._shown[f"total/{theme.key}"]["all", "now"],
            sentiments={word: self._shown[f"sentiment/{theme.key}"]["all", word] for word in SENTIMENTS},
            by_strand=by_strand,
            before=before,
            waiting=waiting,
            **more,
        )

    def item_row(self, strand: Strand, link: ItemLink) -> ItemRow:
        """A closed item as the board sees it."""
        table, asked = _item_name(strand, link), question_of(link)
        now, before = (self.share(table, when, ("favourable", "other")) for when in ("now", "before"))
        nobody = not any(wave.questionnaire == link.questionnaire for wave in strand.now)
        return ItemRow(
            strand=strand.name,
            question=asked.text,
            favourable=" or ".join(f"“{c.text}”" for c in asked.choices if c.key in link.favourable),
            now=now,
            before=before,
            why_none="not asked" if nobody else f"fewer than {self._settings.board_threshold} in one of the groups",
        )

    def strand_row(self, strand: Strand, items: Iterable[ItemRow]) -> StrandRow:
        """A strand at a glance: the favourable share over its linked items."""
        mine = [item for item in items if item.strand == strand.name]
        number = self.released(strand)
        return StrandRow(
            name=strand.name,
            basis=_pooled([item.now for item in mine]) or self._why_silent(strand, mine),
            before=_pooled([item.before for item in mine]) or "no figure",
            n=f"about {number} responses" if number else f"fewer than {self._settings.board_threshold} responses",
            waves=", ".join(wave.title for wave in strand.now),
        )

    def _why_silent(self, strand: Strand, items: list[ItemRow]) -> str:
        if not strand.now:
            return "Not asked yet"
        return "Too few answers to show" if items else "Not asked about this"


def _item_name(strand: Strand, link: ItemLink) -> str:
    return f"item/{strand.key}/{link.questionnaire}/{link.question}"


def question_of(link: ItemLink) -> Question:
    """The question a link is about."""
    return find(link.questionnaire).question(link.question)


def asks(strand: Strand, link: ItemLink) -> bool:
    """True when a strand's waves ask this item, now or before."""
    return any(wave.questionnaire == link.questionnaire for wave in (*strand.now, *strand.before))


def _pooled(shares: list[Share | None]) -> str:
    """One sentence over several items: rounded favourable answers of all rounded answers."""
    known = [share for share in shares if share]
    if not known:
        return ""
    n = sum(share.n for share in known)
    good = round(sum(share.value * share.n for share in known) / n)
    questions = "1 question" if len(known) == 1 else f"{len(known)} questions"
    return f"About {good} in 10 favourable, over {questions}"


def audience_gaps(strands: list[Strand], links: list[ItemLink], about: list[str], said: set[int]) -> list[str]:
    """Audiences a priority is about whose newest wave neither asks a linked item nor has a linked theme."""
    gaps = []
    for strand in strands:
        for wave in strand.now:
            asked = any(link.questionnaire == wave.questionnaire for link in links)
            if wave.audience in about and not asked and wave.id not in said:
                gaps.append(wave)
    return [wave.audience for wave in gaps]


def waves_that_say(by_theme: dict[tuple[int, int], dict[str, int]], theme_ids: set[int]) -> set[int]:
    """Ids of waves in which somebody said one of these themes."""
    return {wave for (theme, wave), counts in by_theme.items() if theme in theme_ids and sum(counts.values())}


def period(wave: Wave) -> str:
    """A wave's period in words."""
    end = wave.closes_on or wave.opens_on
    return f"{wave.opens_on:%B %Y}" if end.month == wave.opens_on.month else f"{wave.opens_on:%B} to {end:%B %Y}"
