"""What commands work with: settings, database, keys. Opened when a command first asks for it."""

from dataclasses import dataclass
from functools import cached_property

import click

from feedback.collection.receipts import Digests
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import DatabaseProblem
from feedback.operating.schema import up_to_date
from feedback.sealing import KeyStore


@dataclass(frozen=True)
class Parts:
    """The parts of one installation."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The database, whatever its state."""
        return Database(self.settings)

    @cached_property
    def keys(self) -> KeyStore:
        """The key store."""
        return KeyStore(self.settings)

    @cached_property
    def digests(self) -> Digests:
        """Keyed digests."""
        return Digests(self.settings)

    def close(self) -> None:
        """Give back every connection that was opened."""
        for opened in ("database", "keys"):
            if opened in self.__dict__:
                self.__dict__[opened].close()


def _place(parts: Parts) -> str:
    return f"in {parts.settings.folder}" if parts.settings.embedded else "at DATABASE_URL"


def unready() -> Parts:
    """The parts of an installation that may not be set up yet; closed with the command that asks for them."""
    parts = Parts(Settings.from_environment())
    click.get_current_context().call_on_close(parts.close)
    return parts


def ready() -> Parts:
    """The parts of an installation that is set up; raises KeyProblem or DatabaseProblem."""
    parts = unready()
    parts.database.check()
    if not up_to_date(parts.database):
        raise DatabaseProblem(
            f"The database {_place(parts)} is not set up for this version. Run 'soundings init' first."
        )
    parts.keys.root()  # a lost key store is said here, once, and not by every process of the site
    return parts
