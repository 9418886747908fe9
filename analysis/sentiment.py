"""The feeling of a text: positive, negative, mixed or neutral."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.encoding import Encoder
from analysis.encoding import encoder as best_encoder
from analysis.features import WordsAndCharacters
from analysis.text import normalise

SENTIMENTS = ("positive", "negative", "mixed", "neutral")
# Fewer examples than this do worse than the word list (`reference/analysis.md` section 3.7).
FEWEST_CODED = 50
_CLEAR = 0.05  # VADER's own bound between a feeling and none
_BOTH = 0.1  # share of feeling words on either side that makes a text mixed


class SentimentClassifier:
    """Says the feeling of texts, from coded examples where there are enough of them.

    Fitted: logistic regression on words, characters, VADER's scores and MiniLM where present. Unfitted: the
    word list VADER alone, which is right three times in five: indicative, and to be shown as such. Mixed and
    neutral texts are told apart poorly either way.
    """

    def __init__(self, seed: int = 0, encoder: Encoder | None = None) -> None:
        self.seed = seed
        self._encoder = encoder
        self._counts = WordsAndCharacters()
        self._model: Any = None

    @property
    def indicative(self) -> bool:
        """Whether predictions come from the word list alone."""
        return self._model is None

    def fit(self, texts: Sequence[str], sentiments: Sequence[str]) -> "SentimentClassifier":
        """Learn from coded texts; returns itself, still indicative under 50 texts or with one sentiment only.

        Raises ValueError when the lengths differ or a sentiment is not one of the four.
        """
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        _check(texts, sentiments)
        self._model = None
        if len(texts) >= FEWEST_CODED and len(set(sentiments)) > 1:
            self._encoder = self._encoder or best_encoder()
            self._counts.fit(texts)
            one = LogisticRegression(
                C=3, class_weight="balanced", solver="liblinear", dual=True, tol=0.1, max_iter=5000,
                random_state=self.seed,
            )  # fmt: skip
            self._model = OneVsRestClassifier(one).fit(self._columns(texts), list(sentiments))
        return self

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the sentiment of each text."""
        if self._model is None or not texts:
            return [_by_word_list(row) for row in _vader_scores(texts)]
        return [str(sentiment) for sentiment in self._model.predict(self._columns(texts))]

    def _columns(self, texts: Sequence[str]) -> Any:
        from scipy.sparse import csr_matrix, hstack

        assert self._encoder is not None
        parts = [self._counts.transform(texts), csr_matrix(_vader_scores(texts))]
        if self._encoder.semantic:
            parts.append(csr_matrix(self._encoder.encode(texts)))
        return hstack(parts, format="csr").astype(np.float64)


def _check(texts: Sequence[str], sentiments: Sequence[str]) -> None:
    if len(texts) != len(sentiments):
        raise ValueError(f"{len(texts)} texts came with {len(sentiments)} sentiments: give one a text.")
    unknown = sorted(set(sentiments) - set(SENTIMENTS))
    if unknown:
        raise ValueError(f"A sentiment is positive, negative, mixed or neutral, not {', '.join(unknown)}.")


def _by_word_list(scores: NDArray[np.float64]) -> str:
    compound, positive, negative = scores[:3]
    if min(positive, negative) >= _BOTH:
        return "mixed"
    if abs(compound) < _CLEAR:
        return "neutral"
    return "positive" if compound > 0 else "negative"


def _vader_scores(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return (texts, 4): compound (-1 to 1), and the shares of positive, negative and neutral words."""
    scores = [_vader().polarity_scores(normalise(text)) for text in texts]
    rows = [[score[part] for part in ("compound", "pos", "neg", "neu")] for score in scores]
    return np.array(rows, dtype=np.float64).reshape(len(texts), 4)


@cache
def _vader() -> Any:
    # vaderSentiment rather than nltk's copy: it reads emoji, which young people write.
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
