"""A question -> a form class; a valid form -> an answer that can be kept, and put back into the form."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm

from forms import fields
from forms.drawings import PictureField
from forms.pictures import DRAWN
from forms.questionnaire import ANY_OF, IN_WORDS, NOT_SURE, RATHER_NOT_SAY, Kind, Question, Questionnaire
from languages import gettext as _
from languages import month_and_year


class AnswerState(StrEnum):
    """Whether there is an answer, and if not, why: the three ways are never counted as one."""

    ANSWERED = "answered"
    NOT_SURE = NOT_SURE
    RATHER_NOT_SAY = RATHER_NOT_SAY
    BLANK = "blank"


@dataclass(frozen=True)
class Answer:
    """The reply to one question, by its key: a choice, choices or a text when answered, otherwise none of them.

    `drawn` says that a picture goes with it, whose points are kept elsewhere; with or without words.
    """

    question: str
    state: AnswerState
    choice: str | None = None
    text: str | None = None
    choices: tuple[str, ...] = ()
    drawn: bool = False

    def __post_init__(self) -> None:
        given = bool(self.choice) + bool(self.text) + bool(self.choices)
        if given > 1 or bool(given or self.drawn) != (self.state is AnswerState.ANSWERED):
            raise ValueError(f"An answer that is {self.state} to {self.question} has {given} contents.")

    def as_data(self) -> dict[str, Any]:
        """Return the answer as plain data, safe for JSON."""
        return asdict(self) | {"state": self.state.value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Answer":
        """Return the answer that `as_data` gave; raise ValueError for anything else."""
        try:
            chosen = tuple(data.get("choices", ()))
            drawn = data.get("drawn") is True
            return cls(data["question"], AnswerState(data["state"]), data["choice"], data["text"], chosen, drawn)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("This is not an answer that was kept.") from error


#: What the answers say of somebody who told how to reach them.
GIVEN = "given"


def form_for(question: Question) -> type[FlaskForm]:
    """Return a new form class for the page of one question.

    New on every call: fields added to a shared class would leak into other people's requests.
    """
    return type("PageForm", (_Page,), fields.build(question))


class TokenlessForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form without a token, and so without a session: only the cookie of a browser's place opens what it answers."""

    class Meta:
        """How WTForms is told."""

        csrf = False


class _Page(TokenlessForm):
    @property
    def picture(self) -> bytes | None:
        """The new picture that came with the page and can be kept; it would not be sent a second time."""
        return next((field.picture for field in self if isinstance(field, PictureField)), None)


def answer_from(question: Question, form: FlaskForm) -> Answer:
    """Return the answer in a form that has been validated."""
    given = _GIVEN.get(question.kind, _nothing)(question, form)
    if given:
        return Answer(question.key, AnswerState.ANSWERED, **given)
    name = fields.instead_name if question.kind in _WITH_INSTEAD else fields.choice_name
    choice = form[name(question.key)].data if question.is_answered else None
    if not choice:
        return Answer(question.key, AnswerState.BLANK)
    if choice in (NOT_SURE, RATHER_NOT_SAY):
        return Answer(question.key, AnswerState(choice))
    return Answer(question.key, AnswerState.ANSWERED, choice=choice)


def form_data(question: Question, answer: Answer) -> dict[str, Any]:
    """Return what fills the form again: `form_for(question)(data=form_data(question, answer))`."""
    declined = answer.state if answer.state in (NOT_SURE, RATHER_NOT_SAY) else None
    key = question.key
    if question.kind in ANY_OF:
        filled: dict[str, Any] = {fields.choice_name(key): list(answer.choices), fields.instead_name(key): declined}
    elif question.kind is Kind.MONTH_YEAR:
        year, _dash, month = (answer.choice or "").partition("-")
        filled = {fields.month_name(key): month.lstrip("0"), fields.year_name(key): year}
        filled[fields.instead_name(key)] = declined
    else:
        filled = {fields.choice_name(key): answer.choice or declined, fields.text_name(key): answer.text}
        filled[fields.picture_name(key)] = answer.drawn
    return {name: value for name, value in filled.items() if value}


def chosen_in(answers: Mapping[str, Answer]) -> dict[str, tuple[str, ...]]:
    """{question key: keys of the choices made, the ways not to answer among them}, as skip logic reads it."""
    return {key: (*answer.choices, answer.choice or answer.state.value) for key, answer in answers.items()}


