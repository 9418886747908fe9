"""Words that name a group of texts: those said in it, and not in the others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log

from analysis.text import stem, stop_words, words

_TERMS = 5
_LONGEST = 3


def labels(groups: Sequence[Sequence[str]], terms: int = _TERMS) -> list[list[str]]:
    """Return for each group up to ``terms`` words and phrases that set it apart, best first.

    Class-based TF-IDF over one to three words: frequency in the group by its size, times the log of one plus
    mean group size by frequency in all groups, times 1.5 for two words and 2 for three. A phrase is left out
    when it says again what a better one said.
    """
    counts = [Counter(phrase for text in texts for phrase in set(_phrases(text))) for texts in groups]
    sizes = [max(1, sum(count.values())) for count in counts]
    total: Counter[str] = sum(counts, Counter())
    mean = sum(sizes) / max(1, len(sizes))
    named = []
    for count, size in zip(counts, sizes, strict=True):
        weights = {
            phrase: times / size * log(1 + mean / total[phrase]) * (1 + 0.5 * phrase.count(" "))
            for phrase, times in count.items()
            if times > 1 or len(count) <= terms * _LONGEST
        }
        named.append(_different(sorted(weights, key=lambda phrase: (-weights[phrase], phrase)), terms))
    return named


def _phrases(text: str) -> Iterator[str]:
    """Yield runs of one to three words that neither start nor end with a stop word."""
    said = words(text)
    for start in range(len(said)):
        for end in range(start + 1, min(start + _LONGEST, len(said)) + 1):
            if {said[start], said[end - 1]}.isdisjoint(stop_words()):
                yield " ".join(said[start:end])


def _different(ranked: Sequence[str], terms: int) -> list[str]:
    """Keep the best phrases that share no word stem with a better one."""
    kept: list[str] = []
    used: set[str] = set()
    for phrase in ranked:
        stems = {stem(word) for word in phrase.split() if word not in stop_words()}
        if stems.isdisjoint(used):
            kept.append(phrase)
            used |= stems
        if len(kept) == terms:
            break
    return kept
