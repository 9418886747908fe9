"""The respondent's way: start, one question a page, check, send, receipt."""

import datetime
from hmac import compare_digest
from types import SimpleNamespace

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from wtforms import HiddenField
from wtforms.validators import InputRequired

from feedback.collection import admission, drafts, drawings, sending, store
from feedback.collection.beginning import begin
from feedback.collection.drafts import Unfinished
from feedback.collection.editions import languages_of
from feedback.collection.keeping import keep, keep_drawing
from feedback.collection.keeping_place import COOKIE, lost_place, question_url
from feedback.collection.language_choice import asked_now, offered
from feedback.collection.models import Wave
from feedback.collection.place import find_place
from feedback.collection.receipt_page import receipt_page
from feedback.collection.recordings import find_recording
from feedback.errors import WaveClosed
from forms.answering import (
    Answer,
    AnswerState,
    TokenlessForm,
    answer_from,
    chosen_in,
    complete,
    contacts,
    form_data,
    form_for,
    in_words,
)
from forms.questionnaire import AUDIENCES, Question, Questionnaire
from languages import ENGLISH, LANGUAGES, Language, marked
from languages import gettext as _

blueprint = Blueprint("collection", __name__)

PROMISE_TEXT = {
    "anonymous": marked("We do not know who you are, so we cannot come and help from this page."),
    "traceable": marked("We know who this page was sent to. If you are not safe, an adult will act."),
}


class StartForm(TokenlessForm):
    """Begin; nothing to fill in."""


class SendForm(TokenlessForm):
    """Send; carries the key that makes sending twice the same as once."""

    key = HiddenField(validators=[InputRequired()])


def _parts():
    return current_app.extensions["soundings"]


def _today() -> datetime.date:
    return datetime.date.today()


def _load(key: str) -> tuple[Wave, Questionnaire, Unfinished | None]:
    """The wave, its questionnaire, and what this browser has answered; raises NotFound."""
    parts = _parts()
    place = find_place(parts.database, parts.digests, key, request.cookies.get(COOKIE))
    g.house, g.wave, g.unfinished = place.house, place.wave, place.unfinished
    return place.wave, asked_now(place.wave), place.unfinished


@blueprint.get("/")
def welcome():
    """The front page: what is open to be answered."""
    waves = [
        SimpleNamespace(
            title=wave.title,
            audience_words=_(AUDIENCES[wave.audience]),
            url=url_for("collection.start", key=wave.key),
        )
        for wave in store.open_waves(_parts().database.session(), _today())
        if not wave.by_code
    ]
    languages = [LANGUAGES[code] for code in offered()]
    return render_template("collection/welcome.html", waves=waves, languages=languages)


@blueprint.get("/who-reads-this")
def who_reads():
    """Who reads what is sent, in plain words."""
    return render_template("collection/who_reads.html")


@blueprint.route("/w/<key>", methods=["GET", "POST"])
def start(key: str):
    """What this is and what is promised; beginning makes a draft."""
    wave, questionnaire, unfinished = _load(key)
    if not wave.is_open(_today()):
        return _closed(wave)
    mine = unfinished if wave.by_code else None
    if mine is None and not admission.may_start(wave):
        return admission.turn_away()
    form = StartForm()
    if form.validate_on_submit():
        return begin(wave, questionnaire, mine=mine)
    return render_template(
        "collection/start.html",
        wave=wave,
        questionnaire=questionnaire,
        form=form,
        trial=bool(wave.draft_accepted_by),
        promise_text=_(PROMISE_TEXT[wave.promise]),
        languages=_languages(wave),
    )


