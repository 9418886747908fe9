"""Turn scores into probabilities that come true as often as they say."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
# What likeness to a description alone is worth before anything has been coded: a rough scale.
_ROUGH = (np.array([0.0, 0.7]), -3.8)
_ENOUGH = 5
_CUTS = np.arange(0.2, 0.61, 0.02)


class Calibration:
    """Maps (score, likeness) to a probability by a logistic curve over all text and theme pairs together.

    One curve for all themes, because most themes have too few examples for one of their own. Where no score
    could be learnt (not a number), a second curve judges by likeness alone.
    """

    def __init__(self) -> None:
        self._scored: tuple[Any, float] = _ROUGH
        self._alike: tuple[Any, float] = _ROUGH
        self.cut = 0.3

    def fit(self, scores: Matrix, likeness: Matrix, truth: NDArray[np.bool_]) -> "Calibration":
        """Learn both curves and the cut-off from scores of texts unseen in fitting; all (texts, themes)."""
        learnt = ~np.isnan(scores)
        # Themes too rare to learn are rarer than the rest: their own curve, where they were seen at all.
        alike = ~learnt if truth[~learnt].sum() >= _ENOUGH else np.full_like(learnt, True)
        self._alike = _curve(np.zeros_like(likeness[alike]), likeness[alike], truth[alike]) or _ROUGH
        self._scored = _curve(scores[learnt], likeness[learnt], truth[learnt]) or self._alike
        self.cut = _best_cut(self.probabilities(scores, likeness), truth)
        return self

    def probabilities(self, scores: Matrix, likeness: Matrix) -> Matrix:
        """Return (texts, themes) between 0 and 1."""
        learnt = ~np.isnan(scores)
        (weights, offset), (rough, start) = self._scored, self._alike
        odds = np.where(
            learnt,
            weights[0] * np.where(learnt, scores, 0) + weights[1] * likeness + offset,
            rough[1] * likeness + start,
        )
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def _curve(scores: Matrix, likeness: Matrix, truth: NDArray[np.bool_]) -> tuple[Any, float] | None:
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        return None
    pairs = np.column_stack([scores.ravel(), likeness.ravel()])
    curve = LogisticRegression().fit(pairs, truth.ravel())
    # A higher score must never make a theme less likely, whatever a handful of texts may say.
    return np.maximum(curve.coef_[0], 0), float(curve.intercept_[0])


def _best_cut(probabilities: Matrix, truth: NDArray[np.bool_]) -> float:
    """Return the cut-off with the best F1 over all pairs; a text's most probable theme always counts."""
    top = probabilities == probabilities.max(axis=1, keepdims=True)

    def f1(cut: float) -> float:
        chosen = (probabilities >= cut) | top
        return float(2 * (chosen & truth).sum() / (chosen.sum() + truth.sum()))

    return float(max(_CUTS, key=f1))
