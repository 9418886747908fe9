"""Buttons and short pages that arrange a questionnaire: up, down, out, sections, and who is asked a question."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from feedback.authoring import editing, place, store
from feedback.authoring.answers import new_key
from feedback.authoring.words import dependants, earlier, rule_in_words
from feedback.errors import Refused
from forms.authoring import RuleForm, SectionForm
from forms.questionnaire import Question, Questionnaire, ShowIf
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
    form, chosen = _rule_form(found, question)
    if not _ready(form, chosen):
        return _rule_page(found, question, form, chosen, 422 if form.errors else 200)
    new = ShowIf(chosen.key, tuple(form.any_of.data)) if chosen else None

    def edit(now):
        current = editing.find_question(now, question_key)
        if editing.fingerprint(current.show_if) != form.seen.data:
            raise editing.Changed(current)
        return editing.asked_if(now, question_key, new)

    try:
        place.save(key, edit)
    except editing.Changed as problem:
        form.seen.data = editing.fingerprint(problem.now.show_if)
        theirs = rule_in_words(found, problem.now) or "Everybody is asked"
        form.form_errors.append(f"Somebody else changed this just now: {theirs}. Save again to put yours in its place.")
        return _rule_page(found, question, form, chosen, 409)
    flash("Saved.")
    return _back(key, f"q-{question_key}")


def _rule_form(found: Questionnaire, question: Question) -> tuple[RuleForm, Question | None]:
    """The form, and the earlier question that was chosen in it."""
    rule, before = question.show_if, {other.key: other for other in earlier(found, question.key)}
    of = request.args.get("of", rule.question if rule else "")
    form = RuleForm(
        question=of if of in before else "",
        any_of=list(rule.any_of) if rule and rule.question == of else [],
        seen=editing.fingerprint(rule),
    )
    form.question.choices = choices([("", "Ask everybody"), *((key, other.text) for key, other in before.items())])
    chosen = before.get(form.question.data or "")
    form.any_of.choices = choices((c.key, c.text) for c in (*chosen.choices, *chosen.declines)) if chosen else []
    return form, chosen


def _ready(form: RuleForm, chosen: Question | None) -> bool:
    """Whether all was seen before it is saved: without a script a question's answers come with the next page."""
    if not form.is_submitted() or "show" in request.form:
        return False
    if chosen and request.form.get("of_answers") != chosen.key:
        return False
    if form.validate() and chosen and not form.any_of.data:
        form.any_of.errors = ["Tick at least one answer, or choose “Ask everybody”."]
    return not form.errors


def _rule_page(found: Questionnaire, question: Question, form: RuleForm, chosen: Question | None, status: int):
    page = render_template(
        "questionnaires/asked_if.html", form=form, questionnaire=found, question=question, chosen=chosen
    )
    return page, status


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
