"""The language that is spoken now, in this thread, and its words."""

import datetime
from contextvars import ContextVar

from babel.dates import format_date

from languages.catalogues import site_words
from languages.known import ENGLISH, LANGUAGES, Language

_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def speak(code: str) -> None:
    """Speak this language from now on; raises KeyError for one that is not known."""
    _spoken.set(LANGUAGES[code])


def spoken() -> Language:
    """The language that is spoken now."""
    return _spoken.get()


def gettext(text: str, **values: object) -> str:
    """A text of the site in the language that is spoken; `%(name)s` in it stands for a value."""
    if _spoken.get() is not ENGLISH:
        text = site_words(_spoken.get().code).gettext(text)
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The form of a text that goes with a number; `%(num)s` in it stands for the number."""
    if _spoken.get() is ENGLISH:
        text = one if number == 1 else many
    else:
        text = site_words(_spoken.get().code).ngettext(one, many, number)
    return text % ({"num": number} | values)


def marked(text: str) -> str:
    """The text itself: it is marked for translators here, and translated where it is shown."""
    return text


def day(date: datetime.date) -> str:
    """A day as people write it in the language that is spoken: 8 December 2026."""
    return format_date(date, "d MMMM y", locale=_spoken.get().code)
