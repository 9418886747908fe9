"""Who may open what: one table of routes and roles, enforced before every request. A route not listed is shut."""

from flask import Flask, abort, g, redirect, request, session, url_for
from flask_security import current_user

ROLES = {
    "admin": "Sets up staff accounts and the platform",
    "participation_lead": "Opens waves, reads, agrees themes and links them",
    "coder": "Confirms or rejects suggested codings",
    "safeguarding_lead": "Reads responses and decides on concerns",
    "champion": "Owns a section of the plan",
    "board_member": "Reads the board's pages",
    "practitioner": "Takes part in the sounding board",
}

PUBLIC = frozenset({"public"})
SIGNED_IN = frozenset(ROLES)
LEAD = frozenset({"participation_lead"})
READERS = LEAD | {"safeguarding_lead"}
CODERS = LEAD | {"coder"}
BOARD = SIGNED_IN - {"practitioner"}
ADMIN = frozenset({"admin"})
SAFEGUARDING = frozenset({"safeguarding_lead"})

#: Blueprints whose pages are for people who answer.
RESPONDENTS = frozenset(
    {
        "collection", "drawings", "returning", "easier", "recordings", "privacy", "assisted", "kiosk", "invitations",
        "reaching",
    }
)  # fmt: skip

#: endpoint -> who may open it. `tests/test_access.py` fails when a route is missing or goes beyond its line.
ROUTES: dict[str, frozenset[str]] = {
    "static": PUBLIC,
    "accessibility": PUBLIC,
    "health": PUBLIC,
    "collection.welcome": PUBLIC,
    "collection.who_reads": PUBLIC,
    "collection.start": PUBLIC,
    "collection.question": PUBLIC,
    "drawings.kept": PUBLIC,
    "collection.check": PUBLIC,
    "collection.send": PUBLIC,
    "collection.leave": PUBLIC,
    "collection.not_today": PUBLIC,
    "assisted.helping": PUBLIC,
    "kiosk.start": PUBLIC,
    "kiosk.still_there": PUBLIC,
    "kiosk.receipt": PUBLIC,
    "kiosk.over": PUBLIC,
    "kiosk.leave": PUBLIC,
    "easier.choose": PUBLIC,
    "easier.language": PUBLIC,
    "recordings.listen": PUBLIC,
    "invitations.arrive": PUBLIC,
    "invitations.enter": PUBLIC,
    "reaching.ask": PUBLIC,
    "returning.later": PUBLIC,
    "returning.come_back": PUBLIC,
    "privacy.receipt": PUBLIC,
    "privacy.take_away": PUBLIC,
    "desk": SIGNED_IN,
    "accounts.staff": ADMIN,
    "accounts.add_staff": ADMIN,
    "accounts.set_active": ADMIN,
    "plan.priorities": BOARD,
    "plan.edit": LEAD | {"champion"},
    "plan.add": LEAD,
    "waves.listing": READERS | CODERS,
    "waves.add": LEAD,
    "waves.show": READERS | CODERS,
    "waves.poster": READERS | CODERS,
    "waves.analyse": LEAD,
    "languages.of_wave": LEAD,
    "tablets.begin": READERS | CODERS,
    "tablets.unlock": READERS | CODERS,
    "paper.form": READERS | CODERS,
    "typing.batches": READERS | CODERS,
    "typing.add_batch": LEAD,
    "typing.batch": READERS | CODERS,
    "typing.form": READERS | CODERS,
    "typing.compare": READERS,
    "publishing.change": LEAD,
    "publishing.publish": LEAD,
    "previews.start": READERS | CODERS,
    "previews.question": READERS | CODERS,
    "previews.end": READERS | CODERS,
    "codes.make": LEAD,
    "requests.listing": SAFEGUARDING,
    "requests.show": SAFEGUARDING,
    "tracing.who": SAFEGUARDING,
    "questionnaires.listing": LEAD,
    "questionnaires.show": LEAD,
    "questionnaires.copy": LEAD,
    "questionnaires.opening": LEAD,
    "questionnaires.tested": LEAD,
    "questions.edit": LEAD,
    "questions.preview": LEAD,
    "questions.kind": LEAD,
    "new_questions.add": LEAD,
    "new_questions.new": LEAD,
    "new_questions.preview": LEAD,
    "arranging.move": LEAD,
    "arranging.remove": LEAD,
    "arranging.asked_if": LEAD,
    "arranging.add_section": LEAD,
    "arranging.section": LEAD,
    "arranging.remove_section": LEAD,
    "versions.differences": LEAD,
    "versions.waive": LEAD,
    "versions.unwaive": LEAD,
    "carrying.download": LEAD,
    "carrying.upload": LEAD,
    "carrying.next_version": LEAD,
    "jobs.show": READERS | CODERS,
    "imports.upload": LEAD,
    "imports.preview": LEAD,
    "triage.queue": READERS,
    "triage.release": READERS,
    "triage.drawing": READERS,
    "themes.codebook": BOARD,
    "themes.add": CODERS,
    "themes.edit": CODERS,
    "themes.topics": CODERS,
    "themes.agree": CODERS,
    "themes.suggestions": CODERS,
    "themes.decide": CODERS,
    "themes.decide_all": CODERS,
    "coding.read_next": CODERS,
    "coding.save": CODERS,
    "evidence.links": LEAD,
    "evidence.decide_link": LEAD,
    "evidence.items": LEAD,
    "evidence.add_item": LEAD,
    "evidence.quotes": LEAD,
    "evidence.clear_quote": LEAD,
    "search.quotes": BOARD,
    "board.plan": BOARD,
    "board.evidence": BOARD,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.change_password": SIGNED_IN,
    "security.verify": SIGNED_IN,
    "security.static": PUBLIC,
    "security.two_factor_setup": SIGNED_IN,
    "security.two_factor_setup_validate": SIGNED_IN,
    "security.two_factor_token_validation": PUBLIC,
    "security.two_factor_rescue": PUBLIC,
    "security.tf_select": PUBLIC,
    "security.mf_recovery": PUBLIC,
    "security.mf_recovery_codes": SIGNED_IN,
    "security.wan_register": SIGNED_IN,
    "security.wan_register_response": SIGNED_IN,
    "security.wan_signin": PUBLIC,
    "security.wan_signin_response": PUBLIC,
    "security.wan_delete": SIGNED_IN,
    "security.wan_verify": SIGNED_IN,
    "security.wan_verify_response": SIGNED_IN,
}


