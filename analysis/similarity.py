"""How alike a text and a description are: shared words and shared meaning, on one scale."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.encoding import Encoder, Vectors, unit_rows
from analysis.text import normalise, stem, stop_words, words

Matrix = NDArray[np.float64]
# From ten confirmed examples on, a description gains from them; fewer pull it off its subject.
ENOUGH_EXAMPLES = 10


class Likeness:
    """Likeness of texts to a fixed list of descriptions: 0.5 z(TF-IDF cosine) + z(encoder cosine).

    The two cosines are put on one scale by their mean and spread over the texts learnt from, never by the
    texts being judged: a text's likeness does not depend on its company.
    """

    def __init__(
        self,
        descriptions: Sequence[str],
        encoder: Encoder,
        texts: Sequence[str] = (),
        examples: Sequence[Sequence[str]] = (),
    ) -> None:
        """Take word weights and scale from ``texts``; ``examples``: confirmed texts, a list a description."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        known = [normalise(text) for text in (*descriptions, *texts)]
        self._weights: Any = TfidfVectorizer(analyzer=_stems, sublinear_tf=True)
        counted = self._weights.fit_transform(known if _worded(known) else ["nothing"] * len(known))
        self._encoder = encoder.fitted(known)
        first = len(descriptions)
        self._word_prototypes = counted[:first].toarray()
        self._prototypes = self._encoder.encode(known[:first])
        for row, confirmed in enumerate(examples):
            if len(confirmed) >= ENOUGH_EXAMPLES:
                self._move(row, confirmed)
        self._scale = [_mean_and_spread(part, first) for part in self._cosines(counted, self._encoder.encode(known))]

    def of(self, texts: Sequence[str]) -> Matrix:
        """Return (texts, descriptions): 0 is as like as texts usually are, about 3 is very like."""
        if not texts:
            return np.zeros((0, len(self._prototypes)))
        counted = self._weights.transform([normalise(text) for text in texts])
        by_words, by_meaning = self._cosines(counted, self._encoder.encode(texts))
        (word_mean, word_spread), (mean, spread) = self._scale
        fused: Matrix = 0.5 * (by_words - word_mean) / word_spread + (by_meaning - mean) / spread
        return fused

    def of_vectors(self, vectors: Vectors) -> Matrix:
        """Return (rows, descriptions): likeness in meaning alone, for texts already encoded."""
        mean, spread = self._scale[1]
        return np.asarray((vectors @ self._prototypes.T - mean) / spread, dtype=np.float64)

    def _cosines(self, counted: Any, vectors: Vectors) -> tuple[Matrix, Matrix]:
        by_meaning = vectors @ self._prototypes.T
        return np.asarray(counted @ self._word_prototypes.T), by_meaning.astype(np.float64)

    def _move(self, row: int, confirmed: Sequence[str]) -> None:
        """Move a description half way towards the middle of its confirmed examples."""
        middle = self._weights.transform([normalise(text) for text in confirmed]).mean(axis=0)
        self._word_prototypes[row] = _between(self._word_prototypes[row], np.asarray(middle).ravel())
        self._prototypes[row] = _between(self._prototypes[row], self._encoder.encode(confirmed).mean(axis=0))


def _mean_and_spread(cosines: Matrix, first: int) -> tuple[float, float]:
    """Judge by the texts, which follow the ``first`` rows, or by those: each description against the others."""
    telling = cosines[first:] if len(cosines) > first else cosines[~np.eye(first, dtype=bool)]
    return (float(telling.mean()), float(telling.std()) or 1.0) if telling.size else (0.0, 1.0)


def _between(one: NDArray[Any], other: NDArray[Any]) -> Vectors:
    both = unit_rows(np.stack([one, other]))
    return unit_rows(both.sum(axis=0, keepdims=True)).reshape(-1)


def _worded(texts: Sequence[str]) -> bool:
    return any(_stems(text) for text in texts)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text) if word not in stop_words()]
