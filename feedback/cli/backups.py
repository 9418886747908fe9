"""`soundings backup` and `soundings restore`."""

from pathlib import Path

import click

from feedback.cli.parts import ready, unready
from feedback.cli.progress import progress
from feedback.operating import restoring
from feedback.operating.backing_up import back_up
from feedback.operating.restoring import Restored, Wanted

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--keys", "keys_file", type=FILE, required=True, help="Where the keys go: another disk than FILE's.")
def backup(file: Path, keys_file: Path) -> None:
    """Copy the database to FILE and its keys to another file, while the site runs.

    The master key is in neither: keep it in a third place. Without it nothing in them can be read.
    """
    settings = ready().settings
    with progress("Backup") as listener:
        about = back_up(settings, file, keys_file, listener)
    counts = about.counts
    click.echo(
        f"{file}: {counts['responses']:,} responses, {counts['answers']:,} answers, {counts['receipts']:,} receipts, "
        f"{counts['codings']:,} codings."
    )
    click.echo(f"{keys_file}: their keys. Move it to another place than {file.name} and keep it for less time:")
    click.echo("as long as a backup of the keys exists, what somebody took away can be brought back with it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="The newest backup of the keys.",
)
@click.option("--replace", "over_data", is_flag=True, help="Throw away what is here now.")
@click.option("--older-keys", is_flag=True, help="Take keys from before the backup; later texts stay shut.")
def restore(file: Path, keys_file: Path, over_data: bool, older_keys: bool) -> None:
    """Put the database in FILE and its keys where this installation keeps them; the site must be stopped.

    The master key of that time must be in place (SOUNDINGS_KEY_FILE). Both files are read and compared before anything
    is changed, every text is opened once, and what was taken away after the backup is erased again.
    """
    with progress("Restore") as listener:
        restored = restoring.restore(unready().settings, Wanted(file, keys_file, over_data, older_keys), listener)
    for line in _lines(restored, older_keys):
        click.echo(line)


def _lines(restored: Restored, older_keys: bool) -> list[str]:
    counts, checked = restored.counts, restored.checked
    lines = [
        f"{counts['responses']:,} responses, {counts['answers']:,} answers, {counts['receipts']:,} receipts verified. "
        f"{checked.opened:,} texts were opened."
    ]
    if checked.keyless and older_keys:
        lines.append(
            f"{len(checked.keyless):,} responses have no key: they came after these keys were backed up, or were "
            f"erased. Their {checked.keyless_texts:,} texts cannot be read."
        )
    elif checked.keyless:
        lines.append(
            f"{len(checked.keyless):,} responses with {checked.keyless_texts:,} texts were erased after the backup, "
            "and stay erased."
        )
    return lines
