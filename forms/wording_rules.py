"""Rules about words: how hard they are to read, how long, how many things at once, and which are not used."""

import re
from collections.abc import Iterator
from statistics import fmean
from typing import NamedTuple

import textstat

from forms.faults import WHOLE, Fault, Rule
from forms.plain_words import BANNED_WORDS, JARGON, TO_EXPLAIN
from forms.questionnaire import Audience, Format, Kind, Question, Questionnaire


class Band(NamedTuple):
    """Flesch-Kincaid grades: what the mean of all questions may be, and what any text."""

    mean: float
    most: float


#: Source: the targets of each draft, `questionnaire-drafts.md`; the board reads as practitioners do.
BANDS = {
    Audience.CHILD_4_7: Band(1, 3),
    Audience.CHILD_8_10: Band(2, 4),
    Audience.YOUNG_PERSON: Band(4, 6),
    Audience.CARE_LEAVER: Band(4, 6),
    Audience.FAMILY: Band(5, 6),
    Audience.PRACTITIONER: Band(7, 10),
    Audience.BOARD_MEMBER: Band(7, 10),
}
#: Easy read is for all ages, and no harder than what children of 8 to 10 read.
EASY_READ = BANDS[Audience.CHILD_8_10]

#: Words a sentence, up to 11 years and in easy read.
MOST_WORDS = 15

_YOUNGEST = {Audience.CHILD_4_7, Audience.CHILD_8_10}
_CHILDREN = {*_YOUNGEST, Audience.YOUNG_PERSON}
_STAFF = {Audience.PRACTITIONER, Audience.BOARD_MEMBER}

