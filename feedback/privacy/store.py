"""Find the response that somebody wants to look after or take back."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.collection.models import Response
from feedback.collection.receipts import Digests


def response_of_receipt(session: Session, digests: Digests, words: list[str]) -> Response | None:
    """The response these receipt words belong to, or None: wrong and withdrawn look alike."""
    return session.scalar(
        select(Response).options(joinedload(Response.wave)).where(Response.receipt == digests.receipt(words))
    )
