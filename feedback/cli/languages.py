"""`soundings language`: which languages there are, what of one is missing or unchecked, and files for a new one."""

from collections.abc import Iterator

import click

from feedback.cli.parts import ready, unready
from feedback.cli.printing import format_option, print_json, print_table
from feedback.collection.editions import offer
from feedback.collection.store import get_wave
from feedback.config import CHECKOUT
from feedback.errors import Refused
from forms.catalogue import questionnaires
from forms.translating import texts_of
from languages import ENGLISH, LANGUAGES
from languages.catalogues import SITE, CatalogueProblem, State, compare, file_of, look_in, update
from languages.extracting import marked_texts
from languages.known import learn

#: Where texts for respondents stand in the program.
_ROOMS = ("feedback", "forms", "templates")


@click.group()
def language() -> None:
    """See how far the translations are, or begin one.

    The words of each language are gettext files, which every tool for translators reads: site.po for the pages and
    one file for each questionnaire. A text marked "fuzzy" was drafted by a machine and nobody has checked it.
    """
    look_in(unready().settings.folder / "languages")


@language.command("list")
@format_option
def list_all(shape: str) -> None:
    """List every language with how many of its texts are missing, broken or unchecked."""
    rows = []
    for code, known in LANGUAGES.items():
        if code != ENGLISH.code:
            states = [state for _name, state in _states(code)]
            row = {"code": code, "language": known.in_english, "texts": sum(state.texts for state in states)}
            row |= {name: sum(len(getattr(state, name)) for state in states) for name in _FAULTS}
            rows.append(row)
    if shape == "json":
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])


_FAULTS = ("missing", "broken", "unchecked")


@language.command("check")
@click.argument("code")
@format_option
def check(code: str, shape: str) -> None:
    """Name every text in the language CODE that is missing, broken or unchecked.

    A text is broken when a placeholder such as %(num)s or a tag was lost or changed. Exit status 1 when anything is
    missing or broken: such a language cannot be offered.
    """
    states = dict(_states(_known(code)))
    if shape == "json":
        print_json({name: {fault: getattr(state, fault) for fault in _FAULTS} for name, state in states.items()})
    else:
        _say(code, states)
    if not all(state.is_complete for state in states.values()):
        raise SystemExit(1)


@language.command("update")
@click.argument("code")
def bring_up_to_date(code: str) -> None:
    """Write the files of the language CODE with every text that is shown now; what was translated stays.

    A language that does not ship gets its files in the folder "languages" of SOUNDINGS_HOME.
    """
    code = _known(code)
    for name, texts in _texts():
        state = update(code, texts, name)
        click.echo(f"{file_of(code, name)}: {state.texts} texts, {len(state.missing)} to translate.")


@language.command("offer")
@click.argument("code")
@click.option("--wave", "key", metavar="KEY", required=True, help="The wave that is asked in it from now on.")
@click.option("--accept-unchecked", metavar="NAME", default="", help="Who answers for words that nobody has checked.")
def offer_in_wave(code: str, key: str, accept_unchecked: str) -> None:
    """Ask a wave in the language CODE too, in the words that its files have now."""
    parts = ready()
    with parts.database.writing() as session:
        offer(session, parts.database, get_wave(session, key), _known(code), accept_unchecked)
    click.echo(f"{key} is asked in {LANGUAGES[code].in_english} from now on.")


def _known(code: str) -> str:
    try:
        return learn(code).code
    except ValueError as problem:
        raise Refused(str(problem)) from None


def _texts() -> Iterator[tuple[str, dict]]:
    """Each file's name with its texts and where they stand."""
    yield SITE, marked_texts(CHECKOUT / room for room in _ROOMS)
    for questionnaire in questionnaires():
        yield questionnaire.key, texts_of(questionnaire)


def _states(code: str) -> Iterator[tuple[str, State]]:
    for name, texts in _texts():
        try:
            yield name, compare(code, texts, name)
        except CatalogueProblem as problem:
            raise Refused(str(problem)) from None


def _say(code: str, states: dict[str, State]) -> None:
    for name, state in states.items():
        click.echo(f"{name}: {state.texts} texts, {len(state.unchecked)} of them not checked by a person.")
        for fault in ("missing", "broken"):
            for text in getattr(state, fault):
                click.echo(f"  {fault}: {text}")
    if all(state.is_checked for state in states.values()):
        click.echo(f"{LANGUAGES[code].in_english} is complete, and a person has checked every text.")
