"""Is a response on disk before its sender reads "thank you"? `python tests/bench/bench_order.py`.

strace watches the one web process on SQLite while responses are sent one after another: between two answers there must
be two syncs, the key store's and the database's. Where strace is missing or not allowed, this says so. Writes
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

CALLS = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"


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
    gaps = [part.count("S") for part in order.split("R")[:-1]]
    row = {"sends": asked.sends, "replies": order.count("R"), "least_syncs_before_a_reply": min(gaps, default=0)}
    record("bench_order", [row], order=order)
    if row["replies"] != asked.sends or row["least_syncs_before_a_reply"] < 2:
        sys.exit("A reply came before its syncs.")


def watched(standing: Standing, sends: int) -> str | None:
    """S for each sync and R for each 200, in the order in which they happened; None when we may not watch."""
    standing.serve_alone()
    try:
        requests = prepared(standing, sends + 1)
        _send(standing, requests[0])
        trace = Path(standing.settings.home) / "trace"
        everybody = [word for pid in tree(standing.process.pid) for word in ("-p", str(pid))]
        strace = subprocess.Popen(["strace", "-f", "-e", CALLS, "-s", "16", "-o", trace, *everybody])
        time.sleep(2)
        if strace.poll() is not None:
            return None
        for request in requests[1:]:
            _send(standing, request)
        strace.terminate()
        strace.wait()
        return "".join(_letter(line) for line in trace.read_text(errors="replace").splitlines())
    finally:
        standing.kill()


def _send(standing: Standing, request: bytes) -> None:
    def way():
        yield request
        return []

    drive(standing.settings.port, way())


def _letter(line: str) -> str:
    # A sync counts where it has ended, a reply where it begins.
    if re.search(r"(fsync|fdatasync)(\(\d+\)| resumed>\)) += 0", line):
        return "S"
    return "R" if "HTTP/1.1 200" in line and "resumed" not in line else ""


if __name__ == "__main__":
    main()
