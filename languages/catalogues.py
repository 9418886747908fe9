"""Read the files of translations: one folder a language, `site.po` for the pages and one file a questionnaire.

They are gettext files, because every tool for translators reads them. A text marked `fuzzy` was drafted by a
machine and nobody has checked it; who checks one takes the mark away and leaves their name in its comment.
"""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent
SITE = "site"


def file_of(code: str, name: str = SITE) -> Path:
    """Where the translation of the pages, or of the questionnaire with this key, is kept."""
    return FOLDER / code / f"{name}.po"


def read(code: str, name: str = SITE) -> Catalog:
    """The catalogue of a language; an empty one when there is no file."""
    path = file_of(code, name)
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as file:
        return read_po(file, locale=code)


@cache
def site_words(code: str) -> NullTranslations:
    """The words of the pages in a language, drafts among them: who may see those is decided where they are offered."""
    compiled = io.BytesIO()
    write_mo(compiled, read(code), use_fuzzy=True)
    compiled.seek(0)
    return Translations(compiled)
