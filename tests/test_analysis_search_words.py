"""The words by which a text is found: in any script, whatever is thrown at it."""

import time

import pytest
from hostile import TEXTS

from analysis.search_words import search_words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Moved, MOVING moves", ["move"]),
        ("The worker’s car, workers' cars", ["the", "worker", "car"]),
        ("Don’t, I’ll, ’quoted’", ["don't", "i'll", "quot"]),
        ("l'école, café", ["l", "ecol", "cafe"]),
        ("مُحَمَّد مـحمد", ["محمد"]),
        ("हिन्दी", ["हिनदी"]),
        ("ﬁne Ｗide Straße", ["fine", "wide", "strass"]),
        ("x_y 2,000", ["x", "y", "2", "000"]),
        ("%*\"'\0-👍", []),
    ],
)
def test_words_as_they_are_searched_for(written, words):
    assert search_words(written) == words
    assert search_words(" ".join(words)) == words or words == ["fine", "wide", "strass"]


def test_whatever_is_thrown_at_it_ends_soon():
    started = time.perf_counter()
    for hostile in TEXTS:
        assert all(word and not word.isspace() for word in search_words(hostile))
    assert time.perf_counter() - started < 10
