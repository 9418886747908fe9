"""The wording lint: what a questionnaire must be before anybody is asked to answer it, rule by rule.

It measures words and routes. It cannot say whether a child understands them: only children can.
"""

from collections.abc import Iterator

from forms.faults import HARD, Fault, Rule
from forms.kind_rules import kind_faults, promise_faults
from forms.questionnaire import Questionnaire, Waiver
from forms.route_rules import route_faults
from forms.whole_rules import whole_faults
from forms.wording_rules import wording_faults

__all__ = ["HARD", "Fault", "Rule", "lint", "obstacles"]


def lint(questionnaire: Questionnaire, promise: str = "") -> tuple[Fault, ...]:
    """Return every fault that no waiver silences, and every waiver that silences none.

    With a promise, what may not be asked under it as well; no waiver silences that.
    """
    found = (*obstacles(questionnaire), *kind_faults(questionnaire), *wording_faults(questionnaire))
    waived = {(waiver.question, waiver.rule) for waiver in questionnaire.waivers}
    left = tuple(fault for fault in found if (fault.item, fault.rule) not in waived)
    broken = {(fault.item, str(fault.rule)) for fault in found}
    return (*promise_faults(questionnaire, promise), *dict.fromkeys(left), *_unused(questionnaire.waivers, broken))


def obstacles(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """What keeps a questionnaire from being asked at all, whatever is waived."""
    return (*whole_faults(questionnaire), *route_faults(questionnaire))


def _unused(waivers: tuple[Waiver, ...], broken: set[tuple[str, str]]) -> Iterator[Fault]:
    for waiver in waivers:
        if waiver.rule not in set(Rule):
            yield Fault(
                waiver.question,
                Rule.UNUSED_WAIVER,
                f"There is no rule “{waiver.rule}” to waive. Use one of {', '.join(Rule)}.",
            )
        elif (waiver.question, waiver.rule) not in broken:
            yield Fault(
                waiver.question,
                Rule.UNUSED_WAIVER,
                f"Nothing here breaks the rule “{waiver.rule}”. Take the waiver out.",
            )
