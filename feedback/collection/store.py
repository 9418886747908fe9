"""Read and write waves, responses and answers."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from feedback.collection.asking import all_questionnaires, find_questionnaire
from feedback.collection.models import Answer, AskedVersion, Edition, Response, Wave
from feedback.db import Database, insert_ignoring
from feedback.errors import NotFound, Overtaken, Refused
from feedback.sealing import KeyStore, open_text
from forms.catalogue import UnknownQuestionnaire, find_version
from forms.kind_rules import promise_faults
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


def asked_version(database: Database, wave: Wave) -> Questionnaire:
    """What a wave asks in English, in the version it was published with; before that, as it is now. Raises Refused."""
    if not wave.published:
        return _now(database.session(), wave.questionnaire)
    found = _asked.get(wave.version)
    if found is None:
        found = _asked[wave.version] = _find_version(database, wave)
    return found


#: Versions never change, so each is looked up once a process.
_asked: dict[str, Questionnaire] = {}


def _now(session: Session, key: str) -> Questionnaire:
    try:
        return find_questionnaire(session, key)
    except UnknownQuestionnaire as problem:
        raise Refused(str(problem)) from None


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


def prepare_wave(session: Session, keys: KeyStore, wave: Wave) -> Wave:
    """Keep a new wave that nobody can answer yet, so that all of it can still be changed. Raises Refused."""
    wave.published = False
    return _add_wave(session, keys, wave)


def open_wave(session: Session, keys: KeyStore, wave: Wave) -> Wave:
    """Field a new wave at once. Raises Refused."""
    if wave.questionnaire:
        wave.version = _keep_version(session, may_be_fielded(session, wave))
    wave.published = True
    _add_wave(session, keys, wave)
    _keep_easy_words(session, wave)
    return wave


def publish_wave(session: Session, wave: Wave) -> None:
    """Fix what is promised and asked, for ever, and let people answer from its first day on. Raises Refused."""
    if not wave.published:
        wave.version = _keep_version(session, may_be_fielded(session, wave))
        wave.published = True
        session.flush()
        _keep_easy_words(session, wave)


def _add_wave(session: Session, keys: KeyStore, wave: Wave) -> Wave:
    """Its key in the key store first, then the row."""
    if session.scalar(select(Wave).where(Wave.key == wave.key)):
        raise Refused(f"There is already a wave called {wave.key!r}. Choose another key.")
    if wave.kind == "voices" and wave.audience not in AUDIENCES:
        raise Refused(f"The audience must be one of {', '.join(AUDIENCES)}, not {wave.audience!r}.")
    session.add(wave)
    session.flush()
    keys.add_wave(wave.id)
    return wave


def change_wave(session: Session, wave_id: int, columns: Mapping[str, object], *, published: bool) -> None:
    """Change a wave that somebody saw in this state; raises Overtaken when it was published since."""
    wave = session.scalar(select(Wave).where(Wave.id == wave_id).with_for_update(key_share=True))
    if wave is None or wave.published is not published:
        raise Overtaken("Somebody has published this wave meanwhile. Open the page again to see what can be changed.")
    for name, value in columns.items():
        setattr(wave, name, value)
    session.flush()


def may_be_fielded(session: Session, wave: Wave) -> Questionnaire:
    """The questionnaire that a wave would ask from now on; raises Refused, saying what is in the way."""
    questionnaire = _now(session, wave.questionnaire)
    for fault in obstacles(questionnaire)[:1]:
        raise Refused(f"{questionnaire.title} cannot be asked yet. {fault.item}: {fault.says}")
    if questionnaire.status is Status.DRAFT and not wave.draft_accepted_by:
        raise Refused(
            f"The questions of {questionnaire.title} are a draft that nobody has tested with respondents. "
            "Test them first, or name who takes it on themselves to try them out (--accept-draft NAME)."
        )
    for fault in promise_faults(questionnaire, wave.promise):
        raise Refused(f"{questionnaire.title}, question “{fault.item}”: {fault.says}")
    return questionnaire


def _keep_easy_words(session: Session, wave: Wave) -> None:
    """Where a questionnaire stands beside the wave's own in easier words, those are asked of whoever wants them."""
    offered = all_questionnaires(session) if wave.questionnaire else ()
    easy = next((one for one in offered if one.of == wave.questionnaire), None)
    if easy is not None and (easy.status is Status.TESTED or wave.draft_accepted_by):
        keep_edition(session, wave, easy)


def keep_edition(session: Session, wave: Wave, questionnaire: Questionnaire, accepted_by: str = "") -> None:
    """Ask a wave in these words too, for whoever wants its language and format."""
    edition = Edition(
        wave_id=wave.id,
        language=questionnaire.language,
        format=questionnaire.format.value,
        version=_keep_version(session, questionnaire),
        accepted_by=accepted_by.strip(),
    )
    session.merge(edition)


def _keep_version(session: Session, questionnaire: Questionnaire) -> str:
    """Keep a questionnaire as it is asked, and return its version."""
    row = {"version": questionnaire.version, "content": as_data(questionnaire)}
    session.execute(insert_ignoring(session, AskedVersion.__table__), [row])
    return questionnaire.version


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
