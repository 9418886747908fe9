"""What XLSForm and a questionnaire have in common: sheets, columns, types, conditions and limits.

XLSForm is the spreadsheet that ODK, Kobo, Enketo and others read: the sheets survey, choices and settings. What it has
no column for stands in columns of our own name space, which those tools keep and do not act on.
Source: xlsform.org, and pyxform, which reads what is written here without a warning.
"""

import re
from collections.abc import Mapping, Sequence

from forms.questionnaire import ANY_OF, IN_WORDS, ONE_OF, PICKED, RATHER_NOT_SAY, Kind, Question, ShowIf

#: {sheet: its rows, the header first}
Sheets = Mapping[str, Sequence[Sequence[str]]]

NAMESPACE = 'soundings="urn:soundings:questionnaire"'
OF_QUESTION = "bind::soundings:"
OF_WHOLE = "attribute::soundings:"

#: Names of a question that XLSForm has no column for.
OWN_NAMES = ("kind", "domain", "core", "purpose", "max_length", "period", "low", "high", "none")
INTRO, THANKS = "intro", "thanks"
DECLINES_LIST = "declines"

#: Kind -> type and appearance; every kind with one answer or several is a select.
TYPES = {
    Kind.INFO: ("note", ""),
    Kind.SHORT_TEXT: ("text", ""),
    Kind.LONG_TEXT: ("text", "multiline"),
    Kind.MONTH_YEAR: ("date", "month-year"),
    Kind.DRAWING: ("image", "draw"),
}

_LANGUAGES = {"en": "English", "cy": "Cymraeg", "pl": "Polski", "ro": "Română", "ur": "اردو", "ar": "العربية"}

_IS = r"\$\{\s*([\w.-]+)\s*\}\s*=\s*['\"]([\w.-]+)['\"]"
_SELECTED = r"selected\(\s*\$\{\s*([\w.-]+)\s*\}\s*,\s*['\"]([\w.-]+)['\"]\s*\)"
_ATOM = re.compile(rf"(?:{_IS}|{_SELECTED})")
_KEEPS_ALONE = re.compile(
    rf"not\(selected\(\., '[\w.-]+'\) and count-selected\(\.\) > 1\)|count-selected\(\.\) <= {PICKED}"
)
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*(\d{1,9})")


def type_of(question: Question) -> tuple[str, str]:
    """The type and the appearance of a question."""
    if question.kind in ANY_OF:
        return f"select_multiple {question.key}", ""
    if question.kind in ONE_OF or question.choices:
        return f"select_one {question.key}", ""
    return TYPES.get(question.kind, ("text", ""))


def language_name(code: str) -> str:
    """A language as XLSForm names it: “English (en)”."""
    return f"{_LANGUAGES.get(code, code)} ({code})"


def condition(rule: ShowIf, about: Question) -> str:
    """A condition in the language of XLSForm."""
    several = about.kind in ANY_OF
    shape = "selected(${{{0}}}, '{1}')" if several else "${{{0}}} = '{1}'"
    return " or ".join(shape.format(rule.question, key) for key in rule.any_of)


def read_condition(words: str) -> tuple[str, tuple[str, ...]] | None:
    """The question and the answers that a condition names; None for what show_if cannot say."""
    atoms = [_ATOM.fullmatch(part.strip()) for part in re.split(r"\s+or\s+", _bare(words))]
    named = [(atom[1] or atom[3], atom[2] or atom[4]) for atom in atoms if atom]
    if len(named) < len(atoms) or len({question for question, _answer in named}) != 1:
        return None
    return named[0][0], tuple(dict.fromkeys(answer for _question, answer in named))


def _bare(words: str) -> str:
    """Without the brackets around the whole of it."""
    words = words.strip()
    inside = words[1:-1]
    if words.startswith("(") and words.endswith(")") and "(" not in inside.replace("selected(", ""):
        return inside
    return words


def gate(consent: str) -> str:
    """The condition of everything after the consent to be read."""
    return f"${{{consent}}} = 'agree'"


def without_gate(words: str, consent: str | None) -> str:
    """A condition without the consent, which a questionnaire needs no condition for."""
    before = gate(consent) if consent else None
    if before is None or not words.startswith(before):
        return words
    rest = words.removeprefix(before)
    return rest.removeprefix(" and ") if rest.startswith(" and ") or not rest else words


def constraint(question: Question) -> tuple[str, str]:
    """What an answer must keep to, and the sentence for whoever does not."""
    if question.kind in IN_WORDS:
        return f"string-length(.) <= {question.max_length}", f"There is room for {question.max_length} characters."
    if question.kind not in ANY_OF:
        return "", ""
    alone = [*([question.none] if question.none else []), *(choice.key for choice in question.declines)]
    rules = [f"not(selected(., '{key}') and count-selected(.) > 1)" for key in alone]
    message = "Choose this answer alone, or others without it."
    if question.kind is Kind.PICK_THREE:
        rules.insert(0, f"count-selected(.) <= {PICKED}")
        message = f"Choose {PICKED} at most."
    return " and ".join(rules), message


def read_length(words: str) -> int | None:
    """The most characters that a constraint allows; None when it says something else."""
    found = _LENGTH.fullmatch(words.strip())
    return int(found[1]) if found else None


def keeps_alone(words: str) -> bool:
    """Whether a constraint says no more than which answers stand alone, and that three may be picked."""
    parts = re.split(r"\s+and\s+(?=not\(|count-selected\(\.\) <=)", words.strip())
    return all(_KEEPS_ALONE.fullmatch(part) for part in parts)


def exclusive(words: str) -> list[str]:
    """The answers that a constraint lets stand alone only."""
    found = re.findall(r"not\(selected\(\., '([\w.-]+)'\) and count-selected", words)
    return [key for key in found if key not in ("not_sure", RATHER_NOT_SAY)]
