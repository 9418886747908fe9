"""Staff who visit pages of a running site, timed; and what a process weighs."""

import http.client
import os
import re
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Visitor:
    """One person, signed in through the real page; may visit from several threads at once."""

    def __init__(self, port: int, email: str, password: str):
        self._port, self._cookies, self._mine = port, {}, threading.local()
        token = _TOKEN.search(self.get("/staff/login")).group(1)
        self._ask("POST", "/staff/login", {"email": email, "password": password, "csrf_token": token}, 302)

    def get(self, page: str) -> str:
        """The page; raises RuntimeError unless it is there."""
        return self._ask("GET", page, None, 200)

    def times(self, page: str, visits: int) -> dict:
        """{page, first_ms, p50_ms, p95_ms}."""
        took = []
        for _ in range(visits + 1):
            started = time.perf_counter()
            self.get(page)
            took.append(1000 * (time.perf_counter() - started))
        first, rest = took[0], sorted(took[1:])
        names = {"p50_ms": rest[len(rest) // 2], "p95_ms": rest[int(len(rest) * 0.95)]}
        return {"page": page, "first_ms": round(first)} | {name: round(value, 1) for name, value in names.items()}

    def _ask(self, method: str, page: str, fields: dict | None, wanted: int) -> str:
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is not None:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        if not hasattr(self._mine, "line"):
            self._mine.line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        self._mine.line.request(method, page, urlencode(fields) if fields is not None else None, said)
        answer = self._mine.line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        text = answer.read().decode()
        if answer.status != wanted:
            raise RuntimeError(f"{page} answered {answer.status}: {text[:300]}")
        return text


def peak_of(pid: int) -> int:
    """The most memory a running process ever had, in megabytes; 0 when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return 0


def weighed(words: list[str], environ: dict[str, str]) -> tuple[float, int]:
    """Run a program to its end: (seconds, most memory in megabytes); raises RuntimeError when it fails."""
    started = time.perf_counter()
    running = subprocess.Popen(words, env=environ)
    _pid, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"{words} ended with {running.returncode}")
    return round(time.perf_counter() - started, 1), used.ru_maxrss // 1024