def complete(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> list[Answer]:
    """Return what is stored of a response: every question on its way, what was left out as blank.

    Where several could be chosen, each choice is an item of its own, `question.choice`, answered yes or no: so that
    it is counted, joined and protected like every other. A drawing is such an item too, `question.drawing`, answered
    `drawing`: a person who has looked at it writes its words, and whoever drew it may have written some of their own,
    which stay theirs under the question itself. A question that was not asked is not there. Of how to reach somebody
    only that they said so: the words are kept apart, see `contacts`.
    """
    stored: list[Answer] = []
    for question in questionnaire.asked(chosen_in(answers)):
        answer = answers.get(question.key) or Answer(question.key, AnswerState.BLANK)
        if answer.choices:
            stored += [
                Answer(
                    f"{question.key}.{choice.key}",
                    AnswerState.ANSWERED,
                    "yes" if choice.key in answer.choices else "no",
                )
                for choice in question.choices
            ]
        elif question.kind is Kind.CONTACT and answer.text:
            stored.append(Answer(question.key, AnswerState.ANSWERED, GIVEN))
        elif question.is_answered:
            stored += _with_drawing(answer)
    return stored


def contacts(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, str]:
    """{question: how to reach whoever answered}: what they said of it on their way, to be kept apart."""
    asked = (q for q in questionnaire.asked(chosen_in(answers)) if q.kind is Kind.CONTACT and q.key in answers)
    return {question.key: text for question in asked if (text := answers[question.key].text)}


def _with_drawing(answer: Answer) -> list[Answer]:
    if not answer.drawn:
        return [answer]
    drawing = Answer(f"{answer.question}.{DRAWN}", AnswerState.ANSWERED, DRAWN)
    return [drawing, replace(answer, drawn=False)] if answer.text else [drawing]


def in_words(question: Question, answer: Answer | None) -> str | None:
    """Return an answer as its respondent would read it; None when it was left out."""
    if answer is None or answer.state is AnswerState.BLANK:
        return None
    if answer.text:
        return answer.text
    if question.kind is Kind.CONTACT and answer.choice == GIVEN:
        return "Said how to be reached: kept apart"
    if answer.drawn:
        return _("A drawing")
    named = {choice.key: choice.text for choice in (*question.choices, *question.declines)}
    if answer.choices:
        return _(", ").join(named.get(choice, choice) for choice in answer.choices)
    if question.kind is Kind.MONTH_YEAR and answer.choice:
        year, month = answer.choice.split("-")
        return month_and_year(datetime.date(int(year), int(month), 1))
    return named.get(answer.choice or answer.state.value, answer.choice)


def _text(question: Question, form: FlaskForm) -> dict[str, Any] | None:
    text = form[fields.text_name(question.key)].data
    return {"text": text} if text else None


def _choices(question: Question, form: FlaskForm) -> dict[str, Any] | None:
    ticked = form[fields.choice_name(question.key)].data
    # In the order of the question, each once, whatever was sent.
    chosen = tuple(choice.key for choice in question.choices if choice.key in ticked)
    return {"choices": chosen} if chosen else None


def _month(question: Question, form: FlaskForm) -> dict[str, Any] | None:
    month, year = (form[name(question.key)].data for name in (fields.month_name, fields.year_name))
    return {"choice": f"{int(year):04}-{int(month):02}"} if month and year else None


def _drawing(question: Question, form: FlaskForm) -> dict[str, Any] | None:
    picture, away = form[fields.picture_name(question.key)], form[fields.away_name(question.key)]
    drawn = picture.picture is not None or bool(picture.data and not away.data)
    given = (_text(question, form) or {}) | ({"drawn": True} if drawn else {})
    return given or None


def _nothing(_question: Question, _form: FlaskForm) -> None:
    return None


_GIVEN: dict[Kind, Callable[[Question, FlaskForm], dict[str, Any] | None]] = {
    **dict.fromkeys(IN_WORDS, _text),
    **dict.fromkeys(ANY_OF, _choices),
    Kind.MONTH_YEAR: _month,
    Kind.DRAWING: _drawing,
}
_WITH_INSTEAD = {*ANY_OF, Kind.MONTH_YEAR}
