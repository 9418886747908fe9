"""Read and write the codebook, excerpts, topics and codings."""

import datetime
from collections.abc import Iterable

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from feedback.collection.models import Answer, Response, Wave
from feedback.db import hold, insert_ignoring
from feedback.errors import NotFound, Refused
from feedback.themes import tallies
from feedback.themes.models import Coding, Excerpt, Run, Theme, Topic, TopicExcerpt
from feedback.triage.models import Release
from feedback.triage.store import count_again

PAGE = 20
REPRESENTATIVES = 3


def themes(session: Session) -> list[Theme]:
    """The codebook, by name."""
    return list(session.scalars(select(Theme).order_by(Theme.name, Theme.id)))


def get_theme(session: Session, key: str) -> Theme:
    """One agreed theme; raises NotFound."""
    theme = session.scalar(select(Theme).where(Theme.key == key))
    if theme is None:
        raise NotFound(f"There is no theme called {key!r} in the codebook.")
    return theme


def agree_theme(session: Session, *, key: str, name: str, description: str, by: str, on: datetime.date) -> Theme:
    """A person agrees a theme; raises Refused when its key is taken."""
    if session.scalar(select(Theme.id).where(Theme.key == key)):
        raise Refused(f"The codebook already has a theme called {key!r}. Choose another key.")
    theme = Theme(key=key, name=name, description=description, agreed_by=by, agreed_on=on)
    session.add(theme)
    session.flush()
    return theme


def save_theme(session: Session, *, key: str, name: str, description: str, by: str, on: datetime.date) -> Theme:
    """Add a theme from a codebook file, or bring its words up to date."""
    theme = session.scalar(select(Theme).where(Theme.key == key))
    if theme is None:
        return agree_theme(session, key=key, name=name, description=description, by=by, on=on)
    theme.name, theme.description = name, description
    session.flush()
    return theme


def released_answers(session: Session, wave_id: int | None = None) -> list[Answer]:
    """Text answers of released responses, in one wave or in all; by id."""
    wanted = (
        select(Answer)
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.sealed.is_not(None))
        .order_by(Answer.id)
    )
    return list(session.scalars(wanted if wave_id is None else wanted.where(Answer.wave_id == wave_id)))


def whole_excerpts(session: Session, lengths: dict[int, int]) -> dict[int, int]:
    """{answer id: id of the excerpt that is the whole answer}, made where missing; `lengths` in characters."""
    found = {}
    wanted = sorted(_not_erased(session, Answer.id, lengths))
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(Excerpt.answer_id, Excerpt.id, Excerpt.ends).where(
                Excerpt.answer_id.in_(wanted[start : start + 500]), Excerpt.starts == 0
            )
        )
        found.update({a: e for a, e, ends in rows if ends == lengths[a]})
    fresh = [{"answer_id": a, "starts": 0, "ends": lengths[a]} for a in wanted if a not in found and lengths[a]]
    if fresh:
        session.execute(insert_ignoring(session, Excerpt.__table__), fresh)
        # Somebody may have made one at the same moment: theirs counts.
        found |= whole_excerpts(session, {row["answer_id"]: row["ends"] for row in fresh})
    return found


def _not_erased(session: Session, which, ids: Iterable[int]) -> set[int]:
    """Those of these answers or excerpts that are still there, and will be until the commit."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 500):
        rows = select(which, Answer.response_id).where(which.in_(wanted[start : start + 500]))
        found.update(session.execute(rows if which is Answer.id else rows.join(Excerpt.answer)).all())
    # The responses, because an erasure begins with them.
    held = hold(session, Response, found.values(), against_erasure=True)
    return {one for one, response_id in found.items() if response_id in held}


def decided(session: Session, excerpt_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """{excerpt id: {theme id: confirmed or rejected}}: what people have said so far."""
    wanted, found = sorted(set(excerpt_ids)), {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(Coding.excerpt_id, Coding.theme_id, Coding.state)
            .where(Coding.excerpt_id.in_(wanted[start : start + 500]), Coding.state != "suggested")
            .order_by(Coding.state.desc())  # rejected first, so that a confirmed coding by anybody stands
        )
        for excerpt_id, theme_id, state in rows:
            found.setdefault(excerpt_id, {})[theme_id] = state
    return found


def replace_suggestions(session: Session, wave_id: int | None, codings: list[dict]) -> None:
    """Put a run's suggestions in the place of the undecided ones before it."""
    stale = Coding.__table__.delete().where(Coding.state == "suggested")
    session.execute(stale if wave_id is None else stale.where(Coding.wave_id == wave_id))
    standing = _not_erased(session, Excerpt.id, (coding["excerpt_id"] for coding in codings))
    rows = [coding for coding in codings if coding["excerpt_id"] in standing]
    if rows:  # what somebody has decided since the run began stays
        session.execute(insert_ignoring(session, Coding.__table__), rows)


def replace_topics(session: Session, run: Run, topics: list[tuple[Topic, list[int]]]) -> None:
    """Put a run's topics, each with its excerpt ids (representatives first), in the place of undecided ones."""
    earlier = select(Run.id).where(
        Run.id != run.id, Run.wave_id.is_(None) if run.wave_id is None else Run.wave_id == run.wave_id
    )
    stale = select(Topic.id).where(Topic.theme_id.is_(None), Topic.run_id.in_(earlier)).order_by(Topic.id)
    old = session.scalars(stale.with_for_update()).all()
    session.execute(TopicExcerpt.__table__.delete().where(TopicExcerpt.topic_id.in_(old)))
    session.execute(Topic.__table__.delete().where(Topic.id.in_(old)))
    session.add_all(topic for topic, _members in topics)
    session.flush()
    standing = _not_erased(session, Excerpt.id, (excerpt_id for _topic, members in topics for excerpt_id in members))
    rows = [
        {"topic_id": topic.id, "excerpt_id": excerpt_id, "place": place}
        for topic, members in topics
        for place, excerpt_id in enumerate(members)
        if excerpt_id in standing
    ]
    if rows:
        session.execute(insert(TopicExcerpt), rows)


