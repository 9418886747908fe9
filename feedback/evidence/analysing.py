"""The `analyse` job: topics, suggested codings and suggested links, from released texts only."""

from contextlib import closing

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.documents import PrioritySpec
from analysis.encoding import Encoder, EncoderError, encoder
from analysis.linking import PriorityLinker
from feedback.collection.models import Wave
from feedback.collection.store import get_wave
from feedback.db import hold
from feedback.errors import Refused
from feedback.evidence import store
from feedback.jobs import Running, task
from feedback.plan.models import Priority
from feedback.plan.store import priorities
from feedback.sealing import KeyStore
from feedback.themes import store as theming
from feedback.themes import suggesting
from feedback.themes.models import Theme

STEPS = 5
LINKS_SHOWN = 3


@task("analyse")
def analyse(running: Running, *, wave: str | None) -> None:
    """Look for topics, suggest codings and links in one wave (or all); done in one commit at the end."""
    database = running.database
    wave_id = get_wave(database.session(), wave).id if wave else None
    running.progress(0, STEPS, "Opening what was released")
    with closing(KeyStore(database.settings)) as keys:
        pile = suggesting.gather(database, keys)
    running.progress(1, STEPS, "Reading the texts")
    model = _encoder(database.settings.encoder).fitted(pile.texts)
    total = len(set(pile.texts))
    model.encode(
        pile.texts, progress=lambda done, _all: running.progress(1, STEPS, f"Reading the texts: {done} of {total}")
    )
    running.progress(2, STEPS, "Looking for topics")
    found, chosen = suggesting.find_topics(pile, wave_id, model)
    running.progress(3, STEPS, "Suggesting themes")
    session = database.session()
    themes, aims = theming.themes(session), priorities(session)
    run = suggesting.new_run(pile, wave_id, model, {"topics": len(found.topics) if found else 0})
    codings = suggesting.suggest_codings(pile, wave_id, themes, run, model)
    running.progress(4, STEPS, "Suggesting links to priorities")
    links = suggest_links(session, themes, aims, pile.texts, model)
    with database.writing() as session:
        hold(session, Wave, session.scalars(select(Wave.id)))  # runs replace each other's suggestions one at a time
        session.add(run)
        session.flush()
        suggesting.keep_topics(session, run, pile, found, chosen)
        theming.replace_suggestions(session, wave_id, codings)
        store.replace_suggested_links(session, run, links)
        running.finish(
            session, f"{len(codings)} suggestions and {len(found.topics) if found else 0} topics wait for a person"
        )


def _encoder(prefer: str) -> Encoder:
    """The encoder of this installation; what is wrong with its file is for the operator to mend, not to try again."""
    try:
        return encoder(prefer)
    except EncoderError as problem:
        raise Refused(str(problem)) from problem


def suggest_links(
    session: Session, themes: list[Theme], aims: list[Priority], texts: list[str], model: Encoder
) -> list[tuple[int, int, int, float]]:
    """(theme id, priority id, rank from 1, score) of the three priorities nearest to each theme."""
    if not themes or not aims:
        return []
    linker = PriorityLinker(
        [PrioritySpec(p.key, p.title, f"{p.outcome} {p.what_counts}".strip()) for p in aims], encoder=model
    ).learn(unlabelled=texts, confirmed=store.confirmed_links(session))
    ids = {priority.key: priority.id for priority in aims}
    ranked = linker.rank([f"{theme.name}. {theme.description}" for theme in themes])
    return [
        (theme.id, ids[near.priority], rank, round(float(near.score), 4))
        for theme, nearest in zip(themes, ranked, strict=True)
        for rank, near in enumerate(nearest[:LINKS_SHOWN], start=1)
    ]
