"""`soundings wave` and `soundings release`: open a wave, list waves, say who has read one."""

import datetime

import click

from feedback.cli.parts import Parts, ready
from feedback.cli.printing import format_option, print_json, print_table
from feedback.collection.asking import find_questionnaire
from feedback.collection.models import Wave
from feedback.collection.store import all_waves, get_wave, open_wave, responses_in
from feedback.errors import Refused
from feedback.evidence.counts import released_in
from feedback.evidence.recounting import settle
from feedback.triage import store as triage
from forms.catalogue import UnknownQuestionnaire
from forms.questionnaire import AUDIENCES

KINDS = ("voices", "audit", "complaint", "compliment", "interview", "suggestion")
RECORDS = "records"  # audits, complaints and the like speak for no audience
a_day = click.DateTime(["%Y-%m-%d"])


@click.group()
def wave() -> None:
    """Open a wave, or list all waves.

    A wave is one fielding of a questionnaire to one audience, or one pile of texts that are imported.
    """


@wave.command("open")
@click.option("--key", required=True, help="Short name for commands and addresses, such as 2026-09-families.")
@click.option("--title", help="Name on pages; the key when it is not given.")
@click.option(
    "--audience",
    type=click.Choice(list(AUDIENCES)),
    help="Who speaks in it; the questionnaire's audience, or family, when it is not given.",
)
@click.option("--questionnaire", metavar="KEY", help="What respondents are asked; without one the wave takes imports.")
@click.option(
    "--promise",
    type=click.Choice(["anonymous", "traceable"]),
    default="anonymous",
    show_default=True,
    help="Whether staff can find out who wrote; fixed from now on.",
)
@click.option("--opens", type=a_day, metavar="DATE", help="First day, as 2026-09-01; today when it is not given.")
@click.option("--closes", type=a_day, metavar="DATE", help="Last day; open-ended when it is not given.")
@click.option("--kind", type=click.Choice(KINDS), default="voices", show_default=True, help="What its texts are.")
@click.option("--consent-basis", metavar="TEXT", default="", help="On what basis imported words may be used.")
@click.option("--accept-draft", metavar="NAME", default="", help="Who answers for asking untested draft questions.")
def open_one(key, title, audience, questionnaire, opens, closes, kind, accept_draft, **columns) -> None:
    """Open a wave."""
    parts = ready()
    opened = Wave(
        **columns,
        key=key,
        title=title or key,
        kind=kind,
        audience=audience or _usual_audience(parts, questionnaire, kind),
        questionnaire=questionnaire,
        opens_on=opens.date() if opens else datetime.date.today(),
        closes_on=closes.date() if closes else None,
        draft_accepted_by=accept_draft,
    )
    _refuse_impossible(opened)
    with parts.database.writing() as session:
        open_wave(session, parts.keys, opened)
        said = _what_was_opened(opened)
    for line in said:
        click.echo(line)


def _usual_audience(parts: Parts, questionnaire: str | None, kind: str) -> str:
    if questionnaire:
        try:
            return str(find_questionnaire(parts.database.session(), questionnaire).audience)
        except UnknownQuestionnaire as problem:
            raise Refused(str(problem)) from None
    return "family" if kind == "voices" else RECORDS


def _refuse_impossible(wave: Wave) -> None:
    if wave.closes_on and wave.closes_on < wave.opens_on:
        raise Refused(
            f"The wave would close on {wave.closes_on}, before it opens on {wave.opens_on}. Mend one of them."
        )
    if len(wave.key) > 80 or len(wave.title) > 200:
        raise Refused("The key may have 80 characters and the title 200. Shorten the longer one.")


def _what_was_opened(wave: Wave) -> list[str]:
    who = AUDIENCES.get(wave.audience, "Records")
    lines = [f"Opened {wave.key}: {wave.title}. {who}, {wave.promise}."]
    if wave.imported and not wave.consent_basis:
        lines.append("No consent basis was given, so none of its words may be quoted (--consent-basis TEXT).")
    return lines


@wave.command("list")
@format_option
def list_all(shape: str) -> None:
    """List every wave, the newest first."""
    session = ready().database.session()
    waves, released = all_waves(session), released_in(session)
    counts = responses_in(session, [wave.id for wave in waves])
    rows = [
        {
            "key": wave.key,
            "title": wave.title,
            "kind": wave.kind,
            "audience": wave.audience,
            "questionnaire": wave.questionnaire,
            "promise": wave.promise,
            "opens": wave.opens_on,
            "closes": wave.closes_on,
            "open": wave.is_open(datetime.date.today()),
            "responses": counts.get(wave.id, 0),
            "released": released.get(wave.id, 0),
            "consent_basis": wave.consent_basis,
        }
        for wave in waves
    ]
    if shape == "json":
        print_json(rows)
    elif not rows:
        click.echo("There is no wave yet. Open one with 'soundings wave open'.")
    else:
        shown = ("key", "audience", "promise", "opens", "closes", "responses", "released")
        print_table(shown, [[row[name] for name in shown] for row in rows])


@click.command()
@click.option("--wave", "key", metavar="KEY", required=True, help="The wave that was read.")
@click.option("--read-by", metavar="NAME", required=True, help="Who has read its responses; it stands in the record.")
def release(key: str, read_by: str) -> None:
    """Say who has read the unread responses of a wave; only then are they themed, shown and counted.

    Read them first, on the page "Read first" or elsewhere: what a child says may need somebody to act.
    """
    database = ready().database
    with database.writing() as session:
        wave = get_wave(session, key)
        ids = triage.unread_ids(session, wave)
        number = triage.release(session, response_ids=ids, read_by=read_by, on=datetime.date.today())
    settle(database)
    click.echo(f"{number} responses of {key} were released in the name of {read_by}.")
