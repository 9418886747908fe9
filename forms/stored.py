"""A questionnaire as plain data, to be kept in the version that was asked, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from forms.questionnaire import (
    Audience,
    Choice,
    Core,
    Domain,
    Format,
    Kind,
    Purpose,
    Question,
    Questionnaire,
    Section,
    ShowIf,
    Status,
    Waiver,
)


def as_data(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as tables, lists and words, safe for JSON."""
    return asdict(questionnaire)


def from_data(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that `as_data` gave, with the same version; raises KeyError or ValueError for anything else."""
    of_kinds = {"audience": Audience, "status": Status, "format": Format}
    plain: dict[str, Any] = {name: of_kinds[name](value) if name in of_kinds else value for name, value in data.items()}
    plain |= {
        "intro": tuple(data["intro"]),
        "waivers": tuple(Waiver(**waiver) for waiver in data["waivers"]),
        "sections": tuple(
            Section(section["key"], section["title"], tuple(_question(question) for question in section["questions"]))
            for section in data["sections"]
        ),
    }
    return Questionnaire(**plain)


def _question(data: Mapping[str, Any]) -> Question:
    rule = data["show_if"]
    told = {
        "kind": Kind(data["kind"]),
        "choices": tuple(Choice(**choice) for choice in data["choices"]),
        "declines": tuple(Choice(**choice) for choice in data["declines"]),
        "domain": Domain(data["domain"]) if data["domain"] else None,
        "core": Core(data["core"]) if data["core"] else None,
        "purpose": Purpose(data["purpose"]) if data["purpose"] else None,
        "show_if": ShowIf(rule["question"], tuple(rule["any_of"])) if rule else None,
    }
    return Question(**{**data, **told})