def role_in_words(role: str) -> str:
    """A role as people call it: participation_lead is a "Participation lead"."""
    return role.replace("_", " ").capitalize()


def roles_here() -> set[str]:
    """The roles of whoever makes this request; nobody has none."""
    if "roles" not in g:
        g.roles = current_user.role_names if current_user.is_authenticated else set()
    return g.roles


def allowed(endpoint: str) -> bool:
    """May whoever makes this request open this endpoint?"""
    wanted = ROUTES.get(endpoint, frozenset())
    return wanted == PUBLIC or bool(wanted & roles_here())


def spare_respondents(app: Flask) -> None:
    """Ask nobody who they are on a page for respondents, unless they have signed in.

    Flask-Login would write their cookie anew with every answer. Must come before the sign-in looks at a request.
    """
    nobody = app.login_manager.anonymous_user
    remembers = app.config.get("REMEMBER_COOKIE_NAME", "remember_token")

    def spare():
        if request.blueprint in RESPONDENTS and "_user_id" not in session and remembers not in request.cookies:
            g._login_user = nobody()

    app.before_request_funcs.setdefault(None, []).insert(0, spare)


def guard(app: Flask) -> None:
    """Check every request against the table: sign-in page for strangers, 403 for the wrong role."""

    @app.before_request
    def check():
        if request.endpoint is None or allowed(request.endpoint):
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
        return abort(403)
