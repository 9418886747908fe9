"""How common something is, with an honest interval."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1, the bounds of its interval, the number it rests on, and its method."""

    low: float
    value: float
    high: float
    n: int
    method: str


def interval(successes: int, n: int, confidence: float = 0.95) -> Estimate:
    """Return the share ``successes / n`` with its Wilson score interval.

    Wilson (1927) keeps its promise for small numbers and for shares near 0 and 1, where the usual
    "plus or minus" runs past the ends. Raises ValueError when n is 0 or the numbers cannot be a share.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share: give at least one answer, and a part of them.")
    if not 0 < confidence < 1:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding errors may leave a bound a hair outside, or on the wrong side of the share itself.
    return Estimate(max(0.0, min(centre - half, share)), share, min(1.0, max(centre + half, share)), n, "Wilson")
