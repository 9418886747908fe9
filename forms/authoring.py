"""The forms on which staff write questionnaires; what a question needs besides is said by whoever reads it."""

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as Lines
from wtforms.validators import NumberRange, Optional, Regexp

from forms.reading import LONGEST_TEXT, QUESTIONNAIRE_KEY
from forms.staff import LONGEST, CleanForm, at_most, needed

KEY = Regexp(
    rf"{QUESTIONNAIRE_KEY.pattern}\Z",
    message="Use small letters, digits and hyphens, such as our-view: a letter first, 40 signs at most.",
)


class CopyForm(CleanForm):
    """A questionnaire of the council's own, copied from another."""

    key = StringField("Its key, used in lists and addresses", [needed("Enter a key, such as our-view."), KEY])


class OpeningForm(CleanForm):
    """What is said before and after the questions."""

    #: What these words were when the page was opened, so that nobody writes over somebody else.
    seen = HiddenField()
    title = StringField("Title", [needed("Enter a title that respondents will understand."), at_most(120)])
    audience = SelectField("Who it asks", [needed("Choose who it asks.")])
    minutes = IntegerField(
        "Minutes it takes",
        [needed("Enter how many minutes it takes."), NumberRange(1, 60, message="Enter a whole number from 1 to 60.")],
    )
    intro = Lines("Before the first question", [needed("Write at least one sentence of welcome."), at_most(LONGEST)])
    thanks = Lines("Thanks, after sending", [needed("Write a sentence of thanks."), at_most(1000)])
    not_sure = StringField("Way not to answer: not sure", [needed("Enter words such as “I’m not sure”."), at_most(80)])
    rather_not_say = StringField(
        "Way not to answer: rather not say", [needed("Enter words such as “I’d rather not say”."), at_most(80)]
    )


class QuestionForm(CleanForm):
    """One question; the page takes away what its kind does not have."""

    seen = HiddenField()
    #: The answers that the page has said would be taken out, so that a second press means it.
    agreed = HiddenField()
    text = Lines("Question", [needed("Write the question."), at_most(500)])
    hint = Lines("Help below it", [at_most(500)])
    period = StringField("Time it is about", [needed("Name the time, such as “In the last 4 weeks”."), at_most(120)])
    low = StringField("0 means", [needed("Say what 0 means, such as “not good at all”."), at_most(80)])
    high = StringField("10 means", [needed("Say what 10 means, such as “very good”."), at_most(80)])
    choices = Lines("Answers, one a line", [needed("Write two answers or more, one a line."), at_most(LONGEST)])
    same_answers = BooleanField("Line by line, these are the same answers in other words")
    none = StringField("The answer that rules out the others", [at_most(200)])
    max_length = IntegerField(
        "Room, in characters",
        [
            needed("Enter how many characters there is room for."),
            NumberRange(1, LONGEST_TEXT, message=f"Enter a whole number from 1 to {LONGEST_TEXT}."),
        ],
    )
    domain = SelectField("Part of life", [needed("Choose the part of life it is about.")])
    core = SelectField("One of the six things asked at every age", [Optional()])


class NewQuestionForm(CleanForm):
    """What to add, and where."""

    what = RadioField("What do you want to add?", [needed("Choose what to add.")])
    section = SelectField("Section", [needed("Choose a section.")])


class KindForm(CleanForm):
    """Another way of answering a question."""

    kind = RadioField("How should it be answered?", [needed("Choose how it is answered.")])


class RuleForm(CleanForm):
    """Who is asked a question."""

    seen = HiddenField()
    question = SelectField("Ask it only after this answer", [Optional()])
    any_of = SelectMultipleField("Ask it of those who chose one of these")


class SectionForm(CleanForm):
    """The title of a section."""

    title = StringField("Title of the section", [needed("Enter a title of a few words."), at_most(120)])


class WaiverForm(CleanForm):
    """One rule of wording that is broken on purpose."""

    item = HiddenField()
    rule = HiddenField()
    reason = Lines("Why it may stay as it is", [needed("Say in a sentence why it may stay."), at_most(300)])


class TestedForm(CleanForm):
    """Who recorded that the words were tried with the people they are for; nobody makes it a draft again."""

    tested_by = StringField("Who recorded the test", [at_most(120)])


class FileForm(CleanForm):
    """A questionnaire in a file."""

    file = FileField("TOML or XLSForm file", [needed("Choose a file, then upload it.")])
    key = StringField("Its key here", [Optional(), KEY])
    audience = SelectField("Who it asks, when the file does not say", [Optional()])
