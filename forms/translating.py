"""A questionnaire in another language: every text that is shown, and nothing else, in other words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from forms.questionnaire import Choice, Question, Questionnaire

#: Given where a text stands, such as `q3.choices.yes`, and the text: what is shown instead.
Change = Callable[[str, str], str]


@dataclass(frozen=True)
class Translation:
    """A questionnaire in another language, and what is not yet as it should be: texts in English."""

    questionnaire: Questionnaire
    #: Texts that have no translation; they are shown in English.
    missing: tuple[str, ...]
    #: Texts whose translation nobody has checked.
    unchecked: tuple[str, ...]


def texts_of(questionnaire: Questionnaire) -> dict[str, list[str]]:
    """{text that respondents are shown: where it stands}, in the order in which they are shown."""
    found: dict[str, list[str]] = {}

    def note(where: str, text: str) -> str:
        found.setdefault(text, []).append(where)
        return text

    _changed(questionnaire, note)
    return found


def translated(
    questionnaire: Questionnaire, language: str, words: Mapping[str, str], checked: frozenset[str] = frozenset()
) -> Translation:
    """The questionnaire with the same keys in other words: {English text: translation}; `checked` names texts."""
    texts = texts_of(questionnaire)
    changed = _changed(questionnaire, lambda _where, text: words.get(text) or text)
    return Translation(
        replace(changed, language=language),
        missing=tuple(text for text in texts if not words.get(text)),
        unchecked=tuple(text for text in texts if words.get(text) and text not in checked),
    )


def _changed(questionnaire: Questionnaire, change: Change) -> Questionnaire:
    return replace(
        questionnaire,
        title=change("title", questionnaire.title),
        intro=tuple(change("intro", text) for text in questionnaire.intro),
        sections=tuple(
            replace(
                section,
                title=change(f"{section.key}.title", section.title),
                questions=tuple(_question(question, change) for question in section.questions),
            )
            for section in questionnaire.sections
        ),
        thanks=change("thanks", questionnaire.thanks),
    )


def _question(question: Question, change: Change) -> Question:
    def maybe(name: str, text: str | None) -> str | None:
        return change(f"{question.key}.{name}", text) if text else text

    def choices(name: str, offered: tuple[Choice, ...]) -> tuple[Choice, ...]:
        # The figures of 0 to 10 are the same in all our languages.
        return tuple(
            choice
            if choice.text.isdecimal()
            else replace(choice, text=change(f"{question.key}.{name}.{choice.key}", choice.text))
            for choice in offered
        )

    return replace(
        question,
        text=change(question.key, question.text),
        hint=maybe("hint", question.hint),
        period=maybe("period", question.period),
        low=maybe("low", question.low),
        high=maybe("high", question.high),
        choices=choices("choices", question.choices),
        declines=choices("declines", question.declines),
    )
