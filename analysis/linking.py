"""Link what people say to the priorities of the plan: a ranking for a person to confirm, never a decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.documents import PrioritySpec
from analysis.encoding import Encoder
from analysis.encoding import encoder as best_encoder
from analysis.similarity import Likeness
from analysis.text import words

# A bare title finds the right priority half as often as a description of what people would say.
_FEWEST_WORDS = 8


@dataclass(frozen=True)
class RankedPriority:
    """A priority's key and how like it the text is; scores compare within one linker only."""

    priority: str
    score: float


class PriorityLinker:
    """Rank the priorities for each text by likeness to title and description (``similarity.Likeness``).

    Raises ValueError when there is no priority, when two share a key, or when one's description is a bare
    title. ``seed`` is kept for the steps that draw lots; ranking draws none.
    """

    def __init__(self, priorities: Sequence[PrioritySpec], seed: int = 0, encoder: Encoder | None = None) -> None:
        _check(priorities)
        self.priorities = tuple(priorities)
        self.seed = seed
        self._encoder = encoder
        self._likeness: Likeness | None = None

    def learn(self, unlabelled: Sequence[str] = (), confirmed: Iterable[tuple[str, str]] = ()) -> "PriorityLinker":
        """Learn how common words are from ``unlabelled``, and what belongs from (text, priority key) pairs.

        A priority is moved towards its confirmed texts from ten of them on. Raises ValueError for a pair
        with an unknown key. Returns itself; each call forgets what the last one learnt.
        """
        examples: dict[str, list[str]] = {priority.key: [] for priority in self.priorities}
        for text, key in confirmed:
            if key not in examples:
                raise ValueError(f"A confirmed link names the priority {key!r}, which is not in the plan.")
            examples[key].append(text)
        descriptions = [f"{priority.title}. {priority.description}" for priority in self.priorities]
        said = [*unlabelled, *(text for texts in examples.values() for text in texts)]
        encoder = self._encoder or best_encoder()
        self._likeness = Likeness(descriptions, encoder, said, list(examples.values()))
        return self

    def rank(self, texts: Sequence[str]) -> list[list[RankedPriority]]:
        """Return for each text all priorities, best first; ties keep the order of the plan."""
        if self._likeness is None:
            self.learn()
        assert self._likeness is not None
        keys = [priority.key for priority in self.priorities]
        ranked = []
        for row in self._likeness.of(texts):
            order = sorted(range(len(keys)), key=lambda index: -row[index])
            ranked.append([RankedPriority(keys[index], float(row[index])) for index in order])
        return ranked


def _check(priorities: Sequence[PrioritySpec]) -> None:
    if not priorities:
        raise ValueError("There is no priority to link to: load the plan first.")
    if len({priority.key for priority in priorities}) < len(priorities):
        raise ValueError("Two priorities share one key: give each its own.")
    for priority in priorities:
        if len(words(priority.description)) < _FEWEST_WORDS:
            raise ValueError(
                f"The priority {priority.title!r} is described by little more than its title: "
                "say in two to four sentences what people would say if it went well or badly."
            )
