"""Changes to a questionnaire, one a function: each takes one and returns another, and touches no database.

A change of words makes a draft of it again: what was tested were the earlier words.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from feedback.errors import Overtaken, Refused
from forms.content import declines_of
from forms.questionnaire import Audience, Choice, Purpose, Question, Questionnaire, Section, ShowIf, Status, Waiver
from forms.table import tidy


class Changed(Overtaken):
    """Somebody else changed the same part since it was opened; `now` is that part as it stands."""

    def __init__(self, now: Any):
        super().__init__("Somebody else changed this while you were writing. Nothing of yours is lost: look at both.")
        self.now = now


def fingerprint(*parts: Any) -> str:
    """What tells one state of a part of a questionnaire from another."""
    words = json.dumps(parts, default=asdict, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def copy_of(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """The same words under another key: a draft, because nobody has tested them here."""
    return replace(questionnaire, key=key, status=Status.DRAFT, tested_by=None)


def _with(questionnaire: Questionnaire, **changes: Any) -> Questionnaire:
    changed = replace(questionnaire, **changes)
    if changed.version == questionnaire.version:
        return changed
    return replace(changed, status=Status.DRAFT, tested_by=None)


def opening_of(questionnaire: Questionnaire) -> tuple[Any, ...]:
    """The part that is changed on one page: title, audience, minutes, what is said before and after."""
    return (
        questionnaire.title, questionnaire.audience, questionnaire.minutes, questionnaire.intro, questionnaire.thanks,
        declines_of(questionnaire),
    )  # fmt: skip


def opened(
    questionnaire: Questionnaire,
    *,
    title: str,
    audience: str,
    minutes: int,
    intro: Sequence[str],
    thanks: str,
    declines: Sequence[str],
) -> Questionnaire:
    """With another opening and end; `declines` are the words of the two ways not to answer."""
    worded = tuple(
        Choice(choice.key, tidy(words)) for choice, words in zip(declines_of(questionnaire), declines, strict=True)
    )
    return _with(
        _each(questionnaire, lambda question: replace(question, declines=worded) if question.declines else question),
        title=tidy(title),
        audience=Audience(audience),
        minutes=minutes,
        intro=tuple(tidy(paragraph) for paragraph in intro),
        thanks=tidy(thanks),
    )


def _each(questionnaire: Questionnaire, change: Callable[[Question], Question]) -> Questionnaire:
    sections = tuple(
        replace(section, questions=tuple(change(question) for question in section.questions))
        for section in questionnaire.sections
    )
    return _with(questionnaire, sections=sections)


def find_section(questionnaire: Questionnaire, key: str) -> Section:
    """The section with this key; raises Refused when somebody has taken it out."""
    for section in questionnaire.sections:
        if section.key == key:
            return section
    raise Refused("This section is not there any more. Go back to the questionnaire and look.")


def find_question(questionnaire: Questionnaire, key: str) -> Question:
    """The question with this key; raises Refused when somebody has taken it out."""
    for question in questionnaire.questions:
        if question.key == key:
            return question
    raise Refused("This question is not there any more. Go back to the questionnaire and look.")


def put(questionnaire: Questionnaire, question: Question) -> Questionnaire:
    """With this question in the place of the one with its key."""
    find_question(questionnaire, question.key)
    return _each(questionnaire, lambda other: question if other.key == question.key else other)


def added(questionnaire: Questionnaire, section_key: str, question: Question) -> Questionnaire:
    """With a new question at the end of a section, but before the consent to be quoted."""
    section = find_section(questionnaire, section_key)
    if question.key in {other.key for other in questionnaire.questions}:
        raise Refused(f"There is already a question “{question.key}”.")
    return _with_section(questionnaire, _joined(section, question))


def _joined(section: Section, question: Question) -> Section:
    last = len(section.questions)
    if section.questions and section.questions[-1].purpose is Purpose.QUOTE and question.purpose is not Purpose.QUOTE:
        last -= 1
    return replace(section, questions=(*section.questions[:last], question, *section.questions[last:]))


def _with_section(questionnaire: Questionnaire, section: Section) -> Questionnaire:
    sections = tuple(section if other.key == section.key else other for other in questionnaire.sections)
    return _with(questionnaire, sections=sections)


def at_end(questionnaire: Questionnaire, question: Question) -> Questionnaire:
    """With a question that has no place yet."""
    return added(questionnaire, questionnaire.sections[-1].key, question)


def without_rule(question: Question) -> Question:
    """A question as if everybody were asked it."""
    return with_rule(question, None)


def with_rule(question: Question, rule: ShowIf | None) -> Question:
    """A question asked of those who gave one of some answers, or of everybody."""
    return replace(question, show_if=rule)


def renamed(question: Question, key: str, declines: tuple[Choice, ...]) -> Question:
    """A question as it stands in another questionnaire: a key of its own, the ways not to answer of that one."""
    return replace(question, key=key, declines=declines if question.declines else ())


def removed(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """Without a question and its waivers. A rule that named it stays, broken, until somebody decides about it."""
    find_question(questionnaire, key)
    if len(questionnaire.questions) == 1:
        raise Refused("This is the only question. Add another first.")
    left = _taken_out(questionnaire, key)
    return replace(left, waivers=tuple(waiver for waiver in left.waivers if waiver.question != key))


def _taken_out(questionnaire: Questionnaire, key: str) -> Questionnaire:
    sections = tuple(
        replace(section, questions=tuple(question for question in section.questions if question.key != key))
        for section in questionnaire.sections
    )
    return _with(questionnaire, sections=sections)


def moved(questionnaire: Questionnaire, key: str, by: int) -> Questionnaire:
    """One place up (-1) or down (1); over the edge of a section into the next. At the ends nothing changes."""
    find_question(questionnaire, key)
    at = next(i for i, section in enumerate(questionnaire.sections) if key in {q.key for q in section.questions})
    questions = list(questionnaire.sections[at].questions)
    place = next(i for i, question in enumerate(questions) if question.key == key)
    sections = list(questionnaire.sections)
    if 0 <= place + by < len(questions):
        questions[place], questions[place + by] = questions[place + by], questions[place]
        sections[at] = replace(sections[at], questions=tuple(questions))
    elif 0 <= at + by < len(sections):
        question = questions.pop(place)
        beyond = sections[at + by].questions
        sections[at] = replace(sections[at], questions=tuple(questions))
        joined = (*beyond, question) if by < 0 else (question, *beyond)
        sections[at + by] = replace(sections[at + by], questions=joined)
    return _with(questionnaire, sections=tuple(sections))


def moved_to(questionnaire: Questionnaire, key: str, section_key: str) -> Questionnaire:
    """At the end of another section, but before the consent to be quoted."""
    question, section = find_question(questionnaire, key), find_section(questionnaire, section_key)
    if question in section.questions:
        return questionnaire
    left = _taken_out(questionnaire, key)
    return _with_section(left, _joined(find_section(left, section.key), question))


def section_added(questionnaire: Questionnaire, key: str, title: str) -> Questionnaire:
    """With an empty section before the last, so that what comes at the end stays there."""
    sections = questionnaire.sections
    return _with(questionnaire, sections=(*sections[:-1], Section(key, tidy(title), ()), *sections[-1:]))


def section_renamed(questionnaire: Questionnaire, key: str, title: str) -> Questionnaire:
    """With another title above a section."""
    return _with_section(questionnaire, replace(find_section(questionnaire, key), title=tidy(title)))


def section_removed(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """Without a section that has no question left."""
    if find_section(questionnaire, key).questions:
        raise Refused("There are questions in this section. Move them to another one, or take them out first.")
    return _with(questionnaire, sections=tuple(section for section in questionnaire.sections if section.key != key))


def asked_if(questionnaire: Questionnaire, key: str, rule: ShowIf | None) -> Questionnaire:
    """With a question asked only of those who gave one of some answers, or of everybody."""
    question = find_question(questionnaire, key)
    if rule and question.purpose:
        raise Refused("Everybody is asked for consent: it cannot depend on an answer.")
    return put(questionnaire, with_rule(question, rule))


def waived(questionnaire: Questionnaire, waiver: Waiver) -> Questionnaire:
    """With one rule of wording broken on purpose, and why."""
    return replace(without_waiver(questionnaire, waiver), waivers=(*_others(questionnaire, waiver), waiver))


def without_waiver(questionnaire: Questionnaire, waiver: Waiver) -> Questionnaire:
    """With that rule kept again."""
    return replace(questionnaire, waivers=_others(questionnaire, waiver))


def _others(questionnaire: Questionnaire, waiver: Waiver) -> tuple[Waiver, ...]:
    said = (waiver.question, waiver.rule)
    return tuple(other for other in questionnaire.waivers if (other.question, other.rule) != said)


def tested(questionnaire: Questionnaire, by: str | None) -> Questionnaire:
    """Recorded as tested by somebody who is named; without a name a draft again."""
    if not by:
        return replace(questionnaire, status=Status.DRAFT, tested_by=None)
    return replace(questionnaire, status=Status.TESTED, tested_by=tidy(by))
