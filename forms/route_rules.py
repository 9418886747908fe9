"""Routes: every page can be reached, and depends on an answer that was given before it."""

from collections.abc import Iterator

from forms.faults import Fault, Rule
from forms.questionnaire import Purpose, Question, Questionnaire


def route_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield forward references and circles, choices that are not offered, and pages that nobody comes to."""
    positions = {question.key: place for place, question in enumerate(questionnaire.questions)}
    reached: dict[str, set[str]] = {}
    for place, question in enumerate(questionnaire.questions):
        rule = question.show_if
        if rule is None:
            reached[question.key] = _leads_on(question)
        elif positions.get(rule.question, place) >= place:
            yield _order(question, known=rule.question in positions)
            reached[question.key] = _leads_on(question)  # said once, not again for every page behind it
        else:
            before = questionnaire.questions[positions[rule.question]]
            yield from _unknown(question, before, rule.any_of)
            if reached[rule.question].isdisjoint(rule.any_of):
                yield _unreachable(question, before)
                reached[question.key] = set()
            else:
                reached[question.key] = _leads_on(question)


def _leads_on(question: Question) -> set[str]:
    """The answers with which a respondent goes on to later pages: without leave to be read, none is asked."""
    if question.purpose is Purpose.ANALYSE:
        return {"agree"}
    return _offered(question)


def _offered(question: Question) -> set[str]:
    return {choice.key for choice in (*question.choices, *question.declines)}


def _order(question: Question, known: bool) -> Fault:
    rule = question.show_if
    of = rule.question if rule else ""
    problem = "is not asked before it" if known else "is no question here"
    return Fault(
        question.key,
        Rule.ORDER,
        f"It depends on “{of}”, which {problem}. Name an earlier question in show_if, or move this one down.",
    )


def _unknown(question: Question, before: Question, named: tuple[str, ...]) -> Iterator[Fault]:
    for key in named:
        if key not in _offered(before):
            yield Fault(
                question.key,
                Rule.UNKNOWN_CHOICE,
                f"It depends on “{key}”, which “{before.key}” does not offer. "
                f"Use {', '.join(sorted(_offered(before))) or 'a question with choices'}.",
            )


def _unreachable(question: Question, before: Question) -> Fault:
    return Fault(
        question.key,
        Rule.UNREACHABLE,
        f"Nobody comes to this page: no answer to “{before.key}” leads here. Mend its show_if, or take the page out.",
    )
