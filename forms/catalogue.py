"""Find a questionnaire by key and version."""

from functools import cache
from pathlib import Path

from forms.questionnaire import Questionnaire
from forms.reading import load
from forms.table import QuestionnaireError

__all__ = ["QuestionnaireError", "UnknownQuestionnaire", "find", "find_version", "load", "questionnaires"]

FOLDER = Path(__file__).parent / "questionnaires"


class UnknownQuestionnaire(LookupError):
    """No questionnaire here has this key, or not in this version."""


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """Return every questionnaire that ships, in the order of their file names; read once a process."""
    return tuple(load(path) for path in sorted(FOLDER.glob("*.toml")))


def find(key: str) -> Questionnaire:
    """Return the questionnaire with this key."""
    for questionnaire in questionnaires():
        if questionnaire.key == key:
            return questionnaire
    raise UnknownQuestionnaire(f"There is no questionnaire “{key}”. Choose one of {_keys()}.")


def find_version(key: str, version: str) -> Questionnaire:
    """Return the questionnaire whose words are exactly those of this version."""
    questionnaire = find(key)
    if questionnaire.version != version:
        raise UnknownQuestionnaire(
            f"The words of “{key}” have changed since version {version[:12]}. "
            f"Put {key}.toml back as it was, or close the wave that asks the earlier words."
        )
    return questionnaire


def _keys() -> str:
    return ", ".join(questionnaire.key for questionnaire in questionnaires())
