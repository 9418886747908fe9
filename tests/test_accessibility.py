"""Every page of staff, with the example in it: axe, structure, reflow and targets; `test_pages` has the others."""

import threading

import pytest
from browser import browser, shot
from click.testing import CliRunner
from looking import simple_faults_of as faults_of
from playwright.sync_api import expect
from werkzeug.serving import make_server

from feedback import create_app
from feedback.cli import main
from feedback.config import Settings
from feedback.example.people import PASSWORD

SIZES = [(320, 640), (1280, 800)]
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


def sign_in(page, site):
    page.goto(site + "/desk")
    page.get_by_label("E-mail", exact=False).fill("lead@northmere.example")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_no_page_has_a_fault(site, size):
    faults, seen = {}, []
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.on("request", lambda request: seen.append(request.url))

        def look(address):
            page.goto(site + address)
            if found := faults_of(page):
                faults[address] = found
            shot(page, f"page{address.replace('/', '-')}-{size[0]}")

        look("/staff/login")
        sign_in(page, site)
        for address in STAFF:
            look(address)
    assert faults == {}
    assert not [url for url in seen if not url.startswith((site, "data:"))], "a page asked a third party"
