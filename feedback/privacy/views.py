"""The receipt page: six words show what became of a response and can take it away; none stands in an address."""

from flask import Blueprint, current_app, render_template
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from feedback.privacy import store
from feedback.triage.erasing import erase_response
from feedback.triage.store import is_released
from languages import gettext as _
from languages import lazy

blueprint = Blueprint("privacy", __name__)


class ReceiptForm(FlaskForm):
    """The six words of a receipt."""

    words = StringField(lazy("Your six words"), [DataRequired(message=lazy("Write the six words from your receipt."))])


def _parts():
    return current_app.extensions["soundings"]


def _find(form: ReceiptForm):
    parts = _parts()
    return store.response_of_receipt(parts.database.session(), parts.digests, form.words.data.split())


@blueprint.route("/receipt", methods=["GET", "POST"])
def receipt():
    """Show that a response is safe and whether a person has read it; never its words."""
    form = ReceiptForm()
    form.words.validators[0].field_flags = {}
    if not form.validate_on_submit():
        return render_template("privacy/receipt.html", form=form, found=None), 422 if form.errors else 200
    found = _find(form)
    if found is None:
        form.words.errors = [_("We cannot find these words. Check the spelling and the order, then try again.")]
        return render_template("privacy/receipt.html", form=form, found=None), 422
    read = is_released(_parts().database.session(), found.id)
    return render_template("privacy/receipt.html", form=form, found=found, read=read)


@blueprint.post("/receipt/take-away")
def take_away():
    """Erase the response of these words, for good."""
    form, parts = ReceiptForm(), _parts()
    found = _find(form) if form.validate() else None
    if found is not None:
        erase_response(parts.database, parts.keys, found.id)
    return render_template("privacy/taken_away.html")
