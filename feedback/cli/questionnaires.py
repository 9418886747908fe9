"""`soundings questionnaire`: look a questionnaire over before it is asked; carry it to other tools and back."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import click

from feedback.cli.printing import format_option, print_json
from feedback.cli.spreadsheets import read_sheets, write_sheets
from feedback.collection.editions import translation_of
from feedback.collection.recordings import name_of, words_said
from feedback.config import Settings
from feedback.errors import Refused
from feedback.ways.paper import Sheet, pdf
from forms import xlsform_reading, xlsform_writing
from forms.catalogue import QuestionnaireError, UnknownQuestionnaire, find, load
from forms.kind_rules import banned_kinds
from forms.lint import Fault, lint
from forms.questionnaire import AUDIENCES, Audience, Questionnaire
from forms.reading import read
from forms.table import content_in
from forms.toml_writing import toml

a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
a_place = click.Path(dir_okay=False, path_type=Path)


@click.group()
def questionnaire() -> None:
    """Check a questionnaire before it is asked, or carry it to and from an XLSForm."""


@questionnaire.command("check")
@click.argument("file", type=a_file)
@click.option(
    "--promise",
    type=click.Choice(["anonymous", "traceable"]),
    default=None,
    help="Also refuse what may not be asked under this promise.",
)
@format_option
def check(file: Path, promise: str | None, shape: str) -> None:
    """Check FILE, a questionnaire as TOML: whether it is well made, and what its words and routes need.

    Every fault is printed with its item and what to do; a waiver in the file silences a rule for one item and is
    listed with its reason. Exit status 1 when a fault is left.
    """
    banned = _banned(file)
    found = None if banned else _loaded(file)
    faults = lint(found, promise or "") if found else banned
    if shape == "json":
        print_json(_report(file, found, faults))
    else:
        _say(file, found, faults)
    if faults:
        raise SystemExit(1)


def _banned(file: Path) -> tuple[Fault, ...]:
    try:
        return tuple(banned_kinds(tomllib.loads(file.read_text(encoding="utf-8"))))
    except (OSError, ValueError):  # said better by whoever reads the file as a questionnaire
        return ()


def _loaded(file: Path) -> Questionnaire:
    try:
        return load(file)
    except QuestionnaireError as problem:
        raise Refused(str(problem)) from None


def _report(file: Path, found: Questionnaire | None, faults: tuple[Fault, ...]) -> dict:
    return {
        "file": file.name,
        "key": found.key if found else None,
        "version": found.version if found else None,
        "faults": [asdict(fault) for fault in faults],
        "waivers": [asdict(waiver) for waiver in found.waivers] if found else [],
    }


def _say(file: Path, found: Questionnaire | None, faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        click.echo(f"{file.name}, {fault.item}: {fault.says} [{fault.rule}]")
    for waiver in found.waivers if found else ():
        click.echo(f"Waived in {file.name}, {waiver.question}: {waiver.rule}, because: {waiver.reason}")
    if faults:
        click.echo(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} to mend, or to waive with a reason.")
    elif found:
        click.echo(
            f"{found.title} ({found.key}, {found.status}) is well made: {len(found.questions)} questions for "
            f"{found.audience} in about {found.minutes} minutes."
        )
        click.echo(f"Version {found.version}")


@questionnaire.command("export")
@click.argument("file", type=a_file)
@click.option("--to", "place", type=a_place, required=True, help="The workbook to write, such as form.xlsx.")
@format_option
def export(file: Path, place: Path, shape: str) -> None:
    """Write FILE, a questionnaire as TOML, as an XLSForm; says what cannot be carried."""
    found = _loaded(file)
    written = xlsform_writing.write(found)
    _refuse_to_overwrite(place)
    write_sheets(written.sheets, place)
    _say_carried(f"{found.title} is in {place.name}: {len(found.questions)} questions.", written.losses, shape)


@questionnaire.command("import")
@click.argument("file", type=a_file)
@click.option("--to", "place", type=a_place, required=True, help="The file to write, named like its key: my-key.toml.")
@click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    help="Whom it is for, when the form does not say.",
)
@format_option
def bring_in(file: Path, place: Path, audience: str | None, shape: str) -> None:
    """Read FILE, an XLSForm, as a questionnaire; says what cannot be carried. It is a draft, to be checked next."""
    _refuse_to_overwrite(place)
    try:
        form = xlsform_reading.read(read_sheets(file), file.name, place.stem, audience)
        words = toml(form.content)
        found = read(content_in(words, place.name), place.name)
    except QuestionnaireError as problem:
        raise Refused(str(problem)) from None
    _write(place, words.encode())
    said = f"{found.title} is in {place.name}: {len(found.questions)} questions. Check it next."
    _say_carried(said, form.losses, shape)


@questionnaire.command("recordings")
@click.argument("key")
@click.option("--language", "code", default="en", show_default=True, help="The language that is recorded.")
@format_option
def what_to_record(key: str, code: str, shape: str) -> None:
    """List what somebody reads aloud for the questionnaire KEY, and what to call each recording.

    Record each as .mp3, .m4a or .ogg and put it into the folder "recordings" of SOUNDINGS_HOME, in a folder named by
    its language. Once the words of a question change, its recording has another name and the earlier one is not played.
    """
    try:
        asked = find(key)
    except UnknownQuestionnaire as problem:
        raise Refused(str(problem)) from None
    if code != asked.language:
        asked = translation_of(asked, code).questionnaire
    rows = [{"file": name_of(question), "words": words_said(question)} for question in asked.questions]
    if shape == "json":
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['file']}\n  " + row["words"].replace("\n", "\n  "))


@questionnaire.command("paper")
@click.argument("key")
@click.option("--out", "place", type=a_place, required=True, help="The PDF to write, such as your-view.pdf.")
@click.option("--title", default="", help="What stands above it, such as the name of the wave.")
@click.option(
    "--promise",
    type=click.Choice(["anonymous", "traceable"]),
    default="anonymous",
    show_default=True,
    help="What the form promises: the wave it is typed into must promise the same.",
)
def paper(key: str, place: Path, title: str, promise: str) -> None:
    """Write the questionnaire KEY, such as your-view, as a form to print."""
    _refuse_to_overwrite(place)
    try:
        found = find(key)
    except UnknownQuestionnaire as problem:
        raise Refused(str(problem)) from None
    settings = Settings.from_environment()
    heading = title or AUDIENCES[found.audience]
    drawn = pdf(found, Sheet(heading, promise, tuple(settings.help), settings.emergency))
    _write(place, drawn)
    click.echo(f"{found.title} is in {place.name}.")


def _refuse_to_overwrite(place: Path) -> None:
    if place.exists():
        raise Refused(f"{place.name} is there already. Choose another name, or move it away first.")


def _write(place: Path, content: bytes) -> None:
    try:
        place.write_bytes(content)
    except OSError as problem:
        raise Refused(f"{place} cannot be written. Check the folder and its permissions.") from problem


def _say_carried(sentence: str, losses: tuple[str, ...], shape: str) -> None:
    if shape == "json":
        print_json({"sentence": sentence, "not_carried": losses})
        return
    click.echo(sentence)
    for loss in losses:
        click.echo(f"  Not carried: {loss}")
