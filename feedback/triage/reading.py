"""A response as its reader sees it: every question with its answer in words."""

from dataclasses import dataclass

from feedback.collection.models import Answer, Response
from feedback.collection.modes import MODES, OWN
from forms.answering import Answer as Given
from forms.answering import AnswerState, in_words
from forms.pictures import shows
from forms.questionnaire import Questionnaire

STATES = {"not_sure": "Not sure", "rather_not_say": "Would rather not say", "blank": "Left out"}


@dataclass(frozen=True)
class Line:
    """One question and what was answered; `written` when it is the respondent's own words."""

    question: str
    answer: str
    written: bool


@dataclass(frozen=True)
class Drawn:
    """A question that was answered with a drawing; `item` is what its words are stored under."""

    question: str
    item: str


@dataclass(frozen=True)
class ReadResponse:
    """One response, ready to be read: own words first, blanks left out."""

    id: int
    lines: tuple[Line, ...]
    left_out: int
    may_quote: bool
    #: How it came; nothing when on a device of their own.
    came: str
    #: True when it can be found out who sent it.
    traceable: bool = False
    drawings: tuple[Drawn, ...] = ()

    @property
    def written(self) -> tuple[Line, ...]:
        """The respondent's own words."""
        return tuple(line for line in self.lines if line.written)

    @property
    def ticked(self) -> tuple[Line, ...]:
        """The closed answers."""
        return tuple(line for line in self.lines if not line.written)


def as_read(response: Response, questionnaire: Questionnaire | None, words: dict[int, str]) -> ReadResponse:
    """One response in words, with none of an import; `words` are its opened texts by answer id."""
    asked = {question.key: question for question in questionnaire.questions} if questionnaire else {}
    lines: dict[str, Line] = {}
    drawn: list[Drawn] = []
    left_out = 0
    for answer in response.answers:
        if answer.state == "blank":
            left_out += 1
            continue
        key, _dot, choice = answer.question.partition(".")
        if shows(answer.question) and answer.choice == choice:
            drawn.append(Drawn(asked[key].text if key in asked else key, answer.question))
        elif choice:
            _add_ticked(lines, asked.get(key), key, choice, answer.choice == "yes")
        else:
            text = asked[key].text if key in asked else key
            lines[key] = Line(text, _said(answer, asked.get(key), words), answer.sealed is not None)
    came, traceable = "" if response.mode == OWN else MODES[response.mode], response.wave.promise == "traceable"
    return ReadResponse(response.id, tuple(lines.values()), left_out, response.may_quote, came, traceable, tuple(drawn))


def _add_ticked(lines: dict[str, Line], asked, key: str, choice: str, ticked: bool) -> None:
    """Where several could be chosen, those that were stand on one line."""
    if ticked:
        named = {item.key: item.text for item in asked.choices} if asked else {}
        before = f"{lines[key].answer}, " if key in lines else ""
        lines[key] = Line(asked.text if asked else key, before + named.get(choice, choice), False)


def _said(answer: Answer, asked, words: dict[int, str]) -> str:
    if answer.sealed is not None:
        return words.get(answer.id, "Withdrawn")
    if asked is None or answer.choice is None:
        return answer.choice or STATES[answer.state]
    found = Given(asked.key, AnswerState.ANSWERED, choice=answer.choice)
    return in_words(asked, found) or answer.choice
