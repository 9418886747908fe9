"""The words and characters of texts as sparse counts: what the classifiers read."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.text import normalise


class WordsAndCharacters:
    """TF-IDF of words (one and two together) beside TF-IDF of characters (two to five within a word).

    Characters carry misspellings and endings, which are many in what children write.
    """

    def fit(self, texts: Sequence[str]) -> "WordsAndCharacters":
        """Learn the vocabulary and how rare each part of it is; usable from a single text."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        # In a small pile nearly everything is said once: dropping the rare would leave nothing.
        small = len(texts) < 100
        common: dict[str, Any] = {"sublinear_tf": True, "strip_accents": "unicode", "dtype": np.float32}
        parts = [
            TfidfVectorizer(ngram_range=(1, 2), min_df=1 if small else 2, **common),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=1 if small else 3, **common),
        ]
        cleaned = [normalise(text) for text in texts]
        self._parts = [part for part in parts if _fits(part, cleaned)]
        # A matrix without columns is refused further on: texts without a word get one that is empty.
        self.width = sum(len(part.vocabulary_) for part in self._parts) or 1
        return self

    def transform(self, texts: Sequence[str]) -> Any:
        """Return a sparse (n, width) float32 matrix."""
        from scipy.sparse import csr_matrix, hstack

        if not self._parts or not texts:
            return csr_matrix((len(texts), self.width), dtype=np.float32)
        cleaned = [normalise(text) for text in texts]
        return hstack([part.transform(cleaned) for part in self._parts], format="csr")


def _fits(part: Any, texts: list[str]) -> bool:
    try:
        part.fit(texts)
    except ValueError:  # scikit-learn's way of saying that the vocabulary is empty
        return False
    return True
