"""One table of a questionnaire file, read name by name; what is wrong is refused with its mend."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

#: Keys become names of form fields and columns of tables, so they keep to what is safe in both.
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")

OneOf = TypeVar("OneOf", bound=StrEnum)


class QuestionnaireError(ValueError):
    """A questionnaire file that cannot be used; the message names the file, the item and the mend."""


class Table:
    """A table of the file together with the place it stands at, so that every refusal can say where."""

    def __init__(self, file: str, item: str, content: Mapping[str, object]) -> None:
        self.file = file
        self.item = item
        self._content = content

    def refusal(self, problem: str, mend: str) -> QuestionnaireError:
        """Build the error for this place; the caller raises it."""
        return QuestionnaireError(f"{self.file}, {self.item}: {problem}. {mend}.")

    def has(self, name: str) -> bool:
        """Whether the name is given at all."""
        return name in self._content

    def only(self, allowed: Collection[str]) -> None:
        """Refuse names that mean nothing here: a misspelt one would be dropped in silence."""
        for name in self._content:
            if name not in allowed:
                raise self.refusal(f"“{name}” is not used here", f"Use only {', '.join(sorted(allowed))}")

    def text(self, name: str) -> str:
        """Return words, with line breaks and runs of spaces in the file made one space."""
        value = self._content.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.refusal(f"“{name}” has no words", f'Write {name} = "..." with the words between the quotes')
        return tidy(value)

    def optional_text(self, name: str) -> str | None:
        """Return words, or None when the name is not given."""
        return self.text(name) if self.has(name) else None

    def key(self, name: str = "key", pattern: re.Pattern[str] = KEY) -> str:
        """Return a key of the allowed shape."""
        return self.well_formed(self.text(name), pattern)

    def well_formed(self, key: str, pattern: re.Pattern[str] = KEY) -> str:
        """Return the key unchanged, or refuse its shape."""
        if not pattern.fullmatch(key):
            joint = "underscores" if pattern is KEY else "hyphens"
            raise self.refusal(
                f"the key “{key}” cannot be used",
                f"Start with a small letter, then use small letters, digits and {joint}, 40 signs at most",
            )
        return key

    def one_of(self, name: str, words: type[OneOf]) -> OneOf:
        """Return one of a closed set of words."""
        value = self._content.get(name)
        if value not in list(words):
            given = f"“{name}” is “{value}”" if self.has(name) else f"“{name}” is missing"
            raise self.refusal(given, f"Use one of {', '.join(words)}")
        return words(str(value))

    def number(self, name: str, lowest: int, highest: int) -> int:
        """Return a whole number within limits."""
        value = self._content.get(name)
        # TOML's true and false are numbers to Python.
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise self.refusal(
                f"“{name}” is not a number it can be", f"Write a whole number from {lowest} to {highest}"
            )
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of paragraphs, at least one."""
        value = self._content.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(p, str) and p.strip() for p in value):
            raise self.refusal(
                f"“{name}” is not a list of paragraphs",
                f'Write {name} = ["First paragraph.", "Second paragraph."]',
            )
        return tuple(tidy(paragraph) for paragraph in value)

    def tables(self, name: str, each: str, heading: str) -> list["Table"]:
        """Return a list of tables, at least one; `each` names one in words, `heading` in the file."""
        value = self._content.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(table, dict) for table in value):
            raise self.refusal(f"there is no {each}", f"Add one under a line {heading}")
        return [Table(self.file, _place(each, number, table), table) for number, table in enumerate(value, 1)]

    def table(self, name: str) -> "Table":
        """Return a table inside this one."""
        value = self._content.get(name)
        if not isinstance(value, dict):
            raise self.refusal(f"“{name}” is not a table", f"Write {name} = {{ ... }} with its names in the brackets")
        return Table(self.file, self.item, value)

    def pairs(self, name: str) -> dict[str, str]:
        """Return a table of key = "words", in the order of the file."""
        value = self._content.get(name)
        if not isinstance(value, dict) or not value:
            raise self.refusal(f"“{name}” has no lines", f'Add a table {name} with lines such as yes = "Yes"')
        inner = Table(self.file, self.item, value)
        return {inner.well_formed(key): inner.text(key) for key in value}


def content_in(words: str, file: str) -> dict[str, object]:
    """What a file holds, not yet judged; raises QuestionnaireError when it is no TOML."""
    try:
        return tomllib.loads(words)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise QuestionnaireError(
            f"{file}: cannot be read: {error}. Check the quotes, brackets and names there."
        ) from error


def tidy(words: str) -> str:
    """Make words independent of how the file is wrapped and how its editor writes accents."""
    return unicodedata.normalize("NFC", " ".join(words.split()))


def _place(each: str, number: int, table: Mapping[str, object]) -> str:
    key = table.get("key")
    return f"{each} “{key}”" if isinstance(key, str) else f"{each} number {number}"
