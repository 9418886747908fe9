"""Making the pages easier to read: five settings, in one cookie that holds nothing else.

The cookie says nothing about who reads; it goes when the browser is closed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from feedback import access
from languages import marked

COOKIE = "easier"
#: Where the way back is not known.
FRONT_PAGE = "/"
USUAL = "usual"
_LONGEST_WAY_BACK = 500


@dataclass(frozen=True)
class Setting:
    """One thing of the look that can be as usual or otherwise; `name` is what the cookie and the class say then."""

    name: str
    question: str
    usual: str
    otherwise: str


#: Wants the easy words of a wave that has some.
EASY_WORDS = "words"

SETTINGS = (
    Setting(EASY_WORDS, marked("Which words?"), marked("As usual"), marked("Easier words, where we have them")),
    Setting("bigger", marked("How big should the letters be?"), marked("As usual"), marked("Bigger")),
    Setting("dark", marked("Which colours?"), marked("Light, as usual"), marked("Dark")),
    Setting("calm", marked("Pictures and movement?"), marked("As usual"), marked("Calm: no pictures, nothing moves")),
    Setting("letters", marked("Which letters?"), marked("As usual"), marked("Other letters, wider and further apart")),
)
_NAMES = frozenset(setting.name for setting in SETTINGS)


def chosen(cookie: str | None) -> frozenset[str]:
    """The settings that a cookie names; whatever else it says is passed over."""
    return _NAMES & frozenset((cookie or "")[:100].split("."))


def as_cookie(names: Collection[str]) -> str:
    """What `chosen` reads."""
    return ".".join(sorted(_NAMES.intersection(names)))


def here() -> str | None:
    """This page, when it is one that can be come back to: the page of settings leads back to where it was opened."""
    way = request.full_path.rstrip("?")
    return way if request.endpoint != "easier.choose" and way_back(way) == way and way != FRONT_PAGE else None


def way_back(asked: str | None) -> str:
    """The page of respondents that an address names, built anew from its parts; for any other, the front page.

    So nothing that somebody put into a link is ever followed.
    """
    asked = (asked or "")[:_LONGEST_WAY_BACK]
    if not asked.isprintable() or not asked.startswith("/") or asked.startswith(("//", "/\\")):
        return FRONT_PAGE
    try:
        parts = urlsplit(asked)
        site = current_app.url_map.bind("")
        endpoint, values = site.match(unquote(parts.path), method="GET")
        way = site.build(endpoint, values)
    except (HTTPException, ValueError):  # no such page, or no address at all
        return FRONT_PAGE
    if parts.netloc or not _of_respondents(endpoint):
        return FRONT_PAGE
    # The one thing that a question's address may say besides: where to go on from it.
    return f"{way}?check=1" if parts.query == "check=1" else way


def _of_respondents(endpoint: str) -> bool:
    """True for the pages that show the settings; staff keep their own look, and no link signs anybody out."""
    room = endpoint.partition(".")[0]
    return endpoint == "accessibility" or (room in access.RESPONDENTS and room != "easier")
