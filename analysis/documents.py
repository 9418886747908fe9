"""The shapes that cross the border between the platform and the analysis."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ThemeSpec:
    """A theme people have agreed: the fuller its description, the better its first suggestions."""

    key: str
    name: str
    description: str


@dataclass(frozen=True)
class PrioritySpec:
    """A priority of the improvement plan, described in what people would say about it."""

    key: str
    title: str
    description: str


@dataclass(frozen=True)
class Span:
    """A stretch of a text: ``text[start:end]``, and what kind of stretch it is."""

    start: int
    end: int
    kind: str
