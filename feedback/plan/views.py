"""Pages of the plan: its priorities, and what counts for each."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_security import current_user

from feedback.plan import store
from forms.questionnaire import AUDIENCES
from forms.staff import PriorityForm, choices

blueprint = Blueprint("plan", __name__)
COLUMNS = ("title", "number", "outcome", "what_counts", "ilacs_area", "champion", "audiences")


def _database():
    return current_app.extensions["soundings"].database


@blueprint.get("/plan")
def priorities():
    """All priorities, with what counts for each."""
    session = _database().session()
    found = store.priorities(session)
    return render_template(
        "plan/priorities.html",
        plan=store.the_plan(session),
        priorities=found,
        about={p.id: ", ".join(AUDIENCES.get(audience, audience) for audience in p.audiences) for p in found},
        areas=store.ILACS_AREAS,
    )


def _form(priority=None) -> PriorityForm:
    form = PriorityForm(obj=priority)
    form.ilacs_area.choices = choices(store.ILACS_AREAS.items())
    form.audiences.choices = choices(AUDIENCES.items())
    return form


def _valid(form: PriorityForm) -> bool:
    """Checked fields, and what counts long enough to link by."""
    if not form.validate_on_submit():
        return False
    if problem := store.too_short(form.what_counts.data):
        form.what_counts.errors = [problem]
        return False
    return True


def _values(form: PriorityForm) -> dict:
    return {name: form[name].data for name in COLUMNS}


@blueprint.route("/plan/<key>/edit", methods=["GET", "POST"])
def edit(key: str):
    """Change a priority; a champion only their own."""
    database = _database()
    priority = store.get_priority(database.session(), key)
    if current_user.role_names <= {"champion"} and priority.champion != current_user.name:
        abort(403)
    form = _form(priority)
    if not _valid(form):
        return render_template("plan/edit.html", form=form, priority=priority), 422 if form.errors else 200
    with database.writing() as session:
        store.save_priority(session, priority.plan, key=key, **_values(form))
    flash(f"Saved: {form.title.data}.")
    return redirect(url_for("plan.priorities"), 303)


@blueprint.route("/plan/add", methods=["GET", "POST"])
def add():
    """Add a priority."""
    form, database = _form(), _database()
    if not _valid(form):
        return render_template("plan/edit.html", form=form, priority=None), 422 if form.errors else 200
    with database.writing() as session:
        store.add_priority(session, **_values(form))
    flash(f"Added: {form.title.data}.")
    return redirect(url_for("plan.priorities"), 303)
