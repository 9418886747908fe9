"""Pages on which an admin keeps the list of staff."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user

from feedback.access import ROLES, role_in_words
from feedback.accounts import store
from forms.staff import ActiveForm, StaffForm, choices

blueprint = Blueprint("accounts", __name__)


def _database():
    return current_app.extensions["soundings"].database


@blueprint.get("/accounts")
def staff():
    """Everybody with an account."""
    return render_template("accounts/staff.html", staff=store.all_staff(_database().session()), me=current_user.id)


@blueprint.route("/accounts/add", methods=["GET", "POST"])
def add_staff():
    """Add an account; its first password is shown once."""
    form = StaffForm()
    form.roles.choices = choices((role, f"{role_in_words(role)}: {does}") for role, does in ROLES.items())
    if not form.validate_on_submit():
        return render_template("accounts/add.html", form=form), 422 if form.errors else 200
    password = store.new_password()
    hashed = store.hashed(password)
    with _database().writing() as session:
        user = store.add_staff(
            session, email=form.email.data, name=form.name.data, roles=form.roles.data, password_hash=hashed
        )
        added = {"name": user.name, "email": user.email}
    return render_template("accounts/added.html", added=added, password=password)


@blueprint.post("/accounts/<id(largest=2147483647):user_id>/active")
def set_active(user_id: int):
    """Switch an account on or off."""
    form, by = ActiveForm(), current_user.id
    if form.validate_on_submit():
        with _database().writing() as session:
            user = store.set_active(session, user_id=user_id, active=form.active.data == "1", by=by)
            sentence = f"{user.name} can {'sign in again' if user.active else 'no longer sign in'}."
        flash(sentence)
    return redirect(url_for("accounts.staff"), 303)
