"""Find a questionnaire by key and version; refuse a malformed file, saying where and what to do."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from forms.questionnaire import (
    CONSENT_CHOICES,
    DECLINES,
    Audience,
    Choice,
    Core,
    Domain,
    Kind,
    Purpose,
    Question,
    Questionnaire,
    Section,
    Status,
)
from forms.table import QuestionnaireError, Table

__all__ = ["QuestionnaireError", "UnknownQuestionnaire", "find", "find_version", "load", "questionnaires"]

FOLDER = Path(__file__).parent / "questionnaires"

#: No answer may be longer: what is longer is hard to read with care, and cleaning it costs time.
LONGEST_TEXT = 5000

_QUESTIONNAIRE_KEY = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")

_NAMES = {
    "key", "title", "audience", "language", "status", "tested_by", "minutes", "intro", "declines", "sections",
    "thanks",
}  # fmt: skip
_NAMES_OF_KIND = {
    Kind.CHOICE: {"key", "kind", "text", "hint", "domain", "core", "choices"},
    Kind.LONG_TEXT: {"key", "kind", "text", "hint", "domain", "core", "max_length"},
    Kind.CONSENT: {"key", "kind", "text", "hint", "purpose", "choices"},
}


class UnknownQuestionnaire(LookupError):
    """No questionnaire here has this key, or not in this version."""


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """Return every questionnaire that ships, sorted by key; read once a process."""
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


def find(key: str) -> Questionnaire:
    """Return the questionnaire with this key."""
    for questionnaire in questionnaires():
        if questionnaire.key == key:
            return questionnaire
    raise UnknownQuestionnaire(f"There is no questionnaire “{key}”. Choose one of {_keys()}.")


def find_version(key: str, version: str) -> Questionnaire:
    """Return the questionnaire whose words are exactly those of this version."""
    questionnaire = find(key)
    if questionnaire.version != version:
        raise UnknownQuestionnaire(
            f"The words of “{key}” have changed since version {version[:12]}. "
            f"Put {key}.toml back as it was, or close the wave that asks the earlier words."
        )
    return questionnaire


def load(path: Path) -> Questionnaire:
    """Read one questionnaire file, or raise QuestionnaireError with a sentence for its author."""
    table = Table(path.name, "the questionnaire", _content(path))
    table.only(_NAMES)
    questionnaire = Questionnaire(
        key=table.key(pattern=_QUESTIONNAIRE_KEY),
        title=table.text("title"),
        audience=table.one_of("audience", Audience),
        language=_language(table),
        status=table.one_of("status", Status),
        tested_by=_tester(table),
        minutes=table.number("minutes", 1, 60),
        intro=table.texts("intro"),
        sections=_sections(table),
        thanks=table.text("thanks"),
    )
    _check_named_like_file(table, path, questionnaire)
    _check_unique(table, "section", (section.key for section in questionnaire.sections))
    _check_unique(table, "question", (question.key for question in questionnaire.questions))
    _check_consents(table, questionnaire.questions)
    return questionnaire


def _content(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise QuestionnaireError(f"{path.name}: cannot be opened. Check the name and the folder.") from error
    except UnicodeDecodeError as error:
        raise QuestionnaireError(f"{path.name}: is not plain text. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise QuestionnaireError(
            f"{path.name}: cannot be read: {error}. Check the quotes, brackets and names there."
        ) from error


def _language(table: Table) -> str:
    language = table.text("language")
    if not _LANGUAGE.fullmatch(language):
        raise table.refusal(f"“{language}” is not a language code", "Write one such as en, cy or pt-BR")
    return language


def _tester(table: Table) -> str | None:
    tester = table.optional_text("tested_by")
    if (table.one_of("status", Status) is Status.TESTED) != (tester is not None):
        raise table.refusal(
            "“status” and “tested_by” do not go together",
            'Name who recorded the test in tested_by and write status = "tested", or leave tested_by out',
        )
    return tester


def _sections(table: Table) -> tuple[Section, ...]:
    declines = _declines(table)
    return tuple(_section(section, declines) for section in table.tables("sections", "section", "[[sections]]"))


def _section(table: Table, declines: tuple[Choice, ...]) -> Section:
    table.only({"key", "title", "questions"})
    questions = tuple(
        _question(question, declines) for question in table.tables("questions", "question", "[[sections.questions]]")
    )
    return Section(table.key(), table.text("title"), questions)


def _declines(table: Table) -> tuple[Choice, ...]:
    if not table.has("declines"):
        return DECLINES
    words = table.pairs("declines")
    _check_keys(table, "declines", words, tuple(choice.key for choice in DECLINES))
    return tuple(Choice(choice.key, words[choice.key]) for choice in DECLINES)


def _question(table: Table, declines: tuple[Choice, ...]) -> Question:
    kind = table.one_of("kind", Kind)
    table.only(_NAMES_OF_KIND[kind])
    purpose = table.one_of("purpose", Purpose) if kind is Kind.CONSENT else None
    return Question(
        key=table.key(),
        kind=kind,
        text=table.text("text"),
        hint=table.optional_text("hint"),
        choices=() if kind is Kind.LONG_TEXT else _choices(table, purpose),
        declines=() if kind is Kind.CONSENT else declines,
        domain=None if kind is Kind.CONSENT else table.one_of("domain", Domain),
        core=table.one_of("core", Core) if table.has("core") else None,
        purpose=purpose,
        max_length=table.number("max_length", 1, LONGEST_TEXT) if kind is Kind.LONG_TEXT else Question.max_length,
    )


def _choices(table: Table, purpose: Purpose | None) -> tuple[Choice, ...]:
    words = table.pairs("choices")
    if purpose:
        _check_keys(table, "choices", words, CONSENT_CHOICES[purpose])
    if len(words) < 2:
        raise table.refusal("there is only one choice", "Offer two or more")
    for decline in DECLINES:
        if decline.key in words:
            raise table.refusal(f"“{decline.key}” is offered with every question", "Take it out of the choices")
    if len(set(words.values())) < len(words):
        raise table.refusal("two choices have the same words", "Give each choice words of its own")
    return tuple(Choice(key, text) for key, text in words.items())


def _check_keys(table: Table, name: str, words: dict[str, str], expected: tuple[str, ...]) -> None:
    if set(words) != set(expected):
        raise table.refusal(
            f"“{name}” has the keys {', '.join(words)}", f"Use the keys {' and '.join(expected)}, no others"
        )


def _check_named_like_file(table: Table, path: Path, questionnaire: Questionnaire) -> None:
    if path.stem != questionnaire.key:
        raise table.refusal(
            f"the key is “{questionnaire.key}” and the file is called {path.name}",
            f"Call the file {questionnaire.key}.toml, or change the key",
        )


def _check_unique(table: Table, each: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise table.refusal(f"two {each}s have the key “{key}”", "Give each a key of its own")
        seen.add(key)


def _check_consents(table: Table, questions: tuple[Question, ...]) -> None:
    """Leave to read is asked before anything else, leave to quote once the words are written."""
    asked = [question.purpose for question in questions]
    if asked[0] is not Purpose.ANALYSE or asked.count(Purpose.ANALYSE) != 1:
        raise table.refusal(
            "consent to be read is not asked first", 'Begin with one consent question of purpose = "analyse"'
        )
    if Purpose.QUOTE in asked[:-1]:
        raise table.refusal(
            "consent to be quoted is not asked last", 'End with the consent question of purpose = "quote"'
        )


def _keys() -> str:
    return ", ".join(questionnaire.key for questionnaire in questionnaires())
