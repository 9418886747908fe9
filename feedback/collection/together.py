"""Doing together what several threads want at once, so that they share what it costs."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

#: Longer transactions would make the writers of other processes wait.
MOST = 32


class _Wish:
    def __init__(self, what: Any):
        self.what, self.result = what, None
        self.done = False
        self.problem: BaseException | None = None
        #: Let go of once it is done, or once it is this one's turn to lead.
        self.woken = threading.Lock()
        self.woken.acquire()


class Together:
    """One thread at a time does the work, for itself and for all who have come to wait meanwhile.

    Whoever leads next is woken before those whose work is done, so that the disk does not wait for them.
    """

    def __init__(self, work: Callable[[Sequence[Any]], Sequence[Any]]):
        self._work = work
        self._coming = threading.Lock()
        self._waiting: list[_Wish] = []
        self._led = False

    def do(self, what: Any) -> Any:
        """The result of the work for `what`; raises what the work raises for it alone."""
        wish = _Wish(what)
        with self._coming:
            self._waiting.append(wish)
            leads, self._led = not self._led, True
        if not leads:
            wish.woken.acquire()
        if not wish.done:
            self._lead()
        if wish.problem is not None:
            raise wish.problem
        return wish.result

    def _lead(self) -> None:
        """Do the work for those who wait; whoever calls this is the first of them."""
        with self._coming:
            taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._fulfil(taken)
        with self._coming:
            heirs = self._waiting[:1]
            self._led = bool(heirs)
        for wish in (*heirs, *taken[1:]):
            wish.woken.release()

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
