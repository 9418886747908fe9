"""Between a page and a question: what fills its form, and what somebody wrote made a question again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from feedback.authoring.answers import Matched, match
from forms import catalogue
from forms.content import question_content
from forms.kind_rules import CORE_AUDIENCES
from forms.questionnaire import ANY_OF, CONSENT_CHOICES, HELPED, Audience, Choice, Core, Kind, Purpose, Question
from forms.reading import LONGEST_JOINED, names_of, read_question
from forms.table import QuestionnaireError

#: Kinds that always have the same answers in the same places, however they are worded.
IN_PLACE = frozenset({Kind.CONSENT, Kind.HELPED, Kind.PICTURES, Kind.SCALE, Kind.FACES})
#: What a new question of a kind begins with.
STARTS = {
    Kind.PICTURES: ("Yes", "Sometimes", "No"),
    Kind.SCALE: ("Always", "Most of the time", "Sometimes", "Not often", "Never"),
    Kind.FACES: ("I love it", "I like it a lot", "I like it", "It is fine", "It is OK"),
    Kind.FREQUENCY: ("Every week", "Some weeks", "Once", "It did not happen"),
    Kind.NUMBER_BAND: ("None", "1", "2 or 3", "4 or more"),
    Kind.HELPED: tuple(choice.text for choice in HELPED),
}
CONSENTS = {Purpose.ANALYSE: ("Yes, I agree", "Not today"), Purpose.QUOTE: ("Yes", "No")}
ROOM = {Kind.SHORT_TEXT: 100, Kind.LONG_TEXT: 1000, Kind.CONTACT: 200, Kind.DRAWING: 500}
#: What stays with a question whatever is written on its page.
_KEPT = ("key", "kind", "purpose", "show_if")


@dataclass(frozen=True)
class Written:
    """A question as somebody wrote it; without one, `problem` says what to do."""

    question: Question | None
    matched: Matched | None = None
    problem: str = ""


def fields_of(kind: Kind) -> set[str]:
    """The fields of the form that a question of this kind has."""
    fields = {"text", "hint", *names_of(kind)} & {
        "text", "hint", "choices", "domain", "core", "max_length", "period", "low", "high", "none",
    }  # fmt: skip
    return fields | ({"same_answers"} if "choices" in fields and kind not in IN_PLACE else set())


def filled(question: Question) -> dict[str, Any]:
    """What a question's form shows."""
    words = {choice.key: choice.text for choice in question.choices}
    told = {name: getattr(question, name) for name in ("text", "hint", "period", "low", "high", "max_length")}
    return told | {
        "choices": "\n".join(choice.text for choice in question.choices),
        "none": words.get(question.none or "", ""),
        "domain": question.domain or "",
        "core": question.core or "",
    }


def blank(kind: Kind, key: str, declines: tuple[Choice, ...], purpose: Purpose | None = None) -> Question:
    """A new question that nobody has worded yet: its kind, and the answers that a question of the kind begins with."""
    texts = STARTS.get(kind, ())
    keys = {
        Kind.HELPED: tuple(choice.key for choice in HELPED),
        Kind.SCALE: ("s5", "s4", "s3", "s2", "s1"),
        Kind.FACES: ("s5", "s4", "s3", "s2", "s1"),
    }.get(kind, ())
    if purpose:
        keys, texts = CONSENT_CHOICES[purpose], CONSENTS[purpose]
    if not keys:
        keys = tuple(choice.key for choice in match((), texts).choices)
    choices = tuple(Choice(key, text) for key, text in zip(keys, texts, strict=True))
    return Question(
        key, kind, "", choices=choices, declines=declines, purpose=purpose, max_length=ROOM.get(kind, 1000)
    )  # fmt: skip


def rekinded(question: Question, kind: Kind, declines: tuple[Choice, ...]) -> Question:
    """A question to be answered in another way, with all that the new way can use."""
    new = blank(kind, question.key, declines)
    keeps = question.choices and "choices" in fields_of(kind) and kind not in IN_PLACE
    return replace(
        new,
        text=question.text,
        hint=question.hint,
        show_if=question.show_if,
        domain=question.domain,
        core=question.core,
        choices=question.choices if keeps and question.kind is not Kind.ZERO_TO_TEN else new.choices,
    )


def written(
    told: Mapping[str, Any], before: Question, declines: tuple[Choice, ...], used: Mapping[str, str] | None = None
) -> Written:
    """The question somebody wrote in the place of `before`: same key and kind, same rule, answers with their keys.

    `used`: {key: words} of the answers that waves have offered with it.
    """
    content = {name: value for name, value in question_content(before).items() if name in _KEPT}
    for name in fields_of(before.kind) & {"text", "hint", "domain", "core", "max_length", "period", "low", "high"}:
        if told.get(name):
            content[name] = told[name]
    matched = None
    if "choices" in fields_of(before.kind):
        matched = _answers(told, before, used or {})
        content |= _answer_content(told, before, matched)
        problem = _misfit(told, before, content)
        if problem:
            return Written(None, matched, problem)
    try:
        return Written(read_question(content, declines), matched)
    except QuestionnaireError as problem:
        return Written(None, matched, _sentence(problem))


def _misfit(told: Mapping[str, Any], before: Question, content: Mapping[str, Any]) -> str:
    """What the reader of files would say in words of its own."""
    if before.kind in (Kind.CONSENT, Kind.HELPED) and set(content["choices"]) != {c.key for c in before.choices}:
        return f"This question keeps its {len(before.choices)} answers. Change their words, one answer a line."
    if "none" in fields_of(before.kind) and told.get("none") and "none" not in content:
        return "No answer reads like the one that rules out the others. Copy its words."
    return ""


def _answers(told: Mapping[str, Any], before: Question, used: Mapping[str, str]) -> Matched:
    longest = LONGEST_JOINED - len(before.key) - 1 if before.kind in ANY_OF else LONGEST_JOINED
    in_place = before.kind in IN_PLACE or bool(told.get("same_answers"))
    lines = str(told.get("choices") or "").splitlines()
    return match(before.choices, lines, in_order=in_place, used=used, longest=longest)


def _answer_content(told: Mapping[str, Any], before: Question, matched: Matched) -> dict[str, Any]:
    content: dict[str, Any] = {"choices": {choice.key: choice.text for choice in matched.choices}}
    pictures = {choice.key: choice.picture for choice in matched.choices if choice.picture}
    if pictures:  # they go where their answers go: a tick beside “No” would be a lie
        content["pictures"] = pictures
    none = _ruling_out(str(told.get("none") or ""), before, matched)
    return content | ({"none": none} if none else {})


def _ruling_out(words: str, before: Question, matched: Matched) -> str | None:
    """The answer that reads so now; or that read so before and was worded differently just now."""
    now = {choice.text.casefold(): choice.key for choice in (*before.choices, *matched.choices)}
    key = now.get(" ".join(words.split()).casefold())
    return key if key in {choice.key for choice in matched.choices} else None


def _sentence(problem: QuestionnaireError) -> str:
    """What the reader of files says, without the place: on a page it stands at its place."""
    said = str(problem).partition("”: ")[2] or str(problem)
    return said[:1].upper() + said[1:]


def core_example(core: Core, audience: Audience) -> Question | None:
    """How one of the six is asked of this audience by a questionnaire that ships, or of another."""
    asked = [
        (questionnaire.audience is not audience, questionnaire.audience not in CORE_AUDIENCES, question)
        for questionnaire in catalogue.questionnaires()
        for question in questionnaire.questions
        if question.core is core
    ]
    return min(asked, key=lambda found: found[:2])[2] if asked else None
