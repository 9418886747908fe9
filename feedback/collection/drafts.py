"""Unfinished responses, kept on the server but readable only with the cookie of the browser that writes them."""

import datetime
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from weakref import WeakKeyDictionary

from sqlalchemy import delete
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from feedback.collection.models import Draft
from feedback.collection.receipts import Digests, new_key
from feedback.db import insert_or_replace
from feedback.sealing import decrypt, encrypt
from forms.answering import Answer

KEPT_DAYS = 1

#: On which day each database last threw away the drafts of the days before.
_cleared: WeakKeyDictionary[Engine, datetime.date] = WeakKeyDictionary()


@dataclass
class Unfinished:
    """What a respondent has answered so far, with the key that makes sending idempotent."""

    key: str = field(default_factory=new_key)
    answers: dict[str, Answer] = field(default_factory=dict)

    def as_json(self) -> bytes:
        """For sealing."""
        answers = [answer.as_data() for answer in self.answers.values()]
        return json.dumps({"key": self.key, "answers": answers}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Unfinished":
        """What `as_json` gave."""
        kept = json.loads(data)
        answers = [Answer.from_data(item) for item in kept["answers"]]
        return cls(kept["key"], {answer.question: answer for answer in answers})


def new_cookie() -> str:
    """The only key to a draft (256 bits); it is never stored."""
    return secrets.token_hex(32)


def _opens(cookie: str) -> bytes:
    return sha256(f"draft|{cookie}".encode()).digest()


def open_draft(wave_id: int, cookie: str, sealed: bytes) -> Unfinished:
    """The draft of a wave that was sealed with this cookie; raises KeyProblem."""
    return Unfinished.from_json(decrypt(_opens(cookie), sealed, f"draft|{wave_id}"))


def save_draft(
    session: Session,
    digests: Digests,
    wave_id: int,
    cookie: str,
    unfinished: Unfinished,
    today: datetime.date,
) -> None:
    """Keep the draft for a day; with the first of a day, drafts whose day has passed go."""
    engine = session.get_bind(clause=None).engine
    if _cleared.get(engine) != today:  # each time would read every draft there is
        session.execute(delete(Draft).where(Draft.keep_until < today))
        _cleared[engine] = today
    sealed = encrypt(_opens(cookie), unfinished.as_json(), f"draft|{wave_id}")
    until = today + datetime.timedelta(days=KEPT_DAYS)
    draft = {"id": digests.draft(cookie), "wave_id": wave_id, "sealed": sealed, "keep_until": until}
    insert_or_replace(session, Draft.__table__, draft)


def discard_draft(session: Session, digests: Digests, cookie: str) -> None:
    """Forget an unfinished response."""
    session.execute(delete(Draft).where(Draft.id == digests.draft(cookie)))
