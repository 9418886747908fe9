"""`soundings wave` and `soundings release`: open a wave, list waves, make codes, say who has read one."""

import datetime

import click

from feedback.cli.parts import Parts, ready
from feedback.cli.printing import format_option, print_csv, print_json, print_table
from feedback.collection.asking import find_questionnaire
from feedback.collection.invitations import MOST, make_codes
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
    """Open a wave, make codes for it, or list all waves.

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
@click.option("--by-code", is_flag=True, help="Only whoever has a code may answer; see 'soundings wave codes'.")
@click.option(
    "--cover-hours", metavar="TEXT", default="", help="When somebody reads and acts: Monday to Friday, 9 to 5."
)
@click.option("--cohort", type=click.IntRange(1), help="How many people are asked, where that is known.")
@click.option("--accept-draft", metavar="NAME", default="", help="Who answers for asking untested draft questions.")
def open_one(key, title, audience, questionnaire, opens, closes, by_code, accept_draft, **columns) -> None:
    """Open a wave: it is published at once, so that its promise, audience and questionnaire stand from now on."""
    parts = ready()
    opened = Wave(
        **columns,
        key=key,
        title=title or key,
        entry="code" if by_code else "link",
        audience=audience or _usual_audience(parts, questionnaire, columns["kind"]),
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
    if len(wave.key) > 80 or len(wave.title) > 200 or len(wave.cover_hours) > 200:
        raise Refused("The key may have 80 characters, the title and the cover hours 200. Shorten the longer one.")


def _what_was_opened(wave: Wave) -> list[str]:
    who = AUDIENCES.get(wave.audience, "Records")
    lines = [f"Opened {wave.key}: {wave.title}. {who}, {wave.promise}."]
    if wave.imported and not wave.consent_basis:
        lines.append("No consent basis was given, so none of its words may be quoted (--consent-basis TEXT).")
    if wave.by_code:
        lines.append(f"Only whoever has a code can answer. Make some with: soundings wave codes {wave.key} --number N")
    elif wave.promise == "traceable" and not wave.imported:
        lines.append("Anybody with the link can answer, so you will not know who did (--by-code).")
    return lines


@wave.command("codes")
@click.argument("key")
@click.option("--number", type=click.IntRange(1, MOST), help=f"How many codes, up to {MOST}: for an anonymous wave.")
@click.option(
    "--references",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Whom the codes are for, one reference a line: for a traceable wave.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="csv for a label printer, json for a machine.",
)
def codes(key: str, number: int | None, references, shape: str) -> None:
    """Make single-use codes for the wave KEY and print them, this once: only digests of them are kept.

    The page of the wave makes a sheet of slips with QR codes.
    """
    named = [line.strip() for line in references if line.strip()] if references else []
    if bool(number) == bool(named):
        raise Refused("Say how many codes you need (--number N), or whom they are for (--references FILE).")
    parts = ready()
    asked = get_wave(parts.database.session(), key)
    wanted = named or [""] * (number or 0)
    slips = make_codes(parts.database, parts.keys, parts.digests, asked, wanted, datetime.date.today())
    rows = [{"code": slip.code} | ({"for": slip.reference} if slip.reference else {}) for slip in slips]
    if shape == "json":
        print_json(rows)
    elif shape == "csv":
        print_csv(rows)
    else:
        for row in rows:
            click.echo("  ".join(row.values()))


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
            "published": wave.published,
            "by_code": wave.by_code,
            "cohort": wave.cohort,
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
