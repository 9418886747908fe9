"""Staff pages of waves: what was asked, how much came, how far it is."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from feedback.collection import store
from feedback.collection.asking import all_questionnaires, in_one_line
from feedback.collection.models import Wave
from feedback.collection.posters import qr_code
from feedback.errors import NotFound
from feedback.jobs import enqueue, unfinished_jobs
from forms.lint import obstacles
from forms.questionnaire import AUDIENCES, Status
from forms.staff import WaveForm, choices

blueprint = Blueprint("waves", __name__)

PROMISES = {
    "anonymous": "Anonymous: nobody can find out who wrote what, and nobody can come and help",
    "traceable": "Traceable: staff can find out who wrote, and must act when somebody is not safe",
}


ON_POSTERS = {
    "anonymous": "Nobody will know who you are, so nobody can come and help because of what you write.",
    "traceable": "We know who was given this. If what you write says that you are not safe, an adult will act.",
}


def _parts():
    return current_app.extensions["soundings"]


def _today() -> datetime.date:
    return datetime.date.today()


@blueprint.get("/waves")
def listing():
    """Every wave with how many responses it has."""
    session = _parts().database.session()
    waves = store.all_waves(session)
    return render_template(
        "waves/listing.html",
        waves=waves,
        counts=store.responses_in(session, [wave.id for wave in waves]),
        audiences=AUDIENCES,
    )


def _form() -> WaveForm:
    form = WaveForm(questionnaire=request.args.get("questionnaire"), audience=request.args.get("audience"))
    form.audience.choices = choices([("", "Choose an audience"), *AUDIENCES.items()])
    form.promise.choices = choices(PROMISES.items())
    form.questionnaire.choices = choices(
        [
            ("", "None: its responses are imported"),
            *((q.key, in_one_line(q, q.status)) for q in all_questionnaires(_parts().database.session())),
        ]
    )
    return form


def _fits(form: WaveForm) -> bool:
    """Say at its field what the store would refuse, so that a long form need not be filled in again."""
    offered = all_questionnaires(_parts().database.session())
    asked = next((q for q in offered if q.key == form.questionnaire.data), None)
    if form.key.data == "add" or store.is_taken(_parts().database.session(), form.key.data):
        form.key.errors = ["There is already a wave with this key. Choose another."]
    if form.closes_on.data and form.closes_on.data < form.opens_on.data:
        form.closes_on.errors = ["The last day must not be before the day it opens."]
    if asked and asked.audience != form.audience.data:
        form.questionnaire.errors = [f"{asked.title} asks {AUDIENCES[asked.audience].lower()}. Choose another."]
    if asked and obstacles(asked):
        form.questionnaire.errors = [f"{asked.title} cannot be asked yet: {obstacles(asked)[0].says}"]
    if asked and asked.status is Status.DRAFT and not (form.draft_accepted_by.data or "").strip():
        form.draft_accepted_by.errors = ["Nobody has tested these questions. Enter who decided to try them."]
    return not form.errors


@blueprint.route("/waves/add", methods=["GET", "POST"])
def add():
    """Open a wave; its promise is fixed from then on."""
    form, parts = _form(), _parts()
    if not (form.validate_on_submit() and _fits(form)):
        return render_template("waves/add.html", form=form), 422 if form.errors else 200
    columns = {name: value for name, value in form.data.items() if name != "csrf_token"}
    wave = Wave(**columns | {"questionnaire": form.questionnaire.data or None})
    with parts.database.writing() as session:
        store.open_wave(session, parts.keys, wave)
    flash(f"Opened: {form.title.data}.")
    return redirect(url_for("waves.show", key=form.key.data), 303)


@blueprint.get("/waves/<key>")
def show(key: str):
    """One wave: what it promised, what came, what is left to do."""
    session = _parts().database.session()
    wave = store.get_wave(session, key)
    return render_template(
        "waves/show.html",
        wave=wave,
        count=store.responses_in(session, [wave.id]).get(wave.id, 0),
        audience=AUDIENCES.get(wave.audience, "Records"),
        promise=PROMISES[wave.promise],
        jobs=[job for job in unfinished_jobs(session) if job.subject.get("wave", "") in {key, None}],
    )


@blueprint.get("/waves/<key>/poster")
def poster(key: str):
    """A page to print and pin up: what is asked, the link as a QR code and in letters, the promise, and help."""
    parts = _parts()
    wave = store.get_wave(parts.database.session(), key)
    if not wave.is_open(_today()):
        raise NotFound("Only a wave that is open has a poster. Choose one whose link can be shared.")
    scheme = "https" if parts.settings.https else "http"
    address = url_for("collection.start", key=key, _external=True, _scheme=scheme)
    return render_template(
        "waves/poster.html",
        wave=wave,
        questionnaire=store.questionnaire_of(parts.database, wave),
        audience=AUDIENCES[wave.audience].lower(),
        promise=ON_POSTERS[wave.promise],
        address=address,
        code=qr_code(address, f"QR code of {address}"),
    )


@blueprint.post("/waves/<key>/analyse")
def analyse(key: str):
    """Start a run over what was released; the page of the job shows how far it is."""
    form, parts = FlaskForm(), _parts()
    store.get_wave(parts.database.session(), key)
    if not form.validate():
        return redirect(url_for("waves.show", key=key), 303)
    with parts.database.writing() as session:
        job_id = enqueue(session, "analyse", key=f"analyse:{key}", subject={"wave": key}).id
    return redirect(url_for("jobs.show", job_id=job_id), 303)
