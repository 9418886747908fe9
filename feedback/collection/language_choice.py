"""Which language somebody reads: what they chose, or else what their browser asks for; never kept with an answer."""

import datetime

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from feedback import access
from feedback.collection import easier
from feedback.collection.editions import asked_in, offered_on
from feedback.collection.models import Wave
from feedback.collection.store import asked_version
from feedback.errors import SoundingsError
from forms.questionnaire import Format, Questionnaire
from languages import ENGLISH, LANGUAGES, speak, spoken
from languages.catalogues import site_state

COOKIE = "language"


def wanted() -> str:
    """The code of the language this browser wants, of those we know."""
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or ENGLISH.code


def speak_to_whoever_asks() -> None:
    """Before a page of respondents: speak their language where somebody can answer in it, and English elsewhere."""
    code = wanted() if _of_respondents() else ENGLISH.code
    speak(code if code == ENGLISH.code or code in offered() else ENGLISH.code)


def asked_now(wave: Wave) -> Questionnaire:
    """What a wave asks, in the language that is spoken and in easy words where somebody wants those.

    Where it is not offered in that language, English is spoken from here on.
    """
    database = current_app.extensions["soundings"].database
    if spoken() is not ENGLISH and asked_in(database, wave, spoken().code) is None:
        speak(ENGLISH.code)
    easy = easier.EASY_WORDS in easier.chosen(request.cookies.get(easier.COOKIE))
    found = asked_in(database, wave, spoken().code, Format.EASY_READ) if easy else None
    if found is None and spoken() is not ENGLISH:
        found = asked_in(database, wave, spoken().code)
    if found is None:
        return asked_version(database, wave)
    g.unchecked = found.unchecked
    return found.questionnaire


def offered() -> list[str]:
    """Codes of the languages in which something can be answered today; English alone when nobody can tell."""
    if "offered" not in g:
        try:
            g.offered = offered_on(current_app.extensions["soundings"].database.session(), datetime.date.today())
        except (SQLAlchemyError, SoundingsError):
            g.offered = [ENGLISH.code]
    return g.offered


def is_unchecked() -> bool:
    """True when nobody has checked the words of the language that is spoken: the page says so."""
    return spoken() is not ENGLISH and (g.get("unchecked", False) or not site_state(spoken().code).is_checked)


def _of_respondents() -> bool:
    """True for pages of those who answer, and for addresses that lead nowhere."""
    endpoint = request.endpoint
    return endpoint in {None, "accessibility"} or request.blueprint in access.RESPONDENTS
