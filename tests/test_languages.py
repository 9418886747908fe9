"""Respondents read their own language: all of it, the right way round, and drafts only where a person accepted them."""

import re
from io import BytesIO

import pytest
from factories import make_staff, make_wave, sign_in
from installation import migrate
from pictures import picture
from pretended import CODE, bracketed, left_in_english, pretending

from feedback.collection.editions import languages_of, offer, offered_on
from feedback.collection.models import Response, Wave
from feedback.config import CHECKOUT
from feedback.errors import Refused
from forms.catalogue import find, questionnaires
from forms.translating import texts_of
from languages import LANGUAGES, counted, speak
from languages.catalogues import compare, read, words_of, write
from languages.extracting import marked_texts

pytest_plugins = ("every_kind",)

#: question -> what is answered wrongly, so that its error shows; then what is answered.
ANSWERS = {
    "agree": ({}, {"q_agree": "agree"}),
    "hello": (None, {}),
    "warm": ({"q_warm": "maybe"}, {"q_warm": "yes"}),
    "who": (None, {"q_who": "carer"}),
    "foster": ({"q_foster_text": "x" * 41}, {"q_foster_text": "123"}),
    "kind": (None, {"q_kind": "s5"}),
    "like": (None, {"q_like": "s4"}),
    "life": (None, {"q_life": "n7"}),
    "often": (None, {"q_often": "rather_not_say"}),
    "count": (None, {"q_count": "few"}),
    "helps": ({"q_helps": ["family", "nobody"]}, {"q_helps": ["family", "friend"]}),
    "top": ({"q_top": ["a", "b", "c", "d"]}, {"q_top": ["a"], "q_top_instead": ""}),
    "since": ({"q_since_month": "13", "q_since_year": "26"}, {"q_since_month": "3", "q_since_year": "2026"}),
    "words": ({"q_words_text": "1" * 101}, {"q_words_text": "1 2 3", "q_words": ""}),
    "draw": ({"q_draw_picture": (BytesIO(b"none"), "a.png")}, {"q_draw_picture": (BytesIO(picture()), "a.png")}),
    "with": (None, {"q_with": "alone"}),
    "quote": (None, {"q_quote": "yes"}),
}
BOTH = {"q_words_text": "1 2 3", "q_words": "rather_not_say"}


@pytest.fixture
def pretended(every_kind, tmp_path, monkeypatch):
    yield from pretending(tmp_path / "languages", monkeypatch)


@pytest.fixture
def wave(every_kind, pretended, database, keys):
    migrate(database)
    wave = make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family")
    with database.writing() as session:
        offer(session, database, wave, CODE, "Ada Reader")
    return wave


def test_every_page_of_respondents_is_translated_whole(app, client, wave, database):
    client.set_cookie("language", CODE)
    left = {}

    def look(name, answer, status=200):
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, (name, page[-1500:])
        assert f'<html lang="{CODE}"' in page, name
        if found := left_in_english(page, {"Marto"}):  # March, as Babel has it
            left[name] = found
        return page

    for path in ("/", "/who-reads-this", "/accessibility", "/easier", "/receipt", "/come-back", "/w/yours"):
        look(path, client.get(path))
    look("no cookie", client.get("/w/yours/q/warm"))
    look("not found", client.get("/nowhere"), 404)
    look("no such wave", client.get("/w/nowhere"), 404)
    look("no receipt", client.post("/receipt", data={}), 422)
    look("wrong receipt", client.post("/receipt", data={"words": "a b c d e f"}), 422)
    look("no code", client.post("/come-back", data={}), 422)
    look("wrong code", client.post("/come-back", data={"words": "a b"}), 422)
    assert client.post("/w/yours").status_code == 303
    for question, (wrong, right) in ANSWERS.items():
        address = f"/w/yours/q/{question}"
        look(question, client.get(address))
        if wrong is not None:
            look(f"{question} wrong", client.post(address, data=wrong), 422)
        if question == "words":
            look("both", client.post(address, data=BOTH), 422)
        assert client.post(address, data=right).status_code == 303, question
        look(f"{question} kept", client.get(address))
    look("later", client.get("/w/yours/later"))
    page = look("check", client.get("/w/yours/check"))
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)[1]
    page = look("sent", client.post("/w/yours/send", data={"key": key}))
    words = " ".join(re.findall(r'<li translate="no">(\w+)</li>', page))
    look("found", client.post("/receipt", data={"words": words}))
    look("taken away", client.post("/receipt/take-away", data={"words": words}))
    look("not today", client.get("/w/yours/not-today"))
    with database.writing() as session:
        session.get(Wave, wave.id).closes_on = session.get(Wave, wave.id).opens_on
    # The language goes with the wave: nothing can be answered in it any more, so its page is English again.
    assert '<html lang="en"' in client.get("/w/yours").get_data(as_text=True)
    assert left == {}


def test_the_browsers_language_is_spoken_and_english_where_nothing_is_offered_in_it(client, wave):
    def spoken(path, said):
        page = client.get(path, headers={"Accept-Language": said}).get_data(as_text=True)
        return re.search(r'<html lang="(\w+)"', page)[1]

    assert spoken("/w/yours", "de, eo;q=0.8, en;q=0.5") == CODE
    assert spoken("/", "eo") == CODE
    assert spoken("/w/yours", "pl") == "en"
    assert spoken("/w/yours", "nonsense;;q=,") == "en"
    assert spoken("/staff/login", "eo") == "en"


