"""Somebody who helps another person to answer: how to help first, then the same questions."""

import datetime

from flask import Blueprint, current_app, g, redirect, render_template, url_for
from flask_wtf import FlaskForm

from feedback.collection.beginning import begin
from feedback.collection.language_choice import asked_now
from feedback.collection.modes import ASSISTED
from feedback.collection.place import find_place

blueprint = Blueprint("assisted", __name__)


class HelpForm(FlaskForm):
    """Begin to help; nothing to fill in."""


@blueprint.route("/w/<key>/helping", methods=["GET", "POST"])
def helping(key: str):
    """How to help without leading; beginning makes a draft that says somebody helped."""
    parts = current_app.extensions["soundings"]
    place = find_place(parts.database, parts.digests, key, None)
    g.house, g.wave = place.house, place.wave
    if not place.wave.is_open(datetime.date.today()):
        return redirect(url_for("collection.start", key=key), 303)
    questionnaire, form = asked_now(place.wave), HelpForm()
    if form.validate_on_submit():
        return begin(place.wave, questionnaire, ASSISTED)
    return render_template("assisted/helping.html", wave=place.wave, questionnaire=questionnaire, form=form)
