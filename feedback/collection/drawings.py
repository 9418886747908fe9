"""Pictures: sealed beside an unfinished response, then beside the one that was sent; gone with either.

What a picture shows becomes an answer only when a person has looked (see `feedback.triage.drawings`). Until then its
item, `question.drawing`, is answered `drawing` and holds no words. Words of whoever drew it are an answer of their own
from the beginning, so that nobody's words are ever taken for somebody else's. The points lie in a table of their own:
whatever reads answers, to count them or to theme them, never touches one.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from feedback.collection.models import Draft, DraftPicture, Drawing
from feedback.collection.receipts import Digests
from feedback.db import Database, insert_or_replace
from feedback.errors import NotFound
from feedback.sealing import KeyStore, decrypt, encrypt
from forms.answering import Answer
from forms.pictures import DRAWN
from languages import gettext as _

GONE = "This drawing is not here any more: whoever made it took it away, or its time was over."


def keep_picture(
    session: Session, digests: Digests, wave_id: int, code: str, answer: Answer, picture: bytes | None
) -> None:
    """Keep the new picture of an unfinished answer, or forget the one before when the answer has none any more."""
    draft = digests.draft(code)
    if picture is not None and answer.drawn:
        sealed = encrypt(digests.opens_draft(code), picture, _place_in_draft(wave_id, answer.question))
        row = {"draft_id": draft, "question": answer.question, "sealed": sealed}
        insert_or_replace(session, DraftPicture.__table__, row)
    elif not answer.drawn:
        gone = delete(DraftPicture).where(DraftPicture.draft_id == draft, DraftPicture.question == answer.question)
        session.execute(gone)


def pictures_of(
    database: Database, digests: Digests, wave_id: int, code: str, answers: Mapping[str, Answer]
) -> dict[str, bytes]:
    """{question: picture} of an unfinished response; without a look at the database when nothing was drawn."""
    drawn = [key for key, answer in answers.items() if answer.drawn]
    if not drawn:
        return {}
    wanted = select(DraftPicture.question, DraftPicture.sealed).where(
        DraftPicture.draft_id == digests.draft(code), DraftPicture.question.in_(drawn)
    )
    with database.engine.connect() as connection:
        rows = connection.execute(wanted).all()
    key = digests.opens_draft(code)
    return {question: decrypt(key, sealed, _place_in_draft(wave_id, question)) for question, sealed in rows}


def picture_of(database: Database, digests: Digests, wave_id: int, code: str, answer: Answer | None) -> bytes:
    """The picture of one unfinished answer; raises NotFound."""
    answers = {answer.question: answer} if answer else {}
    for picture in pictures_of(database, digests, wave_id, code, answers).values():
        return picture
    raise NotFound(_("There is no drawing here."))


def without_draft():
    """The statement that forgets the pictures of responses that were sent, thrown away or never finished."""
    draft = select(Draft.id).where(Draft.id == DraftPicture.draft_id)
    return delete(DraftPicture).where(~draft.exists()).execution_options(synchronize_session=False)


def drawing_rows(
    pictures: Mapping[str, bytes], items: Collection[str], response_id: int, key: bytes, week: datetime.date
) -> list[dict]:
    """The pictures that go with these items of a response as rows, sealed under its key."""
    return [
        {
            "response_id": response_id,
            "question": item,
            "sealed": encrypt(key, picture, _place(response_id, item)),
            "week": week,
        }
        for question, picture in pictures.items()
        if (item := f"{question}.{DRAWN}") in items
    ]


def store_drawings(connection: Connection, rows: Sequence[dict], drafts: Iterable[bytes]) -> None:
    """Store the drawings of responses that are being sent, in their transaction; their drafts' pictures go."""
    if rows:
        connection.execute(insert(Drawing), rows)
    connection.execute(delete(DraftPicture).where(DraftPicture.draft_id.in_(list(drafts))))


def open_drawing(session: Session, keys: KeyStore, response_id: int, item: str) -> bytes:
    """The picture of a response that was sent, for whoever reads it; raises NotFound."""
    sealed = session.scalar(select(Drawing.sealed).where(Drawing.response_id == response_id, Drawing.question == item))
    key = keys.of_responses([response_id]).get(response_id)
    if sealed is None or key is None:
        raise NotFound(GONE)
    return open_picture(key, sealed, response_id, item)


def open_picture(key: bytes, sealed: bytes, response_id: int, item: str) -> bytes:
    """The picture that was sealed in this place; raises KeyProblem."""
    return decrypt(key, sealed, _place(response_id, item))


def _place_in_draft(wave_id: int, question: str) -> str:
    return f"draft|{wave_id}|{question}"


def _place(response_id: int, item: str) -> str:
    """A picture and the words about it are sealed under one key, and neither opens in the place of the other."""
    return f"{response_id}|{item}|picture"
