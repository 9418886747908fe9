"""Northmere's files, read."""

import csv
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from feedback.collection.rows import DEFAULT_QUESTION

FOLDER = Path(__file__).parent


def table(name: str) -> dict:
    """A TOML file of the example."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    """A CSV file of the example."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Text:
    """What one respondent wrote to one question, with the themes that people find in it."""

    question: str
    words: str
    themes: dict[str, str] = field(default_factory=dict)
    #: The row of checks/*.csv it came from, when it is a check.
    check: dict[str, str] | None = None


def texts_by_wave(waves: list[dict]) -> dict[str, list[Text]]:
    """{wave key: its texts}: what respondents wrote, and the council's checks in waves of their kind."""
    found: dict[str, list[Text]] = {wave["key"]: [] for wave in waves}
    place = {(wave.get("period"), wave.get("audience") or wave["kind"]): wave["key"] for wave in waves}
    for path in sorted((FOLDER / "words").glob("*.csv")):
        for row in rows(f"words/{path.name}"):
            themes = dict(pair.split(":") for pair in row["themes"].split(";") if pair)
            found[place[row["period"], row["audience"]]].append(Text(row["question"], row["text"], themes))
    for kind in ("audit", "complaint", "compliment"):
        for row in rows(f"checks/{kind}s.csv"):
            found[place[row["period"], kind]].append(Text(DEFAULT_QUESTION, row["text"], check={**row, "kind": kind}))
    return found


def priorities_of_themes() -> dict[str, set[str]]:
    """{theme: priorities it is linked to}."""
    linked: dict[str, set[str]] = {}
    for link in table("links.toml")["theme"]:
        linked.setdefault(link["theme"], set()).add(link["priority"])
    return linked
