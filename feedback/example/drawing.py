"""Closed answers, drawn as `closed.toml` says: quotas by largest remainder, and a seed that says who gave which."""

import random
from collections.abc import Mapping

from forms.questionnaire import Purpose, Question, Questionnaire

#: (state, choice) of one answer.
Given = tuple[str, str | None]


def quotas(weights: Mapping[str, float], n: int) -> dict[str, int]:
    """`n` shared out by weight; what is left after rounding down goes to the largest remainders."""
    total = sum(weights.values())
    exact = {key: n * weight / total for key, weight in weights.items()}
    shares = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(weights, key=lambda key: (shares[key] - exact[key], list(weights).index(key)))
    for key in by_remainder[: n - sum(shares.values())]:
        shares[key] += 1
    return shares


def closed_answers(closed: dict, wave_key: str, questionnaire: Questionnaire, n: int) -> dict[str, list[Given]]:
    """{question: one answer for each of n respondents} of every question with choices."""
    return {
        question.key: _shuffled(f"{closed['seed']}/{wave_key}/{question.key}", _drawn(closed, wave_key, question, n))
        for question in questionnaire.questions
        if question.choices
    }


def _shuffled(seed: str, answers: list[Given]) -> list[Given]:
    random.Random(seed).shuffle(answers)
    return answers


def _drawn(closed: dict, wave_key: str, question: Question, n: int) -> list[Given]:
    if question.purpose is Purpose.ANALYSE:
        return [("answered", "agree")] * n
    if question.purpose is Purpose.QUOTE:
        yes = closed["consent"]["quote"]
        return _answered({"yes": yes, "no": 100 - yes}, n)
    offered = {choice.key for choice in question.declines}
    declined = {state: share for state, share in closed["shares"].items() if state == "blank" or state in offered}
    states = quotas({**declined, "answered": 100 - sum(declined.values())}, n)
    given = _answered(_weights(closed, wave_key, question), states.pop("answered"))
    return given + [(state, None) for state, count in states.items() for _ in range(count)]


def _answered(weights: Mapping[str, float], n: int) -> list[Given]:
    return [("answered", choice) for choice, count in quotas(weights, n).items() for _ in range(count)]


def _weights(closed: dict, wave_key: str, question: Question) -> Mapping[str, float]:
    """The weights of a question: planted in this wave, its own, or those of its set of choices."""
    for planted in closed["planted"]:
        if (planted["wave"], planted["question"]) == (wave_key, question.key):
            return planted["weights"]
    defaults = closed["defaults"]
    if question.key in defaults["question"]:
        return defaults["question"][question.key]
    choices = {choice.key for choice in question.choices}
    return next(defaults[name] for name in ("five_point", "three_point", "counts") if set(defaults[name]) == choices)
