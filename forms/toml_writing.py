"""A questionnaire's content as a TOML file that its authors can read and change."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def toml(content: Mapping[str, Any]) -> str:
    """Return the file of a questionnaire given as `tomllib` would read it; its names keep their order."""
    return "\n".join((*_names(content), *_tables(content), "")).lstrip("\n")


def _names(table: Mapping[str, Any]) -> Iterator[str]:
    """Words, numbers, paragraphs and the one table that stands on a line."""
    for name, value in table.items():
        if name == "show_if" and isinstance(value, dict):
            yield f"{name} = {{ question = {_value(value['question'])}, any_of = {_value(value['any_of'])} }}"
        elif name == "intro" and not isinstance(value, str):
            yield "\n".join((f"{name} = [", *(f"  {_value(words)}," for words in value), "]"))
        elif not isinstance(value, (dict, list)):
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    # JSON's words and lists are TOML's as well.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _tables(content: Mapping[str, Any]) -> Iterator[str]:
    if "declines" in content:
        yield from ("", "[declines]", *_names(content["declines"]))
    for waiver in content.get("waivers", ()):
        yield from ("", "[[waivers]]", *_names(waiver))
    for section in content["sections"]:
        yield from ("", "", "[[sections]]", *_names(section))
        for question in section["questions"]:
            yield from ("", "[[sections.questions]]", *_names(question))
            for inner in ("choices", "pictures"):
                if question.get(inner):
                    yield from (f"[sections.questions.{inner}]", *_names(question[inner]))
