"""The forms that staff fill in; every message says what to do."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional, Regexp, ValidationError

from forms.fields import clean_text

#: Most characters of a text that staff write in a box of several lines.
LONGEST = 5_000


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return (value, label) pairs as the choices of a field."""
    return [SelectChoice(value, label) for value, label in pairs]


def needed(sentence: str) -> DataRequired:
    """Return the check that something was entered; `sentence` says what to do when nothing was."""
    # `required` in the HTML would let the browser stop the form with words of its own.
    needed = DataRequired(message=sentence)
    needed.field_flags = {}
    return needed


def at_most(length: int) -> Length:
    """Return the check that a text is no longer."""
    limit = Length(max=length, message=f"Use {length} characters or fewer.")
    limit.field_flags = {}
    return limit


KEY = Regexp(r"[a-z0-9][a-z0-9-]{0,79}\Z", message="Use small letters, digits and hyphens, such as autumn-2026.")


class CleanForm(FlaskForm):
    """A form whose every text is clean before anything checks it; no field can forget."""

    class Meta:
        """How the fields are made."""

        def bind_field(self, form: FlaskForm, unbound_field: UnboundField, options: dict[str, Any]) -> Field:
            """Put the cleaner before the filters of each field for text."""
            if issubclass(unbound_field.field_class, StringField):
                options = options | {"filters": (_clean, *unbound_field.kwargs.get("filters", ()))}
            return unbound_field.bind(form=form, **options)


def _clean(text: str | None) -> str | None:
    return text and clean_text(text, LONGEST)


SENTIMENTS = [("positive", "Well"), ("negative", "Badly"), ("mixed", "Both"), ("neutral", "Neither")]


class StaffForm(CleanForm):
    """A new account."""

    name = StringField("Full name", [needed("Enter the person’s name."), at_most(120)])
    email = StringField(
        "E-mail address",
        [
            needed("Enter the e-mail address they will sign in with."),
            Email(message="Enter an e-mail address, such as name@example.org."),
        ],
    )
    roles = SelectMultipleField("What they may do", [needed("Choose at least one role.")])


class ActiveForm(CleanForm):
    """Switch an account on ("1") or off ("0")."""

    active = HiddenField()


class PriorityForm(CleanForm):
    """A priority of the plan."""

    number = IntegerField(
        "Number",
        [
            needed("Enter the priority’s number in the plan."),
            NumberRange(1, 200, message="Enter a whole number from 1 to 200."),
        ],
    )
    title = StringField("Title", [needed("Enter a short title."), at_most(200)])
    outcome = TextAreaField(
        "What will be different for children", [needed("Write the outcome in one sentence."), at_most(LONGEST)]
    )
    what_counts = TextAreaField("What counts", [needed("Write 2 to 4 sentences on what counts."), at_most(LONGEST)])
    ilacs_area = SelectField("ILACS area", [needed("Choose the area of the inspection framework.")])
    champion = StringField("Champion", [at_most(120)])
    audiences = SelectMultipleField("Who it is about", [needed("Choose at least one audience.")])


class UploadForm(CleanForm):
    """A file of responses from another tool."""

    file = FileField("CSV or Excel file", [needed("Choose a file, then upload it.")])


class ColumnsForm(CleanForm):
    """What the columns of an uploaded file hold; only the words are needed."""

    text = SelectField("Their own words", [needed("Choose the column that holds what people wrote.")])
    question = SelectField("The question they answered", [Optional()])
    choices = SelectMultipleField("Answers chosen from a list")
    id = SelectField("A number or name for each row", [Optional()])
    week = SelectField("The date it came", [Optional()])
    quote = SelectField("May it be quoted?", [Optional()])
    themes = SelectField("Themes that people have coded", [Optional()])
    sentiment = SelectField("Sentiment of the coded themes", [Optional()])
    coder = StringField("Who coded them", [at_most(120)])
    skip_bad = BooleanField("Leave out rows that are not right, and import the others")

    def fits(self) -> bool:
        """Each column is used once, and codings name their coder."""
        used: list[str] = list(self.choices.data or ())
        for name in ("text", "question", "id", "week", "quote", "themes", "sentiment"):
            if self[name].data and self[name].data in used:
                self[name].errors = [f"“{self[name].data}” is used above already. Choose another, or “No column”."]
            used.append(self[name].data)
        if self.themes.data and not (self.coder.data or "").strip():
            self.coder.errors = ["Enter who coded these texts: a name goes with every coding."]
        return not self.errors


