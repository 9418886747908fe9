"""A participation lead at work on an own questionnaire, through the real pages."""

import html
import re

import pytest
from factories import make_staff, sign_in
from staffroom import now, page_of

from feedback.collection.asking import find_questionnaire

ADDRESS = "/questionnaires/our-view"


@pytest.fixture
def lead(client, database):
    """Signed in, with a copy of “Your view” called our-view."""
    sign_in(client, make_staff(database, "participation_lead"))
    assert client.post("/questionnaires/your-view/copy", data={"key": "our-view"}).status_code == 303
    return client


def ours(database, key="our-view"):
    """The questionnaire as it stands."""
    return find_questionnaire(now(database), key)


def shown(client, address, status=200) -> str:
    """A page's words."""
    return page_of(client.get(address), status)


def form_of(client, address) -> dict[str, str]:
    """What the main form of a page would send if nothing were touched."""
    page = client.get(address).get_data(as_text=True)
    inner = re.search(r'<form class="write__form".*?</form>|<form method="post" novalidate>.*?</form>', page, re.S)[0]
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', inner)
    }
    sent |= {name: "" for name in re.findall(r'<input[^>]*name="([^"]+)"', inner) if name not in sent}
    for name, words in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', inner, re.S):
        sent[name] = html.unescape(words)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', inner, re.S):
        found = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = html.unescape(found[1]) if found else ""
    for box in re.findall(r'<input[^>]*type="checkbox"[^>]*>', inner):
        if "checked" not in box:
            sent.pop(re.search(r'name="([^"]+)"', box)[1], None)
    return sent
