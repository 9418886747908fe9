"""Asking that an adult gets in touch, apart from the answers; and the list on which staff see to it."""

import datetime

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField

from feedback.collection import help_requests
from feedback.collection.help_requests import Wanted
from feedback.collection.models import Wave
from feedback.collection.place import find_place
from feedback.collection.receipts import new_key
from feedback.errors import NotFound, WaveClosed
from forms.fielding import OutcomeForm
from forms.fields import clean_text
from languages import gettext as _

#: For people who answer.
blueprint = Blueprint("reaching", __name__)
#: For staff.
requests = Blueprint("requests", __name__)
MOST = 300


def _parts():
    return current_app.extensions["soundings"]


def _cleaned(text: str | None) -> str:
    return clean_text(text, MOST)


class HelpForm(FlaskForm):
    """Whom to get in touch with, how and when; apart from that nothing is asked."""

    key = HiddenField()
    name = StringField(filters=[_cleaned])
    reach = StringField(filters=[_cleaned])
    safe_when = TextAreaField(filters=[_cleaned])

    def validate(self, extra_validators=None) -> bool:
        """Every message says what to do."""
        if not super().validate(extra_validators):
            return False
        if not self.name.data:
            self.name.errors = [_("Write a name that we can use. It does not need to be your real name.")]
        if not self.reach.data:
            self.reach.errors = [_("Write how we can reach you, or where we can find you.")]
        for field in (self.name, self.reach, self.safe_when):
            _not_too_long(field)
        return not self.errors


def _not_too_long(field: Field) -> None:
    over = len(field.data) - MOST
    if over > 0:
        field.errors = [_("Make this %(over)s letters shorter. There is room for %(most)s.", over=over, most=MOST)]


@blueprint.route("/w/<key>/help-request", methods=["GET", "POST"])
def ask(key: str):
    """Take a request for help; nothing of the answers in this browser is looked at."""
    parts, today = _parts(), datetime.date.today()
    place = find_place(parts.database, parts.digests, key, None)
    g.house, g.wave = place.house, place.wave
    if place.wave.promise != "anonymous":
        raise NotFound(_("Nobody needs to ask at this address: we know who this was sent to."))
    if not place.wave.may_be_finished(today):
        return render_template("collection/closed.html", wave=place.wave, begun=False), WaveClosed.status
    form = HelpForm()
    if not form.validate_on_submit():
        form.key.data = form.key.data or new_key()
        page = render_template("collection/help_request.html", form=form, wave=place.wave)
        return page, 422 if form.errors else 200
    _store(place.wave, form)
    return render_template("collection/help_coming.html", wave=place.wave)


def _store(wave: Wave, form: HelpForm) -> None:
    parts = _parts()
    help_requests.ask_for_help(
        parts.database,
        parts.keys,
        parts.digests,
        wave=wave,
        key=form.key.data,
        wanted=Wanted(form.name.data, form.reach.data, form.safe_when.data),
        today=datetime.date.today(),
    )


@requests.get("/help-requests")
def listing():
    """Who wants an adult to get in touch, and what came of those who did."""
    parts = _parts()
    session = parts.database.session()
    return render_template(
        "requests/listing.html",
        waiting=help_requests.waiting(session, parts.keys),
        done=help_requests.done(session),
    )


@requests.route("/help-requests/<id:request_id>", methods=["GET", "POST"])
def show(request_id: int):
    """One request: what they wrote, and how to say that it is done."""
    parts, form = _parts(), OutcomeForm()
    found = help_requests.find_request(parts.database.session(), parts.keys, request_id)
    if found.request.done_on is not None or not form.validate_on_submit():
        page = render_template("requests/show.html", form=form, found=found)
        return page, 422 if form.errors else 200
    by = current_user.name
    with parts.database.writing() as session:
        help_requests.close_request(session, request_id, outcome=form.outcome.data, by=by, on=datetime.date.today())
    flash("Marked as done.")
    return redirect(url_for("requests.listing"), 303)
