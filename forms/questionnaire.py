"""What a questionnaire is: sections of questions with their choices, frozen, known by a hash of its words."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property


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
    "child_4_7": "Children aged 4 to 7",
    "child_8_10": "Children aged 8 to 10",
    "young_person": "Young people aged 11 to 17",
    "care_leaver": "Care leavers",
    "family": "Families",
    "practitioner": "Practitioners",
    "board_member": "Board members",
}


class Status(StrEnum):
    """Whether the words were tried with the people they are for."""

    DRAFT = "draft"
    TESTED = "tested"


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    LONG_TEXT = "long_text"
    CONSENT = "consent"


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


NOT_SURE = "not_sure"
RATHER_NOT_SAY = "rather_not_say"

#: The two ways not to answer that every question but a consent offers.
DECLINES = (Choice(NOT_SURE, "I’m not sure"), Choice(RATHER_NOT_SAY, "I’d rather not say"))

#: The choices a consent must offer, by what it asks leave for: the program acts on these keys.
CONSENT_CHOICES = {Purpose.ANALYSE: ("agree", "not_today"), Purpose.QUOTE: ("yes", "no")}


@dataclass(frozen=True)
class Question:
    """One page of a questionnaire. `max_length` is read for long texts only, `purpose` for consents."""

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

    @cached_property
    def version(self) -> str:
        """The hash of all that a respondent is asked and told.

        Status and tester are left out: recording that the words were tested does not change the words, and
        the version that was tested must be the version that is opened.
        """
        content = asdict(self)
        del content["status"], content["tested_by"]
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in the order asked, both consents included."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question:
        """Return the question with this key, or raise KeyError."""
        return self.questions[self._position(key)]

    def next_question(self, key: str) -> Question | None:
        """Return the question after this one, or None after the last."""
        following = self._position(key) + 1
        return self.questions[following] if following < len(self.questions) else None

    def previous_question(self, key: str) -> Question | None:
        """Return the question before this one, or None before the first."""
        position = self._position(key)
        return self.questions[position - 1] if position else None

    def section_of(self, key: str) -> Section:
        """Return the section a question stands in."""
        question = self.question(key)
        return next(section for section in self.sections if question in section.questions)

    def _position(self, key: str) -> int:
        for position, question in enumerate(self.questions):
            if question.key == key:
                return position
        raise KeyError(key)
