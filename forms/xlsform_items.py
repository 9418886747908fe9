"""One row of the sheet “survey” as a question of a questionnaire file, or nothing, with a sentence for what is lost."""

import re
from typing import Any, NamedTuple, Protocol

from forms.plain_words import BANNED_KINDS
from forms.questionnaire import DECLINES, IN_WORDS, WITH_WORDS, Core, Domain, Kind, Purpose
from forms.reading import LONGEST_TEXT
from forms.xlsform import OF_QUESTION, exclusive, keeps_alone, read_condition, read_length
from forms.xlsform_names import Names, key_like, unlike

#: {column: cell}, without what is empty.
Row = dict[str, str]

_DECLINES = {choice.key for choice in DECLINES}
_WRITES = ("integer", "decimal", "range", "time", "datetime")
_KINDS = {
    "select_one": Kind.CHOICE,
    "select_multiple": Kind.SEVERAL,
    "rank": Kind.PICK_THREE,
    "note": Kind.INFO,
    "date": Kind.MONTH_YEAR,
} | dict.fromkeys(_WRITES, Kind.SHORT_TEXT)
#: Columns whose effect is lost when a questionnaire has no place for it.
_NOT_CARRIED = {
    "calculation": "is calculated",
    "default": "has an answer filled in already",
    "read_only": "cannot be changed",
    "choice_filter": "offers some choices to some people",
    "trigger": "is worked out again when another answer changes",
    "guidance_hint": "has a hint for interviewers",
}
_DOMAIN = "voice"


class Item(NamedTuple):
    """A row, and the condition that it or its group is asked under."""

    row: Row
    condition: str


class FormBeingRead(Protocol):
    """What is known of the form so far."""

    names: Names
    lists: dict[str, list[Row]]

    def lose(self, sentence: str) -> None:
        """Say once what is left behind."""

    def words(self, row: Row, column: str) -> str:
        """The words of a column in the language of the form."""


def question_of(form: FormBeingRead, item: Item) -> dict[str, Any] | None:
    """Return the question as `tomllib` would read it; None when it cannot be asked here."""
    row = item.row
    name, kind = row.get("name", ""), _kind(form, row)
    text = form.words(row, "label")
    if kind is None:
        return None
    if not name or not text:
        form.lose(f"A row of type “{row.get('type', '')}” called “{name}” has no name or no words and is left out.")
        return None
    key = form.names.question(name)
    if key != name:
        form.lose(f"“{name}” is called “{key}” here.")
    question: dict[str, Any] = {"key": key, "kind": kind.value, "text": text}
    choices = _choices(form, row, kind)
    if choices is not None and len(choices["choices"]) < 2:
        form.lose(f"“{name}” offers fewer than two answers and is left out.")
        return None
    question |= _about(form, row, kind) | _hint(form, row, kind) | _condition(form, item)
    _say_what_is_lost(form, row, kind)
    return question | (choices or {}) if kind is not Kind.ZERO_TO_TEN else question


def _kind(form: FormBeingRead, row: Row) -> Kind | None:
    own = row.get(f"{OF_QUESTION}kind", "")
    if own in set(Kind):
        return Kind(own)
    name, words = row.get("name", ""), row.get("type", "").lower().split()
    kind, appearance = words[0] if words else "", row.get("appearance", "")
    changed = {
        "rank": "asks to put things in order; here it asks to pick three of them",
        "date": "" if "month-year" in appearance else "asks for a day; here it asks for the month and the year only",
    } | dict.fromkeys(_WRITES, f"is of type “{kind}”; here it is answered in words")
    usual = _KINDS | {"text": Kind.LONG_TEXT if "multiline" in appearance else Kind.SHORT_TEXT}
    if kind == "range" and _from_zero_to_ten(row):
        return Kind.ZERO_TO_TEN
    if kind == "image" and "draw" in appearance.split():
        return Kind.DRAWING
    if kind not in usual:
        _say_left_out(form, name, row.get("type", ""), kind)
        return None
    if changed.get(kind):
        form.lose(f"“{name}” {changed[kind]}.")
    return usual[kind]


def _say_left_out(form: FormBeingRead, name: str, written: str, kind: str) -> None:
    instead = BANNED_KINDS.get(kind)
    why = f"it keeps some people from answering. Use {instead}" if instead else "there is no such question here"
    form.lose(f"“{name}” is of type “{written}” and is left out: {why}.")


def _from_zero_to_ten(row: Row) -> bool:
    given = dict(re.findall(r"(start|end|step)\s*=\s*(\d+)", row.get("parameters", "")))
    usual = {"start": "1", "end": "10", "step": "1"}  # what ODK takes when a number is not named
    return usual | given == {"start": "0", "end": "10", "step": "1"}


def _about(form: FormBeingRead, row: Row, kind: Kind) -> dict[str, Any]:
    """Domain, core, purpose, and what some kinds need besides."""
    own = {name: row.get(f"{OF_QUESTION}{name}", "") for name in ("domain", "core", "purpose", "period", "low", "high")}
    if kind is Kind.CONSENT:
        return {"purpose": own["purpose"] if own["purpose"] in set(Purpose) else Purpose.QUOTE.value}
    if kind in (Kind.INFO, Kind.HELPED, Kind.CONTACT):  # they are about no part of life
        return _of_kind(form, row, kind, own)
    if own["domain"] not in set(Domain):
        form.lose(f"“{row['name']}” names no part of life: “{_DOMAIN}” is written as its domain. Change a wrong one.")
    domain = own["domain"] if own["domain"] in set(Domain) else _DOMAIN
    core = {"core": own["core"]} if own["core"] in set(Core) else {}
    return {"domain": domain} | core | _of_kind(form, row, kind, own)


