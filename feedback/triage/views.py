"""Read first: a person reads each response and lets it go on."""

import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.collection.drawings import open_drawing
from feedback.collection.store import asked_version, get_wave, words_of
from feedback.edge import only_a_picture, row_id
from feedback.triage import drawings, store
from feedback.triage.reading import as_read
from forms.questionnaire import AUDIENCES
from forms.staff import DrawingForm, ReleaseForm

blueprint = Blueprint("triage", __name__)


def _parts():
    return current_app.extensions["soundings"]


@blueprint.get("/read")
def queue():
    """What waits to be read: the waves, and one page of the chosen wave."""
    return _queue(request.args.get("wave"), ReleaseForm(read_by=current_user.name), {})


def _drawing_form(place: drawings.Place) -> DrawingForm:
    return DrawingForm(prefix=f"d{place[0]}-{place[1]}")


def _queue(key: str | None, form: ReleaseForm, described: dict[drawings.Place, DrawingForm]) -> str:
    """The page; `described` by place are the forms of drawings that came back."""
    parts, after = _parts(), request.args.get("after", 0, type=row_id)
    session = parts.database.session()
    waiting = store.unread_counts(session)
    key = key or (waiting[0][0].key if waiting else None)
    wave = get_wave(session, key) if key else None
    page = store.unread(session, wave, after) if wave else []
    asked = asked_version(parts.database, wave) if wave and not wave.imported else None
    words = words_of(parts.keys, [answer for response in page for answer in response.answers])
    responses = [as_read(response, asked, words) for response in page]
    places = [(response.id, drawn.item) for response in responses for drawn in response.drawings]
    return render_template(
        "triage/queue.html",
        side=[(url_for("triage.queue", wave=w.key), w.title, number, w.key == key) for w, number in waiting],
        total=sum(number for _wave, number in waiting),
        wave=wave,
        audiences=AUDIENCES,
        responses=responses,
        drawings={place: described.get(place) or _drawing_form(place) for place in places},
        form=next((wrong for wrong in described.values() if wrong.errors), form),
        release=form,
        ticked=form.responses.data or (),
        after=after,
        next_after=page[-1].id if len(page) == store.PAGE else None,
    )


@blueprint.post("/read/<key>/release")
def release(key: str):
    """Release the ticked responses, or all that the page showed, in the reader's name, with what drawings show."""
    form, parts = ReleaseForm(), _parts()
    session = parts.database.session()
    chosen = store.of_wave(session, get_wave(session, key), form.chosen)
    described = {place: _drawing_form(place) for place in drawings.undescribed(session, chosen)}
    if not all([form.validate(), *(drawn.validate() for drawn in described.values())]):
        return _queue(key, form, described), 422
    sealed = drawings.seal_words(parts.keys, {place: drawn.words.data for place, drawn in described.items()})
    with parts.database.writing() as session:
        drawings.describe(session, sealed)
        number = store.release(
            session,
            response_ids=store.of_wave(session, get_wave(session, key), form.chosen),
            read_by=form.read_by.data,
            on=datetime.date.today(),
        )
    flash(f"{number} released. They can now be themed." if number else "These were released before.")
    return redirect(url_for("triage.queue", wave=key, after=request.args.get("after", type=row_id)), 303)


@blueprint.get("/read/<key>/drawing/<id:response_id>/<item>")
def drawing(key: str, response_id: int, item: str):
    """One drawing, for the eyes of whoever reads responses: it is shown, never kept, and nothing in it can run."""
    parts = _parts()
    session = parts.database.session()
    (found,) = store.of_wave(session, get_wave(session, key), [response_id]) or [0]
    return only_a_picture(open_drawing(session, parts.keys, found, item))
