"""Making the codes of a wave, and the sheet of slips to print: shown once, because only digests are kept."""

import datetime
from types import SimpleNamespace

from flask import Blueprint, current_app, g, render_template, url_for

from feedback.collection import invitations, store
from feedback.collection.invitations import Slip
from feedback.collection.models import Wave
from feedback.collection.posters import qr_code
from feedback.collection.wave_views import ON_POSTERS
from feedback.errors import Refused
from forms.fielding import CodesForm, NamedCodesForm

blueprint = Blueprint("codes", __name__)
#: Most slips on one sheet; the command makes more at once.
ON_A_SHEET = 200


def _parts():
    return current_app.extensions["soundings"]


@blueprint.route("/waves/<key>/codes", methods=["GET", "POST"])
def make(key: str):
    """How many, or for whom; then the sheet, as this request's own reply."""
    parts = _parts()
    session = parts.database.session()
    wave = store.get_wave(session, key)
    form = NamedCodesForm() if wave.promise == "traceable" else CodesForm()
    if form.validate_on_submit():
        wanted = _wanted(form)
        try:
            _refuse_too_many(wanted)
            slips = invitations.make_codes(
                parts.database, parts.keys, parts.digests, wave, wanted, datetime.date.today()
            )
            return _sheet(store.get_wave(parts.database.session(), key), slips)
        except Refused as problem:
            _field_of(form).errors = [str(problem)]
    waiting, spent = invitations.counts_of(session, wave)
    page = render_template("waves/codes.html", form=form, wave=wave, waiting=waiting, spent=spent)
    return page, 422 if form.errors else 200


def _field_of(form):
    return form.number if isinstance(form, CodesForm) else form.references


def _wanted(form) -> list[str]:
    """The references, or as many empty ones as codes are wanted."""
    if isinstance(form, CodesForm):
        return [""] * form.number.data
    return [line.strip() for line in form.references.data.splitlines() if line.strip()]


def _refuse_too_many(wanted: list[str]) -> None:
    if len(wanted) > ON_A_SHEET:
        raise Refused(
            f"A sheet has {ON_A_SHEET} slips at most. Make several, or use the command “soundings wave codes”."
        )


def _sheet(wave: Wave, slips: list[Slip]) -> str:
    scheme = "https" if _parts().settings.https else "http"
    shown = []
    for place, slip in enumerate(slips, 1):
        address = url_for("invitations.arrive", typed=slip.code, _external=True, _scheme=scheme)
        picture = qr_code(address, f"QR code of slip {place}", key=f"slip-{place}-qr")
        shown.append(SimpleNamespace(code=slip.code, reference=slip.reference, picture=picture))
    g.wave = wave
    return render_template(
        "waves/slips.html",
        wave=wave,
        questionnaire=store.asked_version(_parts().database, wave),
        slips=shown,
        address=url_for("invitations.enter", _external=True, _scheme=scheme),
        promise=ON_POSTERS[wave.promise],
    )
