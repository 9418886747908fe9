"""Erase a response: its key first, then every row that came from it."""

from sqlalchemy import delete, select

from feedback.collection.models import Response
from feedback.db import Database, checkpoint
from feedback.sealing import KeyStore
from feedback.triage.store import count_again


def erase_response(database: Database, keys: KeyStore, response_id: int) -> None:
    """Destroy the response's key, then its row; answers, excerpts, codings, quotes and checks go with it.

    The key goes first: should the server stop in between, what is left can be opened by nobody.
    """
    keys.destroy_responses([response_id])
    with database.writing() as session:
        waves = list(session.scalars(select(Response.wave_id).where(Response.id == response_id)))
        session.execute(delete(Response).where(Response.id == response_id))
        count_again(session, waves)
    database.let_go()  # a look that is still open in this thread would keep the old page in the log
    checkpoint(database.engine)
