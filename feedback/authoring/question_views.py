"""Pages of one question: change it, with the respondent's page beside the form; choose another kind."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from feedback.authoring import editing, place, store
from feedback.authoring.comparing import marked
from feedback.authoring.question_page import fragment, question_form, question_page, say, seen
from feedback.authoring.words import KINDS, about, dependants
from feedback.authoring.writing import rekinded, written
from feedback.errors import NotFound, Refused
from forms.authoring import KindForm, QuestionForm
from forms.content import declines_of
from forms.questionnaire import Kind, Question, Questionnaire
from forms.staff import choices

blueprint = Blueprint("questions", __name__)


def _put_aside(questionnaire: Questionnaire, key: str, form: QuestionForm):
    """Somebody took the question out while this was written: what was written is shown to be copied."""
    rows = [
        (field.label.text, field.data) for field in form if field.name in ("text", "hint", "choices") and field.data
    ]
    return render_template("questionnaires/gone.html", questionnaire=questionnaire, rows=rows), 409


@blueprint.route("/questionnaires/<key>/q/<question_key>", methods=["GET", "POST"])
def edit(key: str, question_key: str):
    """Change a question; the page shows what respondents will see."""
    found = place.own(key)
    if question_key not in store.keys_of(found):
        if request.method == "POST":
            return _put_aside(found, question_key, QuestionForm())
        raise NotFound("This question is not there any more. Go back to the questionnaire and look.")
    known = store.fielded(place.session(), key)
    question = found.question(question_key)
    shape = _shape(found, question, known)
    form = question_form(shape, seen=seen(question))
    more = {"waves": known.waves_of(question_key), "now": question}
    if not form.is_submitted():
        return question_page(found, shape, form, question if shape.kind is question.kind else None, **more)
    valid = form.validate()
    made = written(form.data, shape, declines_of(found), known.answers(question_key))
    if "show" in request.form:
        say(form, made)
        return question_page(found, shape, form, made.question, 422 if form.errors else 200, **more)
    if not (valid and say(form, made) and _agreed(form, made, found, more["waves"])):
        return question_page(found, shape, form, made.question, 422, **more)
    try:
        after = place.save(key, lambda now: _put(now, made.question, form.seen.data))
    except editing.Changed as problem:
        form.seen.data = seen(problem.now)
        form.form_errors.append(str(problem))
        return question_page(
            found, shape, form, made.question, 409, theirs=_side_by_side(found, problem.now, made), **more
        )
    except Refused:
        return _put_aside(found, question_key, form)
    flash(" ".join(["Saved.", *_became(made)]))
    return redirect(url_for("questionnaires.show", key=key, _anchor=f"q-{question_key}"), 303) if after else None


def _shape(found: Questionnaire, question: Question, known: store.Fielded) -> Question:
    """The question, or what it becomes when another way of answering was chosen."""
    kind = request.args.get("kind", "")
    if kind not in changeable_kinds(question, known):
        return question
    return rekinded(question, Kind(kind), declines_of(found))


def changeable_kinds(question: Question, known: store.Fielded) -> list[Kind]:
    """Ways in which a question could be answered instead; none once a wave has asked it."""
    if question.key in known.kinds or question.kind is Kind.CONSENT:
        return []
    return [kind for kind in KINDS if kind not in (Kind.CONSENT, question.kind)]


def _agreed(form: QuestionForm, made, found: Questionnaire, waves: list[str]) -> bool:
    """An answer that a wave has asked or a rule needs is taken out only by a second press."""
    gone = made.matched.gone if made.matched else ()
    needed = dependants(found, made.question.key, {choice.key for choice in gone})
    agreed = " ".join(sorted(choice.key for choice in gone))
    if not gone or not (waves or needed) or form.agreed.data == agreed:
        return True
    words = ", ".join(f"“{choice.text}”" for choice in gone)
    said = [f"This takes out {words}."]
    said += [f"Asked in {', '.join(waves)}: what was answered there cannot be joined with it later."] if waves else []
    said += [f"“{question.text}” is asked only of those who chose it." for question in needed]
    form.agreed.data = agreed
    form.choices.errors = [" ".join([*said, "Press Save again to take it out, or put it back."])]
    return False


def _put(now: Questionnaire, question: Question, was: str) -> Questionnaire:
    current = editing.find_question(now, question.key)
    if seen(current) != was:
        raise editing.Changed(current)
    return editing.put(now, editing.with_rule(question, current.show_if))


def _side_by_side(found: Questionnaire, theirs: Question, made) -> list:
    """What the other person saved and what stands in the form, where they differ."""
    rows = dict(about(found, theirs))
    mine = dict(about(found, made.question))
    names = [name for name in dict.fromkeys([*rows, *mine]) if rows.get(name) != mine.get(name)]
    return [(name, *marked(rows.get(name, ""), mine.get(name, ""))) for name in names]


def _became(made) -> list[str]:
    if not made.matched:
        return []
    said = [f"“{before}” now reads “{after}” and stays the same answer." for before, after in made.matched.reworded]
    said += [f"“{text}” is a new answer." for text in made.matched.new]
    return said + [f"“{choice.text}” was taken out." for choice in made.matched.gone]


@blueprint.post("/questionnaires/<key>/q/<question_key>/preview")
def preview(key: str, question_key: str):
    """The respondent's page of what stands in the form, for the script that keeps it up to date."""
    found, session = place.own(key), place.session()
    known = store.fielded(session, key)
    shape = _shape(found, editing.find_question(found, question_key), known)
    made = written(question_form(shape).data, shape, declines_of(found), known.answers(question_key))
    return fragment(found, made)


@blueprint.route("/questionnaires/<key>/q/<question_key>/kind", methods=["GET", "POST"])
def kind(key: str, question_key: str):
    """Choose another way of answering; its page comes next, and nothing is saved before that."""
    found = place.own(key)
    question = editing.find_question(found, question_key)
    known = store.fielded(place.session(), key)
    form = KindForm()
    form.kind.choices = choices((name, KINDS[name][0]) for name in changeable_kinds(question, known))
    if not form.validate_on_submit():
        page = render_template(
            "questionnaires/kind.html",
            form=form,
            questionnaire=found,
            question=question,
            kinds=KINDS,
            waves=known.waves_of(question_key),
        )
        return page, 422 if form.errors else 200
    return redirect(url_for("questions.edit", key=key, question_key=question_key, kind=form.kind.data), 303)
