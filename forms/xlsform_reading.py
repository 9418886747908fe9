"""An XLSForm as the content of a questionnaire file, and one sentence for everything that is left behind.

The content is what `tomllib` reads from such a file: whoever asked writes it and loads it, so that the reader of files
stays the one judge of what a questionnaire is.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from forms.fields import without_hidden
from forms.questionnaire import DECLINES, Audience, Format
from forms.table import QuestionnaireError, tidy
from forms.xlsform import DECLINES_LIST, INTRO, OF_QUESTION, OF_WHOLE, THANKS, Sheets, without_gate
from forms.xlsform_items import Item, Row, question_of
from forms.xlsform_names import Names

_CONSENT_TO_READ = {
    "key": "agree",
    "kind": "consent",
    "purpose": "analyse",
    "text": "Are you happy for us to read your answers and learn from them?",
    "choices": {"agree": "Yes, I agree", "not_today": "Not today"},
}
_LANGUAGE = re.compile(r"\(([a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?)\)\s*$")

#: Types that say something of the device or the moment: nothing of either is kept here.
_ABOUT_THE_DEVICE = {
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
    "start-geopoint", "background-audio",
}  # fmt: skip


class Read(NamedTuple):
    """The content of a questionnaire file, and what was left behind."""

    content: dict[str, Any]
    losses: tuple[str, ...]


@dataclass
class Form:
    """An XLSForm while it is read."""

    file: str
    language: str
    losses: list[str] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    intro: list[str] = field(default_factory=list)
    thanks: str = ""
    consent: str | None = None
    sections: list[dict[str, Any]] = field(default_factory=list)

    def lose(self, sentence: str) -> None:
        """Say once what is left behind."""
        if sentence not in self.losses:
            self.losses.append(sentence)

    def words(self, row: Row, column: str) -> str:
        """What stands in a column for words, in the language of the form; without the answers it quotes."""
        for name in (f"{column}::{self.language}", column):
            if row.get(name):
                return self._plain(row, row[name])
        return next((self._plain(row, words) for name, words in row.items() if name.startswith(f"{column}::")), "")

    def _plain(self, row: Row, words: str) -> str:
        plain = re.sub(r"\$\{[^}]*\}", "…", words)
        if plain != words:
            self.lose(f"“{row.get('name', '')}” quotes an earlier answer, which cannot be carried: “…” stands there.")
        return tidy(plain)


def read(sheets: Sheets, file: str, key: str, audience: str | None = None) -> Read:
    """Return what a workbook holds as a questionnaire with this key.

    `audience` is for forms that do not say whom they are for. Raises QuestionnaireError when there is no questionnaire
    in it at all.
    """
    survey = _rows(sheets, "survey", file)
    choices = _rows(sheets, "choices", file) if "choices" in sheets else []
    settings = next(iter(_rows(sheets, "settings", file)), {}) if "settings" in sheets else {}
    form = Form(file, settings.get("default_language") or _first_language(survey))
    _say_other_languages(form, survey)
    for row in choices:
        form.lists.setdefault(row.get("list_name", row.get("list name", "")), []).append(row)
    _walk(form, survey)
    if not any(section["questions"] for section in form.sections):
        raise QuestionnaireError(f"{file}: there is no question in its sheet “survey”. Add one a row below the header.")
    content = _whole(form, settings, key, audience) | {"sections": _with_consent(form)}
    waivers = [dict(row) for row in _rows(sheets, "waivers", file)] if "waivers" in sheets else []
    return Read(content | ({"waivers": waivers} if waivers else {}), tuple(form.losses))


def _rows(sheets: Sheets, name: str, file: str) -> list[Row]:
    if name not in sheets or not sheets[name]:
        raise QuestionnaireError(
            f"{file}: there is no sheet “{name}”. An XLSForm has the sheets survey, choices and settings."
        )
    header, *rows = sheets[name]
    names = [without_hidden(cell).strip() for cell in header]
    if name == "survey" and not {"type", "name"} <= set(names):
        raise QuestionnaireError(
            f"{file}: the sheet “survey” has no column “type” or “name”. Add both to its first row."
        )
    found = (
        {name: without_hidden(cell).strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()}
        for row in rows
    )
    return [row for row in found if row]


def _first_language(survey: list[Row]) -> str:
    languages = (name.removeprefix("label::") for row in survey for name in row if name.startswith("label::"))
    return next(languages, "")


def _say_other_languages(form: Form, survey: list[Row]) -> None:
    names = dict.fromkeys(name for row in survey for name in row if name.startswith("label::"))
    for name in names:
        language = name.removeprefix("label::")
        if language != form.language:
            form.lose(f"The words in {language} are left out: each language has a questionnaire of its own.")


def _whole(form: Form, settings: Row, key: str, audience: str | None) -> dict[str, Any]:
    """The names at the top of the file."""
    own = {name: settings.get(f"{OF_WHOLE}{name}", "") for name in ("audience", "status", "minutes", "format", "of")}
    if settings.get("form_id", key) != key:
        form.lose(f"The form is called “{settings['form_id']}”; here it is “{key}”, like the file.")
    if own["status"] == "tested":
        form.lose("That its words were tested is not carried: they may have been changed since. It is a draft again.")
    code = _LANGUAGE.search(form.language)
    if not code:
        form.lose("The form names no language code such as “English (en)”: en is written. Change it if it is another.")
    whole = {
        "key": key,
        "title": tidy(settings.get("form_title", "")) or key,
        "audience": _audience(form, own["audience"] or audience),
        "language": code[1] if code else "en",
        "status": "draft",
        "minutes": _minutes(form, own["minutes"]),
        "intro": _intro(form),
        "thanks": _thanks(form),
    }
    if own["format"] == Format.EASY_READ:
        whole |= {"format": own["format"]} | ({"of": own["of"]} if own["of"] else {})
    declines = _declines(form)
    return whole | ({"declines": declines} if declines else {})


def _audience(form: Form, audience: str | None) -> str:
    if audience not in set(Audience):
        raise QuestionnaireError(
            f"{form.file}: it does not say whom it is for. Say who it asks: one of {', '.join(Audience)}."
        )
    return audience


def _minutes(form: Form, written: str) -> int:
    if written.isdecimal() and len(written) < 3:
        return int(written)
    questions = sum(len(section["questions"]) for section in form.sections)
    minutes = min(60, max(1, round(questions * 0.4)))
    form.lose(f"The form does not say how long it takes: {minutes} minutes are written. Measure it, and change it.")
    return minutes


def _intro(form: Form) -> list[str]:
    if not form.intro:
        form.lose("The form has no words before its first question: one sentence is written. Say what it is for.")
    return form.intro or ["Please tell us what you think."]


def _thanks(form: Form) -> str:
    if not form.thanks:
        form.lose("The form has no words for its end: “Thank you.” is written.")
    return form.thanks or "Thank you."


def _declines(form: Form) -> dict[str, str] | None:
    """The words for not answering, when they are other than usual."""
    usual = {choice.key: choice.text for choice in DECLINES}
    listed = form.lists.get(DECLINES_LIST) or [row for rows in form.lists.values() for row in rows]
    rows = [row for row in listed if row.get("name") in usual]
    found = usual | {row["name"]: form.words(row, "label") or usual[row["name"]] for row in reversed(rows)}
    return found if found != usual else None


def _walk(form: Form, survey: list[Row]) -> None:
    """Go down the rows: groups become sections, conditions of groups those of their questions."""
    conditions: list[str] = []
    for row in survey:
        kind = re.sub(r"\s+", "_", row.get("type", "").lower(), count=1)
        if kind in ("begin_group", "begin_repeat"):
            _begin(form, row, kind, len(conditions))
            conditions.append(without_gate(row.get("relevant", ""), form.consent))
        elif kind in ("end_group", "end_repeat"):
            conditions = conditions[:-1]
        elif row.get(f"{OF_QUESTION}kind") == INTRO:
            form.intro.append(form.words(row, "label"))
        elif row.get(f"{OF_QUESTION}kind") == THANKS:
            form.thanks = form.words(row, "label")
        elif kind in _ABOUT_THE_DEVICE:
            form.lose(f"“{kind}” is left out: nothing about the device or the moment of an answer is kept.")
        else:
            _ask(form, row, [condition for condition in conditions if condition])


def _begin(form: Form, row: Row, kind: str, depth: int) -> None:
    name = row.get("name", "")
    title = form.words(row, "label")
    if kind == "begin_repeat":
        form.lose(f"“{name}” repeats its questions; here they are asked once.")
    if depth:
        form.lose(f"The group “{name}” stands in another one; its questions are kept and it is not.")
        return
    key = form.names.section(name.removeprefix("section_"))
    form.sections.append({"key": key, "title": title or "Questions", "questions": []})


def _ask(form: Form, row: Row, conditions: list[str]) -> None:
    own = without_gate(row.get("relevant", ""), form.consent)
    if conditions and own:
        form.lose(f"“{row.get('name', '')}” keeps its own condition and loses that of its group: only one is possible.")
    item = Item(row, own or (conditions[-1] if conditions else ""))
    question = question_of(form, item)
    if question is None:
        return
    if question.get("purpose") == "analyse":
        form.consent = row["name"]
    if not form.sections:
        form.sections.append({"key": form.names.section("questions"), "title": "Questions", "questions": []})
    form.sections[-1]["questions"].append(question)


def _with_consent(form: Form) -> list[dict[str, Any]]:
    sections = [section for section in form.sections if section["questions"]]
    for section in form.sections:
        if not section["questions"]:
            form.lose(f"The group “{section['key']}” has no question that can be asked and is left out.")
    if form.consent is None:
        form.lose("The form does not ask whether answers may be read: our question is put first. Change its words.")
        start = {"key": form.names.section("start"), "title": "Before you start"}
        consent = {**_CONSENT_TO_READ, "key": form.names.question("agree")}
        return [{**start, "questions": [consent]}, *sections]
    return sections
