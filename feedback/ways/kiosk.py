"""A tablet locked to one wave: its cookie, its PIN, and how long somebody waits who guesses.

What the cookie holds is random, and only its digest is stored: so a restart of the site or of the
tablet changes nothing, and the database alone opens no tablet. A tablet whose row is gone is free again, and nobody
is signed in on it.
"""

import datetime
import hmac
import re
import secrets
import time
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from feedback.collection.models import Wave
from feedback.db import Database
from feedback.ways.models import Kiosk

COOKIE = "kiosk"
#: The cookie outlives the browser, so that a tablet that was switched off is still locked.
DAYS = 90
FREE_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = 60, 3_600
_PIN = re.compile(r"[0-9]{4,12}")
_hasher = PasswordHasher()


def weak(pin: str) -> str:
    """What to do about a PIN that is none or that a child would try first; empty when it is good."""
    if not _PIN.fullmatch(pin):
        return "Choose a PIN of 4 to 12 digits."
    if len(set(pin)) == 1 or pin in "01234567890123" or pin in "98765432109876":
        return "That PIN is easy to guess. Choose one that is no row of digits."
    return ""


def digest(token: str) -> bytes:
    """What is stored of a cookie."""
    return sha256(token.encode()).digest()


def hashed(pin: str) -> str:
    """The PIN under a slow hash; takes its time, so not while the database is held."""
    return _hasher.hash(pin)


def begin(session: Session, wave: Wave, pin: str, by: str, today: datetime.date) -> str:
    """Lock a tablet to a wave with a PIN that is hashed already; returns what its cookie holds."""
    old = today - datetime.timedelta(days=DAYS)
    session.execute(delete(Kiosk).where(Kiosk.begun_on < old))
    token = secrets.token_urlsafe(32)
    session.add(Kiosk(id=digest(token), wave_id=wave.id, pin=pin, begun_by=by, begun_on=today))
    return token


def find(session: Session, token: str) -> Kiosk | None:
    """The locked tablet with this cookie and its wave; none when nothing is locked."""
    wanted = select(Kiosk).options(joinedload(Kiosk.wave)).where(Kiosk.id == digest(token))
    return session.scalar(wanted)


def of_wave(session: Session, wave: Wave) -> list[Kiosk]:
    """The tablets that are locked to a wave."""
    return list(session.scalars(select(Kiosk).where(Kiosk.wave_id == wave.id).order_by(Kiosk.begun_on, Kiosk.id)))


def name(kiosk: Kiosk) -> str:
    """Six signs that tell one tablet from another on its own screen and on the wave's page."""
    return kiosk.id.hex()[:6].upper()


def seconds_to_wait(kiosk: Kiosk) -> int:
    """How long no PIN is looked at."""
    return max(0, round(kiosk.wait_until - time.time()))


def opens(database: Database, kiosk: Kiosk, pin: str) -> bool:
    """True when the PIN is right. A try is counted before it is looked at, so that many at once gain nothing."""
    now = time.time()
    with database.writing() as session:
        counted = (
            update(Kiosk)
            .where(Kiosk.id == kiosk.id, Kiosk.wait_until <= now)
            .values(tries=Kiosk.tries + 1)
            .returning(Kiosk.tries, Kiosk.pin)
        )
        row = session.execute(counted).one_or_none()
        if row is not None and row.tries >= FREE_TRIES:
            wait = min(_FIRST_WAIT * 2 ** (row.tries - FREE_TRIES), _LONGEST_WAIT)
            session.execute(update(Kiosk).where(Kiosk.id == kiosk.id).values(wait_until=now + wait))
    return row is not None and _is_right(row.pin, pin)


def _is_right(kept: str, pin: str) -> bool:
    try:
        return _hasher.verify(kept, pin[:20])
    except VerificationError:
        return False


def end(session: Session, kiosk_id: bytes) -> None:
    """Unlock a tablet."""
    session.execute(delete(Kiosk).where(Kiosk.id == kiosk_id))


def end_by_name(session: Session, wave: Wave, called: str) -> bool:
    """Unlock a tablet of a wave whose PIN was forgotten; true when there was one."""
    found = next((one for one in of_wave(session, wave) if hmac.compare_digest(name(one), called)), None)
    if found is not None:
        end(session, found.id)
    return found is not None
