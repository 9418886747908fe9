"""Topics in a pile of texts: a first sorting for a person to read, rename, join and split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.clusters import centres, nearest
from analysis.encoding import Encoder, Vectors, unit_rows
from analysis.encoding import encoder as best_encoder
from analysis.labels import labels
from analysis.text import normalise, words

Numbers = NDArray[np.int64]
# Under this many texts reading them all is quicker and surer than any sorting.
FEWEST_TEXTS = 6
_CANDIDATES = (2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30)
_SHOWN = 3
# A text less than half as like its topic as texts usually are belongs to none.
_STRAY = 0.5


@dataclass(frozen=True)
class Topic:
    """A group of texts about one thing: terms that set it apart, its size, and texts to read first."""

    terms: tuple[str, ...]
    size: int
    representatives: tuple[int, ...]  # indexes into the texts, spread over the topic


@dataclass(frozen=True)
class LeftOut:
    """A text in no topic, by its index, and why."""

    index: int
    reason: str


@dataclass(frozen=True)
class Discovery:
    """Topics, largest first; ``assigned``: for each text the index of its topic, or None.

    ``stability``: how far two sortings of random halves agree (adjusted Rand index; 1 is fully, 0 as chance
    would), not a number when nothing was sorted. ``curve``: the same for each number of topics tried.
    """

    topics: tuple[Topic, ...]
    assigned: tuple[int | None, ...]
    left_out: tuple[LeftOut, ...]
    stability: float
    curve: tuple[tuple[int, float], ...]


def discover(
    texts: Sequence[str], n_topics: int | None = None, seed: int = 0, encoder: Encoder | None = None
) -> Discovery:
    """Sort texts into topics by KMeans on their vectors; the same texts and seed give the same topics.

    Without ``n_topics`` the stablest number is taken out of those a person could read: about half the root
    of the number of texts, at most 30. A topic has two texts or more; a text that fits nowhere is left out
    with the reason. Under six texts nothing is sorted unless ``n_topics`` is given. Raises ValueError when
    ``n_topics`` is below 1. Method and measured quality: `reference/analysis.md` section 3.5.
    """
    if n_topics is not None and n_topics < 1:
        raise ValueError(f"Ask for at least one topic, not {n_topics}.")
    cleaned = [normalise(text) for text in texts]
    read = np.array([index for index, text in enumerate(cleaned) if words(text)], dtype=np.int64)
    if len(read) < (FEWEST_TEXTS if n_topics is None else 2):
        return _unsorted(cleaned, read)
    vectors = (encoder or best_encoder()).encode([cleaned[index] for index in read])
    curve = _curve(vectors, n_topics, seed)
    middles = centres(vectors, _stablest(curve)[0], seed)
    return _sorted(cleaned, read, vectors, middles, curve)


def _unsorted(texts: Sequence[str], read: Numbers) -> Discovery:
    worded = set(read.tolist())
    left_out = tuple(
        LeftOut(index, "too few texts to sort" if index in worded else "no words") for index in range(len(texts))
    )
    return Discovery((), (None,) * len(texts), left_out, float("nan"), ())


def _curve(vectors: Vectors, n_topics: int | None, seed: int) -> tuple[tuple[int, float], ...]:
    """Return (number of topics, stability) for each number worth trying."""
    usual = min(20.0, len(vectors) ** 0.5 / 2)
    tried = [k for k in _CANDIDATES if usual / 2 <= k <= max(2, 1.5 * usual)]
    if n_topics is not None:
        tried = [min(n_topics, len(vectors) // 2)]
    return tuple((k, _stability(vectors, k, seed)) for k in tried)


def _stability(vectors: Vectors, k: int, seed: int, rounds: int = 3) -> float:
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(seed)
    agreements = []
    for _ in range(rounds):
        order = rng.permutation(len(vectors))
        halves = order[: len(order) // 2], order[len(order) // 2 :]
        one, other = (nearest(vectors, centres(vectors[half], k, seed, starts=1)) for half in halves)
        agreements.append(adjusted_rand_score(one, other))
    return float(np.mean(agreements))


def _stablest(curve: Sequence[tuple[int, float]]) -> tuple[int, float]:
    return max(curve, key=lambda point: point[1])


def _sorted(
    texts: Sequence[str],
    read: Numbers,
    vectors: Vectors,
    middles: Vectors,
    curve: tuple[tuple[int, float], ...],
) -> Discovery:
    groups = nearest(vectors, middles)
    likeness = (vectors * unit_rows(middles)[groups]).sum(axis=1)
    stray = likeness < np.median(likeness) * _STRAY
    reasons = dict.fromkeys(read[stray].tolist(), "fits no topic")
    reasons |= dict.fromkeys(set(range(len(texts))) - set(read.tolist()), "no words")
    members: list[Numbers] = []
    for group in range(len(middles)):
        inside = np.flatnonzero((groups == group) & ~stray)
        if len(inside) > 1:
            members.append(inside[np.argsort(-likeness[inside], kind="stable")])
        elif len(inside) == 1:
            reasons[int(read[inside[0]])] = "alone in its topic"
    members.sort(key=lambda inside: (-len(inside), inside.min()))
    assigned: list[int | None] = [None] * len(texts)
    for topic, inside in enumerate(members):
        for index in read[inside]:
            assigned[index] = topic
    topics = _topics(texts, read, vectors, members)
    left_out = tuple(LeftOut(index, reasons[index]) for index in sorted(reasons))
    return Discovery(topics, tuple(assigned), left_out, _stablest(curve)[1], curve)


def _topics(texts: Sequence[str], read: Numbers, vectors: Vectors, members: list[Numbers]) -> tuple[Topic, ...]:
    terms = labels([[texts[index] for index in read[inside]] for inside in members])
    return tuple(
        Topic(tuple(best), len(inside), tuple(int(read[index]) for index in _spread(vectors, inside)))
        for best, inside in zip(terms, members, strict=True)
    )


def _spread(vectors: Vectors, inside: Numbers) -> list[int]:
    """Return up to three members: the most central, then those least like the ones taken, not at the edge."""
    pool = inside[: max(_SHOWN, len(inside) // 2)]  # members come likest first
    taken = [int(pool[0])]
    while len(taken) < min(_SHOWN, len(pool)):
        likeness = (vectors[pool] @ vectors[taken].T).max(axis=1)
        likeness[np.isin(pool, taken)] = np.inf
        taken.append(int(pool[likeness.argmin()]))
    return taken
