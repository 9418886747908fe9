"""A question -> a form class; a valid form -> an answer that can be kept, and put back into the form."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm

from forms import fields
from forms.questionnaire import NOT_SURE, RATHER_NOT_SAY, Kind, Question


class AnswerState(StrEnum):
    """Whether there is an answer, and if not, why: the three ways are never counted as one."""

    ANSWERED = "answered"
    NOT_SURE = NOT_SURE
    RATHER_NOT_SAY = RATHER_NOT_SAY
    BLANK = "blank"


@dataclass(frozen=True)
class Answer:
    """The reply to one question, by its key: a choice or a text when answered, otherwise neither."""

    question: str
    state: AnswerState
    choice: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        given = bool(self.choice) + bool(self.text)
        if given != (self.state is AnswerState.ANSWERED):
            raise ValueError(f"An answer that is {self.state} to {self.question} has {given} contents.")

    def as_data(self) -> dict[str, str | None]:
        """Return the answer as plain data, safe for JSON."""
        return asdict(self) | {"state": self.state.value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Answer":
        """Return the answer that `as_data` gave; raise ValueError for anything else."""
        try:
            return cls(data["question"], AnswerState(data["state"]), data["choice"], data["text"])
        except (KeyError, TypeError) as error:
            raise ValueError("This is not an answer that was kept.") from error


def form_for(question: Question) -> type[FlaskForm]:
    """Return a new form class for the page of one question.

    New on every call: fields added to a shared class would leak into other people's requests.
    """
    return type("PageForm", (FlaskForm,), fields.build(question))


def answer_from(question: Question, form: FlaskForm) -> Answer:
    """Return the answer in a form that has been validated."""
    text = form[fields.text_name(question.key)].data if question.kind is Kind.LONG_TEXT else None
    if text:
        return Answer(question.key, AnswerState.ANSWERED, text=text)
    choice = form[fields.choice_name(question.key)].data
    if not choice:
        return Answer(question.key, AnswerState.BLANK)
    if choice in (NOT_SURE, RATHER_NOT_SAY):
        return Answer(question.key, AnswerState(choice))
    return Answer(question.key, AnswerState.ANSWERED, choice=choice)


def form_data(answer: Answer) -> dict[str, str]:
    """Return what fills the form again: `form_for(question)(data=form_data(answer))`."""
    declined = answer.state if answer.state in (NOT_SURE, RATHER_NOT_SAY) else None
    filled = {
        fields.choice_name(answer.question): answer.choice or declined,
        fields.text_name(answer.question): answer.text,
    }
    return {name: value for name, value in filled.items() if value}
