"""Every kind of page by the checker of the W3C, where Java and the npm package vnu-jar are there: `make test-full`."""

import json
import re
import shutil
import subprocess

import pytest
from browser import browser
from looking import document_of
from page_states import states_around, states_of
from visited import speaking, visited

from feedback.config import CHECKOUT

pytest_plugins = ("every_kind",)

#: GOV.UK Frontend says it twice, for screen readers that do not hear it from the element.
EXCUSED = "The “group” role is unnecessary for element “fieldset”."
VNU = CHECKOUT / "assets" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.mark.full
@pytest.mark.skipif(not (shutil.which("java") and VNU.exists()), reason="needs Java, and `npm ci` in assets")
def test_every_page_is_valid_html(every_kind, settings, database, keys, tmp_path):
    with visited(settings, database, keys, ["every-kind"], ["en"]) as site, browser() as chromium:
        page = speaking(chromium, site, "en")
        for state in (*states_around(site, "every-kind"), *states_of(site, "every-kind", "en")):
            state.come(page)
            (tmp_path / f"{state.name}.html").write_text(document_of(page), encoding="utf-8")
    pages = sorted(map(str, tmp_path.glob("*.html")))
    told = subprocess.run(
        ["java", "-jar", str(VNU), "--format", "json", "--stdout", "--exit-zero-always", *pages],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    messages = [message for message in json.loads(told.stdout)["messages"] if message["message"] != EXCUSED]
    faults = {f"{re.sub('.*/', '', message['url'])}: {message['message']}" for message in messages}
    assert len(pages) > 60
    assert faults == set()
