"""Single-use codes: making them, looking one up, and spending one in a transaction of its own.

A code is sixteen signs that look like no other, about 69 bits; only its keyed digest is stored. In an anonymous wave a
spent code leaves the table of invitations, and its digest joins the others in one value that is kept in order of
digest: nothing that is stored says when a code was spent, so nothing joins it to a response. In a traceable wave the
invitation stays, with whom it was given to sealed in it, until a person has read the response and let it go on.
"""

import datetime
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import Response, Wave
from feedback.collection.reaching_models import Invitation, SpentCodes
from feedback.collection.receipts import Digests
from feedback.db import Database, insert_ignoring, random_id
from feedback.errors import Refused
from feedback.sealing import KeyStore, open_text, seal_text

#: Neither vowels, which would make words, nor signs that are taken for others: 0 O, 1 I L, 2 Z, 5 S, 8 B, G 6 …
SIGNS = "34679CDFHJKMNPRTVWXY"
GROUPS, IN_A_GROUP = 4, 4
#: Most codes that are made at once.
MOST = 1_000
LONGEST_REFERENCE = 120
_DIGEST = 32
_BOUND_TO = "reference"


@dataclass(frozen=True)
class Slip:
    """A new code, and in a traceable wave whom it is for."""

    code: str
    reference: str = ""


class Standing(StrEnum):
    """What a code is good for."""

    READY = "ready"
    SPENT = "spent"
    EARLY = "early"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Looked:
    """What a code is good for, and in which wave."""

    standing: Standing
    wave: Wave | None = None


@dataclass(frozen=True)
class LetIn:
    """A code was spent; in a traceable wave by this invitation."""

    invitation: int | None


def new_code() -> str:
    """A fresh code, in groups."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(GROUPS * IN_A_GROUP))
    return "-".join(signs[start : start + IN_A_GROUP] for start in range(0, len(signs), IN_A_GROUP))


def as_code(typed: str) -> str:
    """The code in what somebody typed, in any case and with anything between its groups; empty when it is none."""
    signs = "".join(sign for sign in typed[:200].upper() if sign.isalnum())
    if len(signs) != GROUPS * IN_A_GROUP or not set(signs) <= set(SIGNS):
        return ""
    return "-".join(signs[start : start + IN_A_GROUP] for start in range(0, len(signs), IN_A_GROUP))


def make_codes(
    database: Database, keys: KeyStore, digests: Digests, wave: Wave, references: Sequence[str], today: datetime.date
) -> list[Slip]:
    """A new code for each reference (empty ones in an anonymous wave); they are shown once. Raises Refused."""
    _refuse_codes(wave, references, today)
    slips = [Slip(new_code(), reference.strip()) for reference in references]
    rows = [
        {"id": random_id(), "wave_id": wave.id, "digest": digests.invitation(slip.code), "spent": False}
        for slip in slips
    ]
    traceable = wave.promise == "traceable"
    text_keys = keys.add_responses(wave.id, [row["id"] for row in rows]) if traceable else {}
    for row, slip in zip(rows, slips, strict=True):
        key = text_keys.get(row["id"])
        row["sealed"] = seal_text(key, slip.reference, row["id"], _BOUND_TO) if key else None
    wave_id = wave.id
    with database.writing() as session:
        session.execute(insert_ignoring(session, SpentCodes.__table__), [{"wave_id": wave_id, "digests": b""}])
        # By digest, which says nothing about who stands where on the sheet.
        session.execute(Invitation.__table__.insert(), sorted(rows, key=lambda row: row["digest"]))
    return slips


def _refuse_codes(wave: Wave, references: Sequence[str], today: datetime.date) -> None:
    if not (wave.published and wave.by_code):
        raise Refused("Codes are for a wave that is published and open by code only. Choose such a wave.")
    if wave.closes_on and wave.closes_on < today:
        raise Refused("This wave is over, so its codes would open nothing. Give it a later last day first.")
    if not 1 <= len(references) <= MOST:
        raise Refused(f"Make from 1 to {MOST} codes at once.")
    named = [reference.strip() for reference in references]
    if wave.promise == "traceable" and not all(named):
        raise Refused("In a traceable wave every code is for somebody: name each by a reference.")
    if wave.promise != "traceable" and any(named):
        raise Refused("In an anonymous wave no code is for anybody in particular. Say only how many you need.")
    if any(len(name) > LONGEST_REFERENCE for name in named):
        raise Refused(f"A reference may have {LONGEST_REFERENCE} characters. Shorten the longer ones.")


def counts_of(session: Session, wave: Wave) -> tuple[int, int]:
    """How many codes of a wave wait, and how many are spent."""
    waiting = select(func.count()).where(Invitation.wave_id == wave.id, ~Invitation.spent)
    named = select(func.count()).where(Invitation.wave_id == wave.id, Invitation.spent)
    cut = session.scalar(select(func.length(SpentCodes.digests)).where(SpentCodes.wave_id == wave.id)) or 0
    return session.scalar(waiting), session.scalar(named) + cut // _DIGEST


def look_up(session: Session, digests: Digests, code: str, today: datetime.date) -> Looked:
    """What a code is good for. Looking changes nothing: a camera's preview spends no code."""
    if not code:
        return Looked(Standing.UNKNOWN)
    digest = digests.invitation(code)
    row = session.execute(
        select(Wave, Invitation.spent)
        .join(Invitation, Invitation.wave_id == Wave.id)
        .where(Invitation.digest == digest)
    ).one_or_none()
    if row is None:
        wave = _spent_in(session, digest)
        return Looked(Standing.SPENT if wave else Standing.UNKNOWN, wave)
    if row.spent:
        return Looked(Standing.SPENT, row.Wave)
    if row.Wave.is_open(today):
        return Looked(Standing.READY, row.Wave)
    return Looked(Standing.EARLY if row.Wave.opens_on > today else Standing.OVER, row.Wave)


