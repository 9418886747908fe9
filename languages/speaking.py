"""The language that is spoken now, in this thread, and its words."""

import datetime
from contextvars import ContextVar
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.support import LazyProxy, NullTranslations

from languages.catalogues import site_words
from languages.known import ENGLISH, LANGUAGES, Language

_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def speak(code: str) -> None:
    """Speak this language from now on; raises KeyError for one that is not known."""
    _spoken.set(LANGUAGES[code])


def spoken() -> Language:
    """The language that is spoken now."""
    return _spoken.get()


def found(text: str) -> str:
    """A text of the site in the language that is spoken, its `%(name)s` still in it."""
    return text if _spoken.get() is ENGLISH else site_words(_spoken.get().code).gettext(text)


def found_for(one: str, many: str, number: int) -> str:
    """The form of a text that goes with a number, its `%(num)s` still in it."""
    if _spoken.get() is ENGLISH:
        return one if number == 1 else many
    return site_words(_spoken.get().code).ngettext(one, many, number)


def gettext(text: str, **values: object) -> str:
    """A text of the site in the language that is spoken; `%(name)s` in it stands for a value."""
    return found(text) % values if values else found(text)


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The form of a text that goes with a number; `%(num)s` in it stands for the number."""
    return found_for(one, many, number) % ({"num": number} | values)


def marked(text: str) -> str:
    """The text itself: it is marked for translators here, and translated where it is shown."""
    return text


def lazy(text: str) -> LazyProxy:
    """A text that is translated anew each time it is shown: for the labels of a form, which outlive a request."""
    return LazyProxy(gettext, text, enable_cache=False)


def day(date: datetime.date) -> str:
    """A day as people write it in the language that is spoken: 8 December 2026."""
    return format_date(date, "d MMMM y", locale=_spoken.get().code)


def month_and_year(date: datetime.date) -> str:
    """A month as people write it in the language that is spoken: March 2026."""
    return format_date(date, "LLLL y", locale=_spoken.get().code)


def counted(one: str, many: str) -> dict[str, str]:
    """{plural category of CLDR: the form of a text that goes with it}, for a script in the browser that counts."""
    return _counted(_spoken.get(), one, many)


#: Every category of our languages has a whole number below this.
_ENOUGH = 200


@cache
def _counted(language: Language, one: str, many: str) -> dict[str, str]:
    category = Locale.parse(language.code).plural_form
    words = site_words(language.code) if language is not ENGLISH else NullTranslations()
    found: dict[str, str] = {}
    for number in range(_ENOUGH):
        found.setdefault(category(number), words.ngettext(one, many, number))
    # Where only fractions take it, nothing is ever counted in it; the script wants it all the same.
    found.setdefault("other", words.ngettext(one, many, _ENOUGH))
    return found
