"""A wave as its audience will see it: every page of the questionnaire, for staff only, and nothing is kept."""

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from feedback.collection import previewing, store
from feedback.collection.models import Wave
from feedback.collection.views import PROMISE_TEXT, StartForm
from feedback.errors import NotFound
from forms.answering import answer_from, chosen_in, form_for
from forms.questionnaire import Question, Questionnaire

blueprint = Blueprint("previews", __name__)


def _load(key: str) -> tuple[Wave, Questionnaire]:
    parts = current_app.extensions["soundings"]
    wave = store.get_wave(parts.database.session(), key)
    if wave.imported:
        raise NotFound("The responses of this wave come from a file: there are no questions to look at.")
    g.wave = wave
    return wave, store.asked_version(parts.database, wave)


@blueprint.route("/waves/<key>/preview", methods=["GET", "POST"])
def start(key: str):
    """The first page; Start leads to the first question."""
    wave, questionnaire = _load(key)
    form = StartForm()
    if form.validate_on_submit():
        return redirect(_url(wave, questionnaire.questions[0]), 303)
    return render_template(
        "waves/preview_start.html",
        wave=wave,
        questionnaire=questionnaire,
        form=form,
        trial=bool(wave.draft_accepted_by),
        promise_text=PROMISE_TEXT[wave.promise],
    )


@blueprint.route("/waves/<key>/preview/<question_key>", methods=["GET", "POST"])
def question(key: str, question_key: str):
    """One question; Continue leads on to what somebody who answers like this is asked next."""
    wave, questionnaire = _load(key)
    chosen = previewing.read(questionnaire, request.args.get("chosen", ""))
    before, asked, _after = previewing.around(questionnaire, chosen, question_key)
    if asked is None:
        return redirect(url_for("previews.start", key=key), 303)
    form = form_for(asked)()
    if form.validate_on_submit():
        return _go_on(wave, questionnaire, chosen, asked, form)
    places = [part.key for part in questionnaire.sections]
    section = questionnaire.section_of(asked.key)
    words = previewing.write(questionnaire, chosen)
    page = render_template(
        "waves/preview_question.html",
        wave=wave,
        questionnaire=questionnaire,
        section=section,
        question=asked,
        form=form,
        back_url=_url(wave, before, words) if before else url_for("previews.start", key=key),
        step=f"Part {places.index(section.key) + 1} of {len(places)}: {section.title}",
        promise_text=PROMISE_TEXT[wave.promise],
    )
    return page, 422 if form.errors else 200


def _go_on(wave: Wave, questionnaire: Questionnaire, chosen: previewing.Chosen, asked: Question, form):
    answer = answer_from(asked, form)
    if asked.purpose == "analyse" and answer.choice != "agree":
        return redirect(url_for("previews.end", key=wave.key, stopped=1), 303)
    chosen |= chosen_in({asked.key: answer})
    _before, _asked, after = previewing.around(questionnaire, chosen, asked.key)
    if after is None:
        return redirect(url_for("previews.end", key=wave.key), 303)
    return redirect(_url(wave, after, previewing.write(questionnaire, chosen)), 303)


@blueprint.get("/waves/<key>/preview-end")
def end(key: str):
    """What comes after the last question."""
    wave, questionnaire = _load(key)
    return render_template(
        "waves/preview_end.html", wave=wave, questionnaire=questionnaire, stopped="stopped" in request.args
    )


def _url(wave: Wave, asked: Question, chosen: str = "") -> str:
    return url_for("previews.question", key=wave.key, question_key=asked.key, chosen=chosen or None)
