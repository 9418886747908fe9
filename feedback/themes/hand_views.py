"""The page on which a person codes one text after the other by hand."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.collection.store import words_of
from feedback.edge import row_id
from feedback.themes import by_hand
from feedback.themes.store import get_theme, themes, waves_by_id
from forms.pictures import shows
from forms.questionnaire import AUDIENCES
from forms.staff import CodeForm, choices

blueprint = Blueprint("coding", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _form() -> CodeForm:
    form = CodeForm()
    form.themes.choices = choices((theme.key, theme.name) for theme in themes(_parts().database.session()))
    return form


@blueprint.get("/code/by-hand")
def read_next():
    """The next text without a theme."""
    session = _parts().database.session()
    return _page(by_hand.next_uncoded(session, request.args.get("after", 0, type=row_id)), _form())


@blueprint.post("/code/by-hand/<id:answer_id>")
def save(answer_id: int):
    """The themes ticked are this person's codings of the text; then the next one."""
    form, parts = _form(), _parts()
    answer = by_hand.still_uncoded(parts.database.session(), answer_id)
    if not form.validate():
        return _page(answer, form), 422
    words = words_of(parts.keys, [answer])[answer.id]
    with parts.database.writing() as session:
        by_hand.code_by_hand(
            session,
            by_hand.take_uncoded(session, answer_id),
            length=len(words),
            themes=[get_theme(session, key) for key in form.themes.data],
            sentiment=form.sentiment.data or None,
            by=current_user.name,
            on=datetime.date.today(),
        )
    flash("Saved in your name.")
    return redirect(url_for("coding.read_next", after=answer_id), 303)


def _page(answer, form: CodeForm) -> str:
    parts = _parts()
    session = parts.database.session()
    wave = waves_by_id(session, [answer.wave_id])[answer.wave_id] if answer else None
    return render_template(
        "themes/by_hand.html",
        answer=answer,
        words=words_of(parts.keys, [answer]).get(answer.id) if answer else None,
        about_drawing=bool(answer) and shows(answer.question),
        wave=wave,
        audience=AUDIENCES.get(wave.audience, "Records") if wave else "",
        left=by_hand.uncoded_count(session),
        form=form,
    )
