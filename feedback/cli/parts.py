"""What commands work with: settings, database, keys. Opened when a command first asks for it."""

from dataclasses import dataclass
from functools import cached_property

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from feedback.collection.receipts import Digests
from feedback.config import CHECKOUT, Settings
from feedback.db import Database
from feedback.errors import DatabaseProblem
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


def unready() -> Parts:
    """The parts of an installation that may not be set up yet."""
    return Parts(Settings.from_environment())


def ready() -> Parts:
    """The parts of an installation that is set up; raises KeyProblem or DatabaseProblem."""
    parts = unready()
    parts.database.check()
    if not up_to_date(parts.database):
        raise DatabaseProblem(
            f"The database in {parts.settings.folder} is not set up for this version. Run 'soundings init' first."
        )
    return parts


def alembic_config(database: Database) -> Config:
    """Alembic's settings, bound to this database."""
    config = Config(toml_file=CHECKOUT / "pyproject.toml")
    config.attributes["database"] = database
    return config


def up_to_date(database: Database) -> bool:
    """True when the database has every table in the shape this program knows."""
    head = ScriptDirectory.from_config(alembic_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
