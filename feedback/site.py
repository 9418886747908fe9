"""The site: `create_app()` puts settings, database, pages and error pages together."""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, g, render_template, request, url_for
from flask_security import current_user
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from feedback import access, edge, request_log
from feedback.accounts.signing_in import set_up_sign_in
from feedback.accounts.views import blueprint as accounts
from feedback.authoring.file_views import blueprint as carrying
from feedback.authoring.new_views import blueprint as new_questions
from feedback.authoring.order_views import blueprint as arranging
from feedback.authoring.question_views import blueprint as questions
from feedback.authoring.version_views import blueprint as versions
from feedback.authoring.views import blueprint as questionnaires
from feedback.board.views import blueprint as board
from feedback.collection import easier, language_choice
from feedback.collection.code_views import blueprint as codes
from feedback.collection.drawing_views import blueprint as drawings
from feedback.collection.easier_views import blueprint as easier_pages
from feedback.collection.help_views import blueprint as reaching
from feedback.collection.help_views import requests
from feedback.collection.invitation_views import blueprint as invitations
from feedback.collection.language_views import blueprint as languages
from feedback.collection.preview_views import blueprint as previews
from feedback.collection.publishing_views import blueprint as publishing
from feedback.collection.receipts import Digests
from feedback.collection.recording_views import blueprint as recordings
from feedback.collection.returning_views import blueprint as returning
from feedback.collection.tracing_views import blueprint as tracing
from feedback.collection.views import blueprint as collection
from feedback.collection.wave_views import blueprint as waves
from feedback.config import CHECKOUT, HelpLine, Settings
from feedback.db import Database
from feedback.desk_views import desk
from feedback.error_pages import add_error_pages
from feedback.evidence.search_views import blueprint as search
from feedback.evidence.views import blueprint as evidence
from feedback.job_views import blueprint as jobs
from feedback.operating.health import problems
from feedback.plan.store import house
from feedback.plan.views import blueprint as plan
from feedback.privacy.views import blueprint as privacy
from feedback.sealing import KeyStore
from feedback.themes.hand_views import blueprint as coding
from feedback.themes.import_views import blueprint as imports
from feedback.themes.views import blueprint as themes
from feedback.triage.views import blueprint as triage
from feedback.ways import kiosk_views
from feedback.ways.assisted_views import blueprint as assisted
from feedback.ways.paper_views import blueprint as paper
from feedback.ways.tablet_views import blueprint as tablets
from feedback.ways.typing_views import blueprint as typing
from languages import counted, day, found, found_for, spoken
from languages.catalogues import look_in

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
BLUEPRINTS = (
    collection,
    drawings,
    returning,
    easier_pages,
    recordings,
    invitations,
    reaching,
    accounts,
    plan,
    waves,
    languages,
    publishing,
    previews,
    codes,
    requests,
    tracing,
    questionnaires,
    questions,
    new_questions,
    arranging,
    versions,
    carrying,
    jobs,
    imports,
    triage,
    themes,
    coding,
    evidence,
    search,
    board,
    privacy,
    assisted,
    kiosk_views.blueprint,
    tablets,
    paper,
    typing,
)


@dataclass(frozen=True)
class Parts:
    """What pages and commands work with."""

    settings: Settings
    database: Database
    keys: KeyStore
    digests: Digests


def create_app(settings: Settings | None = None) -> Flask:
    """The site. Raises KeyProblem or DatabaseProblem when it could not serve anybody."""
    settings = settings or Settings.from_environment()
    look_in(settings.folder / "languages")
    database = Database(settings)
    app = Flask("feedback", template_folder=str(TEMPLATES), static_folder=str(Path(__file__).parent / "static"))
    app.extensions["soundings"] = Parts(settings, database, KeyStore(settings), Digests(settings))
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.https,
    )
    request_log.log_requests(app)
    edge.guard(app, settings)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(found, found_for, newstyle=True)
    app.jinja_env.globals |= {"counted": counted, "found": found}
    app.jinja_env.filters["day"] = day
    set_up_sign_in(app, settings, database)
    access.spare_respondents(app)
    kiosk_views.lock(app)
    access.guard(app)
    app.before_request(language_choice.speak_to_whoever_asks)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _add_own_pages(app)
    _add_page_context(app, settings)
    edge.add_headers(app)
    add_error_pages(app)
    protection = CSRFProtect(app)
    # A respondent's forms check their own token, so that a stale one costs nobody their words.
    own_tokens = (collection, returning, easier_pages, privacy, invitations, reaching, assisted, kiosk_views.blueprint)
    for blueprint in own_tokens:
        protection.exempt(blueprint)

    @app.teardown_appcontext
    def give_back_the_session(_error):
        database.session.remove()

    return app


