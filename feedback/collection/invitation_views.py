"""The ways in with a code: the address in a QR code, and the page on which a code is typed."""

import datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from feedback.collection import admission
from feedback.collection.invitations import Looked, Standing, as_code, look_up
from languages import day, marked
from languages import gettext as _

blueprint = Blueprint("invitations", __name__)

#: Why a code does not open anything, and what to do.
WHY = {
    "needed": marked("You need a code for these questions. It is on the slip of paper that you were given."),
    "spent": marked("This code was used before. Each code opens the questions one time."),
    "early": marked("These questions are not open yet. Keep the code, and come back later."),
    "over": marked("The time for these questions is over. Thank you for wanting to answer."),
    "unknown": marked("We cannot find this code. Look at each letter and number again."),
}


class CodeForm(FlaskForm):
    """A code from a slip."""

    code = StringField(validators=[DataRequired()])


def _look(code: str) -> Looked:
    parts = current_app.extensions["soundings"]
    return look_up(parts.database.session(), parts.digests, code, datetime.date.today())


@blueprint.get("/c/<typed>")
def arrive(typed: str):
    """Opened by a camera: lead on at once, so that the code stays in no address, history or title."""
    code = as_code(typed)
    looked = _look(code)
    if looked.standing is Standing.READY:
        return admission.with_code(looked.wave, code)
    if looked.standing is Standing.SPENT and looked.wave.is_open(datetime.date.today()):
        # Whoever has begun in this browser goes on; for others the page of the wave leads back here.
        return redirect(url_for("collection.start", key=looked.wave.key, used=1), 303)
    return redirect(url_for("invitations.enter", why=looked.standing), 303)


@blueprint.route("/c", methods=["GET", "POST"])
def enter():
    """A code in, the first page of its wave out."""
    form = CodeForm()
    form.code.label.text = _("Your code")
    needed = form.code.validators[0]
    needed.field_flags, needed.message = {}, _("Write the code from your slip.")
    if not form.validate_on_submit():
        why = request.args.get("why", "")
        notice = _(WHY[why]) if why in WHY and request.method == "GET" else ""
        return _page(form, why if notice else "", notice)
    code = as_code(form.code.data)
    looked = _look(code)
    if looked.standing is Standing.READY:
        return admission.with_code(looked.wave, code)
    said = _(WHY[looked.standing])
    if looked.standing is Standing.EARLY:
        said = _("These questions open on %(date)s. Keep the code, and come back then.", date=day(looked.wave.opens_on))
    form.code.errors = [said]
    return _page(form, looked.standing)


def _page(form: CodeForm, why: str, notice: str = ""):
    page = render_template("collection/code.html", form=form, why=str(why), notice=notice)
    return page, 422 if form.errors else 200