def draft_topics(session: Session) -> list[Topic]:
    """Topics that no person has agreed as a theme yet, the largest first."""
    return list(
        session.scalars(
            select(Topic)
            .options(joinedload(Topic.run))
            .where(Topic.theme_id.is_(None))
            .order_by(Topic.size.desc(), Topic.id)
        )
    )


def get_topic(session: Session, topic_id: int) -> Topic:
    """One topic; raises NotFound."""
    topic = session.get(Topic, topic_id, options=[joinedload(Topic.run)])
    if topic is None:
        raise NotFound("That topic is gone: a newer run has replaced it. Look at the list of topics.")
    return topic


def settle_topic(session: Session, topic_id: int, theme: Theme) -> Topic:
    """The topic is what a theme was made of; raises Refused when it was so before."""
    hold(session, Topic, [topic_id])
    topic = get_topic(session, topic_id)
    if topic.theme_id is not None:
        raise Refused("Somebody has agreed a theme from this topic already. Look at the codebook.")
    topic.theme_id = theme.id
    session.flush()
    return topic


def representatives(session: Session, topic_ids: Iterable[int]) -> dict[int, list[Excerpt]]:
    """{topic id: its three representative excerpts with their answers}."""
    rows = session.execute(
        select(TopicExcerpt.topic_id, Excerpt)
        .join(Excerpt, Excerpt.id == TopicExcerpt.excerpt_id)
        .options(selectinload(Excerpt.answer))
        .where(TopicExcerpt.topic_id.in_(list(topic_ids)), TopicExcerpt.place < REPRESENTATIVES)
        .order_by(TopicExcerpt.topic_id, TopicExcerpt.place)
    )
    found: dict[int, list[Excerpt]] = {}
    for topic_id, excerpt in rows:
        found.setdefault(topic_id, []).append(excerpt)
    return found


def waiting_by_theme(session: Session) -> dict[int, int]:
    """{theme id: how many suggestions wait for a person}."""
    rows = session.execute(
        select(Coding.theme_id, func.count()).where(Coding.state == "suggested").group_by(Coding.theme_id)
    )
    return dict(rows.all())


def confirmed_by_theme(session: Session) -> dict[int, int]:
    """{theme id: in how many released responses a person confirmed it}."""
    found: dict[int, int] = {}
    for _wave, theme, _sentiment, number in tallies.read(session, "said"):
        found[int(theme)] = found.get(int(theme), 0) + number
    return found


def suggestions(session: Session, theme: Theme, limit: int = PAGE) -> list[Coding]:
    """Suggested codings of a theme, the likeliest first, with their excerpts and answers."""
    return list(
        session.scalars(
            select(Coding)
            .options(joinedload(Coding.excerpt).joinedload(Excerpt.answer), joinedload(Coding.theme))
            .where(Coding.state == "suggested", Coding.theme_id == theme.id)
            .order_by(Coding.probability.desc(), Coding.id)
            .limit(limit)
        )
    )


def waiting_from(session: Session, theme: Theme, likelihood: float) -> int:
    """How many suggestions of a theme wait from a likelihood on: as many as `decide_all` would decide."""
    return session.scalar(
        select(func.count()).where(
            Coding.theme_id == theme.id, Coding.state == "suggested", Coding.probability >= likelihood
        )
    )


def decide(
    session: Session, coding_id: int, *, state: str, sentiment: str | None, by: str, on: datetime.date
) -> Coding:
    """A person says yes or no to one suggestion; raises Refused when somebody did so already."""
    coding = session.get(Coding, coding_id, with_for_update={"key_share": True})
    if coding is None:
        raise NotFound("That suggestion is gone: a newer run has replaced it.")
    if coding.state != "suggested":
        raise Refused(f"{coding.decided_by} has decided this one already.")
    coding.state, coding.decided_by, coding.decided_on = state, by, on
    # What the run guessed is not a person's word: it stays only when somebody said it.
    coding.sentiment = sentiment if state == "confirmed" else None
    session.flush()
    count_again(session, [coding.wave_id])
    return coding


def decide_all(session: Session, theme: Theme, *, at_least: float, state: str, by: str, on: datetime.date) -> int:
    """A person decides every waiting suggestion of a theme from a likelihood on; returns how many."""
    meant = (Coding.theme_id == theme.id, Coding.state == "suggested", Coding.probability >= at_least)
    waves = list(session.scalars(select(Coding.wave_id).where(*meant).distinct()))
    changed = session.execute(
        Coding.__table__.update().where(*meant).values(state=state, decided_by=by, decided_on=on, sentiment=None)
    )
    count_again(session, waves)
    return changed.rowcount


def unread_and_uncoded(session: Session, wave_ids: Iterable[int]) -> tuple[int, int]:
    """How many responses of these waves nobody has read, and how many released texts carry no theme."""
    wanted = list(wave_ids)
    unread, uncoded = (sum(row[3] for row in tallies.read(session, kind, wanted)) for kind in ("unread", "uncoded"))
    return unread, uncoded


def waves_by_id(session: Session, wave_ids: Iterable[int]) -> dict[int, Wave]:
    """{wave id: wave}."""
    found = session.scalars(select(Wave).where(Wave.id.in_(list(wave_ids))).order_by(Wave.id))
    return {wave.id: wave for wave in found}