@blueprint.route("/w/<key>/q/<question_key>", methods=["GET", "POST"])
def question(key: str, question_key: str):
    """One question; Continue keeps the answer and goes on."""
    wave, questionnaire, unfinished = _load(key)
    if not wave.may_be_finished(_today()):
        return _closed(wave, unfinished)
    way = _way(questionnaire, unfinished) if unfinished else ()
    asked = next((item for item in way if item.key == question_key), None)
    if asked is None:  # nothing was begun, or the question is not on this person's way
        return lost_place(wave) if unfinished is None else redirect(url_for("collection.check", key=key), 303)
    kept = unfinished.answers.get(asked.key)
    form = form_for(asked)(data=form_data(asked, kept) if kept else None)
    if form.validate_on_submit():
        return _keep(wave, questionnaire, unfinished, answer_from(asked, form), form.picture)
    if form.picture:
        keep_drawing(wave, request.cookies[COOKIE], unfinished, asked.key, form.picture)
    status = 422 if form.errors else 200
    return _question_page(wave, questionnaire, way, asked, form, asked.key in unfinished.drawn), status


def _languages(wave: Wave) -> list[Language]:
    """The languages this wave can be read in; English alone is no choice."""
    others = languages_of(_parts().database.session(), [wave.id]).get(wave.id, [])
    return [ENGLISH, *(LANGUAGES[row.language] for row in others)] if others else []


def _closed(wave: Wave, unfinished: Unfinished | None = None):
    """Its time is over, or has not come; whoever had begun is told what became of their words."""
    return render_template("collection/closed.html", wave=wave, begun=unfinished is not None), WaveClosed.status


def _way(questionnaire: Questionnaire, unfinished: Unfinished) -> tuple[Question, ...]:
    """The questions this person is asked, by what they have answered so far."""
    return questionnaire.asked(chosen_in(unfinished.answers))


def _question_page(wave, questionnaire: Questionnaire, way: tuple[Question, ...], asked: Question, form, drawn: bool):
    place = way.index(asked)
    before = way[place - 1] if place else None
    section = questionnaire.section_of(asked.key)
    places = [part.key for part in questionnaire.sections]
    number = places.index(section.key) + 1
    step = _("Part %(number)s of %(all)s: %(title)s", number=number, all=len(places), title=section.title)
    back = question_url(wave, before) if before else url_for("collection.start", key=wave.key)
    if "check" in request.args:
        back = url_for("collection.check", key=wave.key)
    return render_template(
        "collection/question.html",
        wave=wave,
        questionnaire=questionnaire,
        section=section,
        question=asked,
        form=form,
        back_url=back,
        step=step,
        kept_url=url_for("drawings.kept", key=wave.key, question_key=asked.key) if drawn else None,
        drawing_days=_parts().settings.drawing_days,
        promise_text=_(PROMISE_TEXT[wave.promise]),
        recording=find_recording(_parts().settings.folder, questionnaire.language, asked),
    )


def _keep(wave, questionnaire: Questionnaire, unfinished: Unfinished, answer: Answer, picture: bytes | None):
    """Keep an answer and go to the next page, or away when somebody says not today."""
    parts, cookie = _parts(), request.cookies[COOKIE]
    asked = questionnaire.question(answer.question)
    if asked.purpose == "analyse" and answer.choice != "agree":
        with parts.database.writing() as session:
            drafts.discard_draft(session, parts.digests, cookie)
        return redirect(url_for("collection.not_today", key=wave.key), 303)
    elsewhere = _elsewhere(wave, asked)
    # Who only stops here has not left the question out: it is asked again.
    if not (elsewhere and answer.state is AnswerState.BLANK and asked.key not in unfinished.answers):
        keep(wave, cookie, unfinished, answer, picture)
    if elsewhere:
        return redirect(elsewhere, 303)
    way = _way(questionnaire, unfinished)
    following = way[way.index(asked) + 1 :]
    # Whoever changes an answer may come onto another way, and is asked what is new on it.
    if "check" in request.args:
        following = [item for item in following if item.show_if and item.key not in unfinished.answers]
    if not following:
        return redirect(url_for("collection.check", key=wave.key), 303)
    return redirect(question_url(wave, following[0]), 303)


