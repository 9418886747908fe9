"""The form of a wave as a PDF to print."""

import re

from flask import Blueprint, Response, current_app

from feedback.collection.models import Wave
from feedback.collection.store import asked_version, get_wave
from feedback.errors import NotFound
from feedback.ways.paper import Sheet, pdf
from languages import day

blueprint = Blueprint("paper", __name__)


def wave_on_paper(key: str) -> Wave:
    """The wave with this key; raises NotFound when it asks nothing."""
    wave = get_wave(current_app.extensions["soundings"].database.session(), key)
    if wave.imported:
        raise NotFound("This wave takes files and asks nothing, so it has no form on paper. Choose another wave.")
    return wave


@blueprint.get("/waves/<key>/form.pdf")
def form(key: str):
    """The clean form: nothing of anybody is on it, and it is drawn anew each time."""
    parts, wave = current_app.extensions["soundings"], wave_on_paper(key)
    sheet = Sheet(
        title=wave.title,
        promise=wave.promise,
        help_lines=tuple(parts.settings.help),
        emergency=parts.settings.emergency,
        until=day(wave.closes_on) if wave.closes_on else "",
    )
    drawn = pdf(asked_version(parts.database, wave), sheet)
    called = re.sub(r"[^a-z0-9-]+", "-", key) or "form"
    headers = {"Content-Disposition": f'inline; filename="{called}.pdf"'}
    return Response(drawn, mimetype="application/pdf", headers=headers)
