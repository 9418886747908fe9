"""A respondent's own drawing, shown to nobody but the browser that has the code of what it belongs to."""

from flask import Blueprint, current_app, request

from feedback.collection.drawings import picture_of
from feedback.collection.place import find_place
from feedback.collection.views import COOKIE
from feedback.edge import only_a_picture
from feedback.errors import NotFound
from languages import gettext as _

blueprint = Blueprint("drawings", __name__)


@blueprint.get("/w/<key>/q/<question_key>/drawing")
def kept(key: str, question_key: str):
    """What was drawn for a question and is not sent yet."""
    parts, code = current_app.extensions["soundings"], request.cookies.get(COOKIE)
    place = find_place(parts.database, parts.digests, key, code)
    if place.unfinished is None:
        raise NotFound(_("There is no drawing here."))
    answer = place.unfinished.answers.get(question_key)
    return only_a_picture(picture_of(parts.database, parts.digests, place.wave.id, code, answer))
