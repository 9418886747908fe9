"""What a run does with released texts: piles them, finds topics, suggests codings. Nothing here counts anything."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from analysis.codebook import ThemeClassifier
from analysis.discovery import Discovery, discover
from analysis.documents import ThemeSpec
from analysis.encoding import Encoder
from analysis.sentiment import SentimentClassifier
from feedback.collection.store import words_of
from feedback.db import Database, random_id
from feedback.sealing import KeyStore
from feedback.themes import store
from feedback.themes.models import SENTIMENTS, Run, Theme, Topic

SHOWN = 3  # suggestions a text
LEAST = 0.3  # calibrated probability under which nothing is suggested
FEWEST_TEXTS = 20  # under this, topics would be accidents
SEED = 0

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Pile:
    """Released texts, one whole-answer excerpt each, with what people have decided so far (theme keys)."""

    excerpts: list[int] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)
    waves: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    confirmed: list[set[str]] = field(default_factory=list)
    decided: list[set[str]] = field(default_factory=list)
    withdrawn: int = 0

    def within(self, wave_id: int | None) -> list[int]:
        """Indexes of the texts of one wave, or of all."""
        return [i for i, wave in enumerate(self.waves) if wave_id in (None, wave)]


def gather(database: Database, keys: KeyStore) -> Pile:
    """Open every released text; excerpts are made where missing."""
    answers = store.released_answers(database.session())
    words = words_of(keys, answers)
    with database.writing() as session:
        excerpts = store.whole_excerpts(session, {a: len(text) for a, text in words.items()})
    session = database.session()
    theme_keys = {theme.id: theme.key for theme in store.themes(session)}
    decisions = store.decided(session, excerpts.values())
    pile = Pile(withdrawn=len(answers) - len(words))
    # In the order of their words: ids are random, and the same texts must give the same topics.
    opened = [answer for answer in store.released_answers(session) if answer.id in excerpts]
    for answer in sorted(opened, key=lambda answer: words[answer.id]):
        said = decisions.get(excerpts[answer.id], {})
        pile.excerpts.append(excerpts[answer.id])
        pile.responses.append(answer.response_id)
        pile.waves.append(answer.wave_id)
        pile.texts.append(words[answer.id])
        pile.confirmed.append({theme_keys[t] for t, state in said.items() if state == "confirmed"})
        pile.decided.append({theme_keys[t] for t in said})
    return pile


def find_topics(pile: Pile, wave_id: int | None, encoder: Encoder) -> tuple[Discovery | None, list[int]]:
    """Topics in the pile, with the pile's indexes they were found in; none in a very small pile."""
    chosen = pile.within(wave_id)
    if len(chosen) < FEWEST_TEXTS:
        return None, chosen
    return discover([pile.texts[i] for i in chosen], seed=SEED, encoder=encoder), chosen


def suggest_codings(pile: Pile, wave_id: int | None, themes: list[Theme], run: Run, encoder: Encoder) -> list[dict]:
    """Rows of suggested codings: the likeliest themes of each text that no person has decided on yet.

    A text that people have coded is scored by a model that has not seen it, so that a suggestion
    is never an echo of its own coding.
    """
    if not themes or not pile.texts:
        return []
    labelled = [i for i, keys in enumerate(pile.confirmed) if keys]
    classifier = ThemeClassifier(
        [ThemeSpec(t.key, t.name, t.description) for t in themes], seed=SEED, encoder=encoder
    ).fit([pile.texts[i] for i in labelled], [pile.confirmed[i] for i in labelled], unlabelled=pile.texts)
    scored = dict(zip(labelled, classifier.suggest_fitted(), strict=True))
    fresh = [i for i in pile.within(wave_id) if i not in scored]
    scored |= dict(zip(fresh, classifier.suggest([pile.texts[i] for i in fresh]), strict=True))
    ids = {theme.key: theme.id for theme in themes}
    chosen = pile.within(wave_id)
    sentiments = SentimentClassifier(seed=SEED).predict([pile.texts[i] for i in chosen])
    return [
        _suggestion(pile, i, ids[s.theme], s.probability, sentiment, run)
        for i, sentiment in zip(chosen, sentiments, strict=True)
        for s in scored[i][:SHOWN]
        if s.probability >= LEAST and s.theme not in pile.decided[i]
    ]


def _suggestion(pile: Pile, i: int, theme_id: int, probability: float, sentiment: str, run: Run) -> dict:
    return {
        "id": random_id(),
        "excerpt_id": pile.excerpts[i],
        "theme_id": theme_id,
        "response_id": pile.responses[i],
        "wave_id": pile.waves[i],
        "run_id": run.id,
        "probability": round(float(probability), 4),
        "state": "suggested",
        "sentiment": sentiment if sentiment in SENTIMENTS else None,
    }


def new_run(pile: Pile, wave_id: int | None, encoder: Encoder, parameters: dict) -> Run:
    """The record of one pass of the machine."""
    return Run(
        id=random_id(),
        wave_id=wave_id,
        backend=encoder.name,
        sha256=encoder.sha256,
        parameters=parameters | {"seed": SEED, "least": LEAST, "shown": SHOWN},
        texts=len(pile.within(wave_id)),
        left_out=pile.withdrawn,
        made_on=datetime.date.today(),
    )


def keep_topics(session: Session, run: Run, pile: Pile, found: Discovery | None, chosen: list[int]) -> None:
    """Store a run's topics; what fits nowhere is counted in the run."""
    topics = []
    for number, topic in enumerate(found.topics if found else ()):
        members = [i for i, place in enumerate(found.assigned) if place == number]
        first = list(topic.representatives)
        ordered = first + [i for i in members if i not in set(first)]
        row = Topic(id=random_id(), run_id=run.id, number=number, terms=list(topic.terms), size=topic.size)
        topics.append((row, [pile.excerpts[chosen[i]] for i in ordered]))
    if found:
        run.left_out += len(found.left_out)
    store.replace_topics(session, run, topics)
