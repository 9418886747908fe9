"""`soundings plan` and `soundings codebook`: the plan's priorities and the agreed themes, from files."""

import datetime
from pathlib import Path

import click

from feedback.cli.parts import ready
from feedback.plan.store import load_plan, read_framework
from feedback.themes.store import save_theme

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def plan() -> None:
    """Load the improvement plan."""


@plan.command("load")
@click.argument("file", type=a_file)
def load_plan_file(file: Path) -> None:
    """Load the plan's priorities from FILE; loading it again brings their words up to date.

    FILE is TOML as in feedback/example/plan.toml, or CSV with the columns key, name and description, where
    the description says what counts in 2 to 4 sentences: links are suggested from it.
    """
    with ready().database.writing() as session:
        loaded = load_plan(session, file)
    for warning in loaded.warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo(f"The plan has {loaded.priorities} priorities from {file.name}.")


@click.group()
def codebook() -> None:
    """Load agreed themes."""


@codebook.command("load")
@click.argument("file", type=a_file)
@click.option("--agreed-by", metavar="NAME", help="Who agreed these themes; the file's name when nobody is named.")
def load_codebook_file(file: Path, agreed_by: str | None) -> None:
    """Load themes that people have agreed from FILE: CSV with the columns key, name and description.

    Loading it again brings names and descriptions up to date; a theme that is not in the file stays.
    """
    rows, today = read_framework(file), datetime.date.today()
    by = agreed_by or f"the people behind {file.name}"
    with ready().database.writing() as session:
        for row in rows:
            save_theme(session, **row, by=by[:120], on=today)
    click.echo(f"The codebook has {len(rows)} themes from {file.name}, agreed by {by}.")
