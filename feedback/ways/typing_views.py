"""Staff pages of paper: piles, typing a form in, and choosing where two people typed it differently."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user

from feedback.collection.store import asked_version
from feedback.errors import NotFound, Refused
from feedback.ways import batches, settling, typing_in
from feedback.ways.paper_views import wave_on_paper
from forms.on_paper import on_paper, questions_on_paper
from forms.typed import agreed, fits, form_for_paper, kept, typed
from forms.ways import BatchForm, settle_form

blueprint = Blueprint("typing", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _session():
    return _parts().database.session()


@blueprint.app_template_global("paper_batches")
def paper_batches(wave) -> list[batches.Progress]:
    """How far each pile of a wave is, for the wave's page: that page knows nothing of paper itself."""
    session = _session()
    return [batches.progress(batch, batches.entries_of(session, batch)) for batch in batches.batches_of(session, wave)]


@blueprint.app_template_global("typed_differently")
def typed_differently(wave) -> list[tuple[str, int, int]]:
    """[(question, how often two people typed it, how often differently)] of those that ever differed."""
    session, found = _session(), {}
    for batch in batches.batches_of(session, wave):
        for key, (compared, differed) in batches.by_question(batches.entries_of(session, batch)).items():
            before = found.get(key, (0, 0))
            found[key] = before[0] + compared, before[1] + differed
    asked = questions_on_paper(asked_version(_parts().database, wave))
    return [(q.text, *found[q.key]) for q in asked if found.get(q.key, (0, 0))[1]]


@blueprint.get("/waves/<key>/paper", endpoint="batches")
def batches_page(key: str):
    """The piles of a wave, and a form to count another."""
    return _batches_page(key, BatchForm())


def _batches_page(key: str, form: BatchForm):
    return render_template("paper/batches.html", wave=wave_on_paper(key), form=form), 422 if form.errors else 200


@blueprint.post("/waves/<key>/paper/add")
def add_batch(key: str):
    """Count a pile; the program draws here which of its forms are typed twice."""
    form, parts = BatchForm(), _parts()
    if not form.validate():
        return _batches_page(key, form)
    twice = batches.drawn(form.forms.data, form.rule.data, form.first.data)
    try:
        with parts.database.writing() as session:
            wave = wave_on_paper(key)
            counted = {"name": form.name.data, "forms": form.forms.data, "twice": twice}
            batch_id = batches.make_batch(session, wave, **counted, by=current_user.name).id
    except Refused as problem:
        form.name.errors = [str(problem)]
        return _batches_page(key, form)
    flash("Number the forms from 1 on, in the box at their end. Then type them in.")
    return redirect(url_for("typing.batch", key=key, batch_id=batch_id), 303)


@blueprint.get("/waves/<key>/paper/<id:batch_id>")
def batch(key: str, batch_id: int):
    """One pile: what is typed, what waits for a second person, what waits to be settled."""
    wave, session = wave_on_paper(key), _session()
    found = batches.get_batch(session, wave, batch_id)
    entries = batches.entries_of(session, found)
    mine = {entry.number for entry in entries if entry.typist_id == current_user.id}
    return render_template(
        "paper/batch.html", wave=wave, progress=batches.progress(found, entries), entries=entries, mine=mine
    )


def _form_on_paper(key: str, batch_id: int, number: int):
    """The wave, its questionnaire, the pile, the form when it was typed, and whose turn it is."""
    wave, session = wave_on_paper(key), _session()
    found = batches.get_batch(session, wave, batch_id)
    entry = batches.get_entry(session, found, number)
    return wave, asked_version(_parts().database, wave), found, entry


@blueprint.route("/waves/<key>/paper/<id:batch_id>/<id:number>", methods=["GET", "POST"])
def form(key: str, batch_id: int, number: int):
    """All questions on one page, in the order of the paper; the second typist sees nothing of the first."""
    wave, questionnaire, found, entry = _form_on_paper(key, batch_id, number)
    turn = batches.turn(found, entry, number, current_user.id)
    page = form_for_paper(questionnaire)()
    if page.validate_on_submit() and fits(questionnaire, page):
        return _store(wave, questionnaire, found, number, turn, typed(questionnaire, page))
    shown = {"wave": wave, "batch": found, "number": number, "second": turn == batches.SECOND, "form": page}
    sections = on_paper(questionnaire)
    return render_template("paper/type.html", **shown, sections=sections), 422 if page.errors else 200


def _store(wave, questionnaire, found, number: int, turn: str, given):
    parts = _parts()
    sheet = typing_in.Sheet(found.id, number, current_user.name, current_user.id, datetime.date.today())
    said = {"questionnaire": questionnaire, "sheet": sheet, "given": given}
    place = {"key": wave.key, "batch_id": found.id}
    if turn == batches.SECOND:
        alike = typing_in.type_second(parts.database, parts.keys, **said)
        flash(f"Form {number}: {'both typed the same' if alike else 'kept; somebody settles what differs'}.")
        return redirect(url_for("typing.batch", **place), 303)
    words = typing_in.type_first(parts.database, parts.keys, parts.digests, wave=wave, **said)
    left_out = kept(questionnaire, given).left_out if agreed(questionnaire, given) else ()
    session = _session()
    batch_now = batches.get_batch(session, wave_on_paper(wave.key), place["batch_id"])
    progress = batches.progress(batch_now, batches.entries_of(session, batch_now))
    # The words have no address of their own: this page is the reply to the form.
    shown = {"progress": progress, "number": number, "words": words, "left_out": left_out}
    return render_template("paper/typed.html", **shown, **place)


@blueprint.route("/waves/<key>/paper/<id:batch_id>/<id:number>/settle", methods=["GET", "POST"])
def compare(key: str, batch_id: int, number: int):
    """The two side by side; somebody looks at the paper and chooses, with a reason."""
    wave, questionnaire, found, entry = _form_on_paper(key, batch_id, number)
    if entry is None:
        raise NotFound(f"Form {number} has not been typed in yet.")
    parts, asked = _parts(), questions_on_paper(questionnaire)
    differing = settling.differences(_session(), parts.keys, questionnaire, asked, entry)
    page = settle_form([one.question.key for one in differing])()
    if page.validate_on_submit():
        chosen = {q.key: (page[f"c_{q.key}"].data, page[f"r_{q.key}"].data) for q in (d.question for d in differing)}
        said = {"questionnaire": questionnaire, "entry_id": entry.id, "chosen": chosen, "by": current_user.name}
        settling.settle(parts.database, parts.keys, **said)
        flash(f"Form {number} is settled.")
        return redirect(url_for("typing.batch", key=key, batch_id=batch_id), 303)
    shown = {"wave": wave, "batch": found, "number": number, "entry": entry, "differing": differing, "form": page}
    return render_template("paper/settle.html", **shown), 422 if page.errors else 200
