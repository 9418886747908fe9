"""What the people of Northmere have done so far, and what they have left: read, coded, cleared to be quoted."""

import random

from feedback.example.files import Text, priorities_of_themes, table

#: One text in ten waits for a person, so that the machine's suggestions can be seen waiting.
LEFT_UNCODED = 0.1
#: In these waves three responses are not read yet: none that says anything of a theme.
UNREAD_WAVES = ("2026-09-children-8-10", "2026-09-families")
UNREAD_EACH = 3
#: Texts about these carry a planted truth (tests/planted.py) and are all coded.
PLANTED_PRIORITIES = {"worker-stays", "listened-to", "help-with-feelings"}
PLANTED_THEMES = {"leaving-pets"}


def left_uncoded(texts: dict[str, list[Text]], seed: int) -> set[str]:
    """The words of themed texts that nobody has coded yet."""
    linked = priorities_of_themes()
    themed = [text for some in texts.values() for text in some if text.themes]
    free = sorted(text.words for text in themed if not any(_planted(theme, linked) for theme in text.themes))
    return set(random.Random(f"{seed}/uncoded").sample(free, round(len(themed) * LEFT_UNCODED))) - _quoted_words(texts)


def _planted(theme: str, linked: dict[str, set[str]]) -> bool:
    return theme in PLANTED_THEMES or bool(linked.get(theme, set()) & PLANTED_PRIORITIES)


def quotes(texts: dict[str, list[Text]]) -> dict[str, dict]:
    """{a text's words: its entry in quotes.toml}."""
    found = {}
    for quote in table("quotes.toml")["quote"]:
        (words,) = (text.words for some in texts.values() for text in some if text.words.startswith(quote["begins"]))
        found[words] = quote
    return found


def _quoted_words(texts: dict[str, list[Text]]) -> set[str]:
    return set(quotes(texts))


def places(texts: list[Text], may_quote: list[bool], quoted: set[str], rng: random.Random) -> list[int]:
    """Which respondent wrote each text: everybody one at most, the quoted ones by somebody who agrees to it."""
    free = list(range(len(may_quote)))
    rng.shuffle(free)
    agreeing = [place for place in free if may_quote[place]]
    first = {text.words: agreeing.pop() for text in texts if text.words in quoted}
    rest = [place for place in free if place not in set(first.values())]
    return [first[text.words] if text.words in first else rest.pop() for text in texts]


def unread(wave_key: str, texts: list[Text], written_at: list[int], n: int) -> set[int]:
    """Which respondents of a wave nobody has read yet."""
    if wave_key not in UNREAD_WAVES:
        return set()
    unthemed = [place for text, place in zip(texts, written_at, strict=True) if not text.themes]
    silent = [place for place in range(n) if place not in set(written_at)]
    return set((unthemed + silent)[:UNREAD_EACH])
