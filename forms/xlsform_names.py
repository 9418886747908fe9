"""The keys that names of another tool get here, each its own."""

import re
import unicodedata
from dataclasses import dataclass, field

_LONGEST = 40


def key_like(name: str, letter: str) -> str:
    """A name as a key: small letters, digits and underscores, begun with a letter; `letter` goes before a digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or letter
    return (key if key[0].isalpha() else f"{letter}{key}")[:_LONGEST]


def unlike(key: str, taken: set[str]) -> str:
    """The key, with a number behind it when it is taken; it is taken now."""
    free, number = key, 1
    while free in taken:
        number += 1
        free = f"{key[: _LONGEST - len(str(number)) - 1]}_{number}"
    taken.add(free)
    return free


@dataclass
class Names:
    """Keys given so far: {name in the form: key} of its questions, and {question's name: {choice: key}}."""

    questions: dict[str, str] = field(default_factory=dict)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _sections: set[str] = field(default_factory=set)

    def question(self, name: str) -> str:
        """The key of a question, kept for the conditions that name it."""
        self.questions[name] = unlike(key_like(name, "q"), self._asked)
        return self.questions[name]

    def section(self, name: str) -> str:
        """The key of a section."""
        return unlike(key_like(name, "s"), self._sections)
