"""English left on a page in another language: words that stand in the English texts and in no translation of them."""

import re
from functools import cache

from forms import catalogue
from forms.translating import texts_of
from languages import ENGLISH
from languages.catalogues import SITE, read

_FIXED = re.compile(r"%\(\w+\)s|%\{\w+\}|</?\w+[^>]*>|&\w+;|%%")
_WORD = re.compile(r"[^\W\d_]{2,}")


def english_left(texts, code: str) -> list[str]:
    """Those texts of a page that hold an English word."""
    if code == ENGLISH.code:
        return []
    english = _only_english(code, tuple(item.key for item in catalogue.questionnaires()))
    return [text for text in texts if english & words_in(text)]


def words_in(text: str) -> set[str]:
    return set(_WORD.findall(_FIXED.sub(" ", text).lower()))


@cache
def _only_english(code: str, questionnaires: tuple[str, ...]) -> frozenset[str]:
    """A name such as Childline stands in both, and so does a word that two languages share."""
    asked, told = set(), set()
    for name in (SITE, *questionnaires):
        for message in read(code, name):
            if message.id:
                asked |= words_in(_all(message.id))
                told |= words_in(_all(message.string))
    for questionnaire in catalogue.questionnaires():
        asked |= words_in(" ".join(texts_of(questionnaire)))
    return frozenset(asked - told)


def _all(forms) -> str:
    return forms if isinstance(forms, str) else " ".join(filter(None, forms or ()))
