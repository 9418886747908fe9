"""The drawing page in a real browser: drawn with a pointer, or sent as a file without any script; and its reader."""

from io import BytesIO

import pictures
import pytest
from browser import browser, serving, shot
from factories import make_staff, make_wave
from installation import migrate
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select
from staffroom import now
from test_accessibility import SIZES, faults_of

from feedback.collection.drawings import open_drawing
from feedback.collection.models import Answer, Drawing

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
QUESTION = "/w/little/q/t10"
WAVE = {"key": "little", "questionnaire": "tell-us-with-a-picture", "audience": "child_4_7", "draft_accepted_by": "Ada"}


@pytest.fixture
def site(database, keys, settings):
    migrate(database)
    make_wave(database, keys, **WAVE)
    make_staff(database, "safeguarding_lead", email="reader@example.org")
    database.session.remove()
    with serving(settings.home) as url:
        yield url


def begin(page, site):
    page.goto(f"{site}/w/little")
    page.get_by_role("button", name="Start").click()
    page.locator("input[value=agree]").check()
    page.get_by_role("button", name="Continue").click()
    page.goto(site + QUESTION)


def line(page, *spots):
    """Draw with the mouse from spot to spot; each in hundredths of the paper."""
    page.locator("canvas").evaluate("paper => paper.scrollIntoView({block: 'center'})")
    box = page.locator("canvas").bounding_box()
    places = [(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100) for x, y in spots]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def house(page):
    line(page, (20, 80), (20, 45), (60, 45), (60, 80), (20, 80))
    page.get_by_label("Red", exact=True).check()
    line(page, (15, 47), (40, 20), (65, 47))
    page.get_by_label("Yellow", exact=True).check()
    page.get_by_label("Thick", exact=True).check()
    line(page, (82, 20), (84, 21))
    page.get_by_label("Green", exact=True).check()
    line(page, (2, 90), (98, 88))


def sheet(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def send(page):
    page.goto(page.url.partition("/q/")[0] + "/check")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_contain_text("We have what you sent")


def sent_picture(database, keys) -> Image.Image:
    session = now(database)
    drawing = session.scalars(select(Drawing)).one()
    return sheet(open_drawing(session, keys, drawing.response_id, drawing.question))


def greens(image) -> int:
    points = image.convert("RGB").resize((120, 90)).get_flattened_data()
    return sum(1 for red, green, blue in points if green > red + 40 and green > blue + 40)


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_a_child_draws_takes_back_goes_on_later_and_sends(site, size, dialect, database, keys):
    faults = {}
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        problems = []
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)

        def look(name):
            shot(page, f"drawing-{name}-{size[0]}")
            faults.update({name: found} if (found := faults_of(page)) else {})

        begin(page, site)
        expect(page.locator("canvas")).to_be_visible()
        look("empty")
        house(page)
        expect(page.locator(".easel__invite")).to_be_hidden()
        look("drawn")
        page.get_by_role("button", name="Start again").click()
        expect(page.locator(".easel__invite")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".easel__invite")).to_be_hidden()
        line(page, (70, 70), (90, 80))
        page.get_by_role("button", name="Continue").click()  # at once: the last line must be in it
        page.wait_for_url("**/q/helped")
        page.goto(site + "/w/little/check")
        look("check")
        page.goto(site + QUESTION)
        expect(page.locator("[data-easel-kept]")).to_be_hidden()  # it lies on the board again
        page.get_by_role("button", name="Undo").click()  # and stays there
        look("kept")
        page.get_by_label("Green", exact=True).check()
        page.get_by_label("Thick", exact=True).check()
        line(page, (5, 10), (60, 10))
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/q/helped")
        send(page)
        assert problems == []
    assert faults == {}
    image = sent_picture(database, keys)
    assert image.width == 1200 and greens(image) > 200
    assert image.getpixel((image.width * 30 // 100, image.height * 10 // 100)) == (46, 125, 50), "the line drawn later"


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_without_a_script_a_photo_is_sent_and_a_wrong_file_keeps_the_words(site, size, dialect, database, keys):
    faults = {}
    with browser() as chromium:
        page = chromium.new_context(
            java_script_enabled=False, viewport={"width": size[0], "height": size[1]}
        ).new_page()
        begin(page, site)
        expect(page.locator("canvas")).to_be_hidden()
        shot(page, f"drawing-bare-{size[0]}")
        page.get_by_label("Or tell us in words").fill("My dog Zanzibar.")
        page.get_by_label("Choose a photo").set_input_files(
            {"name": "dog.png", "mimeType": "image/png", "buffer": pictures.SVG}
        )
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Choose a photo or a picture")
        assert page.get_by_label("Or tell us in words").input_value() == "My dog Zanzibar."
        shot(page, f"drawing-bare-wrong-{size[0]}")
        page.get_by_label("Choose a photo").set_input_files(
            {"name": "dog.jpg", "mimeType": "image/jpeg", "buffer": pictures.photo_from()}
        )
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/q/helped")
        page.goto(site + QUESTION)
        expect(page.get_by_alt_text("Your drawing")).to_be_visible()
        shot(page, f"drawing-bare-kept-{size[0]}")
        send(page)
    assert faults == {}
    assert sent_picture(database, keys).size == (40, 80)
    stored = {answer.question: (answer.state, answer.choice) for answer in now(database).scalars(select(Answer))}
    assert stored["t10"] == ("answered", None) and stored["t10.drawing"] == ("answered", "drawing")


def test_a_photo_is_made_small_on_the_device_and_can_be_drawn_on(site, dialect, database, keys):
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        begin(page, site)
        page.locator(".easel__skip").focus()
        expect(page.locator(".easel__skip")).to_be_in_viewport()
        page.keyboard.press("Enter")  # hands that cannot draw go past the board in one press
        expect(page.locator("#q_t10_picture")).to_be_focused()
        page.get_by_label("Choose a photo").set_input_files(
            {"name": "dog.jpg", "mimeType": "image/jpeg", "buffer": pictures.picture("JPEG", (3000, 2000))}
        )
        expect(page.locator(".easel__invite")).to_be_hidden()
        page.get_by_label("Green", exact=True).check()
        line(page, (10, 90), (90, 90))
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/q/helped#*")  # the skip link left its mark in the address
        send(page)
    image = sent_picture(database, keys)
    assert image.size == (1200, 900) and image.getpixel((60, 120))[1] < 90 and image.getpixel((600, 810))[1] > 100


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_a_reader_sees_the_drawing_and_says_what_it_shows(site, size, dialect, database, keys):
    faults = {}
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        begin(page, site)
        house(page)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/q/helped")
        send(page)
        page.goto(site + "/read")
        page.get_by_label("E-mail", exact=False).fill("reader@example.org")
        page.get_by_label("Password", exact=False).first.fill("a-long-enough-password")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_alt_text("A drawing that nobody")).to_be_visible()
        assert page.evaluate("document.querySelector('.decide img').naturalWidth") == 1200
        shot(page, f"drawing-queue-{size[0]}")
        faults.update({"queue": found} if (found := faults_of(page)) else {})
        page.get_by_role("button", name="Release it").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text("Say what the drawing shows")
        shot(page, f"drawing-queue-wrong-{size[0]}")
        faults.update({"wrong": found} if (found := faults_of(page)) else {})
        page.get_by_label("What does it show").fill("A house with a red roof under a yellow sun.")
        page.get_by_role("button", name="Release it").click()
        expect(page.locator("main")).to_contain_text("1 released")
    assert faults == {}
