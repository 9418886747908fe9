"""Clearing away: what was kept for a time, when that time is over."""

import datetime
import time
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from feedback.collection import help_requests, invitations
from feedback.collection.drawings import without_draft
from feedback.collection.models import Answer, Draft, Drawing, Upload
from feedback.collection.reaching_models import HelpRequest, Invitation, SpentCodes
from feedback.db import Database, checkpoint, epoch_now, forget_versions
from feedback.jobs import Job
from feedback.operating.checking import lone_keys
from feedback.sealing import KeyStore

DAY = 86_400.0
JOBS_KEPT = 30 * DAY


@dataclass(frozen=True)
class Purged:
    """How much was cleared away, or would be."""

    uploads: int
    drafts: int
    drawings: int
    jobs: int
    keys: int
    #: Drawings past their day that stay, because nobody has looked at them.
    unseen: int


def purge(database: Database, keys: KeyStore, today: datetime.date, *, dry_run: bool = False) -> Purged:
    """Clear away uploads, drafts and drawings past their day, jobs that ended a month ago, keys without a response.

    A drawing that nobody has put into words stays: it would take with it what somebody wanted to say.
    What must say nothing of when it came, codes and help requests, is written anew in no order.
    """
    late = Drawing.week <= today - datetime.timedelta(days=database.settings.drawing_days)
    words = select(Answer.id).where(
        Answer.response_id == Drawing.response_id, Answer.question == Drawing.question, Answer.sealed.is_not(None)
    )
    over = {
        "uploads": delete(Upload).where(Upload.keep_until < today),
        "drafts": delete(Draft).where(Draft.keep_until < today),
        "drawings": delete(Drawing).where(late, words.exists()),
        "jobs": delete(Job).where(Job.state.in_(("done", "failed")), Job.lease_until < epoch_now() - JOBS_KEPT),
    }
    counts, unseen = {}, select(func.count()).select_from(Drawing).where(late, ~words.exists())
    with database.engine.connect() as connection:
        for name, statement in over.items():
            counts[name] = connection.scalar(
                select(func.count()).select_from(statement.table).where(statement.whereclause)
            )
        counts["unseen"] = connection.scalar(unseen)
    if not dry_run:
        with database.writing() as session:
            for statement in (*over.values(), without_draft()):
                session.execute(statement.execution_options(synchronize_session=False))
            invitations.shuffle(session)
            help_requests.shuffle(session)
        checkpoint(database.engine)
        forget_versions(database.writer, Draft, HelpRequest, Invitation, SpentCodes)
    return Purged(**counts, keys=sweep(database, keys, dry_run=dry_run))


def sweep(database: Database, keys: KeyStore, *, dry_run: bool = False) -> int:
    """Destroy keys that had no response a day ago and have none now; returns how many.

    A key is stored before its response, so one without may be on its way. No time is kept with a key, because it
    would be the respondent's: the time at which somebody first saw it alone is.
    """
    lone = lone_keys(database, keys)
    if dry_run:
        return len(keys.lone_since(lone, time.time() - DAY))
    keys.note_lone(lone, time.time())
    stale = keys.lone_since(lone, time.time() - DAY)
    keys.destroy_responses(stale)
    return len(stale)
