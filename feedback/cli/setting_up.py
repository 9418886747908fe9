"""`soundings init`: home folder, master key, key store and database."""

import click
from alembic import command

from feedback.cli.parts import Parts, unready
from feedback.collection.store import all_waves
from feedback.config import make_master_secret
from feedback.errors import KeyProblem
from feedback.operating.schema import alembic_config, up_to_date


@click.command()
def init() -> None:
    """Make the home folder, the master key, the key store and the database, or bring them up to date.

    A second run changes nothing.
    """
    for line in set_up(unready()):
        click.echo(line)


def set_up(parts: Parts) -> list[str]:
    """Make what is missing; returns what there is to say about it."""
    settings, lines = parts.settings, []
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not settings.master_key:
        new = not settings.secret_path.exists()
        if new and parts.settings.embedded and (settings.folder / "soundings.db").exists():
            parts.database.check()  # a database without its key: this says which file to put back
        path = make_master_secret(settings)
        if new:
            lines.append(
                f"The master key is in {path}. Back it up now, and apart from the database: "
                "without it nothing stored can be read."
            )
    done = up_to_date(parts.database)  # refuses a newer one before anything is made
    if done and all_waves(parts.database.session()) and not parts.keys.holds_waves():
        raise KeyProblem(
            "The key store is missing or empty, and the database holds what was sealed with it. "
            "Restore the key store from its own backup: a new one would open nothing."
        )
    parts.keys.create()
    if done:
        return [*lines, f"Soundings is set up in {settings.folder}. Nothing was changed."]
    command.upgrade(alembic_config(parts.database), "head")
    return [*lines, f"Soundings is set up in {settings.folder}."]
