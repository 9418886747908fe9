"""The page that makes all others easier to read."""

from functools import lru_cache

from flask import Blueprint, current_app, redirect, render_template, request
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from feedback.collection import easier, language_choice
from languages import LANGUAGES, Language, spoken
from languages import gettext as _

blueprint = Blueprint("easier", __name__)


@lru_cache(maxsize=len(LANGUAGES))
def _form_class(_language: Language) -> type[FlaskForm]:
    """A choice of two for each setting. What is neither of them counts as usual: there is nothing to get wrong."""
    fields = {
        setting.name: RadioField(
            _(setting.question),
            choices=[SelectChoice(easier.USUAL, _(setting.usual)), SelectChoice(setting.name, _(setting.otherwise))],
            validate_choice=False,
        )
        for setting in easier.SETTINGS
    }
    return type("EasierForm", (FlaskForm,), fields | {"back": HiddenField()})


@blueprint.route("/easier", methods=["GET", "POST"])
def choose():
    """Show the settings; keep them in a cookie, and go back to where one came from."""
    now = easier.chosen(request.cookies.get(easier.COOKIE))
    shown = {setting.name: setting.name if setting.name in now else easier.USUAL for setting in easier.SETTINGS}
    form = _form_class(spoken())(data=shown | {"back": easier.way_back(request.args.get("back"))})
    if not form.validate_on_submit():
        form.back.data = easier.way_back(form.back.data)
        page = render_template(
            "collection/easier.html",
            form=form,
            settings=easier.SETTINGS,
            languages=[LANGUAGES[code] for code in language_choice.offered()],
        )
        return page, 422 if form.errors else 200
    answer = redirect(easier.way_back(form.back.data), 303)
    wanted = easier.as_cookie({name for name in shown if form[name].data == name})
    if not wanted:
        answer.delete_cookie(easier.COOKIE)
        return answer
    secure = current_app.extensions["soundings"].settings.https
    answer.set_cookie(easier.COOKIE, wanted, httponly=True, samesite="Lax", secure=secure)
    return answer


@blueprint.get("/language/<code>")
def language(code: str):
    """Speak this language from now on, and go back to where one came from; an unknown one changes nothing."""
    answer = redirect(easier.way_back(request.args.get("back")), 303)
    if code in LANGUAGES:
        secure = current_app.extensions["soundings"].settings.https
        answer.set_cookie(language_choice.COOKIE, code, httponly=True, samesite="Lax", secure=secure)
    return answer
