"""Every page so far, with the example in it: axe, structure, reflow, targets, and the keyboard alone."""

import threading
from pathlib import Path

import axe_playwright_python
import pytest
from browser import browser, shot
from click.testing import CliRunner
from playwright.sync_api import expect
from werkzeug.serving import make_server

from feedback import create_app
from feedback.cli import main
from feedback.config import Settings
from feedback.example.people import PASSWORD

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = [(320, 640), (1280, 800)]
PUBLIC = ["/", "/who-reads-this", "/accessibility", "/receipt", "/come-back", "/easier", "/w/your-view-now"]
PUBLIC += ["/staff/login", "/nothing-here"]
STAFF = [
    "/desk",
    "/read",
    "/waves",
    "/waves/add",
    "/waves/2026-09-young-people",
    "/questionnaires",
    "/questionnaires/your-view",
    "/code",
    "/code/by-hand",
    "/themes",
    "/themes/add",
    "/themes/worker-changes/edit",
    "/topics",
    "/links",
    "/links/worker-changes",
    "/items",
    "/items/add",
    "/quotes",
    "/quotes/search",
    "/quotes/search?words=",
    "/quotes/search?words=worker",
    "/quotes/search?words=zanzibar",
    "/plan",
    "/plan/add",
    "/plan/worker-stays/edit",
    "/board",
    "/board/worker-stays",
    "/board/home-close-by",
    "/staff/change",
]
QUESTIONS = ["agree", "y1", "y8", "y25", "quote"]

STRUCTURE = """() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  if (all('h1').length !== 1) faults.push(`${all('h1').length} h1`);
  if (all('main').length !== 1) faults.push('main');
  for (const box of all('[aria-describedby]')) for (const id of box.getAttribute('aria-describedby').split(/\\s+/)) {
    const described = document.getElementById(id);
    if (!described || !described.textContent.trim()) faults.push(`empty description ${id}`);
  }
  const names = new Set(all('input[type=radio]').map((radio) => radio.name));
  for (const name of names) {
    const radio = document.querySelector(`input[type=radio][name="${name}"]`);
    const legend = radio.closest('fieldset')?.querySelector('legend');
    if (!legend || !legend.textContent.trim()) faults.push(`no legend for ${name}`);
  }
  for (const field of all('[required], [autofocus], [placeholder]')) faults.push(`banned attribute on ${field.name}`);
  for (const spot of all('[tabindex]')) if (spot.tabIndex > 0) faults.push('positive tabindex');
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`${wide} px too wide`);
  for (const spot of all('button, .govuk-button, input:not([type=hidden]), summary, select')) {
    const box = spot.getBoundingClientRect();
    const name = spot.textContent.trim().slice(0, 30) || spot.id;
    if (box.width && box.height && box.height < 43.5) faults.push(`target ${box.height}px: ${name}`);
  }
  return faults;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The example council on a free port."""
    environment = {"SOUNDINGS_HOME": str(tmp_path_factory.mktemp("northmere")), "SOUNDINGS_ENCODER": "lexical"}
    for command in ("init", "example"):
        assert CliRunner().invoke(main, [command], env=environment).exit_code == 0
    app = create_app(Settings.from_environment(environment))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    parts = app.extensions["soundings"]
    parts.database.engine.dispose()
    parts.keys.close()


def faults_of(page) -> list[str]:
    """What axe and our own checks find on the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate(
        "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}, "
        "rules: {'color-contrast-enhanced': {enabled: true}}})).violations"
        ".map((v) => `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 120)}`)",
        RULES,
    )
    return found + page.evaluate(STRUCTURE)


def sign_in(page, site):
    page.goto(site + "/desk")
    page.get_by_label("E-mail", exact=False).fill("lead@northmere.example")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
def test_no_page_has_a_fault(site, size):
    faults, seen = {}, []
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.on("request", lambda request: seen.append(request.url))

        def look(address, name=None):
            page.goto(site + address)
            found = faults_of(page)
            if found:
                faults[address] = found
            shot(page, f"page{(name or address).replace('/', '-')}-{size[0]}")

        for address in PUBLIC:
            look(address)
        page.goto(site + "/w/your-view-now")
        page.get_by_role("button", name="Start").click()
        page.locator("input[value=agree]").check()
        for question in QUESTIONS:
            look(f"/w/your-view-now/q/{question}")
        look("/w/your-view-now/later")
        page.goto(site + "/w/your-view-now/q/agree")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert page.title().startswith("Error: ")
        faults |= {"the agree page in error": found} if (found := faults_of(page)) else {}
        sign_in(page, site)
        for address in STAFF:
            look(address)
    assert faults == {}
    assert not [url for url in seen if not url.startswith((site, "data:"))], "a page asked a third party"


def test_a_question_is_answered_by_keyboard_in_at_most_six_presses(site):
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        page.goto(site + "/w/your-view-now")
        focus_on(page, "Start", presses=25)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("happy for us")
        for _ in range(3):
            assert answer_by_keyboard(page) <= 6
        assert "/q/y3" in page.url


def focused(page) -> str:
    return page.evaluate(
        "() => { const e = document.activeElement; return (e.type || '') + '|' + e.textContent.trim(); }"
    )


def focus_on(page, words, presses):
    """Tab until the focus is on it; every stop on the way must show where the focus is."""
    for pressed in range(1, presses + 1):
        page.keyboard.press("Tab")
        assert page.evaluate(SHOWS_FOCUS), focused(page)
        if words in focused(page):
            return pressed
    pytest.fail(f"{words} is not reached in {presses} presses of Tab")


SHOWS_FOCUS = """() => {
  const spot = document.activeElement;
  if (spot === document.body) return true;
  const drawn = [spot, spot.nextElementSibling, spot.parentElement].filter(Boolean).flatMap((element) =>
    [null, '::before', '::after'].map((part) => getComputedStyle(element, part)));
  const outlined = (style) => style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
  return drawn.some((style) => outlined(style) || style.boxShadow !== 'none');
}"""


def answer_by_keyboard(page) -> int:
    """From the first choice: choose with the space bar, go on to Continue, press Enter."""
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    presses = 1 + focus_on(page, "Continue", presses=8)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return presses + 1
