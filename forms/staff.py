"""The forms that staff fill in; every message says what to do."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional, Regexp


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return (value, label) pairs as the choices of a field."""
    return [SelectChoice(value, label) for value, label in pairs]


def _needed(sentence: str) -> DataRequired:
    # `required` in the HTML would let the browser stop the form with words of its own.
    needed = DataRequired(message=sentence)
    needed.field_flags = {}
    return needed


def _at_most(length: int) -> Length:
    limit = Length(max=length, message=f"Use {length} characters or fewer.")
    limit.field_flags = {}
    return limit


KEY = Regexp(r"^[a-z0-9][a-z0-9-]{0,79}$", message="Use small letters, digits and hyphens, such as autumn-2026.")


class StaffForm(FlaskForm):
    """A new account."""

    name = StringField("Full name", [_needed("Enter the person’s name."), _at_most(120)])
    email = StringField(
        "E-mail address",
        [
            _needed("Enter the e-mail address they will sign in with."),
            Email(message="Enter an e-mail address, such as name@example.org."),
        ],
    )
    roles = SelectMultipleField("What they may do", [_needed("Choose at least one role.")])


class ActiveForm(FlaskForm):
    """Switch an account on ("1") or off ("0")."""

    active = HiddenField()


class PriorityForm(FlaskForm):
    """A priority of the plan."""

    number = IntegerField(
        "Number",
        [
            _needed("Enter the priority’s number in the plan."),
            NumberRange(1, 200, message="Enter a whole number from 1 to 200."),
        ],
    )
    title = StringField("Title", [_needed("Enter a short title."), _at_most(200)])
    outcome = TextAreaField("What will be different for children", [_needed("Write the outcome in one sentence.")])
    what_counts = TextAreaField("What counts", [_needed("Write 2 to 4 sentences on what counts.")])
    ilacs_area = SelectField("ILACS area", [_needed("Choose the area of the inspection framework.")])
    champion = StringField("Champion", [_at_most(120)])
    audiences = SelectMultipleField("Who it is about", [_needed("Choose at least one audience.")])


class WaveForm(FlaskForm):
    """Open a wave: a questionnaire, or an empty pile for an import."""

    title = StringField("Title", [_needed("Enter a title that staff will recognise."), _at_most(200)])
    key = StringField("Key, used in the address", [_needed("Enter a key, such as autumn-2026."), KEY])
    audience = SelectField("Who it asks", [_needed("Choose who it asks.")])
    questionnaire = SelectField("Questionnaire", [Optional()])
    promise = RadioField("What respondents are promised", [_needed("Choose the promise; it cannot be changed later.")])
    opens_on = DateField("Opens on", [_needed("Enter the day it opens.")])
    closes_on = DateField("Closes on", [Optional()])
    consent_basis = TextAreaField("For an import: on what basis may these words be used?")
    draft_accepted_by = StringField("Draft questions: who takes it on themselves to try them?", [_at_most(120)])


class UploadForm(FlaskForm):
    """A file of responses from another tool."""

    file = FileField("CSV or Excel file", [_needed("Choose a file, then upload it.")])


class ReleaseForm(FlaskForm):
    """Release what was read; the reader gives their name."""

    responses = SelectMultipleField(
        "Responses", [_needed("Tick what you have read.")], coerce=int, validate_choice=False
    )
    read_by = StringField("Read by", [_needed("Enter your name as the reader."), _at_most(120)])


class ThemeForm(FlaskForm):
    """A theme of the codebook."""

    name = StringField("Name", [_needed("Enter a name people will recognise."), _at_most(120)])
    key = StringField("Key", [_needed("Enter a key, such as worker-changes."), KEY])
    description = TextAreaField(
        "What counts, and what does not", [_needed("Write what counts, in two or three sentences.")]
    )


class DecisionForm(FlaskForm):
    """Yes or no to suggested codings, with the sentiment a person sees in them."""

    coding = HiddenField()
    decision = RadioField(
        "Decision",
        [_needed("Choose yes or no.")],
        choices=choices([("confirmed", "Yes"), ("rejected", "No")]),
    )
    sentiment = RadioField(
        "They speak of it",
        [Optional()],
        choices=choices([("positive", "Well"), ("negative", "Badly"), ("mixed", "Both"), ("neutral", "Neither")]),
    )


class LinkForm(FlaskForm):
    """Confirm or reject a theme's link to a priority."""

    theme = HiddenField(validators=[_needed("Choose a theme.")])
    priority = SelectField("Priority", [_needed("Choose a priority.")])
    decision = RadioField(
        "Decision",
        [_needed("Choose yes or no.")],
        choices=choices([("confirmed", "Link it"), ("rejected", "Do not link it")]),
    )
    stance = RadioField(
        "What the theme says of the priority",
        [Optional()],
        choices=choices(
            [
                ("supports", "Supports it: saying this is a sign that it works"),
                ("challenges", "Challenges it: saying this is a sign that it does not work"),
                ("qualifies", "Qualifies it: it depends"),
            ]
        ),
    )
    reason = TextAreaField("Why", [_at_most(600)])


class ItemForm(FlaskForm):
    """Link a closed item to a priority, with the answers that count as favourable."""

    item = SelectField("Question", [_needed("Choose a question.")])
    priority = SelectField("Priority", [_needed("Choose a priority.")])
    favourable = SelectMultipleField("Favourable answers", [_needed("Tick at least one favourable answer.")])
    reason = TextAreaField("Why", [_needed("Say in a sentence why this item speaks to the priority."), _at_most(600)])


class QuoteForm(FlaskForm):
    """Clear an excerpt to be shown, with words masked."""

    excerpt = HiddenField(validators=[_needed("Choose an excerpt.")])
    theme = HiddenField(validators=[_needed("Choose a theme.")])
    masks = TextAreaField("Words to hide, one a line")
    cleared_by = StringField("Cleared by", [_needed("Enter your name: it stands in the record."), _at_most(120)])


class DecideAllForm(FlaskForm):
    """Yes or no to every waiting suggestion of a theme, from a likelihood on."""

    decision = RadioField(
        "Decision for all of them",
        [_needed("Choose yes or no.")],
        choices=choices([("confirmed", "Yes to all"), ("rejected", "No to all")]),
    )
    at_least = SelectField(
        "From which likelihood",
        choices=choices([("8", "8 in 10 and more"), ("6", "6 in 10 and more"), ("0", "All that wait")]),
    )
