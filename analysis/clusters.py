"""Centres of groups of vectors, the same on every run."""

import numpy as np
from numpy.typing import NDArray

from analysis.encoding import Vectors


def centres(vectors: Vectors, count: int, seed: int, starts: int = 3) -> Vectors:
    """Return (k, d): the centres KMeans finds from its best of some ``starts``.

    k is at most ``count``, and at most the number of different rows.
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    different = len(np.unique(vectors, axis=0))
    # Threads add up in any order, and the last digit can move a text to another group.
    with threadpool_limits(1):
        found = KMeans(min(count, different), n_init=starts, random_state=seed).fit(vectors)
    return np.asarray(found.cluster_centers_, dtype=np.float32)


def nearest(vectors: Vectors, middles: Vectors) -> NDArray[np.int64]:
    """Return for each row the number of the centre nearest to it."""
    distances = (middles**2).sum(axis=1) - 2 * vectors @ middles.T
    return np.asarray(distances.argmin(axis=1), dtype=np.int64)
