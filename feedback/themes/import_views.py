"""Pages on which responses of another tool are brought in: choose a file, look at it, say what its columns hold."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.collection.imports import Columns, get_import_wave
from feedback.collection.store import get_wave
from feedback.collection.tables import file_name, read_table
from feedback.errors import ImportProblem
from feedback.themes.imported import keep_upload, start_import
from feedback.themes.uploads import check_file, guessed, open_preview, was_imported
from forms.staff import ColumnsForm, UploadForm, choices

blueprint = Blueprint("imports", __name__)
SINGLE = ("text", "id", "question", "week", "quote", "sentiment", "themes")


def _parts():
    return current_app.extensions["soundings"]


def _wave(key: str):
    """The wave; raises Refused when it has a questionnaire of its own."""
    session = _parts().database.session()
    return get_import_wave(session, get_wave(session, key).id)


@blueprint.errorhandler(ImportProblem)
def unreadable(problem: ImportProblem):
    """A file that cannot be read, or whose columns cannot be what they were named for."""
    page = render_template("imports/report.html", wave=_wave(request.view_args["key"]), problem=problem)
    return page, problem.status


@blueprint.route("/waves/<key>/import", methods=["GET", "POST"])
def upload(key: str):
    """Choose a file; it is kept sealed until it is imported or a week has passed."""
    parts, form, wave = _parts(), UploadForm(), _wave(key)
    if not form.validate_on_submit():
        return render_template("imports/upload.html", form=form, wave=wave), 422 if form.errors else 200
    data, name = form.file.data.read(), file_name(form.file.data.filename)
    if was_imported(parts.database.session(), wave, data, name):
        form.file.errors = ["This file was imported before, so nothing was changed. Choose another."]
        return render_template("imports/upload.html", form=form, wave=wave), 422
    read_table(data, name)  # refused before anything is kept
    by = current_user.name
    with parts.database.writing() as session:
        kept = keep_upload(session, parts.settings, get_wave(session, key), name, data, by).id
    return redirect(url_for("imports.preview", key=key, upload_id=kept), 303)


@blueprint.route("/waves/<key>/import/<id:upload_id>", methods=["GET", "POST"])
def preview(key: str, upload_id: int):
    """Look at the first rows and say what the columns hold; bad rows are named before anything is stored."""
    parts, wave = _parts(), _wave(key)
    session = parts.database.session()
    file = open_preview(session, parts.settings, wave, upload_id)
    form = _form(file.table.columns)
    if not (form.validate_on_submit() and form.fits()):
        page = render_template("imports/preview.html", form=form, wave=wave, file=file)
        return page, 422 if form.errors else 200
    columns, coder = _columns(form), form.coder.data or ""
    prepared = check_file(session, file.table, columns, coder)
    if prepared.bad and not form.skip_bad.data:
        return _bad_rows(form, wave, file, prepared), 422
    with parts.database.writing() as session:
        kept = open_preview(session, parts.settings, wave, upload_id).upload
        job_id = start_import(session, kept, columns, coder=coder, skip_bad=form.skip_bad.data).id
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _bad_rows(form: ColumnsForm, wave, file, prepared) -> str:
    """The bad rows, and the same choices once more for whoever wants to leave these rows out."""
    again = [(name, form[name].data) for name in (*SINGLE, "coder")]
    return render_template(
        "imports/bad_rows.html",
        wave=wave,
        file=file,
        prepared=prepared,
        rows_bad=len({number for number, _reason in prepared.bad}),
        chosen=[*again, *(("choices", column) for column in form.choices.data or ())],
    )


def _form(columns: tuple[str, ...]) -> ColumnsForm:
    form = ColumnsForm(data=guessed(columns))
    for name in SINGLE:
        form[name].choices = choices([("", "No column"), *((column, column) for column in columns)])
    form.choices.choices = choices((column, column) for column in columns)
    return form


def _columns(form: ColumnsForm) -> Columns:
    return Columns(choices=tuple(form.choices.data or ()), **{name: form[name].data or None for name in SINGLE})
