"""Staff page of the languages of a wave: which are ready, what is unchecked, and offering one."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for

from feedback.collection.editions import Readiness, languages_of, offer, readiness
from feedback.collection.models import Wave
from feedback.collection.store import asked_version, get_wave
from feedback.errors import NotFound, Refused
from forms.staff import LanguageForm, choices
from languages import ENGLISH, LANGUAGES

blueprint = Blueprint("languages", __name__)


def _parts():
    return current_app.extensions["soundings"]


@blueprint.route("/waves/<key>/languages", methods=["GET", "POST"])
def of_wave(key: str):
    """Show how far each language is, and offer one more to respondents."""
    parts = _parts()
    session = parts.database.session()
    wave = get_wave(session, key)
    if wave.imported:
        raise NotFound("Nobody is asked anything in this wave. Choose one that asks a questionnaire.")
    offered = languages_of(session, [wave.id]).get(wave.id, [])
    ready = _ready(wave, {row.language for row in offered})
    form = LanguageForm()
    form.language.choices = choices((row.code, row.language.in_english) for row in ready if row.can_be_offered)
    if form.validate_on_submit():
        try:
            with parts.database.writing() as writing:
                offer(writing, parts.database, wave, form.language.data, form.accepted_by.data or "")
        except Refused as problem:
            form.accepted_by.errors = [str(problem)]
        else:
            flash(f"{LANGUAGES[form.language.data].in_english} is offered from now on.")
            return redirect(url_for("languages.of_wave", key=key), 303)
    page = render_template(
        "waves/languages.html",
        wave=wave,
        form=form,
        offered=[(LANGUAGES[row.language], row) for row in offered],
        waiting=ready,
    )
    return page, 422 if form.errors else 200


def _ready(wave: Wave, offered: set[str]) -> list[Readiness]:
    """The languages that are not offered yet, those with the fewest texts missing first."""
    asked = asked_version(_parts().database, wave)
    waiting = [readiness(asked, code) for code in LANGUAGES if code not in {ENGLISH.code, *offered}]
    return sorted(waiting, key=lambda row: row.missing)
