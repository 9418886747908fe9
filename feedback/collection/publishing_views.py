"""Changing a wave, and publishing it: from then on its promise, audience and questionnaire stand."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for

from feedback.collection import store
from feedback.collection.models import Wave
from feedback.collection.views import PROMISE_TEXT
from feedback.collection.wave_views import PROMISES, columns_of, fits, known_of, wave_form
from feedback.errors import Refused
from forms.fielding import ENTRIES, PublishForm, ReachingForm
from forms.questionnaire import AUDIENCES, Questionnaire

blueprint = Blueprint("publishing", __name__)


def _parts():
    return current_app.extensions["soundings"]


@blueprint.route("/waves/<key>/edit", methods=["GET", "POST"])
def change(key: str):
    """Before it is published all of a wave can be changed; afterwards what no respondent was promised."""
    wave = store.get_wave(_parts().database.session(), key)
    return _change_some(wave) if wave.published else _change_all(wave)


def _change_all(wave: Wave):
    form, wave_id = wave_form(wave), wave.id
    if not (form.validate_on_submit() and fits(form, wave)):
        return render_template("waves/edit.html", form=form, wave=wave), 422 if form.errors else 200
    _keep(wave_id, columns_of(form), published=False)
    flash("Changed.")
    return redirect(url_for("waves.show", key=form.key.data), 303)


def _change_some(wave: Wave):
    form, key, wave_id = ReachingForm(data=known_of(wave)), wave.key, wave.id
    if not (form.validate_on_submit() and _fits_later(form, wave)):
        return render_template("waves/change.html", form=form, wave=wave), 422 if form.errors else 200
    columns = {name: form[name].data for name in ("title", "closes_on", "cohort", "cover_hours")}
    _keep(wave_id, columns | {"contacts": form.own_contacts()}, published=True)
    flash("Changed.")
    return redirect(url_for("waves.show", key=key), 303)


def _fits_later(form: ReachingForm, wave: Wave) -> bool:
    form.contacts_fit()
    if form.closes_on.data and form.closes_on.data < wave.opens_on:
        form.closes_on.errors = ["The last day must not be before the day it opened."]
    return not form.errors


def _keep(wave_id: int, columns: dict[str, object], *, published: bool) -> None:
    with _parts().database.writing() as session:
        store.change_wave(session, wave_id, columns, published=published)


@blueprint.route("/waves/<key>/publish", methods=["GET", "POST"])
def publish(key: str):
    """Say once more what is promised; whoever confirms it fixes it for ever."""
    parts = _parts()
    session = parts.database.session()
    wave = store.get_wave(session, key)
    if wave.published:
        return redirect(url_for("waves.show", key=key))
    form, obstacle, questionnaire = PublishForm(), "", None
    try:
        questionnaire = store.may_be_fielded(session, wave)
    except Refused as problem:
        obstacle = str(problem)
    if questionnaire and form.validate_on_submit() and _as_seen(form, wave, questionnaire):
        with parts.database.writing() as session:
            store.publish_wave(session, store.get_wave(session, key))
        flash("Published. What was promised now stands.")
        return redirect(url_for("waves.show", key=key), 303)
    g.wave, form.seen.data = wave, _fixed(wave, questionnaire) if questionnaire else ""
    page = render_template(
        "waves/publish.html",
        form=form,
        wave=wave,
        questionnaire=questionnaire,
        obstacle=obstacle,
        audience=AUDIENCES[wave.audience],
        promise=PROMISES[wave.promise],
        said=PROMISE_TEXT[wave.promise],
        entry=ENTRIES[wave.entry],
    )
    return page, 422 if form.errors else 200


def _fixed(wave: Wave, questionnaire: Questionnaire) -> str:
    """What publishing fixes: so that nothing is fixed that its page did not show."""
    return " ".join((wave.promise, wave.audience, wave.entry, questionnaire.version))


def _as_seen(form: PublishForm, wave: Wave, questionnaire: Questionnaire) -> bool:
    if form.seen.data != _fixed(wave, questionnaire):
        form.understood.errors = ["Somebody has changed the wave since you opened this page. Read it again."]
    return not form.errors
