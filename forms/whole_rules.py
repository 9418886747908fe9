"""What a questionnaire has as a whole: the two consents in their places, and no section without a question.

A file that breaks these is not read at all; a questionnaire that is being edited may break them for a while.
"""

from collections.abc import Iterator

from forms.faults import WHOLE, Fault, Rule
from forms.questionnaire import Purpose, Questionnaire


def whole_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield what is missing, or stands in the wrong place."""
    yield from _consents([question.purpose for question in questionnaire.questions])
    for section in questionnaire.sections:
        if not section.questions:
            yield Fault(
                section.title, Rule.EMPTY_SECTION, "This section has no question. Add one, or take the section out."
            )


def _consents(asked: list[Purpose | None]) -> Iterator[Fault]:
    if asked[:1] != [Purpose.ANALYSE] or asked.count(Purpose.ANALYSE) != 1:
        yield Fault(
            WHOLE, Rule.NO_CONSENT, "Consent to be read is not asked first. Begin with it, and ask for it once."
        )
    if Purpose.QUOTE in asked[:-1]:
        yield Fault(WHOLE, Rule.NO_CONSENT, "Consent to be quoted is not asked last. Move it to the end.")
