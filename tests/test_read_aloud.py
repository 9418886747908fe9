"""A page can be heard: a person's recording where there is one, else a voice of the device, never one of elsewhere."""

import json

import pytest
from browser import browser, serving
from factories import make_wave
from installation import migrate, soundings

from feedback.collection.recordings import name_of
from forms.catalogue import find

#: A browser with these voices, which notes what it is told to say and finishes a sentence when it is let.
VOICES = """voices => {
  const said = window.said = [];
  let waiting = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", {value: Object.assign(new EventTarget(), {
    getVoices: () => voices,
    speak: (spoken) => { said.push([spoken.text, spoken.voice.name]); waiting.push(spoken); },
    cancel: () => { waiting = []; },
  })});
  window.finish = () => waiting.splice(0).forEach((spoken) => spoken.onend());
}"""
HERE = {"name": "here", "lang": "en-GB", "localService": True}
ELSEWHERE = {"name": "cloud", "lang": "en-GB", "localService": False}
POLISH = {"name": "polish", "lang": "pl-PL", "localService": True}


@pytest.fixture
def site(database, keys, settings):
    migrate(database)
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    database.session.remove()
    with serving(settings.home) as url, browser() as chromium:

        def opened(*voices):
            page = chromium.new_context().new_page()
            page.add_init_script(f"({VOICES})({json.dumps(voices)})")
            page.goto(f"{url}/w/yours")
            page.get_by_role("button", name="Start").click()
            page.locator("input[value=agree]").check()
            page.get_by_role("button", name="Continue").click()
            page.wait_for_load_state("networkidle")
            return page

        yield opened


def test_a_voice_of_the_device_reads_the_page_sentence_by_sentence_and_stops(site, settings):
    asked = find("your-view").questions[1]
    page = site(ELSEWHERE, POLISH, HERE)
    button = page.locator("[data-read-aloud]")
    button.click()
    page.locator(".is-read").wait_for()
    while len(page.evaluate("said")) < 30 and page.locator(".is-read").count():
        page.evaluate("finish()")
    said = page.evaluate("said")
    assert {voice for _text, voice in said} == {"here"}
    words = [text for text, _voice in said]
    assert words.index(asked.text) < words.index(asked.choices[0].text) < words.index(asked.choices[1].text)
    assert not [text for text in words if "Leave" in text]
    assert button.text_content() == "Read it to me"
    button.click()
    page.locator(".is-read").wait_for()
    assert button.text_content() == "Stop reading"
    button.click()
    heard = len(page.evaluate("said"))
    page.evaluate("finish()")
    assert len(page.evaluate("said")) == heard and page.locator(".is-read").count() == 0


@pytest.mark.parametrize("voices", [(), (ELSEWHERE,), (POLISH,)], ids=["none", "elsewhere", "another language"])
def test_without_a_voice_of_its_own_the_device_is_offered_nothing(site, voices):
    assert site(*voices).locator("[data-read-aloud]").is_hidden()


def test_a_recording_is_played_as_long_as_its_words_are_asked(client, database, keys, settings):
    migrate(database)
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    asked = find("your-view").questions[1]
    name = name_of(asked) + ".mp3"
    folder = settings.folder / "recordings" / "en"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"ID3 a voice")
    client.post("/w/yours")
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    page = client.get(f"/w/yours/q/{asked.key}").get_data(as_text=True)
    assert f'src="/recordings/en/{name}"' in page
    with client.get(f"/recordings/en/{name}") as heard:
        assert (heard.data, heard.mimetype) == (b"ID3 a voice", "audio/mpeg")
    (folder / name).rename(folder / "0123456789abcdef.mp3")
    assert "<audio" not in client.get(f"/w/yours/q/{asked.key}").get_data(as_text=True)


@pytest.mark.parametrize("way", ["en/x.mp3", "en/..%2F..%2Fmaster.key", "xx/a.mp3", "en/../../master.key", "en/a.txt"])
def test_nothing_but_a_recording_is_served(client, settings, way):
    assert client.get(f"/recordings/{way}").status_code == 404


def test_the_list_says_what_to_record_and_what_to_call_it(settings):
    done = soundings(settings, "questionnaire", "recordings", "your-view", "--format", "json")
    rows = json.loads(done.stdout)
    asked = find("your-view").questions
    assert [row["file"] for row in rows] == [name_of(question) for question in asked]
    assert asked[1].choices[0].text in rows[1]["words"]
