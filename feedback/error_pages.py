"""Error pages: what happened, in a sentence, and what to do; in the look of whoever meets them."""

from flask import Flask, current_app, g, render_template, request, url_for
from flask_security import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from feedback.errors import SoundingsError
from languages import gettext as _
from languages import marked

NOTHING_LOST = marked("Nothing you sent before was lost.")
OUR_FAULT = (
    marked("Something went wrong on our side"),
    marked("It was not your fault. Nothing you sent before was lost."),
    marked("Try again in a minute."),
)
OTHERWISE = (marked("That did not work"), NOTHING_LOST, marked("Go back and try once more."))

#: Status -> title, sentence, what to do.
FOR_EVERYBODY = {
    400: (marked("We could not read that"), NOTHING_LOST, marked("Go back and try once more.")),
    403: (
        marked("This page is not for your role"),
        NOTHING_LOST,
        marked("Ask whoever set up your account if you need it."),
    ),
    404: (marked("We cannot find that page"), NOTHING_LOST, marked("Check the address, or start from the front page.")),
    405: (
        marked("That address cannot be used like that"),
        NOTHING_LOST,
        marked("Go back to the page before and use its button."),
    ),
    408: (marked("That took too long to arrive"), NOTHING_LOST, marked("Go back and try once more.")),
    414: (marked("That address is too long"), NOTHING_LOST, marked("Check the address, or start from the front page.")),
    415: (marked("We could not read that"), NOTHING_LOST, marked("Send it with the form on its page.")),
    429: (marked("Too many tries"), NOTHING_LOST, marked("Wait a minute, then try again.")),
    431: (
        marked("Your browser sent too much with that"),
        NOTHING_LOST,
        marked("Clear the cookies of this site, then try once more."),
    ),
    503: OUR_FAULT,
}
TOO_LONG = (
    marked("That is too long to send"),
    marked("There was no room to keep what was on that page. Everything you kept or sent before is safe."),
    marked("Go back and write the most important part first: a few thousand letters are plenty."),
)
TOO_LARGE_A_PHOTO = (
    marked("That photo is too big to send"),
    marked("Everything you kept or sent before is safe."),
    marked("Go back and choose a smaller one, or take the photo again."),
)


def add_error_pages(app: Flask) -> None:
    """One page for every error, never a bare one."""

    @app.errorhandler(SoundingsError)
    def known(problem: SoundingsError):
        if problem.status >= 500:
            app.logger.error("%s", problem)
        if _is_staff() or problem.status < 500:
            return _page(_("That did not work"), str(problem), rows=getattr(problem, "rows", ())), problem.status
        return _page(*map(_, OUR_FAULT)), problem.status

    @app.errorhandler(HTTPException)
    def http(problem: HTTPException):
        if problem.code is None or problem.code < 400:
            return problem
        words = _too_large() if problem.code == 413 else FOR_EVERYBODY.get(problem.code, OTHERWISE)
        # What the answer must carry besides its page, such as the methods that a 405 allows.
        kept = {name: value for name, value in problem.get_headers() if not name.lower().startswith("content-")}
        return _page(*map(_, words)), problem.code, kept

    @app.errorhandler(Exception)
    def unexpected(_problem):
        app.logger.exception("unexpected error at %s", request.endpoint)
        return _page(*map(_, OUR_FAULT)), 500


def _too_large() -> tuple[str, str, str]:
    """A file of staff, or somebody's words."""
    if not _is_staff():
        return TOO_LARGE_A_PHOTO if request.mimetype == "multipart/form-data" else TOO_LONG
    most = current_app.extensions["soundings"].settings.max_body_mb
    mend = f"Send a file of up to {most} MB, or split it into several; shorten a text in a form."
    return "That is too large to send", "Nothing was stored.", mend


def _is_staff() -> bool:
    try:
        return current_user.is_authenticated
    except (SQLAlchemyError, SoundingsError):
        return False


def _page(title: str, sentence: str, what_to_do: str = "", rows=()) -> str:
    words = {"title": title, "sentence": sentence, "what_to_do": what_to_do, "rows": rows, "back": _way_back()}
    words["here"] = None  # nothing of a wrong address is shown again, not even in a link
    try:
        return render_template("errors/error.html", **words)
    except (SQLAlchemyError, SoundingsError):
        # The database itself does not answer: the page, with its help lines, must do without it.
        g.without_database, g._login_user = True, current_app.login_manager.anonymous_user()
        return render_template("errors/error.html", **words)


def _way_back() -> str | None:
    """The question that somebody was answering: what they kept before waits there."""
    if request.endpoint == "collection.question":
        return url_for("collection.question", **request.view_args)
    return None
