"""The languages that respondents may read: which there are, which one is spoken now, and its words."""

from languages.known import ENGLISH, LANGUAGES, Language
from languages.speaking import day, gettext, marked, ngettext, speak, spoken

__all__ = ["ENGLISH", "LANGUAGES", "Language", "day", "gettext", "marked", "ngettext", "speak", "spoken"]
