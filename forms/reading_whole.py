"""What must hold of a questionnaire as a whole before it is read; each raises QuestionnaireError, saying what to do."""

from collections.abc import Iterable

from forms.questionnaire import Kind, Purpose, Question
from forms.table import Table


def check_unique(table: Table, each: str, keys: Iterable[str]) -> None:
    """No two of them have the same key."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise table.refusal(f"two {each}s have the key “{key}”", "Give each a key of its own")
        seen.add(key)


def check_consents(table: Table, questions: tuple[Question, ...]) -> None:
    """Leave to read is asked before anything else, leave to quote once the words are written."""
    asked = [question.purpose for question in questions]
    if asked[0] is not Purpose.ANALYSE or asked.count(Purpose.ANALYSE) != 1:
        raise table.refusal(
            "consent to be read is not asked first", 'Begin with one consent question of purpose = "analyse"'
        )
    if Purpose.QUOTE in asked[:-1]:
        raise table.refusal(
            "consent to be quoted is not asked last", 'End with the consent question of purpose = "quote"'
        )


def check_routes(table: Table, questions: tuple[Question, ...]) -> None:
    """A question may only depend on an earlier one, and on choices that it offers."""
    earlier: dict[str, set[str]] = {}
    for question in questions:
        rule = question.show_if
        if rule and question.kind is Kind.CONSENT:
            raise table.refusal(f"the consent “{question.key}” is not asked of everybody", "Take its show_if away")
        if rule and rule.question not in earlier:
            raise table.refusal(
                f"“{question.key}” depends on “{rule.question}”, which is not asked before it",
                "Name an earlier question in its show_if",
            )
        for choice in set(rule.any_of) - earlier[rule.question] if rule else ():
            raise table.refusal(
                f"“{question.key}” depends on “{choice}”, which “{rule.question if rule else ''}” does not offer",
                "Name a key of its choices",
            )
        earlier[question.key] = {choice.key for choice in (*question.choices, *question.declines)}
