"""What may be asked: the questionnaires that ship, and the council's own; in the words that stand now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import AskedVersion, OwnQuestionnaire, Wave
from forms import catalogue
from forms.questionnaire import Question, Questionnaire
from forms.stored import from_data


def own_questionnaires(session: Session) -> list[Questionnaire]:
    """The council's own, by key."""
    contents = session.scalars(select(OwnQuestionnaire.content).order_by(OwnQuestionnaire.key))
    return [from_data(content) for content in contents]


def all_questionnaires(session: Session) -> list[Questionnaire]:
    """Every questionnaire that a wave can choose from, the council's own first."""
    return [*own_questionnaires(session), *catalogue.questionnaires()]


def find_questionnaire(session: Session, key: str) -> Questionnaire:
    """The questionnaire with this key; raises UnknownQuestionnaire."""
    try:
        return catalogue.find(key)
    except catalogue.UnknownQuestionnaire:
        content = session.scalar(select(OwnQuestionnaire.content).where(OwnQuestionnaire.key == key))
        if content is None:
            raise
        return from_data(content)


def fielded_versions(session: Session, key: str) -> list[Questionnaire]:
    """Every version of a questionnaire that a wave has asked, the newest wave first."""
    rows = session.execute(
        select(AskedVersion.content, AskedVersion.version)
        .join(Wave, Wave.version == AskedVersion.version)
        .where(Wave.questionnaire == key)
        .order_by(Wave.opens_on.desc(), Wave.key)
    )
    return [from_data(content) for content in {version: content for content, version in rows}.values()]


def asked_question(session: Session, key: str, question: str) -> Question | None:
    """A question as it stands, or as a wave last asked it: its results stay when it is taken out."""
    try:
        now = [find_questionnaire(session, key)]
    except catalogue.UnknownQuestionnaire:
        now = []
    for found in (*now, *(fielded_versions(session, key) if not now or question not in _keys(now[0]) else ())):
        if question in _keys(found):
            return found.question(question)
    return None


def _keys(questionnaire: Questionnaire) -> set[str]:
    return {question.key for question in questionnaire.questions}


def is_shipped(key: str) -> bool:
    """Whether a questionnaire with this key comes with the program."""
    return any(key == questionnaire.key for questionnaire in catalogue.questionnaires())


def in_one_line(questionnaire: Questionnaire, *notes: str) -> str:
    """A questionnaire in a list to choose from; one of the council's own is told apart by its key."""
    said = [*(() if is_shipped(questionnaire.key) else ("your own", questionnaire.key)), *notes]
    return f"{questionnaire.title} ({', '.join(said)})" if said else questionnaire.title
