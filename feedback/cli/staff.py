"""`soundings staff`: people who sign in."""

import click

from feedback.access import ROLES
from feedback.accounts.signing_in import hashed_for
from feedback.accounts.store import add_staff, all_staff, new_password
from feedback.cli.parts import ready
from feedback.cli.printing import format_option, print_json, print_table
from feedback.errors import Refused


@click.group()
def staff() -> None:
    """Add or list people who sign in."""


@staff.command("add")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--name", required=True, help="Their name, as it stands beside what they decide.")
@click.option(
    "--role", "roles", type=click.Choice(list(ROLES)), multiple=True, required=True, help="May be given more than once."
)
def add(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Add somebody who may sign in. Their first password is shown once, here, and stored nowhere."""
    if "@" not in email or not name.strip():
        raise Refused("Give an e-mail address with an @ and a name.")
    parts, password = ready(), new_password()
    password_hash = hashed_for(parts.settings, parts.database, password)
    with parts.database.writing() as session:
        add_staff(session, email=email, name=name, roles=list(roles), password_hash=password_hash)
    click.echo(f"{name} may sign in as {email.strip().lower()}. First password, shown only now: {password}")


@staff.command("list")
@format_option
def list_all(shape: str) -> None:
    """List everybody with an account."""
    people = [
        {"email": user.email, "name": user.name, "roles": sorted(user.role_names), "active": user.active}
        for user in all_staff(ready().database.session())
    ]
    if shape == "json":
        print_json(people)
    elif not people:
        click.echo("Nobody can sign in yet. Add somebody with 'soundings staff add'.")
    else:
        print_table(
            ("e-mail", "name", "roles", "may sign in"),
            [[p["email"], p["name"], ", ".join(p["roles"]), "yes" if p["active"] else "no"] for p in people],
        )
