"""A locked tablet: the start screen, the receipt, wiping it all, leaving with a PIN; and the lock on all other pages.

Its pages lie below the wave's own address, because only there the cookie of what is unfinished is sent,
which they wipe.
"""

import datetime
from dataclasses import dataclass

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from feedback.collection import drafts, easier, language_choice, sending
from feedback.collection.beginning import begin
from feedback.collection.keeping_place import COOKIE
from feedback.collection.modes import KIOSK
from feedback.collection.place import find_place
from feedback.collection.receipts import code_in
from feedback.collection.views import PROMISE_TEXT
from feedback.ways import kiosk
from forms.questionnaire import AUDIENCES
from languages import gettext as _
from languages import marked, ngettext

blueprint = Blueprint("kiosk", __name__)

#: Pages of the wave that the question pages need; they are shut without an unfinished response.
ANSWERING = frozenset(
    {"collection.question", "collection.check", "collection.send", "collection.not_today", "drawings.kept"}
)
#: The one other page of the wave: whoever needs an adult can ask for one here too.
HELP = "reaching.ask"
OPEN = frozenset({"static", "easier.choose", "easier.language", "recordings.listen"})
#: How long the question "Are you still there?" stands.
WARNING = 20
#: Without a script nobody sees that somebody is still writing, so they get more time.
_PATIENCE = 5
WRONG_PIN = marked("That PIN is wrong. Try again.")


@dataclass(frozen=True)
class Lock:
    """What the pages know of the tablet they are shown on."""

    key: str
    name: str
    idle: int
    warning: int
    still_there_after: int

    @property
    def over(self) -> str:
        """Where everything is wiped."""
        return url_for("kiosk.over", key=self.key)

    @property
    def still_there(self) -> str:
        """Where somebody without a script is asked whether they are there."""
        return url_for("kiosk.still_there", key=self.key, back=easier.here())


class BeginForm(FlaskForm):
    """Begin; nothing to fill in."""


class PinForm(FlaskForm):
    """The PIN that unlocks a tablet."""

    pin = StringField(marked("PIN"), [DataRequired(message=marked("Enter the PIN."))])


def _parts():
    return current_app.extensions["soundings"]


def lock(app: Flask) -> None:
    """Before who may open what is asked: on a locked tablet nothing else is open, whoever was signed in."""

    @app.before_request
    def keep_to_the_wave():
        token = request.cookies.get(kiosk.COOKIE)
        found = kiosk.find(_parts().database.session(), token) if token else None
        if found is None:
            return None
        idle = _parts().settings.kiosk_idle
        g.kiosk = Lock(found.wave.key, kiosk.name(found), idle, WARNING, idle * _PATIENCE)
        g.kiosk_row = found
        if _is_open(found.wave.key):
            g.after_sending = url_for("kiosk.receipt", key=found.wave.key)
            return None
        if request.headers.get("Sec-Fetch-Dest", "document") != "document":
            abort(404)  # a picture or a sound on a page must not lead to the start screen, which wipes
        return redirect(url_for("kiosk.start", key=found.wave.key), 303)


def _is_open(key: str) -> bool:
    if request.endpoint in OPEN:
        return True
    if (request.view_args or {}).get("key") != key:
        return False
    if request.blueprint == "kiosk" or request.endpoint == HELP:
        return True
    return request.endpoint in ANSWERING and COOKIE in request.cookies


@blueprint.before_request
def only_on_a_tablet():
    """These pages are nothing to anybody whose device is not locked."""
    if "kiosk" not in g:
        return redirect(url_for("collection.start", key=request.view_args["key"]), 303)
    return None


@blueprint.route("/w/<key>/kiosk", methods=["GET", "POST"])
def start(key: str):
    """The start screen: one big button. Whoever was here before is wiped first."""
    if COOKIE in request.cookies:
        return over(key)
    wave, questionnaire = _asked(key)
    if not wave.is_open(datetime.date.today()):
        return render_template("kiosk/closed.html", wave=wave), 410
    form = BeginForm()
    if form.validate_on_submit():
        return begin(wave, questionnaire, KIOSK)
    return render_template(
        "kiosk/start.html",
        wave=wave,
        questionnaire=questionnaire,
        audience=_(AUDIENCES[wave.audience]),
        form=form,
        trial=bool(wave.draft_accepted_by),
        promise_text=_(PROMISE_TEXT[wave.promise]),
    )


