"""What was put into the example on purpose, so that tests can ask whether the product finds it again.

Northmere does not exist. Its closed answers are drawn from `closed.toml` and its texts were written singly, to
these truths. `NOW` is compared with `BEFORE`. A constant names what a page must show; it says nothing of how it
is computed.
"""

from typing import NamedTuple

BEFORE, NOW = "2026-06", "2026-09"

# Priority 3: practitioners say better, young people say worse. Care leavers also say worse, measures better.
DISSONANCE = {"priority": "worker-stays", "better": "practitioners", "worse": "young_people"}

# Priority 5: all eight strands say better.
AGREEMENT = {
    "priority": "listened-to",
    "direction": "better",
    "strands": (
        "children",
        "young_people",
        "care_leavers",
        "families",
        "practitioners",
        "measures",
        "audits",
        "complaints_and_compliments",
    ),
}

# Priority 4 is about the youngest too, and this time nobody of 4 to 7 can be heard on it: no linked question in
# their questionnaire, no coded text. No strand says worse there, so silence is not hidden behind dissonance.
SILENT = {"priority": "home-close-by", "audience": "child_4_7", "period": NOW}

# Three children had to leave a pet behind. Too few to publish, and not to be lost.
RARE = {"theme": "leaving-pets", "audience": "child_8_10", "period": NOW, "responses": 3}

# The same number of young people answered, and twice as many say that they wait for help with feelings.
DOUBLED = {"theme": "waiting-for-feelings-help", "audience": "young_person", BEFORE: 8, NOW: 16}
DOUBLED_TEXTS = 60  # texts of young people in each period, one a response
DOUBLED_RESPONSES = 120  # respondents in each of the two waves

# Themes and a few questions nobody has linked, for the pages that show what was left out.
UNLINKED_THEMES = ("paperwork", "worker-cares")

# Measures that must be judged better or worse at the newest quarter; the others show no real change.
MEASURES_BETTER = ("workers-left", "took-part", "missed-school")
MEASURES_WORSE = ("waits-over-12-weeks", "changed-school")

# Files graded good or better, of all files audited, before and now.
AUDITS = {
    "listened-to": ("better", (2, 9), (8, 9)),
    "worker-stays": ("same", (3, 7), (3, 7)),
    "help-with-feelings": ("worse", (6, 7), (1, 7)),
    "ready-to-leave": ("better", (1, 7), (6, 7)),
    "safe-first-time": ("same", (4, 6), (4, 6)),
}

# Compliments less complaints, October 2025 to September 2026, a month without any counted as none.
BALANCE = {
    "listened-to": ("better", (-1, -1, 0, -1, -1, -1, 0, -1, 0, 1, 2, 3)),
    "worker-stays": ("worse", (0, 1, 0, 0, 1, 0, 0, 0, 0, -1, -2, -3)),
    "help-with-feelings": ("worse", (0, -1, 0, 0, 0, 1, 0, 0, 0, -1, -2, -3)),
    "help-early": ("same", (-1, 1, 0, 1, -1, 0, 1, -1, 1, -1, 1, 0)),
    "safe-first-time": ("same", (0, -1, 1, 0, -1, 1, 0, 0, -1, 1, 0, 0)),
    "home-close-by": ("same", (-1, 0, 1, -1, 0, 1, 0, -1, 0, 1, -1, 0)),
    "school-place": ("same", (0, -1, 1, 0, 0, -1, 1, 0, -1, 0, 1, 0)),
    "ready-to-leave": ("same", (0, -1, 0, 1, 0, 0, -1, 0, 1, 0, 0, 0)),
}


class Item(NamedTuple):
    """A linked closed question and its planted favourable shares, among those who gave a choice."""

    priority: str
    questionnaire: str
    question: str
    direction: str
    before: float
    now: float


