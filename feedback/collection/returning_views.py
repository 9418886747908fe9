"""Stop and come back later: the page that shows eight words, and the page that takes them.

The words stand in one reply and in one form's body, never in an address or in a log.
"""

import datetime

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from feedback.collection import returning
from feedback.collection.keeping_place import COOKIE, give_code, lost_place, question_url
from feedback.collection.language_choice import asked_now
from feedback.collection.place import find_place
from feedback.collection.receipts import code_in
from languages import gettext as _
from languages import lazy, marked

blueprint = Blueprint("returning", __name__)

#: Wrong, too old and never given are told apart by nobody.
NOT_FOUND = marked("We cannot find these words. Check the spelling and the order, then try again.")


class ComeBackForm(FlaskForm):
    """The eight words of an unfinished response."""

    words = StringField(lazy("Your eight words"), [DataRequired(message=lazy("Write your eight words."))])


def _parts():
    return current_app.extensions["soundings"]


@blueprint.get("/w/<key>/later")
def later(key: str):
    """Show the words to whoever has them in their cookie already."""
    parts, code = _parts(), request.cookies.get(COOKIE)
    place = find_place(parts.database, parts.digests, key, code)
    g.house, g.wave = place.house, place.wave
    if place.unfinished is None:
        return lost_place(place.wave)
    asked = returning.next_question(asked_now(place.wave), place.unfinished)
    return render_template(
        "collection/later.html",
        wave=place.wave,
        words=code.split("-"),
        days=parts.settings.draft_days,
        back_url=_page_of(place.wave, asked),
    )


@blueprint.route("/come-back", methods=["GET", "POST"])
def come_back():
    """Eight words in, the next question out."""
    form = ComeBackForm()
    form.words.validators[0].field_flags = {}
    if not form.validate_on_submit():
        return _form_page(form)
    parts, code = _parts(), code_in(form.words.data)
    # Sent comes first: whatever was kept of it since is no longer wanted.
    if returning.was_sent(parts.database, parts.digests, code):
        return render_template("collection/was_sent.html")
    found = returning.find_unfinished(parts.database, parts.digests, code, datetime.date.today())
    if found is None:
        form.words.errors = [_(NOT_FOUND)]
        return _form_page(form)
    asked = returning.next_question(asked_now(found.wave), found.unfinished)
    answer = redirect(_page_of(found.wave, asked), 303)
    return give_code(answer, found.wave, code)


def _form_page(form: ComeBackForm):
    return render_template("collection/come_back.html", form=form), 422 if form.errors else 200


def _page_of(wave, asked) -> str:
    return question_url(wave, asked) if asked else url_for("collection.check", key=wave.key)
