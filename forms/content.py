"""A questionnaire as the content of its file: the way back from `reading`, so that it can be written down and kept."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from forms.questionnaire import DECLINES, WITH_WORDS, Choice, Format, Kind, Question, Questionnaire, Section

#: Kinds whose choices are not written down, because every question of the kind has the same.
_FIXED = {Kind.ZERO_TO_TEN}
_OPTIONAL = ("hint", "domain", "core", "purpose", "period", "low", "high", "none")


def content_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """What `tomllib` would read from its file."""
    words: dict[str, Any] = {
        "key": questionnaire.key,
        "title": questionnaire.title,
        "audience": str(questionnaire.audience),
        "language": questionnaire.language,
        "status": str(questionnaire.status),
    }
    if questionnaire.tested_by:
        words["tested_by"] = questionnaire.tested_by
    if questionnaire.format is not Format.STANDARD:
        words["format"] = str(questionnaire.format)
    if questionnaire.of:
        words["of"] = questionnaire.of
    words |= {
        "minutes": questionnaire.minutes,
        "intro": list(questionnaire.intro),
        "thanks": questionnaire.thanks,
    }
    declines = declines_of(questionnaire)
    if declines != DECLINES:
        words["declines"] = _pairs(declines)
    if questionnaire.waivers:
        words["waivers"] = [asdict(waiver) for waiver in questionnaire.waivers]
    return words | {"sections": [_section(section) for section in questionnaire.sections]}


def declines_of(questionnaire: Questionnaire) -> tuple[Choice, ...]:
    """The two ways not to answer, as this questionnaire words them."""
    return next((question.declines for question in questionnaire.questions if question.declines), DECLINES)


def _section(section: Section) -> dict[str, Any]:
    questions = [question_content(question) for question in section.questions]
    return {"key": section.key, "title": section.title, "questions": questions}


def question_content(question: Question) -> dict[str, Any]:
    """One question as its table in the file."""
    content: dict[str, Any] = {"key": question.key, "kind": str(question.kind), "text": question.text}
    for name in _OPTIONAL:
        value = getattr(question, name)
        if value is not None:
            content[name] = str(value)
    if question.kind in WITH_WORDS:
        content["max_length"] = question.max_length
    if question.show_if:
        content["show_if"] = {"question": question.show_if.question, "any_of": list(question.show_if.any_of)}
    if question.choices and question.kind not in _FIXED:
        content["choices"] = _pairs(question.choices)
        pictures = {choice.key: choice.picture for choice in question.choices if choice.picture}
        if pictures:
            content["pictures"] = pictures
    return content


def _pairs(choices: tuple[Choice, ...]) -> Mapping[str, str]:
    return {choice.key: choice.text for choice in choices}
