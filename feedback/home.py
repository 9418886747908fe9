"""The home folder: who is in it, and how its files are exchanged for others all at once.

Every process that opens the database stays in the folder: it holds a shared lock that the kernel frees when it ends.
Restoring and changing the master key want the folder for themselves. They make the new files in `incoming`; renaming
that folder to `arriving` is the moment at which they count. Whoever comes first after that, even if we are killed,
puts them in place before opening anything.
"""

import fcntl
import os
import shutil
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.config import Settings, promote_secret
from feedback.errors import DatabaseProblem, Refused

#: The two encrypted files of an embedded installation, with what SQLite lays beside them.
FILES = ("soundings.db", "keys.db")
_LOOK, _LOOKS = 0.05, 40  # seconds between two looks at what somebody else puts in place, and how many
_BESIDE = ("-wal", "-shm", "-journal")


class Presence:
    """This process is in a home folder for as long as this object lives."""

    def __init__(self, folder: Path):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / "home.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as problem:
            raise DatabaseProblem(
                f"The home folder {folder} cannot be written to ({problem.strerror}). "
                "Check its owner and its disk, or name another in SOUNDINGS_HOME."
            ) from None
        weakref.finalize(self, os.close, self._file)
        for _ in range(_LOOKS):
            if self._lock(fcntl.LOCK_SH):
                return
            time.sleep(_LOOK)  # somebody may just be putting in place what was on its way
        raise DatabaseProblem(
            "This installation is being restored or given a new master key. Try again in a few minutes."
        )

    def take(self) -> None:
        """Have the folder to ourselves; raises Refused when somebody else is in it."""
        if not self._lock(fcntl.LOCK_EX):
            self.share()  # the kernel gives up the old lock before it tries for the new one
            raise Refused(
                "This installation is in use. Stop the site, every worker and other commands, then try again."
            )

    def end_exchange(self, settings: Settings) -> None:
        """Put in place what was on its way, unless somebody else who came just now has done it meanwhile."""
        while _arriving(settings).exists():
            if self._lock(fcntl.LOCK_EX):
                _put_in_place(settings)
            else:
                time.sleep(_LOOK)
        self.share()

    def share(self) -> None:
        """Let others in again."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def _lock(self, how: int) -> bool:
        try:
            fcntl.flock(self._file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_here: weakref.WeakValueDictionary[Path, Presence] = weakref.WeakValueDictionary()


def enter(settings: Settings) -> Presence:
    """Be in the home folder while the returned object lives; files that were on their way are put in place first."""
    presence = _here.get(settings.folder)
    if presence is None:
        presence = Presence(settings.folder)
        _here[settings.folder] = presence
        presence.end_exchange(settings)
    return presence


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Have the home folder to ourselves; raises Refused while a site or a worker runs."""
    presence = enter(settings)
    presence.take()
    try:
        yield
    finally:
        shutil.rmtree(settings.folder / "incoming", ignore_errors=True)
        presence.share()


def stage(settings: Settings) -> Path:
    """An empty folder for the new files; what an earlier attempt left is thrown away."""
    folder = settings.folder / "incoming"
    shutil.rmtree(folder, ignore_errors=True)
    if not settings.keys_url:  # PostgreSQL's key store alone knows whether a waiting secret counts already
        settings.pending_path.unlink(missing_ok=True)
    folder.mkdir(mode=0o700)
    return folder


def exchange(settings: Settings) -> None:
    """From now on the staged files count: a kill before this line leaves the old ones, after it the new ones."""
    staged = settings.folder / "incoming"
    for name in FILES:
        if (staged / name).exists():
            sync(staged / name)
    sync(staged)
    os.rename(staged, _arriving(settings))
    sync(settings.folder)
    _put_in_place(settings)


def _put_in_place(settings: Settings) -> None:
    """Every step may be done again: whoever is killed here is followed by somebody who goes on."""
    arriving = _arriving(settings)
    if not arriving.exists():
        return
    promote_secret(settings)
    sync(settings.secret_path.parent)
    for name in FILES:
        if (arriving / name).exists():
            for ending in _BESIDE:  # a log of the old file must not be replayed into the new one
                (settings.folder / (name + ending)).unlink(missing_ok=True)
            os.rename(arriving / name, settings.folder / name)
            sync(settings.folder)
    shutil.rmtree(arriving)
    sync(settings.folder)


def sync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _arriving(settings: Settings) -> Path:
    return settings.folder / "arriving"
