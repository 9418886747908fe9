"""Many respondents at once, on few processes: each connection walks one way after another, every answer timed."""

import multiprocessing
import selectors
import socket
import statistics
import time
from collections import deque
from dataclasses import dataclass, field

from respondents import Browser, Way, whole
from standing import WAVE, mark

PROCESSES = 2


@dataclass
class Load:
    """What to send: prepared requests, or whole ways from the first page to the receipt."""

    port: int
    connections: int
    requests: list[bytes] = field(default_factory=list)
    walks: int = 0

    def split(self, parts: int) -> list["Load"]:
        """The same for several processes."""
        shares = []
        for part in range(parts):
            walks = len(range(part, self.walks, parts))
            connections = len(range(part, self.connections, parts))
            shares.append(Load(self.port, connections, self.requests[part::parts], walks))
        return [share for share in shares if share.connections]

    def ways(self) -> deque[Way]:
        """What its connections have to do."""
        walks = (Browser(WAVE).walk([{"q_y25_text": f"{mark()} They listen."}]) for _ in range(self.walks))
        return deque([*(_alone(request) for request in self.requests), *walks])


def _alone(request: bytes) -> Way:
    answer = yield request
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer[:300])
    return []


class _Line:
    """One connection kept open, on its way."""

    def __init__(self, port: int, waits: deque[Way]):
        self.waits = waits
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.way: Way | None = None

    def go_on(self, answer: bytes | None) -> bool:
        """Send the next request; False when there is nothing more to do."""
        while True:
            if self.way is None:
                if not self.waits:
                    return False
                self.way, answer = self.waits.popleft(), None
            try:
                request = self.way.send(answer)
            except StopIteration:
                self.way = None
                continue
            self.arrived = b""
            self.began = time.perf_counter()
            self.socket.sendall(request)
            return True


def run(load: Load) -> tuple[float, float, list[float]]:
    """Send it all; returns when it began and ended, and how long each answer took."""
    waits, times, looking = load.ways(), [], selectors.DefaultSelector()
    lines = [_Line(load.port, waits) for _ in range(load.connections)]
    began = time.time()
    for line in lines:
        if line.go_on(None):
            looking.register(line.socket, selectors.EVENT_READ, line)
    while looking.get_map():
        ready = looking.select(60)
        if not ready:
            raise TimeoutError("the site has answered nobody for a minute")
        for key, _events in ready:
            _hear(key.data, times, looking)
    ended = time.time()
    for line in lines:
        line.socket.close()
    return began, ended, times


def _hear(line: "_Line", times: list[float], looking: selectors.BaseSelector) -> None:
    """Take what has arrived on one connection; a whole answer is timed and followed by the next request."""
    part = line.socket.recv(65536)
    if not part:
        raise ConnectionResetError("the site hung up")
    line.arrived += part
    if whole(line.arrived):
        times.append(time.perf_counter() - line.began)
        if not line.go_on(line.arrived):
            looking.unregister(line.socket)


@dataclass
class Taken:
    """How long it took."""

    submissions: int
    seconds: float
    times: list[float]

    @property
    def rate(self) -> float:
        return self.submissions / self.seconds

    def percentile(self, hundredth: int) -> float:
        """Milliseconds within which so many in a hundred answers came."""
        return statistics.quantiles(self.times, n=100, method="inclusive")[hundredth - 1] * 1000


class Clients:
    """Processes that send; made once, so that starting them is not measured."""

    def __enter__(self) -> "Clients":
        self._pool = multiprocessing.get_context("spawn").Pool(PROCESSES)
        return self

    def __exit__(self, *_why) -> None:
        self._pool.terminate()

    def take(self, load: Load) -> Taken:
        """Send a load, from as many processes as it has connections for."""
        found = self._pool.map(run, load.split(PROCESSES), chunksize=1)
        seconds = max(ended for _began, ended, _times in found) - min(began for began, _ended, _times in found)
        times = [one for _began, _ended, times in found for one in times]
        return Taken(len(load.requests) + load.walks, seconds, times)
