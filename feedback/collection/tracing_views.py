"""The page that says who sent a response of a traceable wave, to whoever may ask and says why."""

import datetime

from flask import Blueprint, current_app, render_template
from flask_security import current_user

from feedback.collection import tracing
from forms.fielding import ReasonForm

blueprint = Blueprint("tracing", __name__)


@blueprint.route("/who/<id:response_id>", methods=["GET", "POST"])
def who(response_id: int):
    """Ask why; then show it in the reply itself, which no address brings back."""
    parts, form, sender = current_app.extensions["soundings"], ReasonForm(), None
    by = current_user.name
    response, wave = tracing.find_response(parts.database.session(), response_id)
    if form.validate_on_submit():
        with parts.database.writing() as session:
            response, wave = tracing.find_response(session, response_id)
            sender = tracing.look_who(
                session, parts.keys, response, by=by, reason=form.reason.data, on=datetime.date.today()
            )
    page = render_template(
        "tracing/who.html",
        form=form,
        wave=wave,
        sender=sender,
        openings=tracing.openings_of(parts.database.session(), response),
    )
    return page, 422 if form.errors else 200
