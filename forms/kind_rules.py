"""Rules about how a question is answered: kinds, faces, pictures, periods, the number of choices, the core."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.faults import WHOLE, Fault, Rule
from forms.pictures import PICTURES
from forms.plain_words import BANNED_KINDS, NOT_AT_THIS_AGE
from forms.questionnaire import Audience, Core, Domain, Kind, Question, Questionnaire

MOST_CHOICES = 7

#: Who is asked the six core items, so that results can be joined across ages.
CORE_AUDIENCES = {Audience.CHILD_4_7, Audience.CHILD_8_10, Audience.YOUNG_PERSON, Audience.CARE_LEAVER}

_HOW_OFTEN = re.compile(r"\bhow (?:often|many times)\b", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(?:in|over|during) the (?:last|past)\b|\b(?:last|this|each|every|a) (?:day|week|month|term|year)\b|\btoday\b"
    r"|\bsince\b",
    re.IGNORECASE,
)


def kind_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield what is wrong with the ways of answering."""
    for question in questionnaire.questions:
        yield from _too_old(question, questionnaire.audience)
        yield from _faces(question)
        yield from _period(question)
        yield from _choices(question)
        yield from _pictures(question)
    yield from _core(questionnaire)


def promise_faults(questionnaire: Questionnaire, promise: str) -> Iterator[Fault]:
    """Yield what may not be asked under a promise: where nobody is to be known, nobody says how to reach them."""
    for question in questionnaire.questions:
        if question.kind is Kind.CONTACT and promise == "anonymous":
            yield Fault(
                question.key,
                Rule.CONTACT,
                "It asks how to reach whoever answers, so it can be asked in a traceable wave only. Take it out: "
                "in an anonymous wave people send a help request, apart from their answers.",
            )


def banned_kinds(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the banned kinds of a file that was not loaded: {"sections": [{"questions": [{"key", "kind"}]}]}.

    A loaded questionnaire has none, because its reader knows no such kind; this says why and what to use.
    """
    sections = content.get("sections")
    for section in sections if isinstance(sections, list) else ():
        questions = section.get("questions") if isinstance(section, dict) else None
        for question in questions if isinstance(questions, list) else ():
            kind = question.get("kind") if isinstance(question, dict) else None
            if isinstance(kind, str) and kind in BANNED_KINDS:
                yield Fault(
                    str(question.get("key", WHOLE)),
                    Rule.BANNED_KIND,
                    f"A {kind} keeps some people from answering. Use {BANNED_KINDS[kind]}.",
                )


def _too_old(question: Question, audience: Audience) -> Iterator[Fault]:
    instead = NOT_AT_THIS_AGE.get(audience, {}).get(question.kind)
    if instead:
        yield Fault(question.key, Rule.BANNED_KIND, f"{question.kind} is too hard at this age. Use {instead}.")


def _faces(question: Question) -> Iterator[Fault]:
    """All five faces smile, so a child who is unsafe or sad has no face to choose."""
    hides = question.domain in (Domain.HOME, Domain.FEEL) or question.core is Core.SAFE_HOME
    if question.kind is Kind.FACES and hides:
        yield Fault(
            question.key,
            Rule.FACES,
            "Faces without an unhappy end hide a child who is not safe or is sad. Use choice or scale with words.",
        )


def _period(question: Question) -> Iterator[Fault]:
    asks_often = question.kind is Kind.FREQUENCY or _HOW_OFTEN.search(question.text)
    if asks_often and not question.period and not _PERIOD.search(question.text):
        yield Fault(
            question.key,
            Rule.NO_PERIOD,
            "It asks how often without saying in which time. Name it, such as “In the last 4 weeks”.",
        )


def _choices(question: Question) -> Iterator[Fault]:
    number = len(question.choices)
    if number > MOST_CHOICES and question.kind is not Kind.ZERO_TO_TEN:
        yield Fault(
            question.key,
            Rule.TOO_MANY_CHOICES,
            f"It offers {number} choices, more than can be compared. Offer {MOST_CHOICES} at most.",
        )


def _pictures(question: Question) -> Iterator[Fault]:
    for choice in question.choices:
        if choice.picture and choice.picture not in PICTURES:
            yield Fault(
                question.key,
                Rule.UNKNOWN_PICTURE,
                f"There is no picture “{choice.picture}”. Use one of {', '.join(sorted(PICTURES))}.",
            )


def _core(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Only what has room for the six is a child's version of the whole: three quick things are not."""
    room = sum(1 for question in questionnaire.questions if question.domain and question.choices)
    if room < len(Core) or questionnaire.audience not in CORE_AUDIENCES:
        return
    asked = {question.core for question in questionnaire.questions}
    for core in Core:
        if core not in asked:
            yield Fault(
                WHOLE,
                Rule.MISSING_CORE,
                f'No question has core = "{core}", so ages cannot be joined on it. Add the question for this age.',
            )
