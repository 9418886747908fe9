"""Read and write waves, responses and answers."""

import datetime
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from feedback.collection.asking import find_questionnaire
from feedback.collection.models import Answer, AskedVersion, Response, Wave
from feedback.db import Database, insert_ignoring
from feedback.errors import NotFound, Refused
from feedback.sealing import KeyStore, open_text
from forms.catalogue import UnknownQuestionnaire, find_version
from forms.lint import obstacles
from forms.questionnaire import AUDIENCES, Questionnaire, Status
from forms.stored import as_data, from_data


def monday(day: datetime.date) -> datetime.date:
    """The Monday of a day's week: the finest time we keep of a response."""
    return day - datetime.timedelta(days=day.weekday())


_BY_KEY = select(Wave).where(Wave.key == bindparam("key"))


def find_wave(session: Session, key: str) -> Wave | None:
    """The wave with this key, or None."""
    return session.scalar(_BY_KEY, {"key": key})


def get_wave(session: Session, key: str) -> Wave:
    """The wave with this key; raises NotFound."""
    wave = find_wave(session, key)
    if wave is None:
        raise NotFound(f"There is no wave called {key!r}. Look at the list of waves for its key.")
    return wave


def is_taken(session: Session, key: str) -> bool:
    """True when a wave has this key."""
    return session.scalar(select(Wave.id).where(Wave.key == key)) is not None


def all_waves(session: Session) -> list[Wave]:
    """Every wave, the newest first."""
    return list(session.scalars(select(Wave).order_by(Wave.opens_on.desc(), Wave.key)))


def open_waves(session: Session, today: datetime.date) -> list[Wave]:
    """Waves that take responses today, by audience."""
    return [wave for wave in reversed(all_waves(session)) if wave.is_open(today)]


def questionnaire_of(database: Database, wave: Wave) -> Questionnaire:
    """The questionnaire a wave asks, in the version it was opened with; raises Refused."""
    found = _asked.get(wave.version)
    if found is None:
        found = _asked[wave.version] = _find_version(database, wave)
    return found


#: Versions never change, so each is looked up once a process.
_asked: dict[str, Questionnaire] = {}


def _find_version(database: Database, wave: Wave) -> Questionnaire:
    with database.engine.connect() as connection:
        content = connection.scalar(select(AskedVersion.content).where(AskedVersion.version == wave.version))
    if content is not None:
        return from_data(content)
    try:
        return find_version(wave.questionnaire, wave.version)
    except UnknownQuestionnaire:
        raise Refused(
            f"The questionnaire of {wave.title} was changed after the wave was opened. "
            "Put the earlier file back, or open a new wave with the new one."
        ) from None


def open_wave(session: Session, keys: KeyStore, wave: Wave) -> Wave:
    """Field a new wave: its key in the key store first, then the row. Raises Refused."""
    if session.scalar(select(Wave).where(Wave.key == wave.key)):
        raise Refused(f"There is already a wave called {wave.key!r}. Choose another key.")
    if wave.kind == "voices" and wave.audience not in AUDIENCES:
        raise Refused(f"The audience must be one of {', '.join(AUDIENCES)}, not {wave.audience!r}.")
    if wave.questionnaire:
        _field(session, wave)
    session.add(wave)
    session.flush()
    keys.add_wave(wave.id)
    return wave


def _field(session: Session, wave: Wave) -> None:
    try:
        questionnaire = find_questionnaire(session, wave.questionnaire)
    except UnknownQuestionnaire as problem:
        raise Refused(str(problem)) from None
    for fault in obstacles(questionnaire)[:1]:
        raise Refused(f"{questionnaire.title} cannot be asked yet. {fault.item}: {fault.says}")
    if questionnaire.status is Status.DRAFT and not wave.draft_accepted_by:
        raise Refused(
            f"The questions of {questionnaire.title} are a draft that nobody has tested with respondents. "
            "Test them first, or name who takes it on themselves to try them out (--accept-draft NAME)."
        )
    wave.version = questionnaire.version
    row = {"version": questionnaire.version, "content": as_data(questionnaire)}
    session.execute(insert_ignoring(session, AskedVersion.__table__), [row])


def responses_in(session: Session, wave_ids: Iterable[int]) -> dict[int, int]:
    """{wave id: how many responses were stored}."""
    rows = session.execute(
        select(Response.wave_id, func.count()).where(Response.wave_id.in_(list(wave_ids))).group_by(Response.wave_id)
    )
    return dict(rows.all())


def words_of(keys: KeyStore, answers: Sequence[Answer]) -> dict[int, str]:
    """{answer id: its words}; an erased response's answers are not in it."""
    sealed = [answer for answer in answers if answer.sealed is not None]
    opened = keys.of_responses({answer.response_id for answer in sealed})
    return {
        answer.id: open_text(opened[answer.response_id], answer.sealed, answer.response_id, answer.question)
        for answer in sealed
        if answer.response_id in opened
    }
