"""`soundings import-responses`: an export of another survey tool becomes the responses of a wave."""

import getpass
from dataclasses import asdict, replace
from pathlib import Path

import click

from feedback.cli.parts import Parts, ready
from feedback.cli.printing import format_option, print_json
from feedback.cli.progress import progress
from feedback.collection.imports import (
    Columns,
    ImportReport,
    Options,
    check_rows,
    guess_columns,
    import_prepared,
    source_of,
)
from feedback.collection.store import get_wave
from feedback.collection.tables import MOST_BYTES, Table, read_table, too_large
from feedback.errors import ImportProblem
from feedback.evidence.recounting import settle
from feedback.themes.imported import codings_of
from feedback.triage.store import count_again


@click.command("import-responses")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--wave", "key", metavar="KEY", required=True, help="The wave they belong to; it has no questionnaire.")
@click.option("--text-column", "text", metavar="NAME", help="The words. Guessed, like id, question and quote.")
@click.option("--id-column", "id", metavar="NAME", help="What knows a row again in another file.")
@click.option("--question-column", "question", metavar="NAME", help="What was asked.")
@click.option("--date-column", "week", metavar="NAME", help="When it came, kept as a week; this week without one.")
@click.option("--quote-column", "quote", metavar="NAME", help="Yes where the respondent agrees to be quoted.")
@click.option("--choice-column", "choices", metavar="NAME", multiple=True, help="A closed answer; may be repeated.")
@click.option("--themes-column", "themes", metavar="NAME", help="Themes that people elsewhere gave: keys joined by ;")
@click.option("--sentiment-column", "sentiment", metavar="NAME", help="How they speak: a word, or 1 (good) to 5 (bad).")
@click.option("--coder", metavar="NAME", default="", help="Who gave the themes; goes with --themes-column.")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of refusing the whole file.")
@format_option
def import_responses(file: Path, key: str, coder: str, skip_bad: bool, shape: str, **columns) -> None:
    """Bring in responses from FILE (CSV or XLSX, one response a row, with a header).

    All rows come in or none. Bringing the same file in again changes nothing. Nothing of it is themed or shown
    before somebody has read it and released it ("soundings release").
    """
    if bool(columns["themes"]) != bool(coder.strip()):
        raise click.UsageError("--themes-column and --coder go together: a name goes with every coding.")
    with progress(f"Importing {file.name}") as listener:
        report = _import(ready(), file, key, columns, Options(skip_bad, progress=listener), coder)
    if shape == "json":
        print_json(asdict(report) | {"sentence": report.sentence()})
    else:
        click.echo(report.sentence())


def _import(parts: Parts, file: Path, key: str, chosen: dict, options: Options, coder: str) -> ImportReport:
    session = parts.database.session()
    wave_id = get_wave(session, key).id
    options.progress(0, 0, "Reading the file")
    if file.stat().st_size > MOST_BYTES:
        raise ImportProblem(too_large(file.name))
    data = file.read_bytes()
    table = read_table(data, file.name)
    columns = _columns(table, chosen)
    options.progress(0, 0, "Checking every row")
    check = {}
    if columns.themes:
        codings = codings_of(session, columns, coder)
        check, options = {"check": codings.check}, replace(options, and_then=codings)
    prepared = check_rows(table, columns, **check)
    source = source_of(data, file.name, _who())
    report = import_prepared(parts.database, parts.keys, wave_id, source, prepared, options)
    with parts.database.writing() as session:
        count_again(session, [wave_id])
    settle(parts.database)
    return report


def _columns(table: Table, chosen: dict) -> Columns:
    """The columns that were named, and for the rest those with a usual name.

    A date column is never guessed: exports mix the order of day and month, and a bad date refuses the file.
    """
    named = {part: column for part, column in chosen.items() if column}
    # With the words' column named there is nothing to guess for it: its usual name stands in while guessing.
    guessed = guess_columns((*table.columns, "text") if "text" in named else table.columns)
    taken = {column for part in named.values() for column in ([part] if isinstance(part, str) else part)}
    free = {part: None for part in ("id", "question", "quote") if getattr(guessed, part) in taken}
    return replace(guessed, **{**free, "week": None, **named})


def _who() -> str:
    """Whose terminal it is: stands in the record of the import."""
    try:
        return f"{getpass.getuser()} at the command line"
    except (KeyError, OSError, ImportError):
        return "somebody at the command line"
