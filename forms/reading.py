"""Read one questionnaire file; refuse a malformed one, saying where and what to do."""

import re
from collections.abc import Mapping
from pathlib import Path

from forms.pictures import DRAWN
from forms.questionnaire import (
    ANY_OF,
    CONSENT_CHOICES,
    DECLINES,
    HELPED,
    WITH_WORDS,
    Audience,
    Choice,
    Core,
    Domain,
    Format,
    Kind,
    Purpose,
    Question,
    Questionnaire,
    Section,
    ShowIf,
    Status,
    Waiver,
)
from forms.reading_whole import check_consents, check_routes, check_unique
from forms.table import QuestionnaireError, Table, content_in

#: No answer may be longer: what is longer is hard to read with care, and cleaning it costs time.
LONGEST_TEXT = 5000
#: A key of a question and one of a choice are joined where several can be chosen, and must fit a column together.
LONGEST_JOINED = 40

QUESTIONNAIRE_KEY = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")

_NAMES = {
    "key", "title", "audience", "language", "status", "tested_by", "minutes", "intro", "declines", "sections",
    "thanks", "format", "of", "waivers",
}  # fmt: skip
_EVERY = {"key", "kind", "text", "hint", "show_if"}
_ABOUT_LIFE = {"domain", "core"}
_OWN_NAMES = {
    Kind.CONSENT: {"purpose", "choices"},
    Kind.INFO: set[str](),
    Kind.ZERO_TO_TEN: _ABOUT_LIFE | {"low", "high"},
    Kind.FREQUENCY: _ABOUT_LIFE | {"choices", "pictures", "period"},
    Kind.HELPED: {"choices", "pictures"},
    Kind.SEVERAL: _ABOUT_LIFE | {"choices", "pictures", "none"},
    Kind.MONTH_YEAR: _ABOUT_LIFE,
    Kind.SHORT_TEXT: _ABOUT_LIFE | {"max_length"},
    Kind.LONG_TEXT: _ABOUT_LIFE | {"max_length"},
    Kind.CONTACT: {"max_length"},
    Kind.DRAWING: _ABOUT_LIFE | {"max_length"},
}
#: Kinds whose number of choices is fixed.
_NUMBER = {Kind.PICTURES: 3, Kind.SCALE: 5, Kind.FACES: 5}
_WITHOUT_DOMAIN = {Kind.CONSENT, Kind.INFO, Kind.HELPED, Kind.CONTACT}
_WITHOUT_CHOICES = {Kind.INFO, Kind.MONTH_YEAR, *WITH_WORDS}
#: The pictures of kinds that have their own, in the order of their choices.
_PICTURES = {
    Kind.PICTURES: ("yes", "sometimes", "no"),
    Kind.FACES: ("face-5", "face-4", "face-3", "face-2", "face-1"),
}
_ELEVEN = tuple(Choice(f"n{number}", str(number)) for number in range(11))


def load(path: Path) -> Questionnaire:
    """Read one questionnaire file, or raise QuestionnaireError with a sentence for its author."""
    try:
        words = path.read_text(encoding="utf-8")
    except OSError as error:
        raise QuestionnaireError(f"{path.name}: cannot be opened. Check the name and the folder.") from error
    except UnicodeDecodeError as error:
        raise QuestionnaireError(f"{path.name}: is not plain text. Save it as UTF-8.") from error
    questionnaire = read(content_in(words, path.name), path.name)
    _check_named_like_file(path, questionnaire)
    return questionnaire


def read(content: Mapping[str, object], file: str) -> Questionnaire:
    """Make a questionnaire of what its file holds, or raise QuestionnaireError."""
    table = Table(file, "the questionnaire", content)
    table.only(_NAMES)
    questionnaire = Questionnaire(
        key=table.key(pattern=QUESTIONNAIRE_KEY),
        title=table.text("title"),
        audience=table.one_of("audience", Audience),
        language=_language(table),
        status=table.one_of("status", Status),
        tested_by=_tester(table),
        minutes=table.number("minutes", 1, 60),
        intro=table.texts("intro"),
        sections=_sections(table),
        thanks=table.text("thanks"),
        format=table.one_of("format", Format) if table.has("format") else Format.STANDARD,
        of=table.key("of", QUESTIONNAIRE_KEY) if table.has("of") else None,
        waivers=_waivers(table),
    )
    check_unique(table, "section", (section.key for section in questionnaire.sections))
    check_unique(table, "question", (question.key for question in questionnaire.questions))
    check_consents(table, questionnaire.questions)
    check_routes(table, questionnaire.questions)
    return questionnaire


def read_question(content: Mapping[str, object], declines: tuple[Choice, ...]) -> Question:
    """Make one question of what its table in a file would hold, or raise QuestionnaireError."""
    return _question(Table("", f"question “{content.get('key')}”", content), declines)


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