def test_a_language_can_be_chosen_by_its_own_name_and_is_kept_for_the_visit(client, wave):
    page = client.get("/w/yours").get_data(as_text=True)
    link = re.search(r'href="(/language/eo[^"]*)"[^>]*lang="eo"', page)[1].replace("&amp;", "&")
    answer = client.get(link)
    assert answer.location == "/w/yours"
    line = answer.headers["Set-Cookie"]
    assert line.startswith("language=eo;") and "HttpOnly" in line and "Expires" not in line and "Max-Age" not in line
    assert f'<html lang="{CODE}"' in client.get("/w/yours").get_data(as_text=True)
    assert client.get("/language/en?back=//evil.example").location == "/"
    assert '<html lang="en"' in client.get("/w/yours").get_data(as_text=True)
    assert "Set-Cookie" not in client.get("/language/xx").headers


def test_a_page_says_that_nobody_has_checked_its_words(client, wave):
    client.set_cookie("language", CODE)
    said = bracketed("A computer translated this page. No person has checked it yet.")
    assert said in client.get("/w/yours").get_data(as_text=True)
    client.set_cookie("language", "en")
    assert "computer translated" not in client.get("/w/yours").get_data(as_text=True)


def test_words_that_nobody_checked_are_offered_only_by_name(database, wave):
    with database.writing() as session, pytest.raises(Refused, match="Nobody has checked .* name who takes it"):
        offer(session, database, wave, CODE, " ")
    with database.writing() as session, pytest.raises(Refused, match="Polish cannot be offered yet"):
        offer(session, database, wave, "pl", "Ada")
    [row] = languages_of(database.session(), [wave.id])[wave.id]
    assert (row.language, row.accepted_by) == (CODE, "Ada Reader")
    assert offered_on(database.session(), wave.opens_on) == ["en", CODE]


@pytest.mark.both
def test_what_was_offered_stays_as_it_was(database, wave, client):
    catalogue = read(CODE, "every-kind")
    catalogue.get("Is it warm?").string = "⟦Changed⟧"
    write(catalogue, CODE, "every-kind")
    client.set_cookie("language", CODE)
    client.post("/w/yours")
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    page = client.get("/w/yours/q/warm").get_data(as_text=True)
    assert bracketed("Is it warm?") in page and "Changed" not in page
    with database.writing() as session:
        offer(session, database, wave, CODE, "Ada Reader")
    assert database.session().query(Response).count() == 0


def test_counting_in_a_browser_takes_every_form_of_a_language():
    speak("ar")
    forms = counted("You have %{count} character left", "You have %{count} characters left")
    speak("en")
    assert set(forms) == {"zero", "one", "two", "few", "many", "other"}


def test_staff_offer_a_language_on_a_page(client, database, keys, wave):
    with database.writing() as session:
        session.delete(languages_of(session, [wave.id])[wave.id][0])
    sign_in(client, make_staff(database, "participation_lead"))
    page = client.get("/waves/yours/languages").get_data(as_text=True)
    assert "Esperanto" in page and page.count("<tr>") >= 9
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1] if "csrf_token" in page else ""
    refused = client.post("/waves/yours/languages", data={"language": CODE, "csrf_token": token})
    assert refused.status_code == 422 and "Nobody has checked" in refused.get_data(as_text=True)
    done = client.post("/waves/yours/languages", data={"language": CODE, "accepted_by": "Ada", "csrf_token": token})
    assert done.status_code == 303
    assert "Accepted by Ada" in client.get("/waves/yours/languages").get_data(as_text=True)


def test_easy_words_are_asked_of_whoever_wants_them_in_any_language(client, database, keys):
    migrate(database)
    wave = make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")

    def title():
        return re.search(r"<h1>([^<]+)</h1>", client.get("/w/yours").get_data(as_text=True))[1]

    assert title() == find("your-view").title
    client.set_cookie("easier", "words")
    assert title() == find("your-view-easy-read").title
    with database.writing() as session:
        offer(session, database, wave, "pl", "Ada Reader")
    client.set_cookie("language", "pl")
    easy = words_of("pl", "your-view-easy-read")[0]
    assert title() == easy[find("your-view-easy-read").title]
    client.post("/w/yours")
    first = find("your-view-easy-read").questions[0]
    assert easy[first.text] in client.get(f"/w/yours/q/{first.key}").get_data(as_text=True)
    client.set_cookie("easier", "")
    assert title() == words_of("pl", "your-view")[0][find("your-view").title]


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_text_of_the_shipped_languages_is_there_and_none_is_broken(code):
    texts = {"site": marked_texts(CHECKOUT / room for room in ("feedback", "forms", "templates"))}
    texts |= {questionnaire.key: texts_of(questionnaire) for questionnaire in questionnaires()}
    left = {name: compare(code, shown, name) for name, shown in texts.items()}
    assert {name: (state.missing, state.broken) for name, state in left.items() if not state.is_complete} == {}
