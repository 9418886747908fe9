"""How a browser keeps its place in a wave: a cookie with the code of what was begun, and the address of a question."""

from flask import current_app, redirect, render_template, request, url_for

from feedback.collection.models import Wave
from forms.questionnaire import Question

COOKIE = "place"


def give_code(answer, wave: Wave, code: str):
    """This answer, with the code of an unfinished response in its cookie: only the pages of its wave are sent it."""
    secure = current_app.extensions["soundings"].settings.https
    answer.set_cookie(COOKIE, code, path=f"/w/{wave.key}", httponly=True, samesite="Lax", secure=secure)
    return answer


def lost_place(wave):
    """No draft here: cookies are off, the day has passed, or it was sent already."""
    if COOKIE not in request.cookies:
        return render_template("collection/cookies.html", wave=wave)
    return redirect(url_for("collection.start", key=wave.key), 303)


def question_url(wave, asked: Question) -> str:
    """The page of a question."""
    return url_for("collection.question", key=wave.key, question_key=asked.key)