class ReleaseForm(CleanForm):
    """Release what was read; the reader gives their name."""

    responses = SelectMultipleField("Responses", coerce=int, validate_choice=False)
    #: Every response the page showed: "release all" means these, not whatever came since.
    on_page = SelectMultipleField("On this page", coerce=int, validate_choice=False)
    everything = HiddenField()
    read_by = StringField("Read by", [needed("Enter your name as the reader."), at_most(120)])

    @property
    def chosen(self) -> list[int]:
        """Ids of the responses to release."""
        return list((self.on_page if self.everything.data else self.responses).data or ())

    def validate_responses(self, field: SelectMultipleField) -> None:
        """Something must be ticked, or the other button pressed."""
        if not self.chosen:
            raise ValidationError("Tick what you have read, then release it.")


class DrawingForm(CleanForm):
    """What a drawing shows, in the words of whoever looked at it."""

    words = TextAreaField(
        "What does it show, in plain words?",
        [needed("Say what the drawing shows, then release it."), at_most(1_000)],
    )


class ThemeForm(CleanForm):
    """A theme of the codebook."""

    name = StringField("Name", [needed("Enter a name people will recognise."), at_most(120)])
    key = StringField("Key", [needed("Enter a key, such as worker-changes."), KEY])
    description = TextAreaField(
        "What counts, and what does not",
        [needed("Write what counts, in two or three sentences."), at_most(LONGEST)],
    )


def _no_blank(key: str | None) -> str | None:
    """Nothing for blanks, which `Optional` would let pass as they are."""
    return (key or "").strip() or None


class DecisionForm(CleanForm):
    """Yes or no to suggested codings, with the sentiment a person sees in them."""

    decision = RadioField(
        "Decision",
        [needed("Choose yes or no.")],
        choices=choices([("confirmed", "Yes"), ("rejected", "No")]),
    )
    sentiment = RadioField(
        "They speak of it",
        [Optional()],
        filters=[_no_blank],
        choices=choices(SENTIMENTS),
    )


class CodeForm(CleanForm):
    """Code a text by hand."""

    themes = SelectMultipleField("Which themes are in it?", [needed("Choose at least one theme, or skip this text.")])
    sentiment = RadioField("They speak of it", [Optional()], filters=[_no_blank], choices=choices(SENTIMENTS))


class LinkForm(CleanForm):
    """Confirm or reject a theme's link to a priority."""

    priority = SelectField("Priority", [needed("Choose a priority.")])
    decision = RadioField(
        "Decision",
        [needed("Choose yes or no.")],
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
    reason = TextAreaField("Why", [at_most(600)])


class ItemForm(CleanForm):
    """Link a closed item to a priority, with the answers that count as favourable."""

    item = SelectField("Question", [needed("Choose a question.")])
    priority = SelectField("Priority", [needed("Choose a priority.")])
    favourable = SelectMultipleField("Favourable answers", [needed("Tick at least one favourable answer.")])
    reason = TextAreaField("Why", [needed("Say in a sentence why this item speaks to the priority."), at_most(600)])


class QuoteForm(CleanForm):
    """Clear an excerpt to be shown, with words masked."""

    masks = TextAreaField("Words to hide, one a line", [at_most(LONGEST)])
    cleared_by = StringField("Cleared by", [needed("Enter your name: it stands in the record."), at_most(120)])


class SearchForm(CleanForm):
    """Words to look for in quotes; it stands in an address, so it may be kept and sent on."""

    class Meta(CleanForm.Meta):
        """It changes nothing, so it carries no token."""

        csrf = False

    words = StringField("Words to look for", [needed("Write one word or more, then search."), at_most(200)])


#: Likelihoods in tenths from which many suggestions may be decided at once.
FROM_LIKELIHOOD = (("8", "8 in 10 and more"), ("6", "6 in 10 and more"), ("0", "All that wait"))


class DecideAllForm(CleanForm):
    """Yes or no to every waiting suggestion of a theme, from a likelihood on."""

    decision = RadioField(
        "Decision for all of them",
        [needed("Choose yes or no.")],
        choices=choices([("confirmed", "Yes to all"), ("rejected", "No to all")]),
    )
    at_least = SelectField(
        "From which likelihood",
        choices=choices(FROM_LIKELIHOOD),
    )


class LanguageForm(CleanForm):
    """One more language for a wave."""

    language = RadioField("Offer one more language", [needed("Choose a language.")])
    accepted_by = StringField(
        "Who takes it on themselves to show words that nobody has checked",
        [at_most(120)],
        description="Their full name. Leave it empty when a person has checked every text.",
    )
