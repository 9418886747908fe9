"""A real server and a real browser for tests: `soundings serve` in a process of its own, Chromium by Playwright."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SHOTS = Path(__file__).resolve().parent.parent / "evidence" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
]


def chromium_path() -> str:
    """Where Chromium is; under CI a missing one is a failure, elsewhere the test says what to install."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sentence = "Chromium is not installed: run `make test` as root, or apt-get install chromium."
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    return found


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@contextlib.contextmanager
def serving(home: str, **said: str):
    """The whole product on a free port: web and worker processes, ended with it; `said` are more of its settings."""
    port = free_port()
    environ = os.environ | {
        "SOUNDINGS_HOME": home,
        "SOUNDINGS_PORT": str(port),
        "SOUNDINGS_WEB_PROCESSES": "1",
        "SOUNDINGS_ENCODER": "lexical",
        **said,
    }
    log = open(Path(home) / "serve.log", "wb")  # noqa: SIM115  (closed below, after the process)
    process = subprocess.Popen(
        [sys.executable, "-m", "feedback.cli", "serve"], env=environ, stdout=log, stderr=log, start_new_session=True
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url + "/health", process, log.name)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def _wait_for(url: str, process, log: str) -> None:
    for _ in range(150):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{Path(log).read_text()[-2000:]}")


@contextlib.contextmanager
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield chromium
        chromium.close()


def shot(page, name: str) -> None:
    """Keep a picture to look at; Chromium fails to take one now and then under load."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for attempt in range(3):
        try:
            page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
            return
        except Exception:
            if attempt == 2:
                raise
