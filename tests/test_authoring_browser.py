"""Writing questionnaires in a real browser: the preview follows what is written, with and without a script; axe."""

import datetime
import threading
from dataclasses import replace

import pytest
from browser import browser, shot
from factories import PASSWORD, make_staff, make_wave
from playwright.sync_api import expect
from test_accessibility import SIZES, faults_of
from werkzeug.serving import make_server

from feedback import create_app
from feedback.authoring import editing, store
from forms.questionnaire import ShowIf, Waiver

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

OURS = "/questionnaires/our-view"
PAGES = {
    "listing": "/questionnaires",
    "shipped": "/questionnaires/working-with-us-easy-read",
    "copy": "/questionnaires/your-view/copy",
    "own": OURS,
    "opening": f"{OURS}/opening",
    "tested": f"{OURS}/tested",
    "choice": f"{OURS}/q/y8",
    "long-text": f"{OURS}/q/y25",
    "kind": f"{OURS}/q/y1/kind",
    "add": f"{OURS}/add",
    "pictures": f"{OURS}/add/pictures",
    "faces": f"{OURS}/add/faces",
    "core": f"{OURS}/add/core-enjoy",
    "out": f"{OURS}/q/y8/remove",
    "asked-if": f"{OURS}/q/y9/asked-if?of=y8",
    "section": f"{OURS}/sections/add",
    "waive": f"{OURS}/waive?item=y3&rule=double_barrelled",
    "versions": f"{OURS}/versions",
    "upload": "/questionnaires/upload",
}
#: Those with parts of their own; the others are looked at by the long run.
QUICK = {"own", "choice", "versions", "asked-if", "listing"}


@pytest.fixture
def office(settings, database, keys):
    """The address of a site with an own questionnaire that has a bit of everything, and its lead."""
    with database.writing() as session:
        store.copy(session, "your-view", to="our-view", by="Ada Reader", on=datetime.date(2026, 11, 2))
    make_wave(database, keys, title="Autumn", questionnaire="our-view", draft_accepted_by="Ada")

    def rewrite(q):
        q = editing.put(q, _worded(q.question("y3"), "Do they help you and listen to you?"))
        q = editing.put(q, _worded(q.question("y4"), "Is this placement a good place to be and to live?"))
        q = editing.waived(q, Waiver("y4", "double_barrelled", "They say it so. (Ada Reader)"))
        q = editing.asked_if(q, "y9", ShowIf("y8", (q.question("y8").choices[0].key,)))
        core = next(question.key for question in q.questions if question.core == "enjoy")
        q = editing.moved(editing.removed(q, core), "y12", 1)
        return editing.section_added(q, "empty", "A new section")

    with database.writing() as session:
        store.change(session, "our-view", rewrite, by="Ben Lead", on=datetime.date(2026, 11, 9))
    email = make_staff(database, "participation_lead")
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", email
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["soundings"].database.engine.dispose()
    app.extensions["soundings"].keys.close()


def _worded(question, text):
    return replace(question, text=text)


def sign_in(page, site, email):
    page.goto(f"{site}/desk")
    page.get_by_label("E-mail", exact=False).fill(email)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    "names", [QUICK, pytest.param(PAGES.keys() - QUICK, marks=pytest.mark.full)], ids=["some", "others"]
)
def test_no_page_has_a_fault(office, names):
    site, email = office
    faults = {}
    with browser() as chromium:
        for width, height in SIZES:
            page = chromium.new_page(viewport={"width": width, "height": height})
            sign_in(page, site, email)
            for name, address in ((name, PAGES[name]) for name in sorted(names)):
                assert page.goto(site + address).ok, address
                found = faults_of(page)
                if found:
                    faults[f"{name} {width}"] = found
                shot(page, f"authoring-{name}-{width}")
            page.close()
    assert not faults, faults


def test_the_preview_follows_what_is_written_and_cannot_be_sent(office):
    site, email = office
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        sign_in(page, site, email)
        page.goto(f"{site}{OURS}/q/y8")
        preview = page.locator("#preview")
        page.get_by_label("Question", exact=True).fill("Do they hear <b>you</b> and act?")
        expect(preview.get_by_role("heading", name="Do they hear <b>you</b> and act?")).to_be_visible()
        expect(preview).to_contain_text("may ask two things")
        expect(preview.locator("[data-preview-said]")).to_have_text("The preview is up to date.")
        assert preview.locator("b").count() == 0 and preview.locator("button, form").count() == 0
        assert all(radio.is_disabled() for radio in preview.locator("input").all())
        page.get_by_label("Answers, one a line").fill("Only one")
        expect(preview).to_contain_text("There is only one choice")
        assert faults_of(page) == []
        beside = [page.locator(spot).bounding_box()["x"] for spot in (".write__form", "#preview")]
        assert beside[0] < beside[1]
        page.set_viewport_size({"width": 320, "height": 700})
        form, shown = (page.locator(spot).bounding_box() for spot in (".write__form", "#preview"))
        assert shown["y"] >= form["y"] + form["height"]


def test_without_a_script_show_shows_and_saves_nothing(office, database):
    site, email = office
    with browser() as chromium:
        context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
        page = context.new_page()
        sign_in(page, site, email)
        page.goto(f"{site}{OURS}/q/y8")
        page.get_by_label("Question", exact=True).fill("Do they hear you?")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#preview")).to_contain_text("Do they hear you?")
        assert page.get_by_label("Question", exact=True).input_value() == "Do they hear you?"
        page.goto(f"{site}{OURS}")
        assert "Do they hear you?" not in page.content()
        context.close()
