"""What a questionnaire is: sections of questions with their choices, frozen, known by a hash of its words."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from languages import marked


class Audience(StrEnum):
    """Whom a questionnaire is for."""

    CHILD_4_7 = "child_4_7"
    CHILD_8_10 = "child_8_10"
    YOUNG_PERSON = "young_person"
    CARE_LEAVER = "care_leaver"
    FAMILY = "family"
    PRACTITIONER = "practitioner"
    BOARD_MEMBER = "board_member"


#: What an audience is called on pages.
AUDIENCES = {
    "child_4_7": marked("Children aged 4 to 7"),
    "child_8_10": marked("Children aged 8 to 10"),
    "young_person": marked("Young people aged 11 to 17"),
    "care_leaver": marked("Care leavers"),
    "family": marked("Families"),
    "practitioner": marked("Practitioners"),
    "board_member": marked("Board members"),
}


class Status(StrEnum):
    """Whether the words were tried with the people they are for."""

    DRAFT = "draft"
    TESTED = "tested"


class Format(StrEnum):
    """How a questionnaire is written and shown."""

    STANDARD = "standard"
    EASY_READ = "easy_read"


class Kind(StrEnum):
    """How a question is answered."""

    CONSENT = "consent"
    #: Something to read; nothing is answered.
    INFO = "info"
    #: One of two to seven answers in words.
    CHOICE = "choice"
    #: Yes, sometimes or no, each with its picture.
    PICTURES = "pictures"
    #: Five degrees, each in words.
    SCALE = "scale"
    #: Five smiling faces, to rate a service: never safety or sadness, because none of them is unhappy.
    FACES = "faces"
    ZERO_TO_TEN = "zero_to_ten"
    #: How often, in a period that the question names.
    FREQUENCY = "frequency"
    #: How many, in bands.
    NUMBER_BAND = "number_band"
    #: Who helped to answer: said with the results.
    HELPED = "helped"
    #: Any of them; one of them may rule out the others.
    SEVERAL = "several"
    #: The most important, three at most, in the place of dragging them into an order.
    PICK_THREE = "pick_three"
    MONTH_YEAR = "month_year"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    #: How to reach whoever answers, kept apart from the answers: in traceable waves only.
    CONTACT = "contact"
    #: A picture, or words, or both; a person looks at the picture and writes down what it shows.
    DRAWING = "drawing"


#: Kinds with one answer out of several.
ONE_OF = frozenset(
    {
        Kind.CHOICE, Kind.PICTURES, Kind.SCALE, Kind.FACES, Kind.ZERO_TO_TEN, Kind.FREQUENCY, Kind.NUMBER_BAND,
        Kind.HELPED,
    }
)  # fmt: skip
#: Kinds with any number of answers.
ANY_OF = frozenset({Kind.SEVERAL, Kind.PICK_THREE})
#: Kinds that are answered in a person's own words.
IN_WORDS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT, Kind.CONTACT})
#: Kinds with a box for words, whatever else they take.
WITH_WORDS = IN_WORDS | {Kind.DRAWING}
#: Most answers that `pick_three` takes.
PICKED = 3


class Purpose(StrEnum):
    """What a consent question asks leave for."""

    ANALYSE = "analyse"
    QUOTE = "quote"


class Domain(StrEnum):
    """The part of life a question is about."""

    HOME = "home"
    PEOPLE = "people"
    HELP = "help"
    VOICE = "voice"
    LEARN = "learn"
    FEEL = "feel"
    ME = "me"
    NEXT = "next"


class Core(StrEnum):
    """The six things asked at every age, so that results can be joined across ages."""

    SAFE_HOME = "safe_home"
    TRUSTED_ADULT = "trusted_adult"
    KNOW_WORKER = "know_worker"
    TOLD_WHY = "told_why"
    LISTENED_TO = "listened_to"
    ENJOY = "enjoy"


@dataclass(frozen=True)
class Choice:
    """One of the answers a question offers; the key is stored, the text is shown."""

    key: str
    text: str
    #: The name of a picture that goes with it.
    picture: str | None = None


@dataclass(frozen=True)
class ShowIf:
    """A question is asked only of those who gave one of these answers to an earlier one."""

    question: str
    any_of: tuple[str, ...]


@dataclass(frozen=True)
class Waiver:
    """A rule of wording that one question may break, and why."""

    question: str
    rule: str
    reason: str


NOT_SURE = "not_sure"
RATHER_NOT_SAY = "rather_not_say"

#: The two ways not to answer that every question but a consent offers.
DECLINES = (Choice(NOT_SURE, "I’m not sure"), Choice(RATHER_NOT_SAY, "I’d rather not say"))

#: What "who helped me" offers.
HELPED = (
    Choice("alone", "I answered on my own"),
    Choice("with_adult", "An adult helped me"),
    Choice("adult_wrote", "An adult wrote what I said"),
)

#: The choices a consent must offer, by what it asks leave for: the program acts on these keys.
CONSENT_CHOICES = {Purpose.ANALYSE: ("agree", "not_today"), Purpose.QUOTE: ("yes", "no")}


@dataclass(frozen=True)
class Question:
    """One page of a questionnaire.

    `max_length` is read where there are words, `purpose` for consents, `period` for frequencies, `low` and `high` (what
    the ends mean) for 0 to 10, `none` (the choice that rules out the others) for several.
    """

    key: str
    kind: Kind
    text: str
    hint: str | None = None
    choices: tuple[Choice, ...] = ()
    declines: tuple[Choice, ...] = DECLINES
    domain: Domain | None = None
    core: Core | None = None
    purpose: Purpose | None = None
    max_length: int = 1000
    show_if: ShowIf | None = None
    period: str | None = None
    low: str | None = None
    high: str | None = None
    none: str | None = None

    @property
    def is_answered(self) -> bool:
        """Whether anything can be answered here."""
        return self.kind is not Kind.INFO

    @property
    def may_be_blank(self) -> bool:
        """Whether it can be skipped: all can, but for the consent to be read at all."""
        return self.purpose is not Purpose.ANALYSE


@dataclass(frozen=True)
class Section:
    """Questions that belong together, under one title."""

    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """The set of questions put to one audience in one language."""

    key: str
    title: str
    audience: Audience
    language: str
    status: Status
    minutes: int
    intro: tuple[str, ...]
    sections: tuple[Section, ...]
    thanks: str
    tested_by: str | None = None
    format: Format = Format.STANDARD
    #: The key of the questionnaire that this one stands beside in easier words; their questions share keys.
    of: str | None = None
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def version(self) -> str:
        """The hash of all that a respondent is asked and told.

        Status and tester are left out: recording that the words were tested does not change the words, and
        the version that was tested must be the version that is opened. So are waivers. What a question does not use
        is left out as well, so that a new kind of question does not make new versions of old questionnaires.
        """
        content = asdict(self)
        for name in ("status", "tested_by", "waivers"):
            del content[name]
        _leave_out_unused(content)
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order asked, both consents included."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question:
        """Return the question with this key, or raise KeyError."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    def asked(self, chosen: Mapping[str, Collection[str]]) -> tuple[Question, ...]:
        """Every question on the way of somebody who chose this: {question key: keys of the choices made}."""
        on_the_way: dict[str, Question] = {}
        for question in self.questions:
            rule = question.show_if
            if rule is None or (
                rule.question in on_the_way and not set(rule.any_of).isdisjoint(chosen.get(rule.question, ()))
            ):
                on_the_way[question.key] = question
        return tuple(on_the_way.values())

    def section_of(self, key: str) -> Section:
        """Return the section a question stands in."""
        question = self.question(key)
        return next(section for section in self.sections if question in section.questions)


#: Names that questions have had since there are more kinds than three.
_SINCE_KINDS = ("show_if", "period", "low", "high", "none")


def _leave_out_unused(content: dict[str, Any]) -> None:
    for name, unused in (("format", Format.STANDARD), ("of", None)):
        if content[name] == unused:
            del content[name]
    for question in (question for section in content["sections"] for question in section["questions"]):
        for name in _SINCE_KINDS:
            if question[name] is None:
                del question[name]
        for choice in (*question["choices"], *question["declines"]):
            if choice["picture"] is None:
                del choice["picture"]
