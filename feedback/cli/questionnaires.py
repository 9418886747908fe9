"""`soundings questionnaire`: look a questionnaire over before it is asked."""

from pathlib import Path

import click

from feedback.errors import Refused
from forms.catalogue import QuestionnaireError, load


@click.group()
def questionnaire() -> None:
    """Check a questionnaire before it is asked."""


@questionnaire.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check FILE, a questionnaire as TOML; says where it is malformed and what to do."""
    try:
        found = load(file)
    except QuestionnaireError as problem:
        raise Refused(str(problem)) from None
    click.echo(
        f"{found.title} ({found.key}, {found.status}) is well made: {len(found.questions)} questions for "
        f"{found.audience} in about {found.minutes} minutes."
    )
    click.echo(f"Version {found.version}")