def _elsewhere(wave: Wave, asked: Question) -> str | None:
    """Where somebody goes who did not press Continue."""
    then = request.form.get("then")
    if then == "later":
        return url_for("returning.later", key=wave.key)
    if then == "easier":
        back = question_url(wave, asked) + ("?check=1" if request.args.get("check") == "1" else "")
        return url_for("easier.choose", back=back)
    return None


@blueprint.get("/w/<key>/check")
def check(key: str):
    """Everything answered, with a way to change each."""
    wave, questionnaire, unfinished = _load(key)
    if not wave.may_be_finished(_today()):
        return _closed(wave, unfinished)
    if unfinished is None or not _agreed(questionnaire, unfinished):
        return lost_place(wave)
    rows = [
        SimpleNamespace(
            question=asked.text,
            answer=in_words(asked, unfinished.answers.get(asked.key)) or _("You left this out"),
            picture_url=asked.key in unfinished.drawn and url_for("drawings.kept", key=key, question_key=asked.key),
            change_url=url_for("collection.question", key=key, question_key=asked.key, check=1),
        )
        for asked in _way(questionnaire, unfinished)
        if asked.is_answered
    ]
    form = SendForm(key=unfinished.key)
    return render_template("collection/check.html", wave=wave, questionnaire=questionnaire, rows=rows, form=form)


@blueprint.post("/w/<key>/send")
def send(key: str):
    """Store the response, then show its receipt as this request's own reply: it has no address of its own."""
    wave, questionnaire, unfinished = _load(key)
    parts, sent_key = _parts(), request.form.get("key", "")
    # Nobody else knows the key on this browser's own page: it also shows that the request comes from there.
    mine = unfinished is not None and compare_digest(unfinished.key.encode(), sent_key.encode())
    if not mine and not sending.already_sent(parts.database, parts.digests, sent_key):
        return redirect(url_for("collection.check", key=key), 303) if unfinished else lost_place(wave)
    if mine and not wave.may_be_finished(_today()):
        return _closed(wave, unfinished)
    if mine and not _agreed(questionnaire, unfinished):
        return lost_place(wave)
    words = sending.send_response(
        parts.database,
        parts.keys,
        parts.digests,
        wave=wave,
        key=sent_key,
        answers=complete(questionnaire, unfinished.answers) if mine else (),
        besides=_besides(wave, questionnaire, unfinished) if mine else None,
        cookie=request.cookies.get(COOKIE) if mine else None,
        today=_today(),
    )
    # A shared tablet shows the receipt at an address of its own, so that Back finds no form to send again.
    return redirect(g.after_sending, 303) if "after_sending" in g else receipt_page(wave, words)


def _besides(wave: Wave, questionnaire: Questionnaire, unfinished: Unfinished) -> sending.Besides:
    parts, given = _parts(), unfinished.answers
    drawn = drawings.pictures_of(parts.database, parts.digests, wave.id, request.cookies[COOKIE], given)
    return sending.Besides(unfinished.mode, unfinished.invitation, contacts(questionnaire, given), drawn)


@blueprint.get("/w/<key>/leave")
def leave(key: str):
    """Away from here, and nothing in this browser leads back to the answers: only the eight words do."""
    answer = redirect(_parts().settings.exit_url, 303)
    # Another site that only pretends that somebody leaves costs nobody their place.
    if request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}:
        secure = _parts().settings.https
        answer.delete_cookie(COOKIE, path=f"/w/{key}", httponly=True, samesite="Lax", secure=secure)
        admission.forget_code(answer, key)
    return answer


@blueprint.get("/w/<key>/not-today")
def not_today(key: str):
    """Somebody chose not to answer: thank them, keep nothing."""
    wave, _questionnaire, _unfinished = _load(key)
    return render_template("collection/not_today.html", wave=wave)


def _agreed(questionnaire: Questionnaire, unfinished: Unfinished) -> bool:
    consent = next(item for item in questionnaire.questions if item.purpose == "analyse")
    given = unfinished.answers.get(consent.key)
    return given is not None and given.choice == "agree"
