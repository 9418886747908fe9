"""Buttons and short pages that arrange a questionnaire: up, down, out, sections, and who is asked a question."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from feedback.authoring import editing, place, store
from feedback.authoring.answers import new_key
from feedback.authoring.words import dependants, earlier
from feedback.errors import Refused
from forms.authoring import RuleForm, SectionForm
from forms.questionnaire import ShowIf
from forms.staff import choices

blueprint = Blueprint("arranging", __name__)

_BY = {"up": -1, "down": 1}


def _back(key: str, anchor: str = ""):
    return redirect(url_for("questionnaires.show", key=key, _anchor=anchor or None), 303)


@blueprint.post("/questionnaires/<key>/q/<question_key>/move")
def move(key: str, question_key: str):
    """One place up or down, or to the end of another section."""
    place.own(key)
    by, section = _BY.get(request.form.get("move", "")), request.form.get("section", "")

    def edit(now):
        if by:
            return editing.moved(now, question_key, by)
        return editing.moved_to(now, question_key, section)

    flash(*place.saved(key, edit, "Moved."))
    return _back(key, f"q-{question_key}")


@blueprint.route("/questionnaires/<key>/q/<question_key>/remove", methods=["GET", "POST"])
def remove(key: str, question_key: str):
    """Say what goes with a question, then take it out."""
    found = place.own(key)
    question = editing.find_question(found, question_key)
    if not FlaskForm().validate_on_submit():
        return render_template(
            "questionnaires/remove.html",
            questionnaire=found,
            question=question,
            waves=store.fielded(place.session(), key).waves_of(question_key),
            dependants=dependants(found, question_key),
        )
    flash(*place.saved(key, lambda now: editing.removed(now, question_key), "Taken out."))
    return _back(key)


@blueprint.route("/questionnaires/<key>/q/<question_key>/asked-if", methods=["GET", "POST"])
def asked_if(key: str, question_key: str):
    """Ask a question of everybody, or only of those who gave one of some answers to an earlier one."""
    found = place.own(key)
    question = editing.find_question(found, question_key)
    rule = question.show_if
    form = RuleForm(question=request.args.get("of", rule.question if rule else ""))
    before = {other.key: other for other in earlier(found, question_key)}
    if rule and rule.question not in before:
        form.question.data = form.question.data if form.is_submitted() or "of" in request.args else ""
    form.question.choices = choices([("", "Ask everybody"), *((k, other.text) for k, other in before.items())])
    chosen = before.get(form.question.data or "")
    form.any_of.choices = choices((c.key, c.text) for c in (*chosen.choices, *chosen.declines)) if chosen else []
    if not form.is_submitted() and rule and chosen and chosen.key == rule.question:
        form.any_of.data = list(rule.any_of)
    answers_shown = request.form.get("of_answers") == form.question.data
    wants = form.is_submitted() and "show" not in request.form and (answers_shown or not chosen)
    if wants and form.validate() and not (chosen and not form.any_of.data):
        new = ShowIf(chosen.key, tuple(form.any_of.data)) if chosen else None
        flash(*place.saved(key, lambda now: editing.asked_if(now, question_key, new), "Saved."))
        return _back(key, f"q-{question_key}")
    if wants and chosen and not form.any_of.data:
        form.any_of.errors = ["Tick at least one answer, or choose “Ask everybody”."]
    page = render_template(
        "questionnaires/asked_if.html", form=form, questionnaire=found, question=question, chosen=chosen
    )
    return page, 422 if form.errors else 200


@blueprint.route("/questionnaires/<key>/sections/add", methods=["GET", "POST"])
def add_section(key: str):
    """A new section, before the last."""
    found = place.own(key)
    form = SectionForm()
    if not form.validate_on_submit():
        page = render_template("questionnaires/section.html", form=form, questionnaire=found, section=None)
        return page, 422 if form.errors else 200

    def edit(now):
        section_key = new_key(form.title.data, {section.key for section in now.sections})
        return editing.section_added(now, section_key, form.title.data)

    place.save(key, edit)
    flash("Added. Put a question in it, or move one there: nobody sees an empty section.")
    return _back(key)


@blueprint.route("/questionnaires/<key>/sections/<section_key>", methods=["GET", "POST"])
def section(key: str, section_key: str):
    """Another title for a section."""
    found = place.own(key)
    one = editing.find_section(found, section_key)
    form = SectionForm(title=one.title)
    if not form.validate_on_submit():
        page = render_template("questionnaires/section.html", form=form, questionnaire=found, section=one)
        return page, 422 if form.errors else 200
    flash(*place.saved(key, lambda now: editing.section_renamed(now, section_key, form.title.data), "Saved."))
    return _back(key, f"s-{section_key}")


@blueprint.post("/questionnaires/<key>/sections/<section_key>/remove")
def remove_section(key: str, section_key: str):
    """Take out a section that has no question left."""
    found = place.own(key)
    if len(found.sections) == 1:
        raise Refused("This is the only section. Add another first.")
    flash(*place.saved(key, lambda now: editing.section_removed(now, section_key), "Taken out."))
    return _back(key)
