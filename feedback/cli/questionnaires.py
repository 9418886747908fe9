"""`soundings questionnaire`: look a questionnaire over before it is asked; carry it to other tools and back."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import click

from feedback.cli.printing import format_option, print_json
from feedback.cli.spreadsheets import read_sheets, write_sheets
from feedback.errors import Refused
from forms import xlsform_reading, xlsform_writing
from forms.catalogue import QuestionnaireError, load
from forms.kind_rules import banned_kinds
from forms.lint import Fault, lint
from forms.questionnaire import Audience, Questionnaire
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
@format_option
def check(file: Path, shape: str) -> None:
    """Check FILE, a questionnaire as TOML: whether it is well made, and what its words and routes need.

    Every fault is printed with its item and what to do; a waiver in the file silences a rule for one item and is
    listed with its reason. Exit status 1 when a fault is left.
    """
    banned = _banned(file)
    found = None if banned else _loaded(file)
    faults = lint(found) if found else banned
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
    _write(place, words)
    said = f"{found.title} is in {place.name}: {len(found.questions)} questions. Check it next."
    _say_carried(said, form.losses, shape)


def _refuse_to_overwrite(place: Path) -> None:
    if place.exists():
        raise Refused(f"{place.name} is there already. Choose another name, or move it away first.")


def _write(place: Path, words: str) -> None:
    try:
        place.write_text(words, encoding="utf-8")
    except OSError as problem:
        raise Refused(f"{place} cannot be written. Check the folder and its permissions.") from problem


def _say_carried(sentence: str, losses: tuple[str, ...], shape: str) -> None:
    if shape == "json":
        print_json({"sentence": sentence, "not_carried": losses})
        return
    click.echo(sentence)
    for loss in losses:
        click.echo(f"  Not carried: {loss}")
