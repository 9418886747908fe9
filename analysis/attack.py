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
            row[self._place[each.whole]] -= 1
            row[[self._place[part] for part in each.parts]] += 1
        self._bounds = np.array([bounds[index] for index in group], dtype=np.float64)
        # Every answer found is one possible world, the true one among them; each tells of all figures.
        self._low = self._high = np.array([figures[index].count for index in group], dtype=np.float64)

    def narrowed(self, at_risk: Sequence[int], wanted: int) -> list[int]:
        """Return those at risk for which fewer than ``wanted`` values beside the first are possible."""
        return [index for index in at_risk if not self._has_room(self._place[index], wanted)]

    def _has_room(self, place: int, wanted: int) -> bool:
        if len(self._equations) == 1:
            return self._room_in_one_sum(place) >= wanted
        for direction in (1, -1):
            if self._high[place] - self._low[place] < wanted:
                self._look(place, direction)
        return bool(self._high[place] - self._low[place] >= wanted)

    def _room_in_one_sum(self, place: int) -> float:
        """Return most less least; in a single sum what the others leave over is exact, and quick."""
        signs = self._equations[0]
        others = np.delete(signs[:, None] * self._bounds, place, axis=0)
        left_over = np.sort(-signs[place] * np.array([others.min(axis=1).sum(), others.max(axis=1).sum()]))
        low, high = self._bounds[place]
        return float(min(high, left_over[1]) - max(low, left_over[0]))

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
    group_of = list(range(count))
    members = {index: [index] for index in range(count)}
    for each in sums:
        first = group_of[each.whole]
        for group in {group_of[part] for part in each.parts} - {first}:
            for index in members[group]:
                group_of[index] = first
            members[first] += members.pop(group)
    telling = [each for each in sums if each.parts != (each.whole,)]
    for group, joined in members.items():
        yield sorted(joined), [each for each in telling if group_of[each.whole] == group]
