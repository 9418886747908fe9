"""The forms with which staff field a wave: prepare, change and publish it, make its codes, see to who asks for help."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import NumberRange, Optional

from forms.staff import KEY, LONGEST, CleanForm, at_most, choices, needed

#: Most contacts of its own that a wave has.
CONTACTS = 3
ENTRIES = {
    "link": "Anybody with the link",
    "code": "By code only: each code opens the questions once",
}


def _whole(label: str, least: int, most: int, sentence: str, *first: Any) -> IntegerField:
    limits = NumberRange(least, most, message=sentence)
    limits.field_flags = {}
    return IntegerField(label, [*first, limits])


class ReachingForm(CleanForm):
    """What may be changed as long as a wave runs: its name and last day, who acts and when, whom to ring."""

    title = StringField("Title", [needed("Enter a title that staff will recognise."), at_most(200)])
    closes_on = DateField("Closes on", [Optional()])
    cohort = _whole("How many people are asked", 1, 1_000_000, "Enter a whole number, or leave it empty.", Optional())
    cover_hours = StringField("When somebody reads and acts", [at_most(200)])
    contact_1_name = StringField("Name", [at_most(80)])
    contact_1_number = StringField("Number to ring or text", [at_most(30)])
    contact_1_note = StringField("When, or for whom", [at_most(80)])
    contact_2_name = StringField("Name", [at_most(80)])
    contact_2_number = StringField("Number to ring or text", [at_most(30)])
    contact_2_note = StringField("When, or for whom", [at_most(80)])
    contact_3_name = StringField("Name", [at_most(80)])
    contact_3_number = StringField("Number to ring or text", [at_most(30)])
    contact_3_note = StringField("When, or for whom", [at_most(80)])

    def own_contacts(self) -> str:
        """Return the contacts as a wave keeps them: one `name|number|note` a line."""
        rows = (
            [(self[f"contact_{place}_{part}"].data or "").replace("|", " ").strip() for part in _PARTS]
            for place in range(1, CONTACTS + 1)
        )
        return "\n".join("|".join(row) for row in rows if row[0])

    def contacts_fit(self) -> bool:
        """Say at its field when a contact has a name and no number, or a number and no name."""
        for place in range(1, CONTACTS + 1):
            name, number = (self[f"contact_{place}_{part}"] for part in ("name", "number"))
            if number.data and not name.data:
                name.errors = ["Enter whose number this is."]
            if name.data and not any(sign.isdigit() for sign in number.data or ""):
                number.errors = ["Enter a number that can be rung or texted."]
        return not self.errors


_PARTS = ("name", "number", "note")


def contact_fields(lines: list[Any]) -> dict[str, str]:
    """Return what fills a form's contacts: lines with a name, a number and a note."""
    return {
        f"contact_{place}_{part}": getattr(line, part)
        for place, line in enumerate(lines[:CONTACTS], 1)
        for part in _PARTS
    }


class WaveForm(ReachingForm):
    """Prepare a wave: a questionnaire, or an empty pile for an import."""

    key = StringField("Key, used in the address", [needed("Enter a key, such as autumn-2026."), KEY])
    audience = SelectField("Who it asks", [needed("Choose who it asks.")])
    questionnaire = SelectField("Questionnaire", [Optional()])
    promise = RadioField("What respondents are promised", [needed("Choose the promise.")])
    entry = RadioField("Who can answer", choices=choices(ENTRIES.items()), default="link")
    opens_on = DateField("Opens on", [needed("Enter the day it opens.")])
    consent_basis = TextAreaField("For an import: on what basis may these words be used?", [at_most(LONGEST)])
    draft_accepted_by = StringField("Draft questions: who takes it on themselves to try them?", [at_most(120)])


class PublishForm(CleanForm):
    """Publish a wave; the box says that what is fixed was read."""

    #: What its page showed.
    seen = HiddenField()
    understood = BooleanField(
        "I have read this page, and looked at the preview",
        [needed("Tick the box when you have read the page: none of it can be changed later.")],
    )


class CodesForm(CleanForm):
    """How many codes to make for an anonymous wave."""

    number = _whole("How many codes", 1, 1_000, "Enter a number from 1 to 1000.", needed("Enter how many you need."))


class NamedCodesForm(CleanForm):
    """For whom to make codes in a traceable wave."""

    references = TextAreaField("Whom the codes are for", [needed("Write one reference a line."), at_most(LONGEST)])


class ReasonForm(CleanForm):
    """Why somebody needs to know who sent a response."""

    reason = TextAreaField("Why you need to know", [needed("Say why. It is recorded with your name."), at_most(1_000)])


class OutcomeForm(CleanForm):
    """What came of a request for help."""

    outcome = TextAreaField("What came of it", [needed("Say what came of it, in a sentence."), at_most(1_000)])
