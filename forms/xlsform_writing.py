"""A questionnaire as an XLSForm: the rows of its sheets, and one sentence for all that they cannot carry."""

from collections.abc import Iterator
from typing import NamedTuple

from forms.questionnaire import WITH_WORDS, Choice, Kind, Purpose, Question, Questionnaire, Section
from forms.xlsform import (
    DECLINES_LIST,
    INTRO,
    NAMESPACE,
    OF_QUESTION,
    OF_WHOLE,
    OWN_NAMES,
    THANKS,
    TYPES,
    condition,
    constraint,
    gate,
    language_name,
    type_of,
)

Row = dict[str, str]


class Written(NamedTuple):
    """{sheet: its rows, the header first} and what was left behind."""

    sheets: dict[str, list[list[str]]]
    losses: tuple[str, ...]


def write(questionnaire: Questionnaire) -> Written:
    """Return the sheets survey, choices, settings and, where there are any, waivers."""
    language = language_name(questionnaire.language)
    sheets = {
        "survey": _sheet(_survey(questionnaire, language)),
        "choices": _sheet(_choices(questionnaire, language)),
        "settings": _sheet([_settings(questionnaire, language)]),
    }
    if questionnaire.waivers:
        rows = [{"question": w.question, "rule": w.rule, "reason": w.reason} for w in questionnaire.waivers]
        sheets["waivers"] = _sheet(rows)
    return Written(sheets, tuple(_losses(questionnaire)))


def _sheet(rows: list[Row]) -> list[list[str]]:
    header = list(dict.fromkeys(name for row in rows for name in row))
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def _settings(questionnaire: Questionnaire, language: str) -> Row:
    own = {
        "audience": questionnaire.audience,
        "status": questionnaire.status,
        "tested_by": questionnaire.tested_by or "",
        "minutes": str(questionnaire.minutes),
        "format": questionnaire.format,
        "of": questionnaire.of or "",
    }
    return {
        "form_title": questionnaire.title,
        "form_id": questionnaire.key,
        "version": questionnaire.version[:12],
        "default_language": language,
        "style": "pages",
        "namespaces": NAMESPACE,
    } | {f"{OF_WHOLE}{name}": str(value) for name, value in own.items() if value}


def _survey(questionnaire: Questionnaire, language: str) -> list[Row]:
    rows = [_note(f"{INTRO}_{n}", INTRO, words, language) for n, words in enumerate(questionnaire.intro, 1)]
    consent = next(question.key for question in questionnaire.questions if question.purpose is Purpose.ANALYSE)
    for section in questionnaire.sections:
        rows += _section(section, questionnaire, consent, language)
    return [*rows, _note(THANKS, THANKS, questionnaire.thanks, language)]


def _note(name: str, kind: str, words: str, language: str) -> Row:
    return {"type": "note", "name": name, f"label::{language}": words, f"{OF_QUESTION}kind": kind}


def _section(section: Section, questionnaire: Questionnaire, consent: str, language: str) -> Iterator[Row]:
    first = consent in {question.key for question in section.questions}
    name = f"section_{section.key}"  # a group and a question may not have one name
    relevant = "" if first else gate(consent)
    yield {"type": "begin_group", "name": name, f"label::{language}": section.title, "relevant": relevant}
    for question in section.questions:
        before = gate(consent) if first and question.key != consent else ""
        yield _question(question, questionnaire, before, language)
    yield {"type": "end_group", "name": name}


def _question(question: Question, questionnaire: Questionnaire, before: str, language: str) -> Row:
    kind, appearance = type_of(question)
    limit, message = constraint(question)
    row = {
        "type": kind,
        "name": question.key,
        f"label::{language}": question.text,
        f"hint::{language}": shown_hint(question),
        "required": "" if question.may_be_blank else "yes",
        "relevant": _relevant(question, questionnaire, before),
        "appearance": appearance,
        "constraint": limit,
        f"constraint_message::{language}": message,
    }
    return row | {f"{OF_QUESTION}{name}": _own(question, name) for name in OWN_NAMES}


def shown_hint(question: Question) -> str:
    """The hint with the period of a frequency before it, as the site shows it."""
    return " ".join(filter(None, (f"{question.period}." if question.period else "", question.hint)))


def _own(question: Question, name: str) -> str:
    if name == "max_length" and question.kind not in WITH_WORDS:
        return ""
    value = getattr(question, name)
    return "" if value is None else str(value)


def _relevant(question: Question, questionnaire: Questionnaire, before: str) -> str:
    rule = question.show_if
    if rule is None:
        return before
    words = condition(rule, questionnaire.question(rule.question))
    if not before:
        return words
    return f"{before} and ({words})" if len(rule.any_of) > 1 else f"{before} and {words}"


def _choices(questionnaire: Questionnaire, language: str) -> list[Row]:
    rows = [
        _choice(question.key, choice, _label(question, choice), language)
        for question in questionnaire.questions
        if question.choices
        for choice in (*question.choices, *question.declines)
    ]
    declines = next((question.declines for question in questionnaire.questions if question.declines), ())
    return rows + [_choice(DECLINES_LIST, choice, choice.text, language) for choice in declines]


def _label(question: Question, choice: Choice) -> str:
    """The two ends of 0 to 10 say what they mean."""
    end = {"n0": question.low, "n10": question.high}.get(choice.key)
    return f"{choice.text}: {end}" if question.kind is Kind.ZERO_TO_TEN and end else choice.text


def _choice(list_name: str, choice: Choice, label: str, language: str) -> Row:
    row = {"list_name": list_name, "name": choice.key, f"label::{language}": label}
    return row | {f"media::image::{language}": f"{choice.picture}.png"} if choice.picture else row


def _losses(questionnaire: Questionnaire) -> Iterator[str]:
    asked = questionnaire.questions
    without = [question.key for question in asked if question.declines and not question.choices]
    if without:
        yield (
            f"The ways not to answer cannot stand beside a box to write in: {', '.join(without)} can only be left "
            "empty there."
        )
    reaching = [question.key for question in asked if question.kind is Kind.CONTACT]
    if reaching:
        yield f"How to reach somebody is kept apart here; another tool keeps {', '.join(reaching)} among the answers."
    pictures = sorted({choice.picture for question in asked for choice in question.choices if choice.picture})
    if pictures:
        yield (
            f"The pictures are named and not in the file: add {', '.join(f'{name}.png' for name in pictures)} as "
            "media of the form."
        )
    drawn = [question.key for question in asked if question.kind is Kind.DRAWING]
    if drawn:
        yield f"There are no words beside a picture there: {', '.join(drawn)} can only be drawn."
    if questionnaire.of:
        yield f"That it is the easy-read version of {questionnaire.of} is a mark that other tools do not act on."
    unknown = [question.key for question in asked if not question.choices and question.kind not in TYPES]
    for key in unknown:
        yield f"“{key}” is of a kind that XLSForm does not have: it is a text there."
