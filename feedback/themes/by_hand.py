"""Coding by hand: a person reads a released text and says which themes are in it, with or without a suggestion."""

import datetime
from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Response, Wave
from feedback.db import hold
from feedback.errors import Refused
from feedback.themes import store, tallies
from feedback.themes.models import Coding, Tally, Theme
from feedback.triage.models import Release
from feedback.triage.store import count_again


def _uncoded():
    coded = select(Coding.id).where(Coding.state == "confirmed", Coding.response_id == Answer.response_id)
    return (
        select(Answer)
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.sealed.is_not(None), ~coded.exists())
    )


def uncoded_count(session: Session) -> int:
    """How many released texts carry no confirmed theme, as last counted."""
    return sum(number for _wave, _subject, _label, number in tallies.read(session, "uncoded"))


def next_uncoded(session: Session, after: int = 0) -> Answer | None:
    """The next released text without a confirmed theme, wave by wave and by random id; `after` is the last one's id."""
    last = session.get(Answer, after)
    for wave_id in _waves_left(session):
        if last and wave_id < last.wave_id:
            continue
        found = _uncoded().where(Answer.wave_id == wave_id).order_by(Answer.response_id, Answer.id).limit(1)
        if last and wave_id == last.wave_id:
            found = found.where(tuple_(Answer.response_id, Answer.id) > tuple_(last.response_id, last.id))
        if answer := session.scalar(found):
            return answer
    return None


def _waves_left(session: Session) -> list[int]:
    """Ids of waves that may hold such a text, in order: not those that were counted to the end and have none."""
    wanted = select(Wave.id).order_by(Wave.id)
    if not tallies.being_counted(session):
        none = select(Tally.wave_id).where(Tally.kind == "uncoded", Tally.number == 0)
        wanted = wanted.where(Wave.id.not_in(none))
    return list(session.scalars(wanted))


def take_uncoded(session: Session, answer_id: int) -> Answer:
    """The same until the commit, so that of two people who save at once the second is refused."""
    hold(session, Response, session.scalars(select(Answer.response_id).where(Answer.id == answer_id)))
    return still_uncoded(session, answer_id)


def still_uncoded(session: Session, answer_id: int) -> Answer:
    """The text somebody has before them; raises Refused when another person has coded it meanwhile."""
    answer = session.scalar(_uncoded().where(Answer.id == answer_id))
    if answer is None:
        raise Refused("Somebody else has coded this text meanwhile. Nothing was overwritten; go on with the next one.")
    return answer


def code_by_hand(
    session: Session,
    answer: Answer,
    *,
    length: int,
    themes: Sequence[Theme],
    sentiment: str | None,
    by: str,
    on: datetime.date,
) -> int:
    """Store a person's themes on a whole text; a waiting suggestion of the same theme becomes that person's yes."""
    if not themes:
        raise Refused("Choose at least one theme, or skip this text.")
    excerpt_id = store.whole_excerpts(session, {answer.id: length}).get(answer.id)
    if excerpt_id is None:
        raise Refused("This text was taken back by whoever wrote it. Go on with the next one.")
    waiting = {
        coding.theme_id: coding
        for coding in session.scalars(
            select(Coding)
            .where(Coding.excerpt_id == excerpt_id, Coding.state == "suggested")
            .order_by(Coding.id)
            .with_for_update(key_share=True)
        )
    }
    for theme in themes:
        if theme.id in waiting:
            store.decide(session, waiting[theme.id].id, state="confirmed", sentiment=sentiment, by=by, on=on)
            continue
        session.add(
            Coding(
                excerpt_id=excerpt_id,
                theme_id=theme.id,
                response_id=answer.response_id,
                wave_id=answer.wave_id,
                coder=by,
                state="confirmed",
                decided_by=by,
                decided_on=on,
                sentiment=sentiment,
            )
        )
    session.flush()
    count_again(session, [answer.wave_id])
    return len(themes)
