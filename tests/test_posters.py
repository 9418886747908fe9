"""The poster of a wave: its code leads to the wave, whatever camera reads it."""

import datetime

import pytest
import zxingcpp
from browser import browser, serving, shot
from factories import PASSWORD, TODAY, make_staff, make_wave, sign_in
from installation import migrate
from PIL import Image
from staffroom import page_of
from test_accessibility import SIZES, faults_of

from feedback.collection.models import Wave


@pytest.fixture
def wave(database, keys):
    migrate(database)
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def test_only_an_open_wave_has_one(client, database, wave):
    sign_in(client, make_staff(database, "participation_lead"))
    page = page_of(client.get("/waves/yours/poster"))
    assert "http://localhost/w/yours" in page and "Childline" in page and "Your view" in page
    assert "/waves/yours/poster" in page_of(client.get("/waves/yours"))
    with database.writing() as session:
        session.query(Wave).update(
            {"opens_on": TODAY - datetime.timedelta(9), "closes_on": TODAY - datetime.timedelta(1)}
        )
    assert "Only a wave that is open to anybody has a poster" in page_of(client.get("/waves/yours/poster"), 404)


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
def test_a_camera_reads_the_address_and_the_page_has_no_fault(database, wave, settings, tmp_path, size):
    email = make_staff(database, "participation_lead")
    database.session.remove()
    with serving(settings.home) as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.goto(f"{url}/waves/yours/poster")
        page.get_by_label("E-mail", exact=False).fill(email)
        page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/poster")
        assert faults_of(page) == []
        shot(page, f"poster-{size[0]}")
        picture = tmp_path / "poster.png"
        page.screenshot(path=picture, full_page=True)
        with Image.open(picture) as shown:
            assert [found.text for found in zxingcpp.read_barcodes(shown)] == [f"{url}/w/yours"]