def _spent_in(session: Session, digest: bytes) -> Wave | None:
    for lot in session.scalars(select(SpentCodes)):
        if digest in set(_apart(lot.digests)):
            return session.get(Wave, lot.wave_id)
    return None


def _apart(digests: bytes) -> list[bytes]:
    return [digests[start : start + _DIGEST] for start in range(0, len(digests), _DIGEST)]


def spend(database: Database, digests: Digests, wave: Wave, code: str) -> LetIn | None:
    """Spend a code of a wave, for good, in a transaction of its own; none when it is not to be had any more."""
    wave_id, digest, traceable = wave.id, digests.invitation(code), wave.promise == "traceable"
    mine = (Invitation.wave_id == wave_id, Invitation.digest == digest)
    with database.writing() as session:
        if traceable:
            used = update(Invitation).where(*mine, ~Invitation.spent).values(spent=True)
            found = session.scalar(_plainly(used.returning(Invitation.id)))
            return None if found is None else LetIn(found)
        # One after the other: whoever adds to the spent codes must not miss what another adds at the same moment.
        spent = session.scalar(
            select(SpentCodes.digests).where(SpentCodes.wave_id == wave_id).with_for_update(key_share=True)
        )
        if session.scalar(_plainly(delete(Invitation).where(*mine).returning(Invitation.id))) is None:
            return None
        together = b"".join(sorted({*_apart(spent or b""), digest}))
        session.execute(_plainly(update(SpentCodes).where(SpentCodes.wave_id == wave_id).values(digests=together)))
    return LetIn(None)


def _plainly(statement):
    return statement.execution_options(synchronize_session=False)


def whose(keys: KeyStore, invitation: Invitation) -> str | None:
    """Whom an invitation was given to; none once a person has decided, or when its key is gone."""
    key = keys.of_responses([invitation.id]).get(invitation.id) if invitation.sealed else None
    return open_text(key, invitation.sealed, invitation.id, _BOUND_TO) if key else None


def forget_people(session: Session, response_ids: Iterable[int]) -> None:
    """A person has decided about these responses: whom their invitations were given to is no longer kept."""
    wanted = sorted(set(response_ids))
    for start in range(0, len(wanted), 500):
        held = select(Response.invitation_id).where(
            Response.id.in_(wanted[start : start + 500]), Response.invitation_id.is_not(None)
        )
        session.execute(_plainly(update(Invitation).where(Invitation.id.in_(held)).values(sealed=None)))


def shuffle(session: Session) -> None:
    """Write what an anonymous wave keeps of its codes anew, in no order and under new ids.

    PostgreSQL knows when a version of a row was made; after this all are of one moment.
    """
    # Whoever spends a code waits here, so that they do not look for it while it is nowhere.
    lists = select(SpentCodes).order_by(SpentCodes.wave_id).with_for_update(key_share=True)
    for row in session.scalars(lists).all():
        written = update(SpentCodes).where(SpentCodes.wave_id == row.wave_id).values(digests=row.digests)
        session.execute(_plainly(written))
    anonymous = select(Wave.id).where(Wave.promise == "anonymous")
    gone = delete(Invitation).where(Invitation.wave_id.in_(anonymous)).returning(Invitation.wave_id, Invitation.digest)
    rows = [
        {"id": random_id(), "wave_id": wave_id, "digest": digest, "spent": False, "sealed": None}
        for wave_id, digest in session.execute(_plainly(gone)).all()
    ]
    random.SystemRandom().shuffle(rows)
    if rows:
        session.execute(Invitation.__table__.insert(), rows)
