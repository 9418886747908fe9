"""A response as its reader sees it: every question with its answer in words."""

from dataclasses import dataclass

from feedback.collection.models import Answer, Response, Wave
from feedback.collection.store import questionnaire_of

STATES = {"not_sure": "Not sure", "rather_not_say": "Would rather not say", "blank": "Left out"}


@dataclass(frozen=True)
class Line:
    """One question and what was answered; `written` when it is the respondent's own words."""

    question: str
    answer: str
    written: bool


@dataclass(frozen=True)
class ReadResponse:
    """One response, ready to be read: own words first, blanks left out."""

    id: int
    lines: tuple[Line, ...]
    left_out: int
    may_quote: bool

    @property
    def written(self) -> tuple[Line, ...]:
        """The respondent's own words."""
        return tuple(line for line in self.lines if line.written)

    @property
    def ticked(self) -> tuple[Line, ...]:
        """The closed answers."""
        return tuple(line for line in self.lines if not line.written)


def as_read(response: Response, wave: Wave, words: dict[int, str]) -> ReadResponse:
    """One response in words; `words` are its opened texts by answer id."""
    questionnaire = None if wave.imported else questionnaire_of(wave)
    lines, left_out = [], 0
    for answer in response.answers:
        if answer.state == "blank":
            left_out += 1
            continue
        asked = _asked(questionnaire, answer.question)
        lines.append(
            Line(
                asked.text if asked else answer.question,
                _said(answer, asked, words),
                answer.sealed is not None,
            )
        )
    return ReadResponse(response.id, tuple(lines), left_out, response.may_quote)


def _asked(questionnaire, key: str):
    if questionnaire is None:
        return None
    return next((item for item in questionnaire.questions if item.key == key), None)


def _said(answer: Answer, asked, words: dict[int, str]) -> str:
    if answer.sealed is not None:
        return words.get(answer.id, "Withdrawn")
    if answer.choice is None:
        return STATES[answer.state]
    named = {choice.key: choice.text for choice in asked.choices} if asked else {}
    return named.get(answer.choice, answer.choice)
