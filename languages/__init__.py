"""The languages that respondents may read: which there are, which one is spoken now, and its words."""

from languages.known import ENGLISH, LANGUAGES, Language
from languages.speaking import (
    counted,
    day,
    found,
    found_for,
    gettext,
    lazy,
    marked,
    month_and_year,
    ngettext,
    speak,
    spoken,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Language",
    "counted",
    "day",
    "found",
    "found_for",
    "gettext",
    "lazy",
    "marked",
    "month_and_year",
    "ngettext",
    "speak",
    "spoken",
]
