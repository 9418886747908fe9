"""Serves the recordings in which a person reads a question aloud."""

from flask import Blueprint, current_app, send_from_directory

from feedback.collection.recordings import FOLDER, KINDS
from feedback.errors import NotFound
from languages import LANGUAGES
from languages import gettext as _

blueprint = Blueprint("recordings", __name__)


@blueprint.get("/recordings/<language>/<name>")
def listen(language: str, name: str):
    """One recording; only files of sound, only from their folder."""
    folder = current_app.extensions["soundings"].settings.folder / FOLDER
    if language not in LANGUAGES or not name.endswith(KINDS) or not (folder / language / name).is_file():
        raise NotFound(_("Nobody has recorded this question yet."))
    return send_from_directory(folder / language, name, conditional=True)
