"""Into a wave that is open by code only: the code waits in a cookie from its page or its QR code to the Start button.

It stands in no address that is shown: a page that was opened with one leads on at once.
"""

import datetime

from flask import current_app, redirect, request, url_for

from feedback.collection.invitations import LetIn, Standing, as_code, look_up, spend
from feedback.collection.models import Wave

COOKIE = "code"


def _parts():
    return current_app.extensions["soundings"]


def with_code(wave: Wave, code: str):
    """On to the first page of a wave, with a code that opens it."""
    answer, secure = redirect(url_for("collection.start", key=wave.key), 303), _parts().settings.https
    answer.set_cookie(COOKIE, code, path=f"/w/{wave.key}", httponly=True, samesite="Lax", secure=secure)
    return answer


def forget_code(answer, key: str):
    """This answer, which takes the code from the browser again."""
    if COOKIE in request.cookies:
        secure = _parts().settings.https
        answer.delete_cookie(COOKIE, path=f"/w/{key}", httponly=True, samesite="Lax", secure=secure)
    return answer


def may_start(wave: Wave) -> bool:
    """True when anybody may, or when this browser has a code that still opens the wave."""
    if not wave.by_code:
        return True
    parts, code = _parts(), as_code(request.cookies.get(COOKIE, ""))
    looked = look_up(parts.database.session(), parts.digests, code, datetime.date.today())
    return looked.standing is Standing.READY and looked.wave.id == wave.id


def let_in(wave: Wave) -> LetIn | None:
    """Spend this browser's code; none when somebody else did before."""
    if not wave.by_code:
        return LetIn(None)
    parts = _parts()
    return spend(parts.database, parts.digests, wave, as_code(request.cookies.get(COOKIE, "")))


def turn_away():
    """To the page that asks for a code."""
    why = Standing.SPENT if COOKIE in request.cookies or "used" in request.args else "needed"
    return redirect(url_for("invitations.enter", why=why), 303)
