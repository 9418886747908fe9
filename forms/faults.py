"""What the wording lint finds: one fault a rule and item, with the sentence that says how to mend it."""

from dataclasses import dataclass
from enum import StrEnum

#: The item of a fault that belongs to no one question.
WHOLE = "the questionnaire"


class Rule(StrEnum):
    """A rule that a questionnaire keeps; waivers name it by these words."""

    NO_CONSENT = "no_consent"
    EMPTY_SECTION = "empty_section"
    UNREACHABLE = "unreachable"
    ORDER = "order"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_PICTURE = "unknown_picture"
    READING_LEVEL = "reading_level"
    LONG_SENTENCE = "long_sentence"
    DOUBLE_BARRELLED = "double_barrelled"
    NEGATIVE = "negative"
    BANNED_WORD = "banned_word"
    JARGON = "jargon"
    BANNED_KIND = "banned_kind"
    NO_PERIOD = "no_period"
    FACES = "faces"
    TOO_MANY_CHOICES = "too_many_choices"
    MISSING_CORE = "missing_core"
    CONTACT = "contact"
    UNUSED_WAIVER = "unused_waiver"


#: Rules without which a questionnaire cannot be asked at all: no waiver helps.
HARD = frozenset({Rule.NO_CONSENT, Rule.EMPTY_SECTION, Rule.UNREACHABLE, Rule.ORDER, Rule.UNKNOWN_CHOICE})


@dataclass(frozen=True)
class Fault:
    """A rule that is broken: where, which, and the mend.

    The item is a question's key, “intro”, “thanks”, a section's title, or `WHOLE`; a waiver names it alike.
    """

    item: str
    rule: Rule
    says: str
