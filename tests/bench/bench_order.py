"""Is a response on disk before its sender reads "thank you"? `python tests/bench/bench_order.py`.

strace watches the one web process on SQLite while responses are sent one after another. Before every reply there must
be a sync of the database. Keys are made in advance, each time twice as many, so the key store is synced now and then:
when a response is synced, its key must have been. Where strace is missing or not allowed, this says so. Writes
evidence/bench_order.json. Takes about 20 seconds.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench_load import prepared  # noqa: E402
from respondents import drive  # noqa: E402  (they stand one folder up)
from standing import Standing, record, tree  # noqa: E402

from feedback.key_pool import MOST  # noqa: E402

CALLS = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
FILES = {"soundings.db": "D", "keys.db": "K"}
_LINE = re.compile(r"(?P<pid>\d+) +(?P<call>.*)")
_SYNC = re.compile(r"f(?:data)?sync\(\d+<[^>]*/(?P<file>soundings\.db|keys\.db)[^/>]*>")


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--sends", type=int, default=20, help="responses to send (default: 20)")
    asked = said.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed, so the order of sync and reply was not looked at: apt-get install strace.")
        return
    with tempfile.TemporaryDirectory() as home:
        order = watched(Standing(f"{home}/home", web_processes=1), asked.sends)
    if order is None:
        print("strace may not look at a process here, so the order of sync and reply was not looked at.")
        return
    early = too_early(order)
    row = {"sends": asked.sends, "replies": order.count("R"), "syncs_of_keys": order.count("K"), "too_early": early}
    record("bench_order", [row], order=order)
    if row["replies"] != asked.sends or early:
        sys.exit("A reply came before its syncs.")


def too_early(order: str) -> int:
    """How many replies came before the sync of the database, or that before the sync of the response's key."""
    early = replies = made = lot = 0
    keys_of_this = None
    for letter in re.sub("K+", "K", order):  # a log that begins anew is synced twice for one commit
        if letter == "K":
            lot = min(2 * lot, MOST) or 1
            made += lot
        elif letter == "D":
            keys_of_this = made
        else:
            replies += 1
            early += keys_of_this is None or keys_of_this < replies
            keys_of_this = None
    return early


def watched(standing: Standing, sends: int) -> str | None:
    """D for each sync of the database, K for each of the key store and R for each 200, in the order in which they
    happened; None when we may not watch."""
    standing.serve_alone()
    try:
        requests = prepared(standing, sends)
        trace = Path(standing.settings.home) / "trace"
        everybody = [word for pid in tree(standing.process.pid) for word in ("-p", str(pid))]
        strace = subprocess.Popen(["strace", "-f", "-y", "-e", CALLS, "-s", "16", "-o", trace, *everybody])
        time.sleep(2)
        if strace.poll() is not None:
            return None
        for request in requests:
            _send(standing, request)
        strace.terminate()
        strace.wait()
        return "".join(_letters(trace.read_text(errors="replace").splitlines()))
    finally:
        standing.kill()


def _send(standing: Standing, request: bytes) -> None:
    def way():
        yield request
        return []

    drive(standing.settings.port, way())


def _letters(lines: list[str]):
    """A sync counts where it has ended, a reply where it begins; the trace of a call may be cut in two."""
    begun: dict[str, str] = {}
    for pid, call in (match.groups() for match in map(_LINE.match, lines) if match):
        if "HTTP/1.1 200" in call and "resumed" not in call:
            yield "R"
        if found := _SYNC.match(call):
            begun[pid] = FILES[found["file"]]
        if pid in begun and "unfinished" not in call:
            letter = begun.pop(pid)
            if re.search(r"= 0$", call):
                yield letter


if __name__ == "__main__":
    main()
