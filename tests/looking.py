"""Looking at a page: one function that finds every fault a program can find, each named by the check that found it.

What is looked at in the browser itself stands in `looking.js` and `looking_focus.js`. axe finds fewer than half of
what can be wrong: it misses a lost legend, an outline that is gone and a word in the wrong language.
"""

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import html5lib
from english_left import english_left

from languages import LANGUAGES
from languages.catalogues import site_words

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
AXE_VERSION = re.search(r"axe v([\d.]+)", AXE)[1]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: An iPhone SE, a tablet, a desk, and a desk enlarged to 400 %.
SIZES = [(320, 640), (768, 1024), (1280, 800), (320, 256)]
#: Every check by its name, with what it says; the statement of the site lists them.
CHECKS = {
    "axe": "axe: A, AA, 2.1, 2.2, best practice, AAA contrast; what it cannot decide counts as a fault",
    "structure": "headings, landmarks, legends, labels, descriptions, errors tied to their boxes, titles",
    "landmarks": "no navigation with nothing in it",
    "focus": "each stop of Tab is seen, none is covered, their order is that of reading, and Tab leads on",
    "error focus": "a page with an error begins there",
    "reflow": "nothing scrolls sideways or is cut off",
    "text size": "letters twice as large",
    "spacing": "text spaced as in WCAG 1.4.12",
    "targets": "44 by 44 pixels for whatever is pressed",
    "language": "language, direction and stylesheet of the page",
    "english": "no English word on a page in another language",
    "motion": "nothing moves for who wants no motion",
    "forced colours": "edges and focus are seen in colours that the system forces",
    "third party": "nothing is asked of another site",
    "console": "the browser has nothing to complain of",
    "html": "valid HTML",
}
_HERE = Path(__file__).parent
_LOOK = "".join((_HERE / name).read_text(encoding="utf-8") for name in ("looking.js", "looking_focus.js"))
_RUN_AXE = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, elementRef: false, preload: false,
    resultTypes: ['violations', 'incomplete'], rules: {'color-contrast-enhanced': {enabled: true}}});
  return [...found.violations, ...found.incomplete].map((fault) =>
    `${fault.id}: ${fault.nodes.length} × ${fault.nodes[0].html.slice(0, 120)} `
      + (fault.nodes[0].any[0]?.message ?? ''));
}"""


def faults_of(page, language="en", *, scripts=True, resized=False) -> list[str]:
    """What is wrong with the page as it stands in this window: "check: what". No fault is an empty list.

    scripts: whether the browser runs them. resized: the document was looked at already, in a window of another size.
    """
    _make_ready(page)
    found = {
        "axe": page.evaluate(_RUN_AXE, RULES) if scripts else [],
        "landmarks": page.evaluate("looking.landmarks()"),
    }
    for check, look in (("targets", "targets"), ("reflow", "reflow"), ("spacing", "spacing"), ("text size", "larger")):
        # At 320 pixels letters are four times as large already, measured by the width of the window.
        if check != "text size" or page.viewport_size["width"] > 320:
            found[check] = page.evaluate(f"looking.{look}()")
    if not resized:
        found |= _of_any_size(page, language)
    if scripts:
        found |= _of_the_keyboard(page, resized=resized)
    return [f"{check}: {fault}" for check, faults in found.items() for fault in faults]


def resize(page, size) -> None:
    """Give the window another size, and wait until the page is drawn in it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def checks_in(faults) -> set[str]:
    """Names of the checks that found something."""
    return {fault.partition(":")[0] for fault in faults}


def simple_faults_of(page) -> list[str]:
    """What axe and the checks of structure find on pages of staff, whose links are for people who point well."""
    _make_ready(page)
    found = {
        "axe": page.evaluate(_RUN_AXE.replace(", ...found.incomplete", ""), RULES),
        "structure": page.evaluate("looking.structure('Error', 'input[type=radio]')"),
        "reflow": page.evaluate("looking.overflow()"),
        "targets": page.evaluate("looking.targets('button, .govuk-button, input:not([type=hidden]), select, summary')"),
    }
    return [f"{check}: {fault}" for check, faults in found.items() for fault in faults]


def _make_ready(page) -> None:
    if not page.evaluate("Boolean(window.looking && window.axe)"):
        page.evaluate(f"() => {{ {AXE} \n {_LOOK} }}")


def _of_any_size(page, language) -> dict[str, list[str]]:
    error = site_words(language).gettext("Error") if language != "en" else "Error"
    found = {
        "structure": page.evaluate("looking.structure", error),
        "language": page.evaluate("([code, way]) => looking.language(code, way)", _spoken(language)),
        "english": english_left(page.evaluate("looking.texts()"), language),
    }
    page.emulate_media(reduced_motion="reduce")
    found["motion"] = page.evaluate("looking.motion()")
    page.emulate_media(reduced_motion="no-preference")
    found |= _heard(page)
    found["third party"] += page.evaluate("looking.outside()")
    return found


def _spoken(language) -> list[str]:
    return [language, LANGUAGES[language].direction]


def _heard(page) -> dict[str, list[str]]:
    """What the browser was sent, asked for and complained of since it came here."""
    asked = page.requests()
    documents = [place for place, request in enumerate(asked) if request.is_navigation_request()]
    here, console = urlsplit(page.url), []
    for message in page.console_messages(filter="since-navigation"):
        # Chromium says so of each answer that is no 2xx; an error page is one.
        ours = message.text.startswith("Failed to load resource") and message.location.get("url") == page.url
        if message.type in {"error", "warning"} and not ours:
            console.append(message.text)
    console += [str(error) for error in page.page_errors(filter="since-navigation")]
    away = [r.url for r in asked[documents[-1] :] if r.url[:5] != "data:" and urlsplit(r.url).netloc != here.netloc]
    return {"third party": away, "console": console, "html": not_valid(document_of(page))}


def document_of(page) -> str:
    """The page's HTML as it was sent."""
    return [request for request in page.requests() if request.is_navigation_request()][-1].response().text()


def not_valid(html: str) -> list[str]:
    """What html5lib has against a document."""
    return list(_parsed(html))


@cache
def _parsed(html: str) -> tuple[str, ...]:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    return tuple(f"{code} at line {place[0]} {more or ''}" for place, code, more in parser.errors)


def _of_the_keyboard(page, resized) -> dict[str, list[str]]:
    found = {}
    if not resized:
        begins = (
            "!document.querySelector('.govuk-error-summary') || document.activeElement.matches('.govuk-error-summary')"
        )
        found["error focus"] = [] if page.evaluate(begins) else ["the focus is not on the summary of errors"]
        page.emulate_media(forced_colors="active")
        found["forced colours"] = page.evaluate("looking.forced()")
        page.emulate_media(forced_colors="none")
    # Once in each of the two layouts.
    if not resized or page.viewport_size["width"] == SIZES[2][0]:
        for _ in range(page.evaluate("looking.begin()") + 1):
            page.keyboard.press("Tab")
        found["focus"] = page.evaluate("looking.end()")
    return found
