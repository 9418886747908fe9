"""Staff pages of waves: what was asked, how much came, how far it is."""

import datetime

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from feedback.collection import store
from feedback.collection.asking import all_questionnaires, in_one_line
from feedback.collection.invitations import counts_of
from feedback.collection.models import Wave
from feedback.collection.modes import by_mode
from feedback.collection.posters import qr_code
from feedback.errors import NotFound
from feedback.jobs import enqueue, unfinished_jobs
from forms.fielding import WaveForm, contact_fields
from forms.kind_rules import promise_faults
from forms.lint import obstacles
from forms.questionnaire import AUDIENCES, Questionnaire, Status
from forms.staff import choices

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


@blueprint.route("/waves/add", methods=["GET", "POST"])
def add():
    """Prepare a wave: nobody can answer before it is published. A pile for an import is open at once."""
    form, parts = wave_form(), _parts()
    if not (form.validate_on_submit() and fits(form)):
        return render_template("waves/add.html", form=form), 422 if form.errors else 200
    wave = Wave(**columns_of(form))
    with parts.database.writing() as session:
        if wave.imported:
            store.open_wave(session, parts.keys, wave)
        else:
            store.prepare_wave(session, parts.keys, wave)
    flash(
        f"Prepared: {form.title.data}. Look at its preview, then publish it." if form.questionnaire.data else "Added."
    )
    return redirect(url_for("waves.show", key=form.key.data), 303)


def wave_form(wave: Wave | None = None) -> WaveForm:
    """The form of a wave that may still be changed, filled with what is known of it."""
    wanted = {name: request.args.get(name) for name in ("questionnaire", "audience")}
    form = WaveForm(data=known_of(wave) if wave else wanted)
    form.audience.choices = choices([("", "Choose an audience"), *AUDIENCES.items()])
    form.promise.choices = choices(PROMISES.items())
    form.questionnaire.choices = choices(
        [
            ("", "None: its responses are imported"),
            *((q.key, in_one_line(q, q.status)) for q in all_questionnaires(_parts().database.session())),
        ]
    )
    return form


def known_of(wave: Wave) -> dict[str, object]:
    """What fills the forms about a wave."""
    known = {column.name: getattr(wave, column.name) for column in Wave.__table__.c}
    return known | contact_fields(wave.help_lines)


def columns_of(form: WaveForm) -> dict[str, object]:
    """The columns of a wave that a valid form has filled."""
    columns = {name: value for name, value in form.data.items() if name in Wave.__table__.c}
    return columns | {"questionnaire": form.questionnaire.data or None, "contacts": form.own_contacts()}


def fits(form: WaveForm, wave: Wave | None = None) -> bool:
    """Say at its field what the store would refuse, so that a long form need not be filled in again."""
    offered = all_questionnaires(_parts().database.session())
    asked = next((q for q in offered if q.key == form.questionnaire.data), None)
    form.contacts_fit()
    taken = store.is_taken(_parts().database.session(), form.key.data) and form.key.data != (wave and wave.key)
    if form.key.data == "add" or taken:
        form.key.errors = ["There is already a wave with this key. Choose another."]
    if form.closes_on.data and form.closes_on.data < form.opens_on.data:
        form.closes_on.errors = ["The last day must not be before the day it opens."]
    if asked:
        _fit_together(form, asked)
    elif wave:
        form.questionnaire.errors = ["Choose what it asks: a wave that was prepared is no pile for an import."]
    return not form.errors


def _fit_together(form: WaveForm, asked: Questionnaire) -> None:
    """Whether the questionnaire goes with the audience and the promise."""
    if asked.audience != form.audience.data:
        form.questionnaire.errors = [f"{asked.title} asks {AUDIENCES[asked.audience].lower()}. Choose another."]
    if obstacles(asked):
        form.questionnaire.errors = [f"{asked.title} cannot be asked yet: {obstacles(asked)[0].says}"]
    for fault in promise_faults(asked, form.promise.data):
        form.questionnaire.errors = [f"Question “{fault.item}”: {fault.says}"]
    if asked.status is Status.DRAFT and not (form.draft_accepted_by.data or "").strip():
        form.draft_accepted_by.errors = ["Nobody has tested these questions. Enter who decided to try them."]
    if form.promise.data == "traceable" and form.entry.data != "code":
        form.entry.errors = ["Choose codes: only from whose code it was can you know who answered."]


@blueprint.get("/waves/<key>")
def show(key: str):
    """One wave: what it promised, what came, what is left to do."""
    session = _parts().database.session()
    wave = store.get_wave(session, key)
    count = store.responses_in(session, [wave.id]).get(wave.id, 0)
    waiting, spent = counts_of(session, wave) if wave.by_code else (0, 0)
    return render_template(
        "waves/show.html",
        codes_waiting=waiting,
        codes_spent=spent,
        wave=wave,
        count=count,
        ways=[] if wave.imported else by_mode(session, wave.id, count),
        audience=AUDIENCES.get(wave.audience, "Records"),
        promise=PROMISES[wave.promise],
        jobs=[job for job in unfinished_jobs(session) if job.subject.get("wave", "") in {key, None}],
    )


@blueprint.get("/waves/<key>/poster")
def poster(key: str):
    """A page to print and pin up: what is asked, the link as a QR code and in letters, the promise, and help."""
    parts = _parts()
    wave = store.get_wave(parts.database.session(), key)
    if not wave.is_open(_today()) or wave.by_code:
        raise NotFound("Only a wave that is open to anybody has a poster. Choose one whose link can be shared.")
    g.wave = wave
    scheme = "https" if parts.settings.https else "http"
    address = url_for("collection.start", key=key, _external=True, _scheme=scheme)
    return render_template(
        "waves/poster.html",
        wave=wave,
        questionnaire=store.asked_version(parts.database, wave),
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
