"""A form on paper as one page to type it in from: what was written, what was left blank, what nobody could read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wtforms import BooleanField

from forms import fields
from forms.answering import Answer, AnswerState, answer_from, chosen_in, complete
from forms.on_paper import WHO_HELPED, questions_on_paper, roomy
from forms.questionnaire import Purpose, Question, Questionnaire
from forms.staff import CleanForm

BOTH = "Tick “Could not read”, or type an answer. For a single word that you cannot read, write […]."


@dataclass(frozen=True)
class Typed:
    """What somebody typed from a form: answers by question, and the questions whose answer nobody could read."""

    answers: Mapping[str, Answer]
    unreadable: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """What is stored of it, and the questions where ticks stand although the form says to skip them: left out."""

    answers: tuple[Answer, ...]
    left_out: tuple[Question, ...]


def unread_name(key: str) -> str:
    """Return the name of the box “Could not read” of a question."""
    return f"u_{key}"


def form_for_paper(questionnaire: Questionnaire) -> type[CleanForm]:
    """Return a new form class with every question of a form on paper; nothing in it must be answered."""
    made: dict[str, Any] = {}
    for question in _asked(questionnaire):
        made |= fields.build(_open(question))
        made[unread_name(question.key)] = BooleanField("Could not read")
    return type("PaperForm", (CleanForm,), made)


def fits(questionnaire: Questionnaire, form: CleanForm) -> bool:
    """Say at its box where an answer was typed that is also said to be unreadable."""
    for question in _asked(questionnaire):
        box = form[unread_name(question.key)]
        if box.data and answer_from(question, form).state is not AnswerState.BLANK:
            box.errors = [BOTH]
    return not form.errors


def typed(questionnaire: Questionnaire, form: CleanForm) -> Typed:
    """Return what a form that fits says."""
    asked = _asked(questionnaire)
    unreadable = tuple(question.key for question in asked if form[unread_name(question.key)].data)
    return Typed({question.key: answer_from(question, form) for question in asked}, unreadable)


def agreed(questionnaire: Questionnaire, typed: Typed) -> bool:
    """True when the form agrees to be read: left blank is no yes."""
    consent = next(question for question in questionnaire.questions if question.purpose is Purpose.ANALYSE)
    return typed.answers[consent.key].choice == "agree"


def kept(questionnaire: Questionnaire, typed: Typed) -> Kept:
    """Return what is stored: all on this person's way, and their words wherever they wrote them."""
    answers = dict(typed.answers)
    way = {question.key for question in questionnaire.asked(chosen_in(answers))}
    stored, left_out = complete(questionnaire, answers), []
    for question in questionnaire.questions:
        answer = answers.get(question.key)
        if answer is None or question.key in way or answer.state is AnswerState.BLANK:
            continue
        if answer.text:
            stored.append(answer)
        else:
            left_out.append(question)
    if WHO_HELPED.key not in {question.key for question in questionnaire.questions} and WHO_HELPED.key in answers:
        stored.append(answers[WHO_HELPED.key])
    return Kept(tuple(stored), tuple(left_out))


def _asked(questionnaire: Questionnaire) -> tuple[Question, ...]:
    return tuple(question for question in questions_on_paper(questionnaire) if question.is_answered)


def _open(question: Question) -> Question:
    """The question with room for all that was written; a consent may be left blank here, as it was on paper."""
    return roomy(replace(question, purpose=None) if question.purpose is Purpose.ANALYSE else question)
