"""Agreed themes to suggested codings: the machine suggests, people agree, and it learns from what they agreed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.calibration import Calibration
from analysis.clusters import centres, nearest
from analysis.documents import ThemeSpec
from analysis.encoding import Encoder
from analysis.encoding import encoder as best_encoder
from analysis.scoring import Matrix, Reader, Truth, Weights, folds, learn_weights, score
from analysis.text import normalise

_FOLDS = 5
# With fewer coded texts nothing can be learnt and checked: the descriptions decide alone.
FEWEST_CODED = 10
# The first texts to be coded are chosen for variety, the later ones for doubt.
_VARIETY_FIRST = 100


@dataclass(frozen=True)
class Suggestion:
    """A theme's key and the probability, between 0 and 1, that a person would code the text with it."""

    theme: str
    probability: float


class ThemeClassifier:
    """Suggests themes for texts from coded examples, and from the themes' descriptions where these are few.

    One model learns from all coded texts and suggests for new ones. Five more learn from four fifths each and
    suggest for the fifth they have not seen, which also gives the probabilities their scale. Method and
    measured quality: `reference/analysis.md` sections 3.2 and 7. Raises ValueError when there is no theme
    or two share a key. The same texts, labels and seed give the same suggestions.
    """

    def __init__(self, themes: Sequence[ThemeSpec], seed: int = 0, encoder: Encoder | None = None) -> None:
        self.keys = [theme.key for theme in themes]
        if not themes or len(set(self.keys)) < len(themes):
            raise ValueError("A codebook needs at least one theme, and a key of its own for each.")
        self.themes = tuple(themes)
        self.seed = seed
        self._encoder = encoder
        self._reader: Reader | None = None
        self._weights: Weights | None = None
        self._calibration = Calibration()
        self._fitted: Matrix | None = None

    def fit(
        self, texts: Sequence[str], labels: Sequence[set[str]], unlabelled: Sequence[str] = ()
    ) -> "ThemeClassifier":
        """Learn from coded texts; ``unlabelled`` texts add to the vocabulary only. Returns itself.

        ``labels``: for each text the keys of its themes; an empty set says that none applies. Raises
        ValueError when the lengths differ or a key is not in the codebook.
        """
        truth = self._truth(texts, labels)
        self._encoder = self._encoder or best_encoder()
        descriptions = [f"{theme.name}. {theme.description}" for theme in self.themes]
        self._reader = Reader([*texts, *unlabelled, *descriptions], descriptions, self._encoder)
        reading = self._reader.read(texts)
        counted = self._reader.counted
        scores = np.full(truth.shape, np.nan)
        self._weights, self._calibration = None, Calibration()
        if parts := self._folds(texts, truth):
            for fold in parts:
                weights = learn_weights(reading.documents[~fold], truth[~fold], counted, self.seed)
                scores[fold] = np.where(weights.learnt, score(reading, weights)[fold], np.nan)
            self._weights = learn_weights(reading.documents, truth, counted, self.seed)
            self._calibration.fit(scores, reading.likeness, truth)
        self._fitted = self._calibration.probabilities(scores, reading.likeness)
        return self

    def suggest(self, texts: Sequence[str]) -> list[list[Suggestion]]:
        """Return for each text all themes with calibrated probabilities, most probable first.

        Without coded texts the probabilities are a rough scale of likeness to the descriptions. For texts
        that were fitted use ``suggest_fitted``: here the model has seen their codings.
        """
        return self._ranked(self._probabilities(texts))

    def suggest_fitted(self) -> list[list[Suggestion]]:
        """Return suggestions for the fitted texts, in their order, each by a model that has not seen its text.

        Raises ValueError before ``fit``.
        """
        if self._fitted is None:
            raise ValueError("Nothing has been fitted yet: call fit with the coded texts first.")
        return self._ranked(self._fitted)

    def predict(self, texts: Sequence[str], allow_none: bool = False) -> list[set[str]]:
        """Return the themes above the one cut-off that served best on texts unseen in fitting.

        Unless ``allow_none``, a text with no theme above it gets its most probable one.
        """
        probabilities = self._probabilities(texts)
        chosen = probabilities >= self._calibration.cut
        if not allow_none and len(texts):
            chosen[np.arange(len(texts)), probabilities.argmax(axis=1)] = True
        return [{self.keys[theme] for theme in np.flatnonzero(row)} for row in chosen]

    def _probabilities(self, texts: Sequence[str]) -> Matrix:
        if self._reader is None:
            self.fit([], [], texts)
        assert self._reader is not None
        reading = self._reader.read(texts)
        scores = np.full(reading.likeness.shape, np.nan)
        if self._weights is not None:
            scores = np.where(self._weights.learnt, score(reading, self._weights), np.nan)
        return self._calibration.probabilities(scores, reading.likeness)

    def _truth(self, texts: Sequence[str], labels: Sequence[set[str]]) -> Truth:
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts came with {len(labels)} sets of labels: give one set a text.")
        unknown = sorted(set().union(*labels) - set(self.keys))
        if unknown:
            raise ValueError(f"A label is not in the codebook: {', '.join(unknown)}.")
        truth = [[key in label for key in self.keys] for label in labels]
        return np.array(truth, dtype=bool).reshape(len(texts), len(self.keys))

    def _folds(self, texts: Sequence[str], truth: Truth) -> list[NDArray[np.bool_]]:
        cleaned = [normalise(text) for text in texts]
        if len(set(cleaned)) < FEWEST_CODED:
            return []
        dealt = folds(cleaned, truth, _FOLDS, self.seed)
        return [dealt == fold for fold in range(_FOLDS)]

    def _ranked(self, probabilities: Matrix) -> list[list[Suggestion]]:
        orders = np.argsort(-probabilities, axis=1, kind="stable")
        return [
            [Suggestion(self.keys[theme], float(row[theme])) for theme in order]
            for row, order in zip(probabilities, orders, strict=True)
        ]


