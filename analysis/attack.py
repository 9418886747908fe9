"""What somebody with a pencil can work out from published figures: the attack that hiding must survive."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# A hidden figure is safe when at least this many more values than one remain possible.
_SPREAD = 2
_MOST = 1_000_000


@dataclass(frozen=True)
class Figure:
    """A count, and whether it is small enough to be hidden for its own sake."""

    count: int
    small: bool


@dataclass(frozen=True)
class Sum:
    """That one figure is the sum of others, all by their places in a list of figures."""

    whole: int
    parts: tuple[int, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


def exposed(
    figures: Sequence[Figure], sums: Sequence[Sum], hidden: Collection[int], threshold: int, base: int
) -> list[int]:
    """Return the hidden figures that can be worked out, or nearly (see ``disclosure.publishable``).

    The attacker knows that counts are whole, the threshold, the base, every published figure, and which
    hidden ones are small. Two whole-number programmes for each hidden figure, least and most, solved
    together for all figures joined by sums (`reference/reliability.md` section 10).
    """
    bounds = [_bounds(figure, index in hidden, threshold, base) for index, figure in enumerate(figures)]
    wanted = min(_SPREAD, threshold - 1)
    found: list[int] = []
    for group, joined in _joined(len(figures), sums):
        at_risk = [index for index in group if index in hidden]
        if joined and at_risk:
            found += _Attack(group, joined, figures, bounds).narrowed(at_risk, wanted)
    return found


class _Attack:
    """Looks for other figures that would have been published in the same way."""

    def __init__(
        self,
        group: Sequence[int],
        sums: Sequence[Sum],
        figures: Sequence[Figure],
        bounds: Sequence[tuple[int, int]],
    ) -> None:
        self._place = {index: place for place, index in enumerate(group)}
        self._equations = np.zeros((len(sums), len(group)))
        for row, each in zip(self._equations, sums, strict=True):
            row[self._place[each.whole]] = -1
            row[[self._place[part] for part in each.parts]] += 1
        self._bounds = [bounds[index] for index in group]
        # Every answer found is one possible world, the true one among them; each tells of all figures.
        self._low = self._high = np.array([figures[index].count for index in group], dtype=np.float64)

    def narrowed(self, at_risk: Sequence[int], wanted: int) -> list[int]:
        """Return those at risk for which fewer than ``wanted`` values beside the first are possible."""
        return [index for index in at_risk if not self._has_room(self._place[index], wanted)]

    def _has_room(self, place: int, wanted: int) -> bool:
        for direction in (1, -1):
            if self._high[place] - self._low[place] < wanted:
                self._look(place, direction)
        return bool(self._high[place] - self._low[place] >= wanted)

    def _look(self, place: int, direction: int) -> None:
        from scipy.optimize import linprog

        goal = np.zeros(len(self._bounds))
        goal[place] = direction
        nothing = np.zeros(len(self._equations))
        answer = linprog(goal, A_eq=self._equations, b_eq=nothing, bounds=self._bounds, integrality=1)
        if not answer.success:
            raise RuntimeError(f"The disclosure check could not be finished: {answer.message}")
        world = np.round(answer.x)
        self._low, self._high = np.minimum(self._low, world), np.maximum(self._high, world)


def _bounds(figure: Figure, hidden: bool, threshold: int, base: int) -> tuple[int, int]:
    if hidden:
        return (0, threshold - 1) if figure.small else (threshold, _MOST)
    published = (figure.count + base // 2) // base * base
    return max(threshold, published - base // 2), published + (base - 1) // 2


def _joined(count: int, sums: Sequence[Sum]) -> Iterator[tuple[list[int], list[Sum]]]:
    """Yield figures that sums join, directly or through others, with those sums."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    pairs = [(each.whole, part) for each in sums for part in each.parts]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    links = csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(count, count))
    _, group_of = connected_components(links, directed=False)
    groups: dict[int, list[int]] = {}
    for index, group in enumerate(group_of):
        groups.setdefault(int(group), []).append(index)
    for group, members in groups.items():
        yield members, [each for each in sums if group_of[each.whole] == group]
