"""A PostgreSQL of its own for the tests: made in a temporary folder, run by an ordinary user, stopped at the end."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from alembic import command

from feedback.config import Settings
from feedback.db import Database
from feedback.operating.schema import alembic_config

OLDEST = 15
MISSING = (
    f"PostgreSQL {OLDEST} or newer is not installed: run `make test` as root, or apt-get install postgresql. "
    "What runs on PostgreSQL was not tested."
)
#: A role that must give its password; everybody else is trusted, on the loopback address only.
GUARDED, PASSWORD = "guarded", "right"
_PR_SET_PDEATHSIG = 1


def programs() -> Path | None:
    """The folder of the newest server that is new enough; Debian keeps it out of PATH."""
    folders = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    newest = max(folders, default=0)
    if newest >= OLDEST and (folders[newest] / "initdb").exists():
        return folders[newest]
    found = shutil.which("initdb")
    return Path(os.path.realpath(found)).parent if found else None


def needed() -> Path:
    """The server's programs; under CI a missing server is a failure, elsewhere the test says what to install."""
    found = programs()
    if found is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    return found


def _ordinary_user() -> dict:
    """For Popen: whom PostgreSQL runs as. It refuses root, so root lends it another name."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("There is no user postgres or nobody to run PostgreSQL as.")


def _stop_with_the_tests() -> None:
    """Where the kernel can: stop the server when the tests are killed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Server:
    """One PostgreSQL; `database()` makes a database in it."""

    def __init__(self, folder: Path, programs: Path):
        self.folder, self._programs, self._user = folder, programs, _ordinary_user()
        self._process: subprocess.Popen | None = None
        self.template: str | None = None
        self._made = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-locale"],
            check=True,
            cwd=folder,
            capture_output=True,
            **self._user,
        )
        (folder / "data" / "pg_hba.conf").write_text(
            f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
        )

    def start(self) -> None:
        """Start it, with fsync on as in real life, and wait until it answers."""
        options = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=on")
        with open(self.folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *(w for o in options for w in ("-c", o))],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_stop_with_the_tests,
                **self._user,
            )
        for _ in range(300):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        """Stop it as an operator would: connections are cut, what was committed is on disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it at once, as a crash would; `start` then recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def dsn(self, name: str, user: str = "tests") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"

    def url(self, name: str) -> str:
        """As DATABASE_URL or KEYS_URL."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{name}"

    def run(self, statement: str, name: str = "postgres") -> None:
        with psycopg.connect(self.dsn(name), autocommit=True) as connection:
            connection.execute(statement)

    def database(self, like: str = "template0") -> str:
        """Make a database; returns its name."""
        self._made += 1
        name = f"t{self._made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


def migrated(server: Server) -> str:
    """The name of a database that our own migrations made; it is made once, to be copied."""
    if server.template is None:
        name = server.database()
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(home=home, database_url=server.url(name), master_key="ab" * 32)
            database = Database(settings)
            command.upgrade(alembic_config(database), "head")
            database.close()
        server.run("CREATE DATABASE keys")
        server.template = name
    return server.template


@contextlib.contextmanager
def copies(server: Server):
    """A migrated database, and in another database a schema for a key store: {setting: URL}, thrown away at the end."""
    name = server.database(migrated(server))
    server.run(f"CREATE SCHEMA {name}", "keys")
    try:
        yield {"database_url": server.url(name), "keys_url": f"{server.url('keys')}?options=-csearch_path%3D{name}"}
    finally:
        server.drop(name)
        server.run(f"DROP SCHEMA {name} CASCADE", "keys")


@contextlib.contextmanager
def server():
    """A running server in a folder of its own; stopped and thrown away at the end."""
    # Not below pytest's own folders: they are closed to the ordinary user that the server runs as.
    with tempfile.TemporaryDirectory(prefix="soundings-postgres-", ignore_cleanup_errors=True) as folder:
        found = Server(Path(folder), needed())
        found.start()
        try:
            yield found
        finally:
            found.stop()
