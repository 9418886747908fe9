"""`soundings example` and `soundings run`: from nothing to a running site with something on it."""

import click

from feedback.cli.analysing import run_analysis
from feedback.cli.parts import Parts, ready, unready
from feedback.cli.progress import Listener, progress
from feedback.cli.running import address, serve_site
from feedback.cli.setting_up import set_up
from feedback.errors import Refused
from feedback.evidence.recounting import settle
from feedback.example.loading import is_whole, load_example
from feedback.example.people import PASSWORD, PEOPLE
from feedback.plan.store import the_plan
from feedback.serving import refuse_taken_port


@click.command()
def example() -> None:
    """Load Northmere: a council that does not exist, with a plan, measures, responses and staff, all made up.

    Refuses when the installation has a plan of its own. A second run changes nothing.
    """
    parts = ready()
    with progress("Northmere") as listener:
        click.echo(set_up_example(parts, listener))


@click.command()
def run() -> None:
    """Set up what is missing, load the example when there is no plan, and start the site and its worker."""
    parts = unready()
    refuse_taken_port(parts.settings)
    for line in set_up(parts):
        click.echo(line)
    plan = the_plan(parts.database.session())
    if plan is None or plan.example:
        with progress("Northmere") as listener:
            click.echo(set_up_example(parts, listener))
        plan = the_plan(parts.database.session())
    lines = [f"The site is at {address(parts.settings)}. Ctrl-C stops it."]
    if plan.example:
        lines += who_signs_in(address(parts.settings))
    parts.database.session.remove()
    parts.database.engine.dispose()
    serve_site(parts.settings, "\n".join(lines))


def set_up_example(parts: Parts, listener: Listener) -> str:
    """Load Northmere and let the machine do its part; returns what came of it."""
    plan = the_plan(parts.database.session())
    if plan and not plan.example:
        raise Refused(
            f"This installation has a plan of its own ({plan.title}), so the example stays out. "
            "Name another folder in SOUNDINGS_HOME to look at it."
        )
    if is_whole(parts.database.session()):
        return "Northmere was loaded before. Nothing was changed."
    if plan is None:
        load_example(parts.database, parts.keys, parts.digests, parts.settings, listener)
    found = run_analysis(parts.database, None, listener)
    settle(parts.database)
    return f"Northmere is loaded: nothing in it is real. {found}."


def who_signs_in(site: str) -> list[str]:
    """The example's people, for whoever tries it."""
    lines = [f"Staff sign in at {site}/staff/login with the password {PASSWORD}:"]
    return lines + [f"  {person.email:34} {person.does}" for person in PEOPLE]
