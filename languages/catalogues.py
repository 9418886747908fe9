"""Read the files of translations: one folder a language, `site.po` for the pages and one file a questionnaire.

They are gettext files, because every tool for translators reads them. A text marked `fuzzy` was drafted by a
machine and nobody has checked it; who checks one takes the mark away and leaves their name in its comment.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.support import NullTranslations, Translations

from languages.known import learn

#: Where translations are looked for, the installation's own files before those that ship.
FOLDERS = [Path(__file__).parent]
SITE = "site"


class CatalogueProblem(Exception):
    """A file of translations cannot be read; `str()` says which, where and what to do."""


@dataclass(frozen=True)
class State:
    """How far a file of translations is: all its texts, those without a translation, those nobody has checked."""

    texts: int
    missing: tuple[str, ...]
    unchecked: tuple[str, ...]
    #: Those that have lost or changed a placeholder or a tag: pages would break.
    broken: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True when every text has a translation that can be shown, checked or not."""
        return not (self.missing or self.broken)

    @property
    def is_checked(self) -> bool:
        """True when a person has checked every text."""
        return self.is_complete and not self.unchecked


def look_in(folder: Path) -> None:
    """Look in this folder of an installation first: for other words, or for languages that do not ship."""
    if folder not in FOLDERS:
        FOLDERS.insert(0, folder)
    for inside in sorted(folder.glob("*/")):
        learn(inside.name)


def file_of(code: str, name: str = SITE) -> Path:
    """Where the translation of the pages, or of the questionnaire with this key, is kept, or would be."""
    places = [folder / code / f"{name}.po" for folder in FOLDERS]
    return next((place for place in places if place.exists()), places[0])


def read(code: str, name: str = SITE) -> Catalog:
    """The catalogue of a language, empty when there is no file; raises CatalogueProblem."""
    path = file_of(code, name)
    if not path.exists():
        return Catalog(locale=code)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=code, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise CatalogueProblem(
            f"{path.parent.name}/{path.name}: {error}. Mend that line, or put back the file."
        ) from error


def write(catalogue: Catalog, code: str, name: str = SITE) -> None:
    """Put a catalogue into its file, each text on a line of its own."""
    path = file_of(code, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False, ignore_obsolete=True)


#: A text, or (one, many) for a text that goes with a number.
Text = str | tuple[str, str]


def update(code: str, texts: Mapping[Text, Iterable[str]], name: str = SITE) -> State:
    """Bring a file up to date with {text: where it stands}; what is no longer shown goes from it."""
    after = _with_these_texts(read(code, name), code, texts)
    write(after, code, name)
    return state(after)


def compare(code: str, texts: Mapping[Text, Iterable[str]], name: str = SITE) -> State:
    """How far a file is when these are the texts that are shown."""
    return state(_with_these_texts(read(code, name), code, texts))


def _with_these_texts(before: Catalog, code: str, texts: Mapping[Text, Iterable[str]]) -> Catalog:
    after = Catalog(
        locale=code, fuzzy=False, header_comment=HEADER, project="Soundings", version="1", msgid_bugs_address="none"
    )
    after.creation_date, after.revision_date = before.creation_date, before.revision_date
    for text, places in texts.items():
        old = before.get(text if isinstance(text, str) else text[0])
        kept = old if old is not None and _forms(old.id) == _forms(text) else Message(text)
        after.add(
            text,
            kept.string,
            locations=[(place, 0) for place in dict.fromkeys(places)],
            flags=kept.flags & {"fuzzy"},
            user_comments=kept.user_comments,
        )
    return after


HEADER = """\
# A text marked "fuzzy" was drafted by a machine. When you have checked one, take the mark away and write
# your name in a comment above it: "# checked by …"."""


def state(catalogue: Catalog) -> State:
    """How far a catalogue is."""
    texts = [message for message in catalogue if message.id]
    return State(
        texts=len(texts),
        missing=tuple(_english(message) for message in texts if not _is_translated(message)),
        unchecked=tuple(_english(message) for message in texts if _is_translated(message) and message.fuzzy),
        broken=tuple(_english(message) for message in texts if _is_translated(message) and _is_broken(message)),
    )


def words_of(code: str, name: str) -> tuple[dict[str, str], frozenset[str]]:
    """{English text: translation} of a questionnaire, and those texts that a person has checked."""
    texts = [message for message in read(code, name) if message.id and _is_translated(message)]
    checked = frozenset(_english(message) for message in texts if not message.fuzzy)
    return {_english(message): str(message.string) for message in texts}, checked


@cache
def site_words(code: str) -> NullTranslations:
    """The words of the pages in a language, drafts among them: who may see those is decided where they are offered."""
    compiled = io.BytesIO()
    write_mo(compiled, read(code), use_fuzzy=True)
    compiled.seek(0)
    return Translations(compiled)


@cache
def site_state(code: str) -> State:
    """How far the pages are translated."""
    return state(read(code))


def _english(message: Message) -> str:
    return _forms(message.id)[0]


def _is_translated(message: Message) -> bool:
    return all(_forms(message.string))


_FIXED = re.compile(r"%\(\w+\)s|%\{\w+\}|</?\w+[^>]*>")


def _is_broken(message: Message) -> bool:
    """True when a form of the translation lacks what a page puts in, or has what no page puts in."""
    wanted, may = set(_FIXED.findall(_english(message))), set(_FIXED.findall(" ".join(_forms(message.id))))
    return any(not wanted <= set(_FIXED.findall(form)) <= may for form in _forms(message.string))


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())
