"""Pages that carry questionnaires in files: download one, bring one in, or bring its next version."""

import datetime
import io
from contextlib import closing

from flask import Blueprint, current_app, flash, redirect, render_template, send_file, url_for
from flask_security import current_user

from feedback.authoring import place, store
from feedback.authoring.files import MOST_BYTES, as_toml, as_workbook, questionnaire_in
from feedback.collection.tables import file_name
from feedback.errors import ImportProblem, NotFound, Refused
from forms.authoring import FileForm
from forms.questionnaire import AUDIENCES, Questionnaire
from forms.staff import choices

blueprint = Blueprint("carrying", __name__)

#: How a file ends -> what writes it, and what it is.
SHAPES = {
    "toml": (as_toml, "application/toml"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("/questionnaires/<key>/download/<shape>")
def download(key: str, shape: str):
    """A questionnaire as a TOML file, or as an XLSForm workbook for ODK and Kobo."""
    found = store.get_questionnaire(place.session(), key)
    if shape not in SHAPES:
        raise NotFound("There is no such file. Choose TOML or XLSForm on the questionnaire's page.")
    write, kind = SHAPES[shape]
    return send_file(io.BytesIO(write(found)), kind, as_attachment=True, download_name=f"{key}.{shape}")


@blueprint.route("/questionnaires/upload", methods=["GET", "POST"])
def upload():
    """Bring in a questionnaire of one's own."""
    return _upload(None)


@blueprint.route("/questionnaires/<key>/upload", methods=["GET", "POST"])
def next_version(key: str):
    """Bring the next version of an own questionnaire: what stood before stays among its versions."""
    return _upload(place.own(key))


def _upload(own: Questionnaire | None):
    form = FileForm()
    form.audience.choices = choices([("", "The file says it"), *AUDIENCES.items()])
    if own:
        del form["key"]
    if not form.validate_on_submit():
        return _page(form, own, 422 if form.errors else 200)
    key = own.key if own else form.key.data or None
    with closing(form.file.data) as file:
        data, name = file.read(MOST_BYTES + 1), file_name(file.filename)
    try:
        found, losses = questionnaire_in(data, name, key, form.audience.data or None)
        with current_app.extensions["soundings"].database.writing() as session:
            if own:
                store.replace_words(session, own, found, by=current_user.name, on=datetime.date.today())
            else:
                store.start(session, found, by=current_user.name, on=datetime.date.today())
    except (ImportProblem, Refused) as problem:
        form.file.errors = [str(problem)]
        return _page(form, own, 422)
    flash(f"Brought in: {found.title}, {len(found.questions)} questions.")
    for loss in losses:
        flash(f"Not carried: {loss}", "error")
    return redirect(url_for("questionnaires.show", key=found.key), 303)


def _page(form: FileForm, own: Questionnaire | None, status: int):
    return render_template("questionnaires/upload.html", form=form, questionnaire=own), status
