"""Unfinished responses, kept on the server but readable only with the code in the cookie of who writes them."""

import datetime
import json
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy import delete
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from feedback.collection.drawings import without_draft
from feedback.collection.models import Draft, DraftPicture
from feedback.collection.modes import OWN
from feedback.collection.receipts import Digests, new_key
from feedback.db import insert_or_replace
from feedback.sealing import decrypt, encrypt
from forms.answering import Answer

#: On which day each database last threw away the drafts of the days before.
_cleared: WeakKeyDictionary[Engine, datetime.date] = WeakKeyDictionary()


@dataclass
class Unfinished:
    """What a respondent has answered so far, with the key that makes sending idempotent."""

    key: str = field(default_factory=new_key)
    answers: dict[str, Answer] = field(default_factory=dict)
    #: How it comes: see `modes`.
    mode: str = OWN
    #: Traceable waves only: whose code opened the questionnaire.
    invitation: int | None = None

    @property
    def drawn(self) -> set[str]:
        """The questions that were answered with a picture."""
        return {answer.question for answer in self.answers.values() if answer.drawn}

    def as_json(self) -> bytes:
        """For sealing."""
        answers = [answer.as_data() for answer in self.answers.values()]
        kept = {"key": self.key, "answers": answers, "mode": self.mode, "invitation": self.invitation}
        return json.dumps(kept).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Unfinished":
        """What `as_json` gave."""
        kept = json.loads(data)
        answers = [Answer.from_data(item) for item in kept["answers"]]
        by_key = {answer.question: answer for answer in answers}
        # A draft from before there were modes says none.
        return cls(kept["key"], by_key, kept.get("mode", OWN), kept.get("invitation"))


def begin(digests: Digests, code: str, mode: str = OWN, invitation: int | None = None) -> Unfinished:
    """A response without answers yet, to be kept under this code."""
    return Unfinished(digests.sends_draft(code), mode=mode, invitation=invitation)


def open_draft(digests: Digests, wave_id: int, code: str, sealed: bytes) -> Unfinished:
    """The draft of a wave that was sealed with this code; raises KeyProblem."""
    return Unfinished.from_json(decrypt(digests.opens_draft(code), sealed, f"draft|{wave_id}"))


def save_draft(
    session: Session,
    digests: Digests,
    wave_id: int,
    code: str,
    unfinished: Unfinished,
    today: datetime.date,
    *,
    days: int,
) -> None:
    """Keep the draft for so many days more; with the first of a day, drafts whose day has passed go."""
    engine = session.get_bind(clause=None).engine
    if _cleared.get(engine) != today:  # each time would read every draft there is
        session.execute(delete(Draft).where(Draft.keep_until < today))
        session.execute(without_draft())
        _cleared[engine] = today
    sealed = encrypt(digests.opens_draft(code), unfinished.as_json(), f"draft|{wave_id}")
    until = today + datetime.timedelta(days=days)
    draft = {"id": digests.draft(code), "wave_id": wave_id, "sealed": sealed, "keep_until": until}
    insert_or_replace(session, Draft.__table__, draft)


def discard_draft(session: Session, digests: Digests, code: str) -> None:
    """Forget an unfinished response, with what was drawn for it."""
    session.execute(delete(Draft).where(Draft.id == digests.draft(code)))
    session.execute(delete(DraftPicture).where(DraftPicture.draft_id == digests.draft(code)))
