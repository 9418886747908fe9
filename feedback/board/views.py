"""What the board reads."""

from types import SimpleNamespace

from flask import Blueprint, current_app, render_template

from feedback.board.charts import dots, lines
from feedback.board.overview import plan_page
from feedback.board.pages import evidence_page

blueprint = Blueprint("board", __name__)


def _parts():
    return current_app.extensions["soundings"]


@blueprint.get("/board")
def plan():
    """All priorities on one page: what each audience says."""
    parts = _parts()
    return render_template("board/plan.html", page=plan_page(parts.database.session(), parts.settings))


@blueprint.get("/board/<key>")
def evidence(key: str):
    """One priority: what each source says, and what was left out."""
    parts = _parts()
    page = evidence_page(parts.database.session(), parts.keys, parts.settings, key)
    pictures = SimpleNamespace(dots=dots(page), lines=lines(page))
    return render_template("board/evidence.html", page=page, pictures=pictures)
