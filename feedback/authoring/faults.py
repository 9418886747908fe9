"""What the wording lint finds, sorted to where it is shown: at a question, a section, the opening."""

from dataclasses import dataclass

from forms.faults import HARD, WHOLE, Fault
from forms.lint import lint, obstacles
from forms.questionnaire import Questionnaire, Waiver


@dataclass(frozen=True)
class Found:
    """All that is wrong, and what was waived."""

    faults: tuple[Fault, ...]
    waivers: tuple[Waiver, ...]

    def at(self, item: str) -> list[Fault]:
        """What is wrong with one question, one section, or the whole."""
        return [fault for fault in self.faults if fault.item == item]

    def waived_at(self, item: str) -> list[Waiver]:
        """Rules that one question breaks on purpose."""
        return [waiver for waiver in self.waivers if waiver.question == item]

    @property
    def of_opening(self) -> list[Fault]:
        """What is wrong with the whole, its opening or its end."""
        return [fault for fault in self.faults if fault.item in OPENING]

    @property
    def waived_of_opening(self) -> list[Waiver]:
        """Rules that the whole, its opening or its end breaks on purpose."""
        return [waiver for waiver in self.waivers if waiver.question in OPENING]

    @property
    def stops(self) -> list[Fault]:
        """What keeps it from being asked: no waiver helps."""
        return [fault for fault in self.faults if fault.rule in HARD]


OPENING = (WHOLE, "intro", "thanks")


def find_faults(questionnaire: Questionnaire) -> Found:
    """Look a questionnaire over; what keeps it from being asked is found even when it was waived."""
    faults = dict.fromkeys((*obstacles(questionnaire), *lint(questionnaire)))
    return Found(tuple(faults), questionnaire.waivers)


def may_be_waived(fault: Fault) -> bool:
    """Whether a reason can let it stand."""
    return fault.rule not in HARD and fault.rule != "unused_waiver"