_SENTENCE = re.compile(r"(?<=[.!?…])[”’)\"']*\s+")
_JOINED = re.compile(r"\b(and|or)\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    r"\b(not|never|no|none|nobody|nothing|nowhere|neither|nor|without|cannot|unless)\b|\b\w+n[’']t\b", re.IGNORECASE
)


class Text(NamedTuple):
    """Words with the item they stand in."""

    item: str
    words: str


def reading_grade(words: str) -> float:
    """The Flesch-Kincaid grade: syllables and sentence length, for English only; it knows nothing of ideas.

    Source: Kincaid, Fishburne, Rogers and Chissom (1975), as in textstat 0.7.8.
    """
    return float(textstat.flesch_kincaid_grade(words))


def mean_grade(questionnaire: Questionnaire) -> float:
    """The mean grade of what is asked, consents and pages to read left out; 0 when nothing is."""
    grades = [reading_grade(question.text) for question in _asked(questionnaire)]
    return fmean(grades) if grades else 0.0


def hardest(questionnaire: Questionnaire) -> float:
    """The highest grade of what is asked; 0 when nothing is."""
    return max((reading_grade(question.text) for question in _asked(questionnaire)), default=0.0)


def band_of(questionnaire: Questionnaire) -> Band:
    """How hard its words may be."""
    return EASY_READ if questionnaire.format is Format.EASY_READ else BANDS[questionnaire.audience]


def wording_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield what is wrong with the words. Only English is measured: other languages pass."""
    if not questionnaire.language.startswith("en"):
        return
    yield from _levels(questionnaire)
    if questionnaire.audience in _YOUNGEST or questionnaire.format is Format.EASY_READ:
        yield from _lengths(questionnaire)
    for question in _asked(questionnaire):
        yield from _double_barrelled(question)
        if questionnaire.audience in _CHILDREN:
            yield from _negatives(question)
    yield from _banned(questionnaire)
    yield from _unexplained(questionnaire)


def _asked(questionnaire: Questionnaire) -> list[Question]:
    return [question for question in questionnaire.questions if question.kind not in (Kind.CONSENT, Kind.INFO)]


def _sentences(questionnaire: Questionnaire) -> Iterator[Text]:
    """What is written in sentences, in the order of reading: a label of two words has no reading level."""
    yield from (Text("intro", words) for words in questionnaire.intro)
    for question in questionnaire.questions:
        yield Text(question.key, question.text)
        if question.hint:
            yield Text(question.key, question.hint)
    yield Text("thanks", questionnaire.thanks)


def _everything(questionnaire: Questionnaire) -> Iterator[Text]:
    yield Text(WHOLE, questionnaire.title)
    yield from _sentences(questionnaire)
    for section in questionnaire.sections:
        yield Text(section.title, section.title)
    for question in questionnaire.questions:
        yield from (Text(question.key, choice.text) for choice in question.choices)
        yield from (Text(question.key, words) for words in (question.low, question.high, question.period) if words)


def _levels(questionnaire: Questionnaire) -> Iterator[Fault]:
    band = band_of(questionnaire)
    for text in _sentences(questionnaire):
        grade = reading_grade(text.words)
        if grade > band.most:
            yield Fault(
                text.item,
                Rule.READING_LEVEL,
                f"“{text.words}” reads at grade {grade:.1f}, over {band.most:g}. Use shorter words and sentences.",
            )
    mean = mean_grade(questionnaire)
    if mean > band.mean:
        yield Fault(
            WHOLE,
            Rule.READING_LEVEL,
            f"Its questions read at grade {mean:.1f} on average, over {band.mean:g}. Make the hardest ones plainer.",
        )


def _lengths(questionnaire: Questionnaire) -> Iterator[Fault]:
    for text in _everything(questionnaire):
        for sentence in _SENTENCE.split(text.words):
            number = len(sentence.split())
            if number > MOST_WORDS:
                yield Fault(
                    text.item,
                    Rule.LONG_SENTENCE,
                    f"“{sentence}” has {number} words, over {MOST_WORDS}. Make two sentences of it.",
                )


def _double_barrelled(question: Question) -> Iterator[Fault]:
    """Only what asks: a list of ways to answer (“You can draw it or say it.”) asks for one thing."""
    sentences = _SENTENCE.split(question.text)
    asking = [sentence for sentence in sentences if sentence.endswith("?")] or sentences
    for sentence in asking:
        joint = _JOINED.search(sentence)
        if joint:
            yield Fault(
                question.key,
                Rule.DOUBLE_BARRELLED,
                f"“{joint[1]}” may ask two things at once. Ask one, or waive it when it is a list of one thing.",
            )


def _negatives(question: Question) -> Iterator[Fault]:
    found = _NEGATIVE.search(question.text)
    if found:
        yield Fault(
            question.key,
            Rule.NEGATIVE,
            f"“{found[0]}” makes “yes” mean no to a child. Ask the same without it.",
        )


def _banned(questionnaire: Questionnaire) -> Iterator[Fault]:
    tables = [(Rule.BANNED_WORD, BANNED_WORDS, "hurts or hides people")]
    if questionnaire.audience not in _STAFF:
        tables.append((Rule.JARGON, JARGON, "is a workers’ word"))
    for text in _everything(questionnaire):
        for rule, table, why in tables:
            for word, plain in table.items():
                if _says(text.words, word):
                    yield Fault(text.item, rule, f"“{word}” {why}. Say “{plain}” or the like.")


def _unexplained(questionnaire: Questionnaire) -> Iterator[Fault]:
    """A word with a meaning in services only, before any text has said what it means."""
    hints = {question.key: question.hint or "" for question in questionnaire.questions}
    so_far = ""
    for text in _sentences(questionnaire):
        so_far += f"\n{text.words}\n{hints.get(text.item, '')}"
        for term in TO_EXPLAIN:
            if _says(text.words, term) and not _explained(term, so_far, hints.get(text.item, "")):
                yield Fault(
                    text.item,
                    Rule.JARGON,
                    f"“{term}” is explained nowhere before. Say in the hint what it is: “A {term} is …”.",
                )


def _explained(term: str, so_far: str, hint: str) -> bool:
    """Whether a text says what it is, by its name or by the short one that follows it in brackets."""
    short = re.search(rf"\b{re.escape(term)} \((\w+)\)", so_far, re.IGNORECASE)
    names = [re.escape(term), *([short[1]] if short else [])]
    means = rf"\b(?:{'|'.join(names)})s?\b(?: \(\w+\))?,? (?:is|are|means|says|sets out)\b"
    return bool(re.search(means, so_far, re.IGNORECASE) or re.match(r"(?:This|It) (?:is|means)\b", hint))


def _says(words: str, term: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(term)}(?![\w-])", words, re.IGNORECASE))
