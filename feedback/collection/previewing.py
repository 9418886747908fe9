"""Walking through a questionnaire as its audience would, keeping nothing.

Which questions come depends on what was chosen before. Those choices, and nothing that was written, stand in the
address of the next page.
"""

from collections.abc import Collection, Mapping

from forms.questionnaire import Question, Questionnaire

Chosen = dict[str, tuple[str, ...]]


def read(questionnaire: Questionnaire, said: str) -> Chosen:
    """The choices that `write` wrote; what the questionnaire does not ask or offer is passed over."""
    chosen: Chosen = {}
    for part in said[:2_000].split("~"):
        key, *picked = part.split(".")
        asked = next((question for question in questionnaire.questions if question.key == key), None)
        if asked:
            offered = {choice.key for choice in (*asked.choices, *asked.declines)}
            chosen[key] = tuple(choice for choice in picked if choice in offered)
    return chosen


def write(questionnaire: Questionnaire, chosen: Mapping[str, Collection[str]]) -> str:
    """The choices on which later questions depend, in the order of the questions."""
    decisive = {question.show_if.question for question in questionnaire.questions if question.show_if}
    kept = [question.key for question in questionnaire.questions if question.key in decisive and question.key in chosen]
    return "~".join(".".join((key, *chosen[key])) for key in kept)


def around(
    questionnaire: Questionnaire, chosen: Chosen, key: str
) -> tuple[Question | None, Question | None, Question | None]:
    """The question before this one, the one itself and the one after it, on the way of who chose this."""
    way = questionnaire.asked(chosen)
    place = next((place for place, question in enumerate(way) if question.key == key), None)
    if place is None:
        return None, None, None
    return way[place - 1] if place else None, way[place], way[place + 1] if place + 1 < len(way) else None
