"""Who sent a response of a traceable wave: shown to whoever looks out for safety, who says why they look."""

import datetime
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.invitations import whose
from feedback.collection.models import Response, Wave
from feedback.collection.reaching_models import ContactDetail, IdentityOpening, Invitation
from feedback.errors import NotFound, Refused
from feedback.sealing import KeyStore, open_text


@dataclass(frozen=True)
class Sender:
    """What is known of who sent a response: whom its code was given to, and how they said they can be reached."""

    reference: str | None
    contacts: tuple[str, ...]


def find_response(session: Session, response_id: int) -> tuple[Response, Wave]:
    """A response of a traceable wave, and the wave; raises NotFound for any other."""
    row = session.execute(
        select(Response, Wave)
        .join(Wave, Wave.id == Response.wave_id)
        .where(Response.id == response_id, Wave.promise == "traceable")
    ).one_or_none()
    if row is None:
        raise NotFound("Of this response nobody can know who sent it. Go back to the list of those to read.")
    return row.Response, row.Wave


def look_who(
    session: Session, keys: KeyStore, response: Response, *, by: str, reason: str, on: datetime.date
) -> Sender:
    """Record that somebody looks and why, in the caller's transaction; then who it was. Raises Refused."""
    if not reason.strip():
        raise Refused("Say why you need to know who sent this. It is recorded.")
    opening = IdentityOpening(
        wave_id=response.wave_id, response_id=response.id, opened_by=by[:120], reason=reason.strip(), opened_on=on
    )
    session.add(opening)
    session.flush()
    return _sender(session, keys, response)


def openings_of(session: Session, response: Response) -> list[IdentityOpening]:
    """Who has looked before, and why."""
    rows = select(IdentityOpening).where(IdentityOpening.response_id == response.id)
    return list(session.scalars(rows.order_by(IdentityOpening.opened_on, IdentityOpening.id)))


def _sender(session: Session, keys: KeyStore, response: Response) -> Sender:
    invitation = session.get(Invitation, response.invitation_id) if response.invitation_id else None
    key = keys.of_responses([response.id]).get(response.id)
    details = session.scalars(
        select(ContactDetail).where(ContactDetail.response_id == response.id).order_by(ContactDetail.question)
    )
    contacts = tuple(open_text(key, detail.sealed, response.id, detail.question) for detail in details) if key else ()
    return Sender(whose(keys, invitation) if invitation else None, contacts)
