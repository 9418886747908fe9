"""A Soundings that stands by itself, to be killed or loaded: its home, its processes, their cost, what is stored."""

import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from factories import make_wave

from feedback.cli.parts import Parts
from feedback.cli.setting_up import set_up
from feedback.config import Settings
from feedback.serving import _web

WAVE, QUESTIONNAIRE = "bench", "your-view"
HERE = Path(__file__).resolve().parent
EVIDENCE = HERE.parent / "evidence"
PACKAGES = ("flask", "granian", "sqlalchemy", "sqlcipher3", "psycopg", "huey", "cryptography")
_TICKS = os.sysconf("SC_CLK_TCK")


def _quiet_port() -> int:
    """A free port that the kernel lends to nobody while our site is down: a client could even meet itself there."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


class Standing:
    """One installation with an open wave; `start` runs programs on it, `kill` ends them without warning."""

    def __init__(self, home: str, questionnaire: str = QUESTIONNAIRE, **settings):
        self.questionnaire = questionnaire
        self.settings = Settings(home=home, port=_quiet_port(), encoder="lexical", **settings)
        self.process: subprocess.Popen | None = None
        parts = self.parts()
        set_up(parts)
        wave = make_wave(
            parts.database, parts.keys, key=WAVE, questionnaire=questionnaire, draft_accepted_by="the bench"
        )
        self.wave_id = wave.id
        self.leave(parts)

    def parts(self) -> Parts:
        """Database, keys and digests, opened afresh."""
        return Parts(self.settings)

    def leave(self, parts: Parts) -> None:
        """Close everything: a file that we hold open would not be recovered by whoever opens it next."""
        parts.database.session.remove()
        parts.database.engine.dispose()
        parts.keys.close()

    def environ(self) -> dict[str, str]:
        """What the programs are told."""
        said = {
            "SOUNDINGS_HOME": self.settings.home,
            "SOUNDINGS_PORT": str(self.settings.port),
            "SOUNDINGS_ENCODER": "lexical",
            "DATABASE_URL": self.settings.database_url,
            "KEYS_URL": self.settings.keys_url,
            "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parent}",
        }
        return os.environ | {name: value for name, value in said.items() if value}

    def serve(self) -> None:
        """`soundings serve`: two web processes and a worker."""
        self.start([sys.executable, "-m", "feedback.cli", "serve"])

    def serve_alone(self, site: str = "feedback.serving:site") -> None:
        """Only the web processes, as `soundings serve` starts them, with this site in them."""
        words = [site if word == "feedback.serving:site" else word for word in _web(self.settings)]
        self.start([sys.executable, *words])

    def run(self, words: list[str]) -> None:
        """Run a program in a process group of its own."""
        with open(Path(self.settings.home) / "log.txt", "ab") as log:
            self.process = subprocess.Popen(words, env=self.environ(), stdout=log, stderr=log, start_new_session=True)

    def start(self, words: list[str]) -> None:
        """Run a program that listens on our port, and wait until it does."""
        self.run(words)
        for _ in range(600):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.settings.port), timeout=1).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(self.log()[-2000:])

    def log(self) -> str:
        """What the programs said."""
        return (Path(self.settings.home) / "log.txt").read_text()

    def kill(self) -> None:
        """SIGKILL everything that was started, all at once."""
        if self.process is not None:
            kill_tree(self.process)
            self.process = None


def tree(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
    return found


def kill_tree(process: subprocess.Popen) -> None:
    """The parents first, so that nobody starts a killed child again."""
    pids = tree(process.pid)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    while any(_alive(pid) for pid in pids):
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def cpu_seconds(pid: int) -> float:
    """What a process and everything below it has used so far."""
    used = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            used += int(fields[11]) + int(fields[12])
    return used / _TICKS


def mark() -> str:
    """A word that nobody else writes."""
    return f"mark{random.getrandbits(64):016x}"


def table(rows: list[dict]) -> str:
    """Rows as a plain table."""
    heads = list(rows[0])
    cells = [heads, *([str(row.get(head, "")) for head in heads] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(heads))]
    return "\n".join("  ".join(word.rjust(width) for word, width in zip(line, widths, strict=True)) for line in cells)


def record(name: str, rows: list[dict], **more) -> None:
    """Print the rows and keep them in evidence/, with what they were measured on."""
    print(table(rows), flush=True)
    EVIDENCE.mkdir(exist_ok=True)
    found = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "versions": {package: importlib.metadata.version(package) for package in PACKAGES},
        **more,
        "rows": rows,
    }
    path = EVIDENCE / f"{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"Kept in {path}.")
