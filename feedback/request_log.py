"""One line for each request of staff; none for those of respondents, whose time and address nobody is to know."""

import logging
import time

from flask import Flask, g, has_request_context, request

from feedback import access

log = logging.getLogger(__name__)
_ROUGH = 10  # milliseconds: fine enough for an operator


def mark_respondents(record: logging.LogRecord) -> bool:
    """A filter that drops nothing: it marks what was logged while a respondent's request was served."""
    if has_request_context() and not _of_staff():
        record.respondent = True
    return True


def log_requests(app: Flask) -> None:
    """Log what staff ask for: which page, never its address with what stands in it, and never who asked."""

    @app.before_request
    def note_time():
        g.started = time.monotonic()

    @app.after_request
    def write(response):
        if _of_staff() and "started" in g:
            spent = (time.monotonic() - g.started) * 1000
            fields = {"page": request.endpoint, "status": response.status_code, "ms": round(spent / _ROUGH) * _ROUGH}
            log.info("request", extra={"fields": fields})
        return response


def _of_staff() -> bool:
    """True for pages that need a sign-in, and for the sign-in itself."""
    endpoint = request.endpoint or ""
    return endpoint.startswith("security.") or access.ROUTES.get(endpoint, access.PUBLIC) != access.PUBLIC
