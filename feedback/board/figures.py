"""From counts to what may be shown: every number of a board page goes through `disclosure` here, all at once."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from analysis.prevalence import interval
from feedback.board.shapes import ItemRow, Share, ThemeRow
from feedback.collection.asking import asked_question
from feedback.config import Settings
from feedback.disclosure.store import Counts, Shown, for_board
from feedback.evidence.counts import Strand, item_counts, theme_counts
from feedback.evidence.models import ItemLink
from feedback.themes.models import Theme
from feedback.themes.store import waiting_by_theme

#: Mixed, neutral and unclear are one: told apart they are too weak to be shown.
SENTIMENTS = ("positive", "negative", "other")
NOT_ASKED = "not asked"


class Figures:
    """The raw counts of one page, closed once, then read as shares and rounded counts."""

    def __init__(self, session: Session, settings: Settings, strands: list[Strand]):
        self._session, self._settings, self.strands = session, settings, strands
        self._raw: dict[str, Counts] = {}
        self._shown: dict[str, Shown] = {}
        waves = [wave for s in strands for wave in s.now_ids | s.before_ids]
        self.by_theme = theme_counts(session, waves)
        self._by_item = item_counts(session, waves)
        self._waiting = waiting_by_theme(session)

    def add_theme(self, theme: Theme) -> None:
        """Count a theme by strand, now and before, by how it is spoken of now, and what waits of it."""
        feelings = dict.fromkeys(SENTIMENTS, 0)
        said: dict[str, dict[str, int]] = {"now": {}, "before": {}}
        for strand in self.strands:
            for when, waves in (("now", strand.now_ids), ("before", strand.before_ids)):
                counts = [self.by_theme.get((theme.id, wave), {}) for wave in waves]
                said[when][strand.name] = sum(sum(count.values()) for count in counts)
                for word, n in (pair for count in counts for pair in count.items() if when == "now"):
                    feelings[word if word in feelings else "other"] += n
        for when, by_strand in said.items():
            self._raw[f"{when}/{theme.key}"] = Counts(by_strand, of=f"{when}/{theme.key}", kind="strand")
        # The same responses cut another way: disclosure must see that both have one total.
        self._raw[f"feeling/{theme.key}"] = Counts(feelings, of=f"now/{theme.key}", kind="sentiment")
        self.add_waiting(theme.key, {theme.id})

    def add_waiting(self, name: str, theme_ids: set[int]) -> None:
        """Count the suggestions that wait for a person, over some themes."""
        self.add(f"waiting/{name}", {"waiting": sum(self._waiting.get(theme, 0) for theme in theme_ids)})

    def add_item(self, strand: Strand, link: ItemLink) -> None:
        """Count a closed item's favourable and other answers, now and before."""
        for when, waves in (("now", strand.now), ("before", strand.before)):
            asked = [wave.id for wave in waves if wave.questionnaire == link.questionnaire]
            counts = [pair for wave in asked for pair in self._by_item.get((link.question, wave), {}).items()]
            good = sum(n for choice, n in counts if choice in link.favourable)
            split = {"favourable": good, "other": sum(n for _choice, n in counts) - good} if counts else {}
            self._raw[_item_name(strand, link, when)] = Counts(split)

    def add(self, name: str, by_label: Mapping[str, int], adds_up: bool = True) -> None:
        """Count anything else that the page shows."""
        self._raw[name] = Counts(dict(by_label), adds_up=adds_up)

    def close(self) -> None:
        """Pass everything through disclosure together; only then can anything be read."""
        for when in ("now", "before"):
            self.add(f"released/{when}", {s.name: getattr(s, f"released_{when}") for s in self.strands}, adds_up=False)
        self._shown = for_board(self._settings, self._raw)

    @property
    def threshold(self) -> int:
        """Fewer than this are not shown."""
        return self._settings.board_threshold

    @property
    def rounding(self) -> int:
        """What counts are rounded to."""
        return self._settings.board_rounding

    def shown(self, name: str) -> Shown:
        """A table as it may be shown."""
        return self._shown[name]

    def released(self, strand: Strand) -> int | None:
        """How many responses of a strand's newest waves a person has released."""
        return self._shown["released/now"].by_label.get(strand.name)

    def waiting(self, name: str) -> int | None:
        """How many suggestions wait: None is a few. That none waits may be said: it counts no response."""
        nothing = not self._raw[f"waiting/{name}"].by_label["waiting"]
        return 0 if nothing else self._shown[f"waiting/{name}"].by_label["waiting"]

    def _said(self, theme: Theme, when: str) -> dict[str, Share | None]:
        """The share of each strand's released responses that speak of a theme."""
        said, released = self._shown[f"{when}/{theme.key}"].by_label, self._shown[f"released/{when}"].by_label
        return {s.name: _share(said.get(s.name), released.get(s.name)) for s in self.strands}

    def theme_row(self, theme: Theme, **more) -> ThemeRow:
        """A theme as the board sees it."""
        feelings = self._shown[f"feeling/{theme.key}"]
        return ThemeRow(
            key=theme.key,
            name=theme.name,
            count=feelings.total,
            sentiments=feelings.by_label,
            by_strand=self._said(theme, "now"),
            before=self._said(theme, "before"),
            waiting=self.waiting(theme.key),
            **more,
        )

    def item_row(self, strand: Strand, link: ItemLink) -> ItemRow:
        """A closed item as the board sees it."""
        asked = asked_question(self._session, link.questionnaire, link.question)
        now, before = (_favourable(self._shown[_item_name(strand, link, when)]) for when in ("now", "before"))
        nobody = not any(wave.questionnaire == link.questionnaire for wave in strand.now)
        return ItemRow(
            strand=strand.name,
            question=asked.text if asked else link.question,
            favourable=" or ".join(f"“{c.text}”" for c in (asked.choices if asked else ()) if c.key in link.favourable),
            now=now,
            before=before,
            why_none=NOT_ASKED if nobody else f"fewer than {self.threshold} in one of the groups",
        )


def _item_name(strand: Strand, link: ItemLink, when: str) -> str:
    return f"item/{strand.key}/{link.questionnaire}/{link.question}/{when}"


def _share(part: int | None, whole: int | None) -> Share | None:
    """A share of rounded counts with its Wilson interval, in tenths; None when either may not be shown."""
    if part is None or not whole:
        return None
    found = interval(min(part, whole), whole)
    return Share(*(round(10 * x, 1) for x in (found.low, found.value, found.high)), n=whole)


def _favourable(item: Shown) -> Share | None:
    good, other = item.by_label.get("favourable"), item.by_label.get("other")
    return None if good is None or other is None else _share(good, good + other)


def asks(strand: Strand, link: ItemLink) -> bool:
    """True when a strand's waves ask this item, now or before."""
    return any(wave.questionnaire == link.questionnaire for wave in (*strand.now, *strand.before))
