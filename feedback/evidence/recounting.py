"""The words people used about each priority, counted by a job; and doing every waiting count at once."""

import datetime
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from analysis.clouds import WordCount, terms_of
from feedback.collection.models import Answer
from feedback.collection.store import words_of
from feedback.db import Database
from feedback.evidence import store
from feedback.evidence.counts import strands
from feedback.evidence.models import PriorityWord
from feedback.jobs import Job, Running, run_job, task
from feedback.sealing import KeyStore
from feedback.themes import tallies  # noqa: F401  (registers its job)
from feedback.themes.models import Coding, Excerpt
from feedback.triage.models import Release
from feedback.triage.store import TALLY, WORDS

STEP = 500  # responses whose texts are opened at a time


@task(WORDS)
def count_priority_words(running: Running) -> None:
    """Count anew in how many texts about each priority a word stands; a text counts once a word.

    Only the newest complete wave of each strand is read. Words in fewer texts than the board's threshold
    are not kept: one that a single person used would be a piece of what that person wrote.
    """
    database, counts = running.database, {}
    for priority_ids, text in _texts_about(running, _priorities_by_theme(database)):
        terms = terms_of(text)
        for priority_id in priority_ids:
            counts.setdefault(priority_id, WordCount()).add(terms)
    least = database.settings.board_threshold
    rows = [
        {"priority_id": priority_id, "word": word[:80], "number": number}
        for priority_id, counted in sorted(counts.items())
        for word, number in counted.rows()
        if number >= least
    ]
    with database.writing() as session:
        session.execute(delete(PriorityWord))
        if rows:
            session.execute(insert(PriorityWord), rows)
        running.finish(session, "Counted")


def _priorities_by_theme(database: Database) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for link in store.links(database.session(), state="confirmed"):
        found.setdefault(link.theme_id, set()).add(link.priority_id)
    return found


def _texts_about(running: Running, priorities_of: dict[int, set[int]]) -> Iterator[tuple[set[int], str]]:
    """(ids of the priorities it speaks to, the text) of each released text with a linked theme."""
    session = running.database.session()
    now = strands(session, datetime.date.today())
    total, done = sum(strand.released_now for strand in now), 0
    with closing(KeyStore(running.database.settings)) as keys:
        for wave_id in (wave.id for strand in now for wave in strand.now):
            for response_ids in _released(session, wave_id):
                running.progress(done, total, "Counting words")
                about = _about(session, response_ids, priorities_of)
                answers = session.execute(select(Answer.__table__).where(Answer.id.in_(about))).all()
                for answer_id, text in words_of(keys, answers).items():
                    yield about[answer_id], text
                done += len(response_ids)


def _released(session: Session, wave_id: int) -> Iterator[list[int]]:
    """Ids of a wave's released responses, in order, some thousands at a time: never the whole wave in memory."""
    last, key = 0, Release.response_id
    while True:
        page = select(key).where(Release.wave_id == wave_id, key > last).order_by(key).limit(STEP)
        ids = list(session.scalars(page))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _about(session: Session, response_ids: list[int], priorities_of: dict[int, set[int]]):
    """{id of an answer of these responses: ids of the priorities that its confirmed themes speak to}."""
    # By response alone: SQLite, told the state and the themes as well, looks through every coding of those instead.
    codings = select(Excerpt.answer_id, Coding.theme_id, Coding.state).join(Coding, Coding.excerpt_id == Excerpt.id)
    about: dict[int, set[int]] = {}
    for answer_id, theme_id, state in session.execute(codings.where(Coding.response_id.in_(response_ids))):
        if state == "confirmed" and theme_id in priorities_of:
            about.setdefault(answer_id, set()).update(priorities_of[theme_id])
    return about


def settle(database: Database) -> int:
    """Do every waiting count in this process: for commands, which need not wait for a worker."""
    done = 0
    for kind in (TALLY, WORDS):  # words after the waves they are counted in
        waiting = select(Job.id).where(Job.kind == kind, Job.state == "queued").order_by(Job.id)
        ids = list(database.session().scalars(waiting))
        database.session.remove()
        done += sum(run_job(database, job_id) for job_id in ids)
    return done
