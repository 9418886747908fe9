"""`soundings purge`."""

import datetime

import click

from feedback.cli.parts import ready
from feedback.operating.purging import purge as clear_away


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def purge(dry_run: bool) -> None:
    """Clear away uploads, drafts and drawings past their day, jobs that ended a month ago, keys without a response.

    Codes and help requests are written anew, so that the database does not say in which order they were used or came.

    Run it every day. A key goes when it had no response at two runs that lie a day or more apart.
    """
    parts = ready()
    gone = clear_away(parts.database, parts.keys, datetime.date.today(), dry_run=dry_run)
    verb = "Would clear away" if dry_run else "Cleared away"
    click.echo(
        f"{verb}: {gone.uploads} uploads, {gone.drafts} drafts, {gone.drawings} drawings, "
        f"{gone.jobs} jobs, {gone.keys} keys."
    )
    if gone.unseen:
        click.echo(f"{gone.unseen} drawings are past their day and stay: nobody has looked at them. See Read first.")