def _waivers(table: Table) -> tuple[Waiver, ...]:
    if not table.has("waivers"):
        return ()
    found = table.tables("waivers", "waiver", "[[waivers]]")
    for waiver in found:
        waiver.only({"question", "rule", "reason"})
    return tuple(Waiver(waiver.text("question"), waiver.text("rule"), waiver.text("reason")) for waiver in found)


def _question(table: Table, declines: tuple[Choice, ...]) -> Question:
    kind = table.one_of("kind", Kind)
    table.only(names_of(kind))
    purpose = table.one_of("purpose", Purpose) if kind is Kind.CONSENT else None
    question = Question(
        key=table.key(),
        kind=kind,
        text=table.text("text"),
        hint=table.optional_text("hint"),
        choices=() if kind in _WITHOUT_CHOICES else _choices(table, kind, purpose),
        declines=() if kind in (Kind.CONSENT, Kind.INFO, Kind.HELPED) else declines,
        domain=None if kind in _WITHOUT_DOMAIN else table.one_of("domain", Domain),
        core=table.one_of("core", Core) if table.has("core") else None,
        purpose=purpose,
        max_length=table.number("max_length", 1, LONGEST_TEXT) if kind in WITH_WORDS else Question.max_length,
        show_if=_show_if(table),
        period=table.text("period") if kind is Kind.FREQUENCY else None,
        low=table.text("low") if kind is Kind.ZERO_TO_TEN else None,
        high=table.text("high") if kind is Kind.ZERO_TO_TEN else None,
        none=table.optional_text("none") if kind is Kind.SEVERAL else None,
    )
    _check_own(table, question)
    return question


def names_of(kind: Kind) -> set[str]:
    """What the table of a question of this kind may say beside its key and kind."""
    return _EVERY | _OWN_NAMES.get(kind, _ABOUT_LIFE | {"choices", "pictures"})


def _show_if(table: Table) -> ShowIf | None:
    if not table.has("show_if"):
        return None
    rule = table.table("show_if")
    rule.only({"question", "any_of"})
    return ShowIf(rule.key("question"), rule.texts("any_of"))


def _check_own(table: Table, question: Question) -> None:
    keys = [choice.key for choice in question.choices]
    if question.none is not None and question.none not in keys:
        raise table.refusal(f"“none” is “{question.none}”, which is no choice here", "Name the key of a choice")
    if question.kind is Kind.DRAWING:
        _check_length(table, question.key, DRAWN)
    if question.kind in ANY_OF:
        for key in keys:
            _check_length(table, question.key, key)


def _check_length(table: Table, question: str, key: str) -> None:
    """What is stored under both keys must fit its column."""
    if len(f"{question}.{key}") > LONGEST_JOINED:
        raise table.refusal(
            f"“{question}” and “{key}” are too long together", f"Shorten them to {LONGEST_JOINED - 1} signs in all"
        )


def _choices(table: Table, kind: Kind, purpose: Purpose | None) -> tuple[Choice, ...]:
    if kind is Kind.ZERO_TO_TEN:
        return _ELEVEN
    if kind is Kind.HELPED and not table.has("choices"):
        return HELPED
    words = table.pairs("choices")
    if purpose:
        _check_keys(table, "choices", words, CONSENT_CHOICES[purpose])
    elif kind is Kind.HELPED:
        _check_keys(table, "choices", words, tuple(choice.key for choice in HELPED))
    _check_number(table, kind, len(words))
    for decline in DECLINES:
        if decline.key in words:
            raise table.refusal(f"“{decline.key}” is offered with every question", "Take it out of the choices")
    if len(set(words.values())) < len(words):
        raise table.refusal("two choices have the same words", "Give each choice words of its own")
    pictures = _pictures(table, kind, tuple(words))
    return tuple(Choice(key, text, pictures.get(key)) for key, text in words.items())


def _check_number(table: Table, kind: Kind, number: int) -> None:
    if number < 2:
        raise table.refusal("there is only one choice", "Offer two or more")
    if number != _NUMBER.get(kind, number):
        raise table.refusal(f"there are {number} choices", f"A question of kind {kind} has {_NUMBER[kind]}")


def _pictures(table: Table, kind: Kind, keys: tuple[str, ...]) -> dict[str, str]:
    if not table.has("pictures"):
        return dict(zip(keys, _PICTURES.get(kind, ()), strict=False))
    pictures = table.pairs("pictures")
    for key in pictures:
        if key not in keys:
            raise table.refusal(f"there is a picture for “{key}”, which is no choice here", "Name it like its choice")
    return pictures


def _check_keys(table: Table, name: str, words: dict[str, str], expected: tuple[str, ...]) -> None:
    if set(words) != set(expected):
        raise table.refusal(
            f"“{name}” has the keys {', '.join(words)}", f"Use the keys {' and '.join(expected)}, no others"
        )


def _check_named_like_file(path: Path, questionnaire: Questionnaire) -> None:
    if path.stem != questionnaire.key:
        raise QuestionnaireError(
            f"{path.name}, the questionnaire: the key is “{questionnaire.key}” and the file is called {path.name}. "
            f"Call the file {questionnaire.key}.toml, or change the key."
        )
