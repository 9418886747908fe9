"""Which shape the database has, and which one this program knows."""

from functools import cache

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection

from feedback.config import CHECKOUT
from feedback.db import Database
from feedback.errors import DatabaseProblem


def alembic_config(database: Database) -> Config:
    """Alembic's settings, bound to this database."""
    config = Config(toml_file=CHECKOUT / "pyproject.toml")
    config.attributes["database"] = database
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(toml_file=CHECKOUT / "pyproject.toml"))


@cache
def newest() -> str | None:
    """The revision this program works with."""
    return _scripts().get_current_head()


def is_known(revision: str | None) -> bool:
    """False for a revision that only a newer program knows."""
    try:
        return revision is not None and _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None when it is not set up."""
    return MigrationContext.configure(connection).get_current_revision()


def up_to_date(database: Database) -> bool:
    """True when the database has every table in the shape this program knows; raises DatabaseProblem for a newer."""
    with database.engine.connect() as connection:
        revision = revision_of(connection)
    if revision is not None and not is_known(revision):
        raise DatabaseProblem(
            f"A newer Soundings made this database (its revision is {revision}). Install that version or a later one; "
            "this one changed nothing."
        )
    return revision == newest()
