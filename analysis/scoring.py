"""Score texts for themes from examples: one linear model a theme, over words, characters and meaning.

Method: `reference/analysis.md` section 7. Each word's column is scaled by how unevenly it falls inside and
outside the theme (naive Bayes log ratio), a logistic regression is fitted, and a text's score is the mean
of its own and that of its best clause, since people say several things in one answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.encoding import Encoder, Vectors
from analysis.features import WordsAndCharacters
from analysis.similarity import Likeness
from analysis.text import clauses, normalise

Matrix = NDArray[np.float64]
Truth = NDArray[np.bool_]
# A theme with fewer examples than this is judged by its description alone.
FEWEST_EXAMPLES = 3


@dataclass(frozen=True)
class Reading:
    """Texts as numbers: sparse rows for the texts, and for the clauses of those that have several."""

    documents: Any
    clauses: Any
    owner: NDArray[np.int64]  # the text each clause belongs to
    likeness: Matrix  # (texts, themes)


@dataclass(frozen=True)
class Weights:
    """What was learnt: coefficients (themes, columns), intercepts, and which themes had examples enough."""

    coefficients: Matrix
    intercepts: Matrix
    learnt: Truth


class Reader:
    """Reads texts into numbers, with the vocabulary and the scales of the texts it was given first."""

    def __init__(self, texts: Sequence[str], descriptions: Sequence[str], encoder: Encoder) -> None:
        self._counts = WordsAndCharacters().fit(texts)
        self._encoder = encoder
        self._likeness = Likeness(descriptions, encoder, texts)
        self._damping = 1 / np.sqrt(len(descriptions))
        self.counted = self._counts.width

    def read(self, texts: Sequence[str]) -> Reading:
        """Return the texts as numbers."""
        cleaned = [normalise(text) for text in texts]
        cut = [[text[span.start : span.end] for span in clauses(text)] for text in cleaned]
        several = [index for index, parts in enumerate(cut) if len(parts) > 1]
        owner = np.array([index for index in several for _ in cut[index]], dtype=np.int64)
        pieces = [piece for index in several for piece in cut[index]]
        if not self._encoder.semantic:  # LSA is a shadow of the counts and adds nothing to them
            documents, parts = self._counts.transform(cleaned), self._counts.transform(pieces)
        else:
            vectors = self._encoder.encode_clauses([cleaned[index] for index in several])
            documents = self._columns(cleaned, self._encoder.encode(cleaned))
            parts = self._columns(pieces, np.concatenate([self._encoder.encode([]), *vectors]))
        return Reading(documents, parts, owner, self._likeness.of(cleaned))

    def _columns(self, texts: Sequence[str], vectors: Vectors) -> Any:
        from scipy.sparse import csr_matrix, hstack

        alike = self._likeness.of_vectors(vectors) * self._damping
        dense = np.concatenate([vectors, alike], axis=1, dtype=np.float32)
        return hstack([self._counts.transform(texts), csr_matrix(dense)], format="csr")


def learn_weights(documents: Any, truth: Truth, counted: int, seed: int) -> Weights:
    """Fit one model a theme; ``truth``: (texts, themes), ``counted``: how many columns are word counts."""
    learnt: Truth = (truth.sum(axis=0) >= FEWEST_EXAMPLES) & ~truth.all(axis=0)
    coefficients = np.zeros((truth.shape[1], documents.shape[1]))
    intercepts = np.zeros(truth.shape[1])
    plain = documents.astype(np.float64)
    scales = _unevenness(plain, truth, counted)
    for theme in np.flatnonzero(learnt):
        scaled = plain.copy()
        scaled.data *= scales[theme][plain.indices]
        model = _regression(seed).fit(scaled, truth[:, theme])
        coefficients[theme] = scales[theme] * model.coef_[0]
        intercepts[theme] = model.intercept_[0]
    return Weights(coefficients, intercepts, learnt)


def score(reading: Reading, weights: Weights) -> Matrix:
    """Return (texts, themes) log-odds: above 0 the theme is likelier present than not, examples balanced."""
    whole = np.asarray(reading.documents @ weights.coefficients.T) + weights.intercepts
    parts = np.asarray(reading.clauses @ weights.coefficients.T) + weights.intercepts
    best = np.full_like(whole, -np.inf)
    np.maximum.at(best, reading.owner, parts)
    return (whole + np.where(np.isinf(best), whole, best)) / 2


def folds(texts: Sequence[str], truth: Truth, count: int, seed: int) -> NDArray[np.int64]:
    """Return a fold number a text: rare themes spread evenly, equal texts kept together."""
    groups = {text: group for group, text in enumerate(dict.fromkeys(texts))}
    first = {group: index for index, text in reversed(list(enumerate(texts))) for group in [groups[text]]}
    common = truth.sum(axis=0)
    rarest = [
        min(((common[theme], theme) for theme in np.flatnonzero(truth[first[group]])), default=(0, -1))
        for group in range(len(groups))
    ]
    order = np.random.default_rng(seed).permutation(len(groups))
    dealt = np.empty(len(groups), dtype=np.int64)
    dealt[sorted(order, key=lambda group: rarest[group])] = np.arange(len(groups)) % count
    return dealt[[groups[text] for text in texts]]


def _regression(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    # The dual solver with a loose tolerance reaches the same F1 five times sooner.
    return LogisticRegression(
        C=5, class_weight="balanced", solver="liblinear", dual=True, tol=0.4, max_iter=5000, random_state=seed
    )


def _unevenness(documents: Any, truth: Truth, counted: int) -> Matrix:
    """Return (themes, columns): from 0.5 for a word found everywhere alike, mean square 1 over the words."""
    present = documents.astype(bool).astype(np.float32)
    inside = np.asarray(present.T @ truth.astype(np.float32)).T
    outside = np.asarray(present.sum(axis=0)).reshape(1, -1) - inside
    size = truth.sum(axis=0).reshape(-1, 1)
    ratio = np.log((inside + 1) / (size + 2)) - np.log((outside + 1) / (len(truth) - size + 2))
    scales: Matrix = 0.5 + 0.5 * np.minimum(np.abs(ratio), 4)
    scales /= np.sqrt((scales[:, :counted] ** 2).mean(axis=1, keepdims=True))
    scales[:, counted:] = 1  # vectors are not counts
    return np.ascontiguousarray(scales)
