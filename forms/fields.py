"""One table: question kind -> the WTForms fields that answer it; every message says what to do."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from forms.drawings import PictureField
from forms.questionnaire import ANY_OF, IN_WORDS, ONE_OF, PICKED, Choice, Kind, Question
from languages import gettext as _
from languages import marked, ngettext

#: WTForms' fields before they are bound to a form; the library has no types.
Fields = dict[str, Any]

#: Control characters but tab and line feed, bidirectional embeddings, overrides and isolates (they can make a
#: screen show other words than were sent), and lone surrogates, which no database stores.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

_LINE_BREAK = re.compile(r"\r\n?")

#: NFC makes at most four characters one, so a text over four times its limit is too long in any form.
_MOST_COMPOSED = 4


def choice_name(key: str) -> str:
    """Return the name of the radios of a question: its choices, or below a text area the ways not to answer.

    The prefix keeps a key such as `data` or `process` from hiding a method of the form.
    """
    return f"q_{key}"


def text_name(key: str) -> str:
    """Return the name of the text area of a long text."""
    return f"q_{key}_text"


def instead_name(key: str) -> str:
    """Return the name of the radios below boxes to tick or a date: the ways not to answer."""
    return f"q_{key}_instead"


def picture_name(key: str) -> str:
    """Return the name of the file of a drawing."""
    return f"q_{key}_picture"


def away_name(key: str) -> str:
    """Return the name of the box that takes a drawing away again."""
    return f"q_{key}_away"


def month_name(key: str) -> str:
    """Return the name of the box for a month, 1 to 12."""
    return f"q_{key}_month"


def year_name(key: str) -> str:
    """Return the name of the box for a year."""
    return f"q_{key}_year"


def build(question: Question) -> Fields:
    """Return the fields of one question by name."""
    return _BUILDERS[question.kind](question)


def without_hidden(text: str) -> str:
    """Return the text with line feeds as its line breaks and without characters nobody can see.

    Every text that comes in passes here once, whatever it is for: PostgreSQL refuses a NUL, SQLite takes it.
    """
    return _HIDDEN.sub("", _LINE_BREAK.sub("\n", text))


def clean_text(text: object, limit: int) -> str:
    """Return what was written as one form of line break and accent, without characters nobody can see."""
    if not isinstance(text, str):  # nothing sent, or a file sent in place of words
        return ""
    cleaned = without_hidden(text).strip()
    # Composing a long run of accents takes time that grows with its square: a way to stall the server.
    if len(cleaned) > _MOST_COMPOSED * limit:
        return cleaned
    return unicodedata.normalize("NFC", cleaned)


def _choice(question: Question) -> Fields:
    return {choice_name(question.key): _radios(question, (*question.choices, *question.declines))}


def _short_text(question: Question) -> Fields:
    return _words(question, StringField)


def _long_text(question: Question) -> Fields:
    return _words(question, TextAreaField)


def _words(question: Question, kind: Any) -> Fields:
    limit = question.max_length
    # Made before the radios, so that it is checked before them and can untick them.
    text = kind(
        question.text,
        description=question.hint or "",
        filters=[lambda text: clean_text(text, limit)],
        # The order matters: somebody who may not want to send the words is not asked to shorten them.
        validators=[_one_or_the_other(question, choice_name(question.key)), _not_too_long(limit)],
    )
    return {text_name(question.key): text, choice_name(question.key): _radios(question, question.declines)}


def _drawing(question: Question) -> Fields:
    picture = PictureField(_("Choose a photo of your drawing"), validators=[_picture_meant(question)])
    away = BooleanField(_("Take my drawing away"))
    return {picture_name(question.key): picture, away_name(question.key): away} | _long_text(question)


def _info(_question: Question) -> Fields:
    return {}


def _any_of(question: Question) -> Fields:
    most = PICKED if question.kind is Kind.PICK_THREE else len(question.choices)
    boxes = SelectMultipleField(
        question.text,
        description=question.hint or "",
        choices=[SelectChoice(choice.key, choice.text) for choice in question.choices],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        # What was ticked and is no choice here was made up by hand: there is nobody to ask about it.
        filters=[lambda ticked: [key for key in ticked or () if key in {choice.key for choice in question.choices}]],
        validate_choice=False,
        validators=[
            _one_or_the_other(question, instead_name(question.key)),
            _none_alone(question),
            _at_most(most),
        ],
    )
    return {choice_name(question.key): boxes, instead_name(question.key): _radios(question, question.declines)}


def _month_year(question: Question) -> Fields:
    def number(label: str, *checks: Callable[[Any, Any], None]) -> Any:
        return StringField(label, filters=[lambda text: clean_text(text, 8)], validators=list(checks))

    one_or_the_other = _one_or_the_other(question, instead_name(question.key))
    return {
        month_name(question.key): number(_("Month"), one_or_the_other, _month(question)),
        year_name(question.key): number(_("Year"), _year(question)),
        instead_name(question.key): _radios(question, question.declines),
    }


def _consent(question: Question) -> Fields:
    return {choice_name(question.key): _radios(question, question.choices)}


def _radios(question: Question, choices: Iterable[Choice]) -> Any:
    named = _(" or ").join(f"“{choice.text}”" for choice in choices)
    return RadioField(
        question.text,
        description=question.hint or "",
        choices=[SelectChoice(choice.key, choice.text) for choice in choices],
        filters=[lambda key: key.strip() or None if key else None],
        # Without `Optional` the check of the choice refuses a blank too, in the same words.
        validators=[Optional()] if question.may_be_blank else [],
        invalid_choice_message=_("Choose one of the answers on this page.")
        if question.may_be_blank
        else _("Choose %(named)s to go on.", named=named),
    )


def _one_or_the_other(question: Question, declined_name: str) -> Callable[[Any, Any], None]:
    """An answer and "I'd rather not say" together: ask which is meant, and keep the answer on the page."""
    labels = {choice.key: choice.text for choice in question.declines}
    sentence = marked(
        "You wrote something and also chose “%(label)s”. Which do you mean? To send your words, press the button "
        "again. To leave them out, empty the box and choose “%(label)s” again."
    )
    if question.kind not in IN_WORDS:  # what was given may be a drawing, which no box can be emptied of
        sentence = marked(
            "You gave an answer and also chose “%(label)s”. Which do you mean? To send it, press the button again. "
            "To leave it out, take it away and choose “%(label)s” again."
        )

    def check(form: Any, field: Any) -> None:
        declined = form[declined_name]
        label = labels.get(declined.data)
        if not (field.data and label):
            return
        # A radio cannot be unticked by hand, so it comes back empty and either choice can be made.
        declined.data, declined.raw_data = None, []
        raise StopValidation(_(sentence, label=label))

    return check


def _picture_meant(question: Question) -> Callable[[Any, Any], None]:
    """A picture and "I'd rather not say" together: ask, unless the picture kept before is just being taken away."""
    check = _one_or_the_other(question, choice_name(question.key))
    away = away_name(question.key)
    return lambda form, field: check(form, field) if field.picture or not form[away].data else None


def _none_alone(question: Question) -> Callable[[Any, Any], None]:
    words = {choice.key: choice.text for choice in question.choices}

    def check(_form: Any, field: Any) -> None:
        if question.none and question.none in field.data and len(field.data) > 1:
            none = words[question.none]
            raise StopValidation(_("Choose “%(none)s” alone, or leave it and choose the others.", none=none))

    return check


def _at_most(most: int) -> Callable[[Any, Any], None]:
    def check(_form: Any, field: Any) -> None:
        over = len(field.data) - most
        if over > 0:
            given = {"most": most, "chosen": len(field.data), "over": over}
            raise StopValidation(_("Choose %(most)s at most. You have chosen %(chosen)s: take %(over)s away.", **given))

    return check


def _month(question: Question) -> Callable[[Any, Any], None]:
    def check(form: Any, field: Any) -> None:
        if not field.data and not form[year_name(question.key)].data:
            return
        if not (field.data.isdecimal() and 1 <= int(field.data) <= 12):
            raise StopValidation(_("Write the month as a number from 1 to 12, such as 3 for March."))

    return check


def _year(question: Question) -> Callable[[Any, Any], None]:
    def check(form: Any, field: Any) -> None:
        if not field.data and not form[month_name(question.key)].data:
            return
        if not (field.data.isdecimal() and 1900 <= int(field.data) <= 2100):
            raise StopValidation(_("Write the year with four figures, such as 2026."))

    return check


def _not_too_long(limit: int) -> Callable[[Any, Any], None]:
    def check(form: Any, field: Any) -> None:
        over = len(field.data) - limit
        if over > 0:
            raise StopValidation(
                ngettext(
                    "Make your answer %(num)s character shorter. There is room for %(limit)s.",
                    "Make your answer %(num)s characters shorter. There is room for %(limit)s.",
                    over,
                    limit=limit,
                )
            )

    return check


_BUILDERS: dict[Kind, Callable[[Question], Fields]] = {
    **dict.fromkeys(ONE_OF, _choice),
    **dict.fromkeys(ANY_OF, _any_of),
    Kind.INFO: _info,
    Kind.MONTH_YEAR: _month_year,
    Kind.SHORT_TEXT: _short_text,
    Kind.LONG_TEXT: _long_text,
    Kind.CONTACT: _short_text,
    Kind.DRAWING: _drawing,
    Kind.CONSENT: _consent,
}
