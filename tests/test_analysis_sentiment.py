import itertools

import pytest

from analysis.encoding import encoder
from analysis.sentiment import SentimentClassifier


def test_unfitted_it_reads_a_word_list_emoji_included_and_says_it_is_indicative():
    classifier = SentimentClassifier()
    assert classifier.indicative
    said = ["She was lovely and helpful", "It was horrible 😢", "I live in Portswood", "She was kind but it was awful"]
    assert classifier.predict(said) == ["positive", "negative", "neutral", "mixed"]
    assert classifier.predict([]) == []


def test_fitted_it_reads_what_the_word_list_cannot():
    openings = ["Quicker answers", "More visits", "Longer contact", "Fewer changes", "Shorter waits", "Earlier calls"]
    endings = ["needed", "would be better", "please", "should be offered", "next time"]
    asked = [" ".join(parts) for parts in itertools.product(openings, endings)]
    thanked = [f"She always {verb} {what}" for verb, what in itertools.product(
        ["listened to", "helped", "rang", "visited", "cheered", "asked"], ["me", "us", "my mum", "my brother", "them"]
    )]  # fmt: skip
    classifier = SentimentClassifier(encoder=encoder("lexical"))
    classifier.fit(asked + thanked, ["negative"] * len(asked) + ["positive"] * len(thanked))
    assert not classifier.indicative
    assert classifier.predict(["Quicker response please", "He always listened to my sister"]) == [
        "negative",
        "positive",
    ]
    assert classifier.predict([]) == []


@pytest.mark.parametrize("sentiments", [["positive"] * 60, ["positive", "negative"] * 5])
def test_too_little_to_learn_from_stays_indicative(sentiments):
    texts = [f"Something said {number}" for number in range(len(sentiments))]
    assert SentimentClassifier(encoder=encoder("lexical")).fit(texts, sentiments).indicative


def test_sentiments_are_checked():
    with pytest.raises(ValueError, match="one a text"):
        SentimentClassifier().fit(["a"], [])
    with pytest.raises(ValueError, match="not furious"):
        SentimentClassifier().fit(["a"], ["furious"])
