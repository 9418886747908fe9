"""Find every text of the pages that is marked for translators."""

from collections.abc import Iterable
from pathlib import Path

from babel.messages.extract import extract_from_dir

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "marked": None,
    "counted": (1, 2),
    "ngettext": (1, 2),
}
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}


def marked_texts(folders: Iterable[Path]) -> dict[str | tuple[str, str], list[str]]:
    """{text, or (one, many): the files it stands in}, in the order of the files."""
    found: dict[str | tuple[str, str], list[str]] = {}
    for folder in folders:
        rows = extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_KEYWORDS)
        for name, _line, text, _comments, _context in sorted(rows, key=lambda row: (row[0], row[1])):
            if text and text != " ":
                key = text if isinstance(text, str) else (text[0], text[1])
                found.setdefault(key, []).append(f"{folder.name}/{name}")
    return found