def _asked(key: str):
    parts = _parts()
    place = find_place(parts.database, parts.digests, key, None)
    g.house = place.house
    return place.wave, language_choice.asked_now(place.wave)


@blueprint.get("/w/<key>/kiosk/still-there")
def still_there(key: str):
    """Asked without a script: whoever does not answer is wiped."""
    return render_template("kiosk/still_there.html", back_url=easier.way_back(request.args.get("back")))


@blueprint.get("/w/<key>/kiosk/receipt")
def receipt(key: str):
    """The six words of what was sent from here: they come from the code in the cookie, until that is wiped."""
    parts, code = _parts(), request.cookies.get(COOKIE)
    sent_key = parts.digests.sends_draft(code) if code and code == code_in(code) else ""
    if not sent_key or not sending.already_sent(parts.database, parts.digests, sent_key):
        return redirect(url_for("kiosk.start", key=key), 303)
    _wave, questionnaire = _asked(key)
    words = parts.digests.receipt_words(sent_key)
    return render_template("kiosk/receipt.html", questionnaire=questionnaire, words=words)


@blueprint.route("/w/<key>/kiosk/over", methods=["GET", "POST"])
def over(key: str):
    """Wipe it all: the draft, this browser's cookies but the tablet's own; then the start screen."""
    _discard()
    return _wiped(redirect(url_for("kiosk.start", key=key), 303), key)


def _discard() -> None:
    parts, code = _parts(), request.cookies.get(COOKIE)
    if code:
        with parts.database.writing() as open_session:
            drafts.discard_draft(open_session, parts.digests, code)


def _wiped(answer, key: str):
    session.clear()
    secure = _parts().settings.https
    answer.delete_cookie(COOKIE, path=f"/w/{key}", httponly=True, samesite="Lax", secure=secure)
    for cookie in (easier.COOKIE, language_choice.COOKIE):
        answer.delete_cookie(cookie, httponly=True, samesite="Lax", secure=secure)
    return answer


@blueprint.route("/w/<key>/kiosk/leave", methods=["GET", "POST"])
def leave(key: str):
    """With the PIN the tablet is free again; nobody is signed in on it."""
    form, parts, found = PinForm(), _parts(), g.kiosk_row
    form.pin.validators[0].field_flags = {}
    wait = kiosk.seconds_to_wait(found)
    if form.validate_on_submit():
        wave_key = found.wave.key
        if not wait and kiosk.opens(parts.database, found, form.pin.data):
            _discard()
            with parts.database.writing() as open_session:
                kiosk.end(open_session, kiosk.digest(request.cookies[kiosk.COOKIE]))
            answer = redirect(url_for("security.login", next=url_for("waves.show", key=wave_key)), 303)
            return _freed(_wiped(answer, key))
        wait = kiosk.seconds_to_wait(kiosk.find(parts.database.session(), request.cookies[kiosk.COOKIE]))
        form.pin.errors = [_please_wait(wait) if wait else _(WRONG_PIN)]
    form.pin.data = form.pin.raw_data = None
    return render_template("kiosk/leave.html", form=form), 422 if form.errors else 200


def _please_wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many wrong PINs. Wait one minute, then try again.",
        "Too many wrong PINs. Wait %(num)s minutes, then try again.",
        minutes,
    )


def _freed(answer):
    secure = _parts().settings.https
    answer.delete_cookie(kiosk.COOKIE, httponly=True, samesite="Lax", secure=secure)
    return answer


def locked(answer, token: str):
    """This answer, with the cookie that locks the browser it goes to."""
    secure = _parts().settings.https
    lasting = kiosk.DAYS * 86_400
    answer.set_cookie(kiosk.COOKIE, token, max_age=lasting, httponly=True, samesite="Lax", secure=secure)
    return answer
