"""The words people used about each priority, counted by a job; and doing every waiting count at once."""

import datetime
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import delete, insert, select

from analysis.clouds import count_words
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

STEP = 2000  # texts opened at a time


@task(WORDS)
def count_priority_words(running: Running) -> None:
    """Count anew in how many texts about each priority a word stands; a text counts once a word.

    Only the newest complete wave of each strand is read. Words in fewer texts than the board's threshold
    are not kept: one that a single person used would be a piece of what that person wrote.
    """
    database, themes_of = running.database, _priorities_by_theme(running.database)
    texts: dict[int, list[str]] = {}
    for priority_ids, text in _texts_about(running, themes_of):
        for priority_id in priority_ids:
            texts.setdefault(priority_id, []).append(text)
    least = database.settings.board_threshold
    rows = [
        {"priority_id": priority_id, "word": word[:80], "number": number}
        for priority_id, said in sorted(texts.items())
        for word, number in count_words(said)
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
    waves = [wave for strand in strands(session, datetime.date.today()) for wave in strand.now_ids]
    about: dict[int, set[int]] = {}
    rows = session.execute(
        select(Excerpt.answer_id, Coding.theme_id)
        .join(Coding, Coding.excerpt_id == Excerpt.id)
        .join(Release, Release.response_id == Coding.response_id)
        .where(Coding.state == "confirmed", Coding.wave_id.in_(waves), Coding.theme_id.in_(list(priorities_of)))
    )
    for answer_id, theme_id in rows:
        about.setdefault(answer_id, set()).update(priorities_of[theme_id])
    wanted = sorted(about)
    with closing(KeyStore(running.database.settings)) as keys:
        for start in range(0, len(wanted), STEP):
            running.progress(start, len(wanted), "Counting words")
            chunk = select(Answer.__table__).where(Answer.id.in_(wanted[start : start + STEP]))
            for answer_id, text in words_of(keys, session.execute(chunk).all()).items():
                yield about[answer_id], text


def settle(database: Database) -> int:
    """Do every waiting count in this process: for commands, which need not wait for a worker."""
    done = 0
    for kind in (TALLY, WORDS):  # words after the waves they are counted in
        waiting = select(Job.id).where(Job.kind == kind, Job.state == "queued").order_by(Job.id)
        ids = list(database.session().scalars(waiting))
        database.session.remove()
        done += sum(run_job(database, job_id) for job_id in ids)
    return done
