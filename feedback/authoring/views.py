"""Pages of questionnaires as wholes: all of them, one of them, a copy, its opening, whether it was tested."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user

from feedback.authoring import editing, place, store
from feedback.authoring.faults import find_faults, may_be_waived
from feedback.authoring.words import FORMATS, KINDS, about
from feedback.collection.asking import all_questionnaires, is_shipped
from feedback.errors import Refused
from forms.authoring import CopyForm, OpeningForm, TestedForm
from forms.content import declines_of
from forms.questionnaire import AUDIENCES
from forms.staff import choices

blueprint = Blueprint("questionnaires", __name__)


@blueprint.get("/questionnaires")
def listing():
    """Every questionnaire: the council's own, then those that come with the program."""
    session = place.session()
    everything = all_questionnaires(session)
    return render_template(
        "questionnaires/listing.html",
        own=[q for q in everything if not is_shipped(q.key)],
        shipped=[q for q in everything if is_shipped(q.key)],
        rows=store.own_rows(session),
        waves=store.waves_asking(session),
        stops={q.key for q in everything if not is_shipped(q.key) and find_faults(q).stops},
        audiences=AUDIENCES,
        formats=FORMATS,
    )


@blueprint.get("/questionnaires/<key>")
def show(key: str):
    """One questionnaire as it stands: every question with its rules and faults, and what can be changed."""
    session = place.session()
    found = store.get_questionnaire(session, key)
    return render_template(
        "questionnaires/show.html",
        questionnaire=found,
        own=not is_shipped(key),
        row=store.own_rows(session).get(key),
        waves=store.waves_asking(session).get(key, []),
        faults=find_faults(found),
        may_be_waived=may_be_waived,
        about=about,
        kinds=KINDS,
        declines=declines_of(found),
        audience=AUDIENCES[found.audience],
        formats=FORMATS,
    )


@blueprint.route("/questionnaires/<key>/copy", methods=["GET", "POST"])
def copy(key: str):
    """Start a questionnaire of one's own with the words of another."""
    session = place.session()
    found = store.get_questionnaire(session, key)
    form = CopyForm(key=_free_key(session, key))
    if form.validate_on_submit() and store.is_taken(session, form.key.data):
        form.key.errors = ["There is already a questionnaire with this key. Choose another."]
    if not form.is_submitted() or form.errors:
        return render_template("questionnaires/copy.html", form=form, questionnaire=found), 422 if form.errors else 200
    with current_app.extensions["soundings"].database.writing() as session:
        store.copy(session, key, to=form.key.data, by=current_user.name, on=datetime.date.today())
    flash(f"Copied. “{found.title}” stays as it is; this copy is yours to change.")
    return redirect(url_for("questionnaires.show", key=form.key.data), 303)


def _free_key(session, key: str) -> str:
    stem = f"{key.removesuffix('-ours')[:30]}-ours"
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if not store.is_taken(session, name))


@blueprint.route("/questionnaires/<key>/opening", methods=["GET", "POST"])
def opening(key: str):
    """Title, audience, minutes, and what is said before and after the questions."""
    found = place.own(key)
    form = OpeningForm(data=_opening(found))
    form.audience.choices = choices(AUDIENCES.items())
    if not form.validate_on_submit():
        return _opening_page(found, form, 422 if form.errors else 200)
    told = {name: form[name].data for name in ("title", "audience", "minutes", "thanks")}
    told["intro"] = [line for line in form.intro.data.splitlines() if line.strip()]
    told["declines"] = [form.not_sure.data, form.rather_not_say.data]

    def edit(now):
        if editing.fingerprint(editing.opening_of(now)) != form.seen.data:
            raise editing.Changed(now)
        if now.audience != told["audience"] and store.waves_asking(place.session()).get(key):
            raise Refused("A wave has asked this questionnaire, so who it asks stays. Copy it for another audience.")
        return editing.opened(now, **told)

    try:
        place.save(key, edit)
    except editing.Changed as problem:
        form.seen.data = editing.fingerprint(editing.opening_of(problem.now))
        form.form_errors.append(str(problem))
        return _opening_page(found, form, 409, theirs=_opening(problem.now))
    except Refused as problem:
        form.audience.errors = [str(problem)]
        return _opening_page(found, form, 422)
    flash("Saved.")
    return redirect(url_for("questionnaires.show", key=key), 303)


def _opening(found) -> dict:
    declines = declines_of(found)
    told = {name: getattr(found, name) for name in ("title", "audience", "minutes", "thanks")}
    told |= {"intro": "\n".join(found.intro), "not_sure": declines[0].text, "rather_not_say": declines[1].text}
    return told | {"seen": editing.fingerprint(editing.opening_of(found))}


def _opening_page(found, form, status: int, theirs: dict | None = None):
    page = render_template(
        "questionnaires/opening.html", form=form, questionnaire=found, theirs=theirs, faults=find_faults(found)
    )
    return page, status


@blueprint.route("/questionnaires/<key>/tested", methods=["GET", "POST"])
def tested(key: str):
    """Record who tested the words with the people they are for, or take it back."""
    found = place.own(key)
    form = TestedForm(tested_by=found.tested_by or "")
    if not form.validate_on_submit():
        return _tested_page(found, form, 422 if form.errors else 200)
    by = (form.tested_by.data or "").strip()

    def edit(now):
        if now.version != found.version:
            raise Refused("Somebody changed the words just now. Look at them again before you record a test.")
        if by and find_faults(now).stops:
            raise Refused("It cannot be asked as it stands, so it cannot have been tested. Mend what is marked first.")
        return editing.tested(now, by)

    try:
        place.save(key, edit)
    except Refused as problem:
        form.tested_by.errors = [str(problem)]
        return _tested_page(found, form, 422)
    flash(f"Recorded: tested, {by}." if by else "It is a draft again.")
    return redirect(url_for("questionnaires.show", key=key), 303)


def _tested_page(found, form, status: int):
    return render_template("questionnaires/tested.html", form=form, questionnaire=found), status
