"""The site: `create_app()` puts settings, database, pages and error pages together."""

import datetime
import secrets
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, g, render_template, request, url_for
from flask_security import current_user
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from feedback import access
from feedback.accounts.signing_in import set_up_sign_in
from feedback.accounts.views import blueprint as accounts
from feedback.board.views import blueprint as board
from feedback.collection.receipts import Digests
from feedback.collection.views import blueprint as collection
from feedback.collection.wave_views import blueprint as waves
from feedback.config import Settings
from feedback.db import Database
from feedback.desk_views import desk
from feedback.errors import SoundingsError
from feedback.evidence.views import blueprint as evidence
from feedback.job_views import blueprint as jobs
from feedback.plan.store import the_plan
from feedback.plan.views import blueprint as plan
from feedback.privacy.views import blueprint as privacy
from feedback.sealing import KeyStore
from feedback.themes.hand_views import blueprint as coding
from feedback.themes.import_views import blueprint as imports
from feedback.themes.views import blueprint as themes
from feedback.triage.views import blueprint as triage

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
BLUEPRINTS = (collection, accounts, plan, waves, jobs, imports, triage, themes, coding, evidence, board, privacy)


@dataclass(frozen=True)
class Parts:
    """What pages and commands work with."""

    settings: Settings
    database: Database
    keys: KeyStore
    digests: Digests


class BoundedId(IntegerConverter):
    """A row id in an address: out of range is simply not found."""

    def __init__(self, url_map):
        super().__init__(url_map, min=1, max=2**63 - 1)


def create_app(settings: Settings | None = None) -> Flask:
    """The site. Raises KeyProblem or DatabaseProblem when it could not serve anybody."""
    settings = settings or Settings.from_environment()
    database = Database(settings)
    app = Flask("feedback", template_folder=str(TEMPLATES), static_folder=str(Path(__file__).parent / "static"))
    app.extensions["soundings"] = Parts(settings, database, KeyStore(settings), Digests(settings))
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body_mb * 1024 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        REMEMBER_COOKIE_SECURE=settings.https,
    )
    app.url_map.converters["id"] = BoundedId
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    set_up_sign_in(app, settings, database)
    access.guard(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _add_own_pages(app)
    _add_page_context(app, settings)
    _add_headers(app)
    _add_error_pages(app)
    protection = CSRFProtect(app)
    # A respondent's forms check their own token, so that a stale one costs nobody their words.
    protection.exempt(collection)
    protection.exempt(privacy)

    @app.teardown_appcontext
    def give_back_the_session(_error):
        database.session.remove()

    return app


def _add_own_pages(app: Flask) -> None:
    @app.get("/accessibility")
    def accessibility():
        return render_template("accessibility.html")

    @app.get("/health")
    def health():
        app.extensions["soundings"].database.check()
        return {"status": "ok"}

    app.get("/desk")(desk)


#: Words, the page they lead to, and the blueprints whose other pages belong under it.
NAVIGATION = (
    ("Read first", "triage.queue", ("triage",)),
    ("Waves", "waves.listing", ("waves", "imports", "jobs")),
    ("Code", "themes.suggestions", ()),
    ("Themes", "themes.codebook", ("themes",)),
    ("Links", "evidence.links", ("evidence",)),
    ("Plan", "plan.priorities", ("plan",)),
    ("Board", "board.plan", ("board",)),
    ("Staff", "accounts.staff", ("accounts",)),
)
ENTRIES = frozenset(endpoint for _words, endpoint, _rooms in NAVIGATION)


def _navigation() -> list[SimpleNamespace]:
    if not current_user.is_authenticated:
        return []
    here = request.endpoint
    room = request.blueprint if here not in ENTRIES else None
    return [
        SimpleNamespace(text=text, href=url_for(endpoint), current=here == endpoint or room in rooms)
        for text, endpoint, rooms in NAVIGATION
        if access.allowed(endpoint)
    ]


def _add_page_context(app: Flask, settings: Settings) -> None:
    """What every page knows: whose site it is, where help is, who is signed in."""

    @app.context_processor
    def site():
        plan = the_plan(app.extensions["soundings"].database.session())
        return {
            "site": SimpleNamespace(
                council=plan.council if plan else "",
                example=bool(plan and plan.example),
                help_lines=settings.help,
                emergency=settings.emergency,
                exit_url=settings.exit_url,
                navigation=_navigation(),
                user_name=current_user.name if current_user.is_authenticated else None,
                passkeys=settings.passkeys,
                totp=settings.totp,
            ),
            "csp_nonce": _nonce,
            "allowed": access.allowed,
            "today": datetime.date.today(),
        }


def _nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def _add_headers(app: Flask) -> None:
    @app.after_request
    def secure(response):
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
            response.headers["Content-Security-Policy"] = (
                f"default-src 'none'; script-src 'self' 'nonce-{_nonce()}'; style-src 'self'; img-src 'self' data:; "
                "font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
                "frame-ancestors 'none'; form-action 'self'"
            )
        return response


WORDS_FOR_STATUS = {
    400: ("We could not read that", "Go back and try once more."),
    403: ("This page is not for your role", "Ask whoever set up your account if you need it."),
    404: ("We cannot find that page", "Check the address, or start from the front page."),
    405: ("That address cannot be used like that", "Go back to the page before and use its button."),
    413: ("That is too large to send", "Send a smaller file, or split it into several."),
    429: ("Too many tries", "Wait a minute, then try again."),
}


def _add_error_pages(app: Flask) -> None:
    """One page for every error: what happened, in a sentence, and what to do."""

    @app.errorhandler(SoundingsError)
    def known(problem: SoundingsError):
        rows = getattr(problem, "rows", ())
        page = render_template(
            "errors/error.html", title="That did not work", sentence=str(problem), what_to_do="", rows=rows
        )
        return page, problem.status

    @app.errorhandler(HTTPException)
    def http(problem: HTTPException):
        if problem.code is None or problem.code < 400:
            return problem
        title, what_to_do = WORDS_FOR_STATUS.get(problem.code, ("That did not work", "Go back and try once more."))
        page = render_template(
            "errors/error.html",
            title=title,
            sentence="Nothing you wrote before was lost.",
            what_to_do=what_to_do,
            rows=(),
        )
        return page, problem.code

    @app.errorhandler(Exception)
    def unexpected(_problem):
        app.logger.exception("unexpected error at %s", request.endpoint)
        page = render_template(
            "errors/error.html",
            title="Something went wrong on our side",
            sentence="It was not your fault, and nothing you sent before was lost.",
            what_to_do="Try again in a minute.",
            rows=(),
        )
        return page, 500
