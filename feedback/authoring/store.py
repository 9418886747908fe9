"""Read and write the council's own questionnaires: each change on top of what stands, each version kept."""

import datetime
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.authoring.editing import copy_of
from feedback.authoring.models import SavedVersion
from feedback.collection.asking import fielded_versions, find_questionnaire, is_shipped
from feedback.collection.models import OwnQuestionnaire, Wave
from feedback.db import hold, insert_ignoring
from feedback.errors import NotFound, Refused
from forms import catalogue
from forms.questionnaire import Questionnaire
from forms.stored import as_data, from_data

#: Addresses of pages, so no keys of questionnaires.
RESERVED = frozenset({"upload", "add"})


def get_questionnaire(session: Session, key: str) -> Questionnaire:
    """The questionnaire with this key, shipped or own; raises NotFound."""
    try:
        return find_questionnaire(session, key)
    except catalogue.UnknownQuestionnaire:
        raise NotFound("There is no questionnaire at that address. Look at the list of questionnaires.") from None


def own_rows(session: Session) -> dict[str, OwnQuestionnaire]:
    """{key: what is known of an own questionnaire beside its words}."""
    return {row.key: row for row in session.scalars(select(OwnQuestionnaire))}


def get_own(session: Session, key: str) -> Questionnaire:
    """An own questionnaire; raises NotFound, or Refused for one that ships."""
    found = get_questionnaire(session, key)
    if is_shipped(key):
        raise Refused(f"{found.title} comes with Soundings and stays as it is. Copy it, and change the copy.")
    return found


def is_taken(session: Session, key: str) -> bool:
    """Whether a new questionnaire cannot have this key."""
    return key in RESERVED or is_shipped(key) or session.get(OwnQuestionnaire, key) is not None


def start(
    session: Session, questionnaire: Questionnaire, *, by: str, on: datetime.date, based_on: Questionnaire | None = None
) -> None:
    """Keep a new questionnaire of one's own; raises Refused when its key is taken."""
    if is_taken(session, questionnaire.key):
        raise Refused(f"There is already a questionnaire “{questionnaire.key}”. Choose another key.")
    row = OwnQuestionnaire(
        key=questionnaire.key,
        content={},
        version="",
        based_on=based_on.key if based_on else None,
        based_on_version=based_on.version if based_on else None,
        edited_by=by,
        edited_on=on,
    )
    session.add(row)
    _keep(session, row, questionnaire, by, on)


def copy(session: Session, key: str, *, to: str, by: str, on: datetime.date) -> Questionnaire:
    """Start a questionnaire with the words of another."""
    found = get_questionnaire(session, key)
    copied = copy_of(found, to)
    start(session, copied, by=by, on=on, based_on=found)
    return copied


def change(
    session: Session, key: str, edit: Callable[[Questionnaire], Questionnaire], *, by: str, on: datetime.date
) -> Questionnaire:
    """Change an own questionnaire on top of what stands at this moment; nobody else can in between.

    The edit raises Refused or Changed when it does not fit what stands now.
    """
    get_own(session, key)
    hold(session, OwnQuestionnaire, [key])
    row = session.get(OwnQuestionnaire, key, populate_existing=True)
    before = from_data(row.content)
    after = edit(before)
    if after != before:
        row.edited_by, row.edited_on = by, on
        _keep(session, row, after, by, on)
    return after


def replace_words(
    session: Session, seen: Questionnaire, words: Questionnaire, *, by: str, on: datetime.date
) -> Questionnaire:
    """Put the words of a file in the place of those that were seen; raises Refused when it must not.

    What a wave has asked binds a file as it binds the pages.
    """
    known = fielded(session, seen.key)

    def edit(now: Questionnaire) -> Questionnaire:
        if now != seen:
            raise Refused("Somebody changed this questionnaire just now. Look at it again, then upload the file.")
        if known.waves and words.audience != now.audience:
            raise Refused("A wave has asked this questionnaire, so who it asks stays. Bring it in under another key.")
        for question in words.questions:
            if known.kinds.get(question.key, question.kind) is not question.kind:
                raise Refused(
                    f"“{question.key}” was asked as {known.kinds[question.key]} in {known.waves_of(question.key)[0]}, "
                    f"and is {question.kind} in this file: their answers cannot be joined. Give it another key."
                )
        return words

    return change(session, seen.key, edit, by=by, on=on)


def _keep(session: Session, row: OwnQuestionnaire, questionnaire: Questionnaire, by: str, on: datetime.date) -> None:
    row.content, row.version = as_data(questionnaire), questionnaire.version
    session.flush()
    kept = {
        "questionnaire": row.key,
        "version": row.version,
        "number": len(versions(session, row.key)) + 1,
        "content": row.content,
        "saved_by": by,
        "saved_on": on,
    }
    session.execute(insert_ignoring(session, SavedVersion.__table__), [kept])


def versions(session: Session, key: str) -> list[SavedVersion]:
    """Every version of an own questionnaire that was saved, the newest first."""
    rows = select(SavedVersion).where(SavedVersion.questionnaire == key).order_by(SavedVersion.number.desc())
    return list(session.scalars(rows))


def waves_asking(session: Session) -> dict[str, list[Wave]]:
    """{key of a questionnaire: the waves that ask it or asked it, the newest first}."""
    found: dict[str, list[Wave]] = {}
    rows = select(Wave).where(Wave.questionnaire.is_not(None)).order_by(Wave.opens_on.desc(), Wave.key)
    for wave in session.scalars(rows):
        found.setdefault(wave.questionnaire, []).append(wave)
    return found


class Fielded:
    """What waves have asked of a questionnaire: it binds the keys and kinds of its questions."""

    def __init__(self, asked: list[Questionnaire], waves: list[Wave]):
        self.waves = waves
        #: {key of a question: its kind}
        self.kinds = {q.key: q.kind for version in reversed(asked) for q in version.questions}
        self._answers = {}
        for version in reversed(asked):
            for question in version.questions:
                known = self._answers.setdefault(question.key, {})
                known |= {choice.key: choice.text for choice in question.choices}
        self._in = {
            key: [wave.title for wave in waves if wave.version in {v.version for v in asked if key in keys_of(v)}]
            for key in self.kinds
        }

    def answers(self, question: str) -> dict[str, str]:
        """{key: words} of all answers that a question ever offered in a wave."""
        return self._answers.get(question, {})

    def waves_of(self, question: str) -> list[str]:
        """Titles of the waves in which a question was asked."""
        return self._in.get(question, [])


def keys_of(questionnaire: Questionnaire) -> set[str]:
    """The keys of its questions."""
    return {question.key for question in questionnaire.questions}


def fielded(session: Session, key: str) -> Fielded:
    """What waves have asked of this questionnaire, in any version."""
    return Fielded(fielded_versions(session, key), waves_asking(session).get(key, []))
