"""Doing together what several threads want at once, so that they share what it costs."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

#: Longer transactions would make the writers of other processes wait.
MOST = 32


@dataclass(eq=False)
class _Wish:
    what: Any
    done: bool = False
    result: Any = None
    problem: BaseException | None = None


class Together:
    """One thread at a time does the work, for itself and for all who have come to wait meanwhile."""

    def __init__(self, work: Callable[[Sequence[Any]], Sequence[Any]]):
        self._work = work
        self._turn = threading.Lock()
        self._coming = threading.Lock()
        self._waiting: list[_Wish] = []

    def do(self, what: Any) -> Any:
        """The result of the work for `what`; raises what the work raises for it alone."""
        wish = _Wish(what)
        with self._coming:
            self._waiting.append(wish)
        with self._turn:
            while not wish.done:
                with self._coming:
                    taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                self._fulfil(taken)
        if wish.problem is not None:
            raise wish.problem
        return wish.result

    def _fulfil(self, wishes: list[_Wish]) -> None:
        try:
            results = self._work([wish.what for wish in wishes])
        except BaseException as problem:
            if len(wishes) == 1:
                wishes[0].problem, wishes[0].done = problem, True
                return
            # What is wrong with one must not cost the others their words.
            for wish in wishes:
                self._fulfil([wish])
            return
        for wish, result in zip(wishes, results, strict=True):
            wish.result, wish.done = result, True