EXPECTED = (
    Item("help-early", "working-with-us", "f3", "better", 0.36, 0.71),
    Item("help-early", "your-view", "y10", "better", 0.40, 0.74),
    Item("help-early", "working-here", "w7", "same", 0.52, 0.53),
    Item("help-early", "working-here", "w10", "same", 0.47, 0.46),
    Item("safe-first-time", "tell-us-with-a-picture", "t2", "same", 0.82, 0.83),
    Item("safe-first-time", "how-things-are", "h2", "same", 0.79, 0.78),
    Item("safe-first-time", "your-view", "y2", "same", 0.71, 0.72),
    Item("safe-first-time", "working-with-us", "f9", "better", 0.35, 0.70),
    Item("safe-first-time", "working-with-us", "f14", "better", 0.44, 0.78),
    Item("safe-first-time", "working-here", "w8", "better", 0.40, 0.75),
    Item("worker-stays", "tell-us-with-a-picture", "t5", "same", 0.72, 0.72),
    Item("worker-stays", "how-things-are", "h7", "same", 0.71, 0.70),
    Item("worker-stays", "your-view", "y7", "worse", 0.62, 0.27),
    Item("worker-stays", "your-view", "y8", "worse", 0.64, 0.28),
    Item("worker-stays", "your-view", "y9", "worse", 0.66, 0.31),
    Item("worker-stays", "life-after-care", "l7", "worse", 0.61, 0.26),
    Item("worker-stays", "life-after-care", "l8", "worse", 0.64, 0.30),
    Item("worker-stays", "working-with-us", "f4", "worse", 0.63, 0.28),
    Item("worker-stays", "working-with-us", "f6", "better", 0.42, 0.77),
    Item("worker-stays", "working-with-us", "f7", "worse", 0.60, 0.25),
    Item("worker-stays", "working-here", "w2", "better", 0.34, 0.70),
    Item("worker-stays", "working-here", "w4", "better", 0.36, 0.71),
    Item("worker-stays", "working-here", "w17", "better", 0.46, 0.80),
    Item("home-close-by", "how-things-are", "h1", "same", 0.68, 0.69),
    Item("home-close-by", "how-things-are", "h5", "same", 0.49, 0.48),
    Item("home-close-by", "your-view", "y1", "same", 0.61, 0.62),
    Item("home-close-by", "your-view", "y5", "same", 0.46, 0.47),
    Item("home-close-by", "life-after-care", "l1", "better", 0.40, 0.75),
    Item("home-close-by", "working-with-us", "f13", "same", 0.51, 0.52),
    Item("listened-to", "tell-us-with-a-picture", "t9", "better", 0.44, 0.80),
    Item("listened-to", "how-things-are", "h9", "better", 0.41, 0.77),
    Item("listened-to", "how-things-are", "h10", "better", 0.35, 0.70),
    Item("listened-to", "your-view", "y11", "better", 0.48, 0.82),
    Item("listened-to", "your-view", "y12", "better", 0.30, 0.66),
    Item("listened-to", "your-view", "y15", "better", 0.25, 0.60),
    Item("listened-to", "life-after-care", "l9", "better", 0.38, 0.73),
    Item("listened-to", "life-after-care", "l12", "better", 0.41, 0.76),
    Item("listened-to", "working-with-us", "f10", "better", 0.37, 0.72),
    Item("listened-to", "working-with-us", "f8", "better", 0.45, 0.80),
    Item("listened-to", "working-here", "w16", "better", 0.39, 0.74),
    Item("help-with-feelings", "tell-us-with-a-picture", "t3", "same", 0.77, 0.76),
    Item("help-with-feelings", "how-things-are", "h4", "same", 0.80, 0.80),
    Item("help-with-feelings", "your-view", "y20", "worse", 0.60, 0.25),
    Item("help-with-feelings", "your-view", "y19", "worse", 0.55, 0.21),
    Item("help-with-feelings", "life-after-care", "l19", "worse", 0.58, 0.24),
    Item("help-with-feelings", "working-with-us", "f15", "worse", 0.57, 0.22),
    Item("school-place", "tell-us-with-a-picture", "t6", "same", 0.69, 0.70),
    Item("school-place", "how-things-are", "h11", "same", 0.57, 0.56),
    Item("school-place", "how-things-are", "h12", "same", 0.66, 0.67),
    Item("school-place", "your-view", "y16", "worse", 0.61, 0.27),
    Item("school-place", "your-view", "y17", "better", 0.38, 0.72),
    Item("ready-to-leave", "your-view", "y24", "same", 0.60, 0.61),
    Item("ready-to-leave", "life-after-care", "l3", "worse", 0.56, 0.22),
    Item("ready-to-leave", "life-after-care", "l4", "worse", 0.52, 0.18),
    Item("ready-to-leave", "life-after-care", "l10", "worse", 0.54, 0.20),
)