def _of_kind(form: FormBeingRead, row: Row, kind: Kind, own: Row) -> dict[str, Any]:
    if kind is Kind.FREQUENCY:
        return {"period": own["period"] or "In the last 4 weeks"}
    if kind is Kind.ZERO_TO_TEN:
        if not own["low"]:
            form.lose(f"“{row['name']}” does not say what 0 and 10 mean: “Lowest” and “Highest” are written.")
        return {"low": own["low"] or "Lowest", "high": own["high"] or "Highest"}
    if kind in IN_WORDS:
        return {"max_length": min(read_length(row.get("constraint", "")) or 1000, LONGEST_TEXT)}
    if kind is Kind.DRAWING:
        said = row.get(f"{OF_QUESTION}max_length", "")
        return {"max_length": min(int(said), LONGEST_TEXT) if re.fullmatch(r"[1-9]\d{0,8}", said) else 1000}
    return {}


def _hint(form: FormBeingRead, row: Row, kind: Kind) -> dict[str, str]:
    hint = form.words(row, "hint")
    period = row.get(f"{OF_QUESTION}period", "")
    if kind is Kind.FREQUENCY and period and hint.startswith(f"{period}."):
        hint = hint.removeprefix(f"{period}.").strip()
    return {"hint": hint} if hint else {}


def _condition(form: FormBeingRead, item: Item) -> dict[str, Any]:
    name = item.row["name"]
    if not item.condition:
        return {}
    read = read_condition(item.condition)
    about = form.names.questions.get(read[0]) if read else None
    keys = form.names.choices.get(read[0], {}) if read else {}
    if read is None or about is None or about == form.names.questions[name] or not set(read[1]) <= set(keys):
        form.lose(
            f"“{name}” is asked under the condition “{item.condition[:80]}”, which cannot be carried: everybody is "
            "asked. Write a show_if, or take it out."
        )
        return {}
    return {"show_if": {"question": about, "any_of": [keys[answer] for answer in read[1]]}}


def _choices(form: FormBeingRead, row: Row, kind: Kind) -> dict[str, Any] | None:
    """Choices, their pictures and the one that stands alone; None for a kind without any."""
    words = row.get("type", "").split()
    if len(words) < 2 or kind in (Kind.INFO, Kind.MONTH_YEAR, *WITH_WORDS):
        return None
    keys = form.names.choices.setdefault(row["name"], {})
    texts: dict[str, str] = {}
    pictures: dict[str, str] = {}
    taken = set(_DECLINES)
    for offered in form.lists.get(words[1], []):
        name, text = offered.get("name", ""), form.words(offered, "label")
        if name in _DECLINES:
            keys[name] = name  # offered with every question here
        elif _can_be_chosen(form, words[1], name, text, texts):
            key = keys[name] = unlike(key_like(name, "c"), taken)
            texts[key] = text
            _say_new_name(form, row, name, key)
            picture = form.words(offered, "media::image") or form.words(offered, "image")
            pictures |= {key: re.sub(r"\.\w+$", "", picture)} if picture else {}
    if "or_other" in words[2:]:
        texts[unlike("other", taken)] = "Something else"
        form.lose(f"“{row['name']}” lets people write another answer; here it offers “Something else”.")
    return {"choices": texts} | _pictured(form, row, kind, pictures) | _alone(row, kind, keys)


def _can_be_chosen(form: FormBeingRead, of: str, name: str, text: str, texts: dict[str, str]) -> bool:
    if not name or not text:
        form.lose(f"The choice “{name}” of the list “{of}” has no name or no words and is left out.")
        return False
    if text in texts.values():
        form.lose(f"The list “{of}” offers “{text}” twice; the second one is left out.")
        return False
    return True


def _say_new_name(form: FormBeingRead, row: Row, name: str, key: str) -> None:
    if key != name:
        form.lose(f"The choice “{name}” of “{row['name']}” is called “{key}” here.")


def _pictured(form: FormBeingRead, row: Row, kind: Kind, pictures: dict[str, str]) -> dict[str, Any]:
    if kind is Kind.CONSENT and pictures:
        form.lose(f"The pictures of “{row['name']}” are left out: a consent has none.")
        return {}
    return {"pictures": pictures} if pictures else {}


def _alone(row: Row, kind: Kind, keys: dict[str, str]) -> dict[str, Any]:
    """Which choice rules out the others: named, or the only one that a constraint keeps alone."""
    if kind is not Kind.SEVERAL:
        return {}
    named = row.get(f"{OF_QUESTION}none", "") or next(iter(exclusive(row.get("constraint", ""))), "")
    return {"none": keys[named]} if named in keys else {}


def _say_what_is_lost(form: FormBeingRead, row: Row, kind: Kind) -> None:
    name = row["name"]
    if row.get("required", "").lower() in ("yes", "true", "true()") and kind is not Kind.CONSENT:
        form.lose(f"“{name}” must be answered there; here every question may be left out.")
    for column, what in _NOT_CARRIED.items():
        if row.get(column):
            form.lose(f"“{name}” {what}, which cannot be carried.")
    limit = row.get("constraint", "")
    if limit and not keeps_alone(limit) and read_length(limit) is None:
        form.lose(f"“{name}” keeps answers to “{limit[:80]}”, which cannot be carried.")
    media = [column for column in row if re.match(r"(media::)?(image|audio|video|big-image)\b", column)]
    if media:
        form.lose(f"“{name}” has a picture, sound or film of its own, which cannot be carried.")