def _last_look() -> SimpleNamespace | None:
    """What the last look at all pages found, as `make test-full` wrote it down; none where there was none."""
    try:
        told = json.loads((CHECKOUT / "evidence" / "accessibility.json").read_text(encoding="utf-8"))
        on = datetime.date.fromisoformat(told["date"])
        tools = f"axe {told['axe']}, {told['browser']}"
        return SimpleNamespace(on=on, states=told["page_states"], faults=told["violations"], tools=tools)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _add_own_pages(app: Flask) -> None:
    look = _last_look()

    @app.get("/accessibility")
    def accessibility():
        return render_template("accessibility.html", look=look)

    @app.get("/health")
    def health():
        parts = app.extensions["soundings"]
        failing = problems(parts.settings, parts.database, parts.keys)
        return ({"status": "failing", "problems": failing}, 503) if failing else {"status": "ok"}

    app.get("/desk")(desk)


AUTHORING = ("questionnaires", "questions", "new_questions", "arranging", "versions", "carrying")
#: Words, the page they lead to, and the blueprints whose other pages belong under it.
NAVIGATION = (
    ("Read first", "triage.queue", ("triage", "tracing")),
    ("Asked for help", "requests.listing", ("requests",)),
    (
        "Waves",
        "waves.listing",
        ("waves", "languages", "publishing", "previews", "codes", "imports", "jobs", "tablets", "paper", "typing"),
    ),
    ("Questionnaires", "questionnaires.listing", AUTHORING),
    ("Code", "themes.suggestions", ()),
    ("Themes", "themes.codebook", ("themes",)),
    ("Links", "evidence.links", ("evidence",)),
    ("Plan", "plan.priorities", ("plan",)),
    ("Board", "board.plan", ("board", "search")),
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


def _way_out(settings: Settings) -> str:
    """Where "Leave fast" leads: from the pages of a wave, through the one that takes their cookie away."""
    if "kiosk" in g:
        return g.kiosk.over
    return url_for("collection.leave", key=g.wave.key) if "wave" in g else settings.exit_url


def _help_lines(settings: Settings) -> list[HelpLine]:
    """Whom to ring: first the contacts of the wave whose page this is."""
    return [*g.wave.help_lines, *settings.help] if "wave" in g else settings.help


def _help_request() -> str | None:
    """Where somebody asks for an adult: from the other pages of an anonymous wave, while it runs."""
    if "wave" not in g or request.endpoint == "reaching.ask":
        return None
    if g.wave.promise != "anonymous" or not g.wave.may_be_finished(datetime.date.today()):
        return None
    return url_for("reaching.ask", key=g.wave.key)


def _add_page_context(app: Flask, settings: Settings) -> None:
    """What every page knows: whose site it is, where help is, who is signed in."""

    @app.context_processor
    def site():
        if "house" not in g and "without_database" not in g:
            g.house = house(app.extensions["soundings"].database.session())
        return {
            "site": SimpleNamespace(
                council=g.house.council if "house" in g else "",
                example="house" in g and g.house.example,
                help_lines=_help_lines(settings),
                help_request=_help_request(),
                emergency=settings.emergency,
                exit_url=_way_out(settings),
                navigation=_navigation(),
                user_name=current_user.name if current_user.is_authenticated else None,
                passkeys=settings.passkeys,
                totp=settings.totp,
            ),
            "here": easier.here(),
            "language": spoken(),
            "unchecked": language_choice.is_unchecked(),
            "kiosk": g.get("kiosk"),
            "easier": easier.chosen(request.cookies.get(easier.COOKIE)),
            "csp_nonce": edge.nonce,
            "allowed": access.allowed,
            "today": datetime.date.today(),
        }
