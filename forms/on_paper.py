"""A questionnaire as it stands on paper: numbered, with its skip rules in words, and who helped at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms.questionnaire import ANY_OF, HELPED, IN_WORDS, Audience, Format, Kind, Purpose, Question, Questionnaire
from languages import gettext as _
from languages import marked

#: Asked on every form, because on paper nobody sees who held the pen.
WHO_HELPED = Question("helped", Kind.HELPED, marked("Did somebody help you with this form?"), choices=HELPED)
#: Nobody is stopped at the end of a line: this much of a text is typed in.
LONGEST_ON_PAPER = 5_000


@dataclass(frozen=True)
class Printed:
    """One question on paper. `number` is none for what is only read; `rule` and `how` are sentences, or empty."""

    question: Question
    number: int | None
    rule: str
    how: str
    lines: int = 0


def questions_on_paper(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """Every question of a form on paper, in its order.

    What is drawn there is put into words by whoever types it in. How to reach somebody is not asked: a form passes
    through more hands than the one that may know.
    """
    asked = tuple(
        replace(question, kind=Kind.LONG_TEXT) if question.kind is Kind.DRAWING else question
        for question in questionnaire.questions
        if question.kind is not Kind.CONTACT
    )
    if any(question.kind is Kind.HELPED for question in asked):
        return asked
    return (*asked, replace(WHO_HELPED, text=_(WHO_HELPED.text)))


def on_paper(questionnaire: Questionnaire) -> tuple[tuple[str, tuple[Printed, ...]], ...]:
    """Sections by their titles, with their questions as they are printed."""
    asked = questions_on_paper(questionnaire)
    numbers = {question.key: place for place, question in enumerate((q for q in asked if q.is_answered), start=1)}
    printed = {question.key: _printed(questionnaire, question, numbers) for question in asked}
    sections = [
        (section.title, tuple(printed[question.key] for question in section.questions if question.key in printed))
        for section in questionnaire.sections
    ]
    if asked[-1].key not in {question.key for question in questionnaire.questions}:
        title, last = sections[-1]
        sections[-1] = title, (*last, printed[WHO_HELPED.key])
    return tuple(sections)


def letters(questionnaire: Questionnaire) -> str:
    """How large a form is set: largest for the youngest, large for children and in easy read."""
    if questionnaire.audience is Audience.CHILD_4_7:
        return "largest"
    large = questionnaire.audience is Audience.CHILD_8_10 or questionnaire.format is Format.EASY_READ
    return "large" if large else "usual"


def roomy(question: Question) -> Question:
    """The question with room for whatever was written by hand."""
    return replace(question, max_length=LONGEST_ON_PAPER)


def _printed(questionnaire: Questionnaire, question: Question, numbers: Mapping[str, int]) -> Printed:
    rule = ""
    if question.show_if:
        before = questionnaire.question(question.show_if.question)
        named = {choice.key: choice.text for choice in (*before.choices, *before.declines)}
        ticked = _(" or ").join(f"“{named.get(key, key)}”" for key in question.show_if.any_of)
        rule = _("Answer only if you ticked %(choices)s in %(number)s.", choices=ticked, number=numbers[before.key])
    lines = 0
    if question.kind in IN_WORDS:
        lines = 2 if question.kind is Kind.SHORT_TEXT else 8
    return Printed(question, numbers.get(question.key), rule, _how(question), lines)


def _how(question: Question) -> str:
    if question.purpose is Purpose.ANALYSE:
        no = next(choice.text for choice in question.choices if choice.key == "not_today")
        return _("Tick one box. If it is “%(no)s”, stop here: we do not keep your form.", no=no)
    if question.kind in ANY_OF:
        many = question.kind is Kind.SEVERAL
        return _("Tick all that fit.") if many else _("Tick up to three boxes.")
    written = question.kind in IN_WORDS or question.kind in (Kind.INFO, Kind.MONTH_YEAR)
    return "" if written else _("Tick one box.")
