"""The input edge: what a request may bring before any page sees it, and what every answer tells the browser."""

import re
import secrets
from urllib.parse import quote

from flask import Flask, Request, Response, abort, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

from feedback import access
from feedback.config import Settings
from feedback.errors import SoundingsError
from forms.fields import without_hidden
from languages import gettext as _

#: Most that somebody who is not signed in may send: long texts come back on their page with how much to cut.
MOST_OF_STRANGERS = 16 * 64 * 1024
#: The page of a question takes a photo as well: twice as much as is kept, so that whoever sends one that is too large
#: finds their words again. Words alone stay within MOST_OF_STRANGERS, whatever they come in.
MOST_WITH_A_PICTURE = 17 * 1024 * 1024
TAKES_PICTURES = "collection.question"
MOST_PARTS = 500

_LARGEST_ID = 2**63 - 1
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: What a browser says of a form that one of our own pages sends.
_OWN = "same-origin"
#: No page takes JSON or anything else but what a form sends; a button without fields sends nothing.
_BODIES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data"})
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_RAW = re.compile(r"[^\x21-\x7e]")
_LABEL = r"[a-z0-9_-]{1,63}"
_HOST = re.compile(rf"(\[[0-9a-f:.]{{2,45}}\]|{_LABEL}(\.{_LABEL}){{0,20}}\.?)(:[0-9]{{1,5}})?", re.IGNORECASE)


class IdInAddress(IntegerConverter):
    """A row id in an address: out of range is simply not found."""

    regex = "[0-9]{1,19}"

    def __init__(self, url_map, largest=_LARGEST_ID):
        super().__init__(url_map, min=1, max=largest)


class TextInAddress(UnicodeConverter):
    """A key in an address: one with characters that nobody can see is not found; PostgreSQL would refuse a NUL."""

    def to_python(self, value: str) -> str:
        """The key as it is."""
        if without_hidden(value) != value:
            raise ValidationError
        return value


def row_id(text: str) -> int:
    """A row id from a query string, for `request.args.get(..., type=row_id)`; raises ValueError out of range."""
    number = int(text)
    if not 0 <= number <= _LARGEST_ID:
        raise ValueError("no row has this id")
    return number


class CleanForm(FormDataParser):
    """Reads a form; its texts and the names of its files come without characters that nobody can see."""

    def parse(self, *given, **named):
        """The stream, the fields and the files."""
        opened, make = [], self.stream_factory

        def noted(*about, **more):
            opened.append(make(*about, **more))
            return opened[-1]

        self.stream_factory = noted
        try:
            stream, fields, files = super().parse(*given, **named)
        except BaseException:
            # The files of a form that is refused half read would lie on the disk until somebody swept up.
            for file in opened:
                file.close()
            raise
        for file in files.values():
            file.filename = file.filename and without_hidden(file.filename)
        # A part of a broken form may have no name at all, which Flask-WTF does not expect.
        return stream, self.cls(_cleaned(fields)), self.cls(pair for pair in files.items(multi=True) if pair[0])


def _cleaned(values: MultiDict) -> list[tuple[str, str]]:
    return [(name, without_hidden(value)) for name, value in values.items(multi=True) if name]


class CleanRequest(Request):
    """A request whose every text is clean; what no database can store never gets past here."""

    form_data_parser_class = CleanForm
    #: A JSON body would reach forms and the sign-in uncleaned, as a list or a number where they expect fields.
    is_json = False

    def __init__(self, environ, *given, **named):
        query = environ.get("QUERY_STRING", "")
        if _RAW.search(query):
            # A raw byte or line break fails in Werkzeug beyond every error page; browsers send percent signs.
            environ["QUERY_STRING"] = quote(query.encode("latin-1", "replace"), safe=_PRINTABLE)
        #: True when Host is no name of any machine; without it addresses could not be made for the error page.
        self.host_is_forged = not _HOST.fullmatch(environ.get("HTTP_HOST") or "localhost")
        if self.host_is_forged:
            environ["HTTP_HOST"] = "localhost"
        super().__init__(environ, *given, **named)

    @property
    def args(self) -> MultiDict:
        """The query string, clean."""
        if "clean_args" not in self.__dict__:
            self.__dict__["clean_args"] = self.parameter_storage_class(_cleaned(super().args))
        return self.__dict__["clean_args"]


def guard(app: Flask, settings: Settings) -> None:
    """Stand before every page: first of all that looks at a request."""
    app.request_class = CleanRequest
    app.url_map.converters |= {"id": IdInAddress, "default": TextInAddress, "string": TextInAddress}
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body_mb * 1024 * 1024, MAX_FORM_PARTS=MOST_PARTS)
    hosts = {host.strip().lower() for host in settings.hosts.split(",") if host.strip()}

    @app.before_request
    def look():
        # A load balancer asks after our health by our number.
        if request.host_is_forged or (hosts and request.endpoint != "health" and _name(request.host) not in hosts):
            raise SoundingsError(_("This site is not at that address. Open it with the address you were given."))
        if access.ROUTES.get(request.endpoint, access.PUBLIC) == access.PUBLIC:
            request.max_content_length = request.max_form_memory_size = MOST_OF_STRANGERS
            if request.endpoint == TAKES_PICTURES and request.mimetype == "multipart/form-data":
                request.max_content_length = MOST_WITH_A_PICTURE
        if request.method not in _SAFE_METHODS:
            if request.headers.get("Sec-Fetch-Site", _OWN) != _OWN:
                raise SoundingsError(_("This came from another site, so we did not do it. Open the page here instead."))
            if request.mimetype not in _BODIES:
                abort(415)


def _name(host: str) -> str:
    """A host without its port."""
    return re.sub(r":[0-9]+$", "", host).rstrip(".").lower()


def nonce() -> str:
    """What lets this page's own scripts run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def only_a_picture(content: bytes) -> Response:
    """A picture somebody sent, as an answer in which nothing can run, whatever a browser takes it for."""
    answer = Response(content, mimetype="image/png")
    answer.headers["Content-Disposition"] = 'inline; filename="drawing.png"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    return answer


def add_headers(app: Flask) -> None:
    """Tell the browser with every answer what it may do with it."""

    @app.after_request
    def secure(response):
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if request.endpoint != "static" or response.mimetype == "text/html":  # a missing file has an error page
            response.headers["Cache-Control"] = "no-store"
            response.headers.setdefault(
                "Content-Security-Policy",
                f"default-src 'none'; script-src 'self' 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; "
                "font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
                "frame-ancestors 'none'; form-action 'self'",
            )
        return response
