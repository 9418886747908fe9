"""Staff lock a tablet to a wave, and unlock one whose PIN was forgotten."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user, logout_user

from feedback.collection import views
from feedback.collection.models import Wave
from feedback.collection.store import get_wave
from feedback.errors import NotFound
from feedback.ways import kiosk
from feedback.ways.kiosk_views import locked
from forms.ways import KioskForm, UnlockForm

blueprint = Blueprint("tablets", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _open_wave(key: str) -> Wave:
    wave = get_wave(_parts().database.session(), key)
    if not wave.is_open(datetime.date.today()):
        raise NotFound("Only a wave that is open can be answered on a shared tablet. Choose one that is.")
    if wave.by_code:
        raise NotFound(
            "A wave that needs a code cannot be answered on a shared tablet. Choose one that is open by link."
        )
    return wave


@blueprint.route("/waves/<key>/kiosk", methods=["GET", "POST"])
def begin(key: str):
    """Choose a PIN: this browser is signed out and locked, until somebody enters it."""
    parts, form = _parts(), KioskForm()
    wave = _open_wave(key)
    if form.validate_on_submit() and not (fault := kiosk.weak(form.pin.data)):
        pin, by = kiosk.hashed(form.pin.data), current_user.name
        with parts.database.writing() as session:
            token = kiosk.begin(session, get_wave(session, key), pin, by, datetime.date.today())
        logout_user()
        answer = locked(redirect(url_for("kiosk.start", key=key), 303), token)
        # What staff tried out here before is nobody's draft on the tablet.
        answer.delete_cookie(views.COOKIE, path=f"/w/{key}")
        return answer
    if form.is_submitted() and not form.errors:
        form.pin.errors = [fault]
    form.pin.data = None
    running = [(kiosk.name(one), one.begun_by, one.begun_on) for one in kiosk.of_wave(parts.database.session(), wave)]
    page = render_template("kiosk/begin.html", wave=wave, form=form, running=running, idle=parts.settings.kiosk_idle)
    return page, 422 if form.errors else 200


@blueprint.post("/waves/<key>/kiosk/unlock")
def unlock(key: str):
    """Free a tablet from here: at its next page it is an ordinary browser again."""
    form, parts = UnlockForm(), _parts()
    if form.validate_on_submit():
        with parts.database.writing() as session:
            found = kiosk.end_by_name(session, get_wave(session, key), form.tablet.data)
        flash("That tablet is unlocked." if found else "That tablet was unlocked before.")
    return redirect(url_for("tablets.begin", key=key), 303)
