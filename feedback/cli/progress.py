"""Progress on stderr: a bar in a terminal, one line a step everywhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[int, int, str], None]


@contextmanager
def progress(title: str) -> Iterator[Listener]:
    """A listener `(done, total, step)` that shows how far the work is."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, step="")
        yield lambda done, total, step: bar.update(task, completed=done, total=total, step=step)


def _lines() -> Listener:
    """Print a step when it begins; counts within a step (after a colon) would only fill a log."""
    seen = []

    def listen(_done: int, _total: int, step: str) -> None:
        name = step.split(":")[0]
        if seen[-1:] != [name]:
            seen.append(name)
            print(f"{name} …", file=sys.stderr, flush=True)  # noqa: T201

    return listen
