"""A questionnaire as a PDF to print: tagged, so that a screen reader reads it too, and drawn on this server alone."""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from feedback.config import CHECKOUT, HelpLine
from feedback.errors import Refused
from forms.on_paper import letters, on_paper
from forms.questionnaire import Questionnaire
from languages import day, gettext, marked, ngettext, spoken

if TYPE_CHECKING:
    from types import ModuleType

_STYLE = Path(__file__).resolve().parent.parent / "static" / "paper.css"
MISSING = (
    "The libraries that draw PDFs are not on this machine. Install the packages libpango-1.0-0, libpangoft2-1.0-0 and "
    "libharfbuzz-subset0, then try again."
)
#: What each picture shows, for those who hear the form.
PICTURES = {
    "yes": marked("A tick in a circle"),
    "sometimes": marked("A wave in a circle of dashes"),
    "no": marked("A cross in a circle"),
    "face-1": marked("A face with a very small smile"),
    "face-2": marked("A face with a small smile"),
    "face-3": marked("A face with a smile"),
    "face-4": marked("A face with a big smile"),
    "face-5": marked("A face that laughs"),
}
PROMISES = {
    "anonymous": marked("Do not write your name. Nobody will know who you are, so nobody can come and help you."),
    "traceable": marked("We know who was given this form. If you write that you are not safe, an adult will act."),
}


@dataclass(frozen=True)
class Sheet:
    """What stands on a form besides its questions."""

    title: str
    promise: str
    help_lines: tuple[HelpLine, ...]
    emergency: str
    #: The last day, in words.
    until: str = ""
    #: A short number, where each form has one.
    number: str = ""


def pdf(questionnaire: Questionnaire, sheet: Sheet) -> bytes:
    """The form in the language that is spoken; raises Refused when this machine cannot draw it."""
    weasyprint = _weasyprint()
    page = _environment().get_template("paper/form.html")
    words = page.render(
        questionnaire=questionnaire,
        sheet=sheet,
        sections=on_paper(questionnaire),
        letters=letters(questionnaire),
        promise=PROMISES[sheet.promise],
        drawn=_drawn,
        language=spoken(),
    )
    # Of all places only our own stylesheet and what stands in the page itself is read.
    nothing_else = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    ours = weasyprint.urls.URLFetcher(allowed_protocols=("file",))
    fonts = weasyprint.text.fonts.FontConfiguration()
    styles = [
        weasyprint.CSS(filename=_STYLE, url_fetcher=ours, font_config=fonts),
        weasyprint.CSS(string=_page_numbers(), url_fetcher=nothing_else),
    ]
    return weasyprint.HTML(string=words, url_fetcher=nothing_else).write_pdf(
        stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
    )


def _weasyprint() -> "ModuleType":
    """Loaded when it is first needed: it is large, and few processes print."""
    try:
        import weasyprint
    except (ImportError, OSError):
        raise Refused(MISSING) from None
    return weasyprint


@cache
def _environment() -> Environment:
    """The templates without the site around them: a form is also drawn by a command."""
    found = Environment(
        loader=FileSystemLoader(CHECKOUT / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    found.install_gettext_callables(gettext, ngettext, newstyle=True)
    found.filters["day"] = day
    return found


def _drawn(name: str) -> tuple[str, str]:
    """A picture as an address that holds it, and what it shows."""
    drawing = str(_environment().get_template("macros/pictures.html").module.picture(name))
    alone = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" color="#000" ', 1)
    return f"data:image/svg+xml;base64,{base64.b64encode(alone.encode()).decode()}", gettext(PICTURES[name])


def _page_numbers() -> str:
    """The number of each page, in words that can be translated."""
    words = gettext("%(page)s of %(pages)s", page="\x00", pages="\x01").replace('"', "")
    counted = words.replace("\x00", '" counter(page) "').replace("\x01", '" counter(pages) "')
    return f'@page {{ @bottom-right {{ content: "{counted}" }} }}'
