"""Coming back to what was not finished: eight words lead to a wave and to the answers given so far."""

import datetime
from dataclasses import dataclass

from sqlalchemy import select

from feedback.collection.drafts import Unfinished, open_draft
from feedback.collection.models import Draft, Wave
from feedback.collection.receipts import WORDS_IN_A_CODE, Digests
from feedback.collection.sending import already_sent
from feedback.db import Database
from forms.answering import chosen_in
from forms.questionnaire import Question, Questionnaire


@dataclass(frozen=True)
class Found:
    """What a code leads to: the answers of a wave that wait for their writer."""

    wave: Wave
    unfinished: Unfinished


def find_unfinished(database: Database, digests: Digests, code: str, today: datetime.date) -> Found | None:
    """The unfinished response of a code; none when there is none, or when its day has passed."""
    if not _may_be_a_code(code):
        return None
    # A draft past its day may still lie there until somebody saves one: it is as good as gone.
    asked = select(Wave, Draft.sealed).join(Draft, Draft.wave_id == Wave.id)
    row = (
        database.session()
        .execute(asked.where(Draft.id == digests.draft(code), Draft.keep_until >= today))
        .one_or_none()
    )
    return row and Found(row.Wave, open_draft(digests, row.Wave.id, code, row.sealed))


def was_sent(database: Database, digests: Digests, code: str) -> bool:
    """True when the response of this code was sent and not taken away since."""
    return _may_be_a_code(code) and already_sent(database, digests, digests.sends_draft(code))


def next_question(questionnaire: Questionnaire, unfinished: Unfinished) -> Question | None:
    """The first question on this person's way that they have not been past; none when only sending is left."""
    way = questionnaire.asked(chosen_in(unfinished.answers))
    return next((asked for asked in way if asked.key not in unfinished.answers), None)


def _may_be_a_code(code: str) -> bool:
    """Whatever has not eight words is none: no digest need be made of it."""
    return code.count("-") == WORDS_IN_A_CODE - 1
