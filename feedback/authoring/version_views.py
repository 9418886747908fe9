"""Pages that look at words: two versions side by side, and the rules that somebody lets them break, with a reason."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from flask_wtf import FlaskForm

from feedback.authoring import editing, place, store
from feedback.authoring.comparing import compare
from feedback.authoring.faults import find_faults, may_be_waived
from feedback.collection.asking import fielded_versions, is_shipped
from feedback.errors import NotFound
from forms import catalogue
from forms.authoring import WaiverForm
from forms.questionnaire import Questionnaire, Waiver
from forms.stored import from_data

blueprint = Blueprint("versions", __name__)


@blueprint.get("/questionnaires/<key>/versions")
def differences(key: str):
    """Two versions side by side: chosen ones, or the newest and what it began with."""
    found = store.get_questionnaire(place.session(), key)
    offered = _offered(found)
    names = list(offered)
    before, after = (request.args.get(side, "") for side in ("before", "after"))
    after = after if after in offered else names[0]
    before = before if before in offered else names[-1]
    parts = compare(offered[before][1], offered[after][1])
    return render_template(
        "questionnaires/versions.html",
        questionnaire=found,
        own=not is_shipped(key),
        offered=[(name, words) for name, (words, _version) in offered.items()],
        before=before,
        after=after,
        words={name: words for name, (words, _version) in offered.items()},
        parts=[part for part in parts if part.became != "same" or part.moved],
        same=sum(1 for part in parts if part.became == "same" and not part.moved),
    )


def _offered(found: Questionnaire) -> dict[str, tuple[str, Questionnaire]]:
    """{name: (words, questionnaire)} of all versions that can be compared, the newest first."""
    session = place.session()
    saved = store.versions(session, found.key)
    offered = {
        row.version: (
            f"Version {row.number}, {row.saved_by}, {row.saved_on:%-d %B %Y}"
            + (" (now)" if row.version == found.version else ""),
            from_data(row.content),
        )
        for row in saved
    }
    offered = offered or {found.version: ("As it comes with Soundings now", found)}
    asked = store.waves_asking(session).get(found.key, [])
    for version in fielded_versions(session, found.key):
        titles = ", ".join(wave.title for wave in asked if wave.version == version.version)
        words = offered[version.version][0] if version.version in offered else "An earlier version"
        offered[version.version] = (f"{words}, asked in {titles}", version)
    row = store.own_rows(session).get(found.key)
    base = row.based_on if row else None
    if base and is_shipped(base):
        now = catalogue.find(base)
        offered[f"base-{now.version}"] = (f"“{now.title}” as it comes with Soundings ({base})", now)
    if found.version in offered:  # what stands now comes first, even when its words came back
        offered = {found.version: offered.pop(found.version)} | offered
    return offered


@blueprint.route("/questionnaires/<key>/waive", methods=["GET", "POST"])
def waive(key: str):
    """Let one question break one rule of wording, with a reason that stays in the questionnaire."""
    found = place.own(key)
    form = WaiverForm(item=request.args.get("item"), rule=request.args.get("rule"))
    faults = [
        fault for fault in find_faults(found).at(form.item.data or "")
        if fault.rule == form.rule.data and may_be_waived(fault)
    ]  # fmt: skip
    if not faults:
        raise NotFound("Nothing here breaks that rule any more. Go back to the questionnaire and look.")
    if not form.validate_on_submit():
        page = render_template("questionnaires/waive.html", form=form, questionnaire=found, faults=faults)
        return page, 422 if form.errors else 200
    reason = f"{' '.join(form.reason.data.split())} ({current_user.name})"
    waiver = Waiver(form.item.data, str(faults[0].rule), reason)
    flash(*place.saved(key, lambda now: editing.waived(now, waiver), "Noted with its reason."))
    return redirect(url_for("questionnaires.show", key=key), 303)


@blueprint.post("/questionnaires/<key>/unwaive")
def unwaive(key: str):
    """Keep that rule again."""
    place.own(key)
    if FlaskForm().validate():
        waiver = Waiver(request.form.get("item", ""), request.form.get("rule", ""), "")
        flash(*place.saved(key, lambda now: editing.without_waiver(now, waiver), "The rule is kept again."))
    return redirect(url_for("questionnaires.show", key=key), 303)
