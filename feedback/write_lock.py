"""The write lock of one SQLite file: one writer at a time, in turn."""

import fcntl
import os
import threading

#: Held by the first thread of a process that wants to write: two that opened the lock at once would let go of each
#: other's, and then nobody could write again.
_first = threading.Lock()


class WriteLock:
    """One writer at a time across threads and processes, in turn; the kernel frees it if we are killed.

    SQLite's own busy wait has no queue: under load it starves a writer for seconds.
    """

    def __init__(self, path: str):
        self._path = path
        self._pid = 0

    def acquire(self) -> None:
        """Wait until this thread is the only writer."""
        if self._pid != os.getpid():  # a lock belongs to the open file: a forked child opens its own
            with _first:
                self._open()
        self._thread.acquire()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._thread.release()
            raise

    def _open(self) -> None:
        if self._pid != os.getpid():
            self._thread = threading.Lock()
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            self._pid = os.getpid()

    def release(self) -> None:
        """Let the next writer in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._thread.release()