def choose_next(
    texts: Sequence[str],
    labelled: Mapping[int, set[str]],
    n: int,
    themes: Sequence[ThemeSpec],
    seed: int = 0,
    encoder: Encoder | None = None,
) -> list[int]:
    """Return the indexes of up to ``n`` texts that are worth coding next, most worth first.

    ``labelled``: index of a coded text to its theme keys. The first hundred texts are chosen for variety
    (the middles of groups that hold no coded text yet), the others for doubt about themes with few examples:
    (1 - 2 |p - 0.5|) / root(examples + 1), the most over the themes. About half the coding for the same
    quality on rare themes (`reference/analysis.md` section 3.4). What is coded so is no random sample: never
    estimate a share from it. Raises ValueError when an index is not one of the texts.
    """
    if not all(0 <= index < len(texts) for index in labelled):
        raise ValueError("A coded text's index is not one of the texts.")
    encoder = encoder or best_encoder()
    n = min(n, len(texts) - len(labelled))
    varied = min(n, max(0, _VARIETY_FIRST - len(labelled)))
    chosen = _varied(texts, labelled, varied, seed, encoder) if varied else []
    if len(chosen) < n:
        classifier = ThemeClassifier(themes, seed, encoder)
        doubt = _doubt(texts, labelled, classifier)
        doubt[[*labelled, *chosen]] = -1
        chosen += np.argsort(-doubt, kind="stable")[: n - len(chosen)].tolist()
    return chosen


def _varied(texts: Sequence[str], labelled: Collection[int], n: int, seed: int, encoder: Encoder) -> list[int]:
    vectors = encoder.fitted(texts).encode(texts)
    middles = centres(vectors, len(labelled) + n, seed)
    groups = nearest(vectors, middles)
    near = np.linalg.norm(vectors - middles[groups], axis=1)
    untouched = sorted(set(groups.tolist()) - {int(groups[index]) for index in labelled})
    untouched.sort(key=lambda group: -int((groups == group).sum()))
    return [int(np.where(groups == group, near, np.inf).argmin()) for group in untouched[:n]]


def _doubt(texts: Sequence[str], labelled: Mapping[int, set[str]], classifier: ThemeClassifier) -> Matrix:
    """Return for each text how much a coder's answer about it would tell."""
    coded = list(labelled)
    rest = [text for index, text in enumerate(texts) if index not in labelled]
    classifier.fit([texts[index] for index in coded], [labelled[index] for index in coded], rest)
    examples = np.array([sum(key in keys for keys in labelled.values()) for key in classifier.keys])
    probabilities = np.array(
        [
            [found[key] for key in classifier.keys]
            for found in ({each.theme: each.probability for each in row} for row in classifier.suggest(texts))
        ]
    )
    doubt = (1 - 2 * np.abs(probabilities - 0.5)) / np.sqrt(examples + 1)
    return np.asarray(doubt.max(axis=1), dtype=np.float64)
