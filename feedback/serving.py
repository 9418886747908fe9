"""Start the site and its worker, and stop both together.

Every process opens the database for itself: the site's are started afresh by granian, the worker by us.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from flask import Flask

from feedback import create_app
from feedback.carrier import Carrier
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import Refused, SoundingsError
from feedback.jobs import run_job
from feedback.logs import granian_logging, set_up_logging
from feedback.operating.health import beating
from feedback.request_log import mark_respondents

PATIENCE = 10.0  # seconds that the site and the worker have to stop by themselves
LOOK = 0.2  # seconds between two looks at whether both still run
_PR_SET_PDEATHSIG = 1


def site() -> Flask:
    """The site of one web process; jobs that its pages start are carried to the worker."""
    settings = Settings.from_environment()
    set_up_logging(settings.log, mark_respondents)
    app = create_app(settings)
    parts = app.extensions["soundings"]
    parts.database.info["carrier"] = carrier(parts.settings, parts.database)
    # What was made to serve stays as long as the process: nobody needs to look through it again for garbage.
    gc.collect()
    gc.freeze()
    return app


def carrier(settings: Settings, database: Database) -> Carrier:
    """What takes jobs from the site to the worker: both ends must know the same task."""

    def work(job_id: int) -> None:
        run_job(database, job_id)

    return Carrier(settings, work)


def work_until_stopped(settings: Settings) -> None:
    """Do jobs in this process until it is told to stop."""
    import feedback.evidence.analysing
    import feedback.evidence.indexing
    import feedback.evidence.recounting
    import feedback.themes.imported  # noqa: F401  (they register their jobs)

    set_up_logging(settings.log)
    database = Database(settings)
    database.check()
    with beating(database):
        carrier(settings, database).work(database)


def serve_until_stopped(settings: Settings, started: Callable[[], None]) -> None:
    """Run the site and one worker until SIGTERM or SIGINT; `started` is called once the site answers.

    A worker that ends is started again. Raises Refused when the port is taken and SoundingsError when the site ends.
    """
    refuse_taken_port(settings)
    # A stop that arrives before both are running must find somebody who passes it on.
    stop = _Stop()
    web, worker = _start(_web(settings)), _start(_WORKER)
    try:
        _wait_for_site(settings, web, stop)
        if not stop.asked:
            started()
        while not stop.asked:
            time.sleep(LOOK)
            if web.poll() is not None:
                raise SoundingsError("The site has stopped by itself. What it printed above says why.")
            if worker.poll() is not None:
                worker = _start(_WORKER)
    finally:
        _end(web, worker)


def refuse_taken_port(settings: Settings) -> None:
    """Raise Refused when somebody else listens where the site would."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except (OSError, OverflowError):
            raise Refused(
                f"The site cannot listen on {settings.host} port {settings.port}: it is taken or not allowed. "
                "Stop what uses it, or choose another with SOUNDINGS_PORT."
            ) from None


class _Stop:
    """Remembers that somebody asked us to stop."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask)

    def _ask(self, _signal, _frame) -> None:
        self.asked = True


_WORKER = ["-m", "feedback.cli", "worker"]


def _web(settings: Settings) -> list[str]:
    logging_file = settings.folder / "granian-log.json"
    logging_file.write_text(json.dumps(granian_logging(settings.log)))
    return [
        *("-m", "granian", "feedback.serving:site", "--factory", "--interface", "wsgi", "--no-ws"),
        *("--host", settings.host, "--port", str(settings.port)),
        *("--workers", str(settings.web_processes), "--blocking-threads", str(settings.web_threads)),
        *("--workers-kill-timeout", str(int(PATIENCE) - 2), "--respawn-failed-workers"),
        *("--no-access-log", "--log-level", "warning", "--log-config", str(logging_file)),
    ]


def _start(arguments: list[str]) -> subprocess.Popen:
    # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
    return subprocess.Popen(
        [sys.executable, *arguments], start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=_stop_with_parent
    )


def _stop_with_parent() -> None:
    """Where the kernel can (Linux): stop the child when we are killed, so that it does not keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_for_site(settings: Settings, web: subprocess.Popen, stop: _Stop) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    while not stop.asked and web.poll() is None:
        try:
            socket.create_connection((host, settings.port), timeout=1).close()
        except OSError:
            time.sleep(LOOK)
        else:
            return


def _end(*processes: subprocess.Popen) -> None:
    """Ask each to stop; what does not listen is ended with everything it started."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
