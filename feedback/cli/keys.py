"""`soundings keys`: the master key, and the key of every response."""

from pathlib import Path

import click

from feedback.cli.parts import ready
from feedback.cli.progress import progress
from feedback.errors import KeyProblem
from feedback.operating.backing_up import back_up_keys
from feedback.operating.checking import check_texts, is_open_to_others, lone_keys
from feedback.operating.purging import sweep as sweep_keys
from feedback.operating.rotating import rotate as change_master_key

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def keys() -> None:
    """Check, back up, sweep or change the keys that every text is sealed with."""


@keys.command()
def check() -> None:
    """Open every text once and say whether each has its key; no text is shown.

    Exit status 1 when a text does not open although its key is there.
    """
    parts = ready()
    with progress("Keys") as listener:
        checked = check_texts(parts.database, parts.keys, listener)
    click.echo(f"{checked.opened:,} texts of {checked.responses:,} responses open with their keys.")
    if checked.keyless:
        click.echo(
            f"{len(checked.keyless):,} responses have no key: they were erased, and their {checked.keyless_texts:,} "
            "texts can be read by nobody."
        )
    click.echo(f"{len(lone_keys(parts.database, parts.keys)):,} keys have no response; 'soundings purge' sees to them.")
    if is_open_to_others(parts.settings):
        folder = parts.settings.folder
        click.echo(f"Every user of this machine can look into {folder}. Run: chmod 700 {folder}", err=True)
    if checked.shut:
        raise KeyProblem(
            f"{checked.shut:,} texts do not open with their keys. Restore the key store that belongs to this database."
        )


@keys.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Copy the keys alone to FILE, while the site runs: after somebody took their answers away, for instance."""
    settings = ready().settings
    with progress("Keys") as listener:
        about = back_up_keys(settings, file, listener)
    click.echo(
        f"{file}: the keys of {about.counts['responses']:,} responses. "
        "Keep it apart from the database, and for less time."
    )


@keys.command()
@click.option("--dry-run", is_flag=True, help="Only say how many would go.")
def sweep(dry_run: bool) -> None:
    """Destroy keys that have no response and had none a day ago."""
    parts = ready()
    number = sweep_keys(parts.database, parts.keys, dry_run=dry_run)
    click.echo(f"{number:,} keys without a response {'would be' if dry_run else 'were'} destroyed.")


@keys.command()
@click.option("--to", type=FILE, help="With SOUNDINGS_MASTER_KEY: the file to write the new master key to.")
def rotate(to: Path | None) -> None:
    """Make a new master key and wrap everything with it; the site and every worker must be stopped.

    Receipts and passwords stay good; whoever is signed in signs in again. Killed half-way, everything opens with the
    key that is in place.
    """
    parts = ready()
    parts.database.close()
    parts.keys.close()
    with progress("Master key") as listener:
        place = change_master_key(parts.settings, to, listener)
    click.echo(f"The new master key is in {place}. Back it up now, and apart from the database.")
    if to:
        click.echo("Set SOUNDINGS_MASTER_KEY to what stands in it on every server, then start the site.")
    else:
        click.echo(
            f"The old one is kept beside it as {place.name}.old-…: earlier backups open with it alone. "
            "Delete it when the last of them is gone."
        )
