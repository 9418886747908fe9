"""Pages on which a question is added: choose its kind, then write it; it is saved when it is whole."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from feedback.authoring import editing, place, store
from feedback.authoring.answers import new_key
from feedback.authoring.question_page import fragment, question_form, question_page, say
from feedback.authoring.words import CORES, KINDS
from feedback.authoring.writing import blank, core_example, written
from feedback.errors import NotFound, Refused
from forms.authoring import NewQuestionForm, QuestionForm
from forms.content import declines_of
from forms.questionnaire import Core, Kind, Purpose, Question, Questionnaire
from forms.staff import choices

blueprint = Blueprint("new_questions", __name__)

#: Most of a key that is made of a question's words: the keys of its answers must fit beside it.
LONGEST_KEY = 20


@blueprint.route("/questionnaires/<key>/add", methods=["GET", "POST"])
def add(key: str):
    """Choose what kind of question to add, or one of the six that every age is asked."""
    found = place.own(key)
    form = NewQuestionForm(section=request.args.get("section") or found.sections[-2:][0].key)
    form.section.choices = choices((section.key, section.title) for section in found.sections)
    form.what.choices = choices(_offered(found))
    if not form.validate_on_submit():
        page = render_template("questionnaires/add.html", form=form, questionnaire=found, kinds=KINDS)
        return page, 422 if form.errors else 200
    return redirect(url_for("new_questions.new", key=key, what=form.what.data, section=form.section.data), 303)


def _offered(found: Questionnaire) -> list[tuple[str, str]]:
    """What can be added: first what every questionnaire should have and this one has not."""
    cores = {question.core for question in found.questions}
    purposes = {question.purpose for question in found.questions}
    consents = {Purpose.ANALYSE: "Consent to be read, which comes first", Purpose.QUOTE: "Consent to be quoted, last"}
    return [
        *((f"core-{core}", words) for core, words in CORES.items() if core not in cores),
        *((f"consent-{purpose}", words) for purpose, words in consents.items() if purpose not in purposes),
        *((str(kind), words) for kind, (words, _when) in KINDS.items() if kind is not Kind.CONSENT),
    ]


@blueprint.route("/questionnaires/<key>/add/<what>", methods=["GET", "POST"])
def new(key: str, what: str):
    """Write a new question; it is saved when it is whole."""
    found = place.own(key)
    known = store.fielded(place.session(), key)
    shape = _blank(found, what)
    form = question_form(shape)
    more = {"waves": [], "now": None, "preview_url": url_for("new_questions.preview", key=key, what=what)}
    if not form.is_submitted():
        return question_page(found, shape, form, shape if shape.text else None, **more)
    valid = form.validate()
    made = _made_new(found, what, form, known)
    if "show" in request.form or not (valid and say(form, made)):
        say(form, made)
        return question_page(found, shape, form, made.question, 422 if form.errors else 200, **more)
    section = request.args.get("section", "")
    try:
        place.save(key, lambda now: editing.added(now, _section(now, section), made.question))
    except Refused as problem:
        form.text.errors = [str(problem)]
        return question_page(found, shape, form, made.question, 422, **more)
    flash("Added.")
    return redirect(url_for("questionnaires.show", key=key, _anchor=f"q-{made.question.key}"), 303)


@blueprint.post("/questionnaires/<key>/add/<what>/preview")
def preview(key: str, what: str):
    """The respondent's page of a question that is being written."""
    found = place.own(key)
    known = store.fielded(place.session(), key)
    return fragment(found, _made_new(found, what, question_form(_blank(found, what)), known))


def _section(now: Questionnaire, key: str) -> str:
    """The section that was chosen, or the last one that is there."""
    return key if key in {section.key for section in now.sections} else now.sections[-1].key


def _blank(found: Questionnaire, what: str) -> Question:
    """A new question of the kind that was chosen; one of the six as this audience is asked it elsewhere."""
    if what not in dict(_offered(found)):
        raise NotFound("This cannot be added here. Go back to the questionnaire and choose again.")
    declines = declines_of(found)
    if what.startswith("consent-"):
        return blank(Kind.CONSENT, "new", declines, Purpose(what.removeprefix("consent-")))
    if not what.startswith("core-"):
        return blank(Kind(what), "new", declines)
    core = Core(what.removeprefix("core-"))
    example = core_example(core, found.audience)
    return editing.with_rule(editing.renamed(example, str(core), declines), None)


def _made_new(found: Questionnaire, what: str, form: QuestionForm, known: store.Fielded):
    words = what.removeprefix("core-") if what.startswith("core-") else form.text.data or "new"
    key = new_key(words, {*store.keys_of(found), *known.kinds}, LONGEST_KEY)
    return written(form.data, editing.renamed(_blank(found, what), key, declines_of(found)), declines_of(found))
