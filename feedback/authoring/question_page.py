"""The page of one question, new or not: its form, and beside it what respondents will see and what the check says."""

from flask import render_template
from markupsafe import Markup

from feedback.authoring import editing
from feedback.authoring.faults import find_faults, may_be_waived
from feedback.authoring.words import CORES, DOMAINS, KINDS
from feedback.authoring.writing import Written, fields_of, filled
from forms.answering import form_for
from forms.authoring import QuestionForm
from forms.questionnaire import Question, Questionnaire
from forms.staff import choices


def seen(question: Question) -> str:
    """What tells whether a question is still as its page showed it; its rule has a page of its own."""
    return editing.fingerprint(editing.without_rule(question))


def question_form(shape: Question, **more) -> QuestionForm:
    """The form with what this kind of question has."""
    form = QuestionForm(data=filled(shape) | more)
    for name in ("text", "hint", "choices", "same_answers", "none", "period", "low", "high", "max_length"):
        if name not in fields_of(shape.kind):
            del form[name]
    if "domain" in fields_of(shape.kind):
        form.domain.choices = choices([("", "Choose one"), *DOMAINS.items()])
        form.core.choices = choices([("", "None of the six"), *CORES.items()])
    else:
        del form["domain"], form["core"]
    if "same_answers" in fields_of(shape.kind) and not shape.choices:
        del form["same_answers"]
    return form


def _preview(questionnaire: Questionnaire, question: Question | None) -> dict:
    """What the preview needs: the question, the respondent's form of it, and what the check says of it."""
    if question is None:
        return {"shown": None}
    keys = {other.key for other in questionnaire.questions}
    whole = editing.put(questionnaire, question) if question.key in keys else editing.at_end(questionnaire, question)
    found = find_faults(whole).at(question.key)
    return {"shown": question, "answer_form": form_for(question)(formdata=None), "found": found}


def lowered(html: str) -> Markup:
    """The respondent's heading one step below ours: a page has one first heading, and this is a part of ours."""
    return Markup(str(html).replace("<h1", "<h3").replace("</h1>", "</h3>"))


def question_page(questionnaire: Questionnaire, shape: Question, form, written_so_far, status=200, **more):
    """The page, with the preview of what is written so far; None when that is no question yet."""
    page = render_template(
        "questionnaires/question.html",
        questionnaire=questionnaire,
        question=shape,
        form=form,
        kind=KINDS[shape.kind],
        lowered=lowered,
        may_be_waived=may_be_waived,
        **_preview(questionnaire, written_so_far) | more,
    )
    return page, status


def say(form: QuestionForm, made: Written) -> bool:
    """Say at its field what the reader of questionnaires refuses."""
    if made.problem and not form.errors:
        field = form.choices if "choices" in form else form.text
        field.errors = [made.problem]
    return not form.errors


def fragment(found: Questionnaire, made: Written) -> str:
    """The preview alone, for the script that keeps it up to date."""
    return render_template(
        "questionnaires/preview.html",
        questionnaire=found,
        problem=made.problem,
        lowered=lowered,
        may_be_waived=may_be_waived,
        **_preview(found, made.question),
    )
