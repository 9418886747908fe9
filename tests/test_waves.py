"""A wave: prepared, looked at as its audience, published for ever; what can be changed later, what never."""

import datetime

import pytest
from factories import TODAY, make_staff, make_wave, sign_in
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from staffroom import count, page_of, wave_called

from feedback.collection.models import Draft, Response, Wave
from feedback.collection.store import change_wave, open_wave, publish_wave
from feedback.errors import Overtaken, Refused
from forms.lint import Rule, lint

pytest_plugins = ("every_kind",)
pytestmark = pytest.mark.both

FORM = {
    "title": "Your view, autumn",
    "key": "autumn",
    "audience": "family",
    "questionnaire": "every-kind",
    "promise": "anonymous",
    "entry": "link",
    "opens_on": TODAY.isoformat(),
    "cover_hours": "Monday to Friday, 9 to 5",
    "cohort": "40",
    "contact_1_name": "Your advocate",
    "contact_1_number": "0300 555 0100",
    "contact_1_note": "Monday to Friday",
}


@pytest.fixture
def lead(client, database):
    sign_in(client, make_staff(database, "participation_lead"))
    return client


@pytest.fixture
def prepared(lead, every_kind, database):
    assert lead.post("/waves/add", data=FORM).status_code == 303
    return wave_called(database, "autumn")


def publish(client, key="autumn"):
    page = client.get(f"/waves/{key}/publish").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return client.post(f"/waves/{key}/publish", data={"seen": seen, "understood": "y"})


def test_nobody_can_answer_a_prepared_wave_or_learn_of_it(app, prepared):
    stranger = app.test_client()
    assert "autumn" not in stranger.get("/").text
    for address in ("/w/autumn", "/w/autumn/q/agree", "/w/autumn/check", "/w/autumn/help-request"):
        page = page_of(stranger.get(address), 410)
        assert "This is not open." in page
        assert "Your view, autumn" not in page and "advocate" not in page and "Every kind" not in page
    assert stranger.post("/w/autumn").status_code == 410


def test_all_of_a_prepared_wave_can_be_changed(lead, prepared, database):
    page = page_of(lead.get("/waves/autumn/edit"))
    assert 'value="Your advocate"' in page and 'value="40"' in page
    changed = FORM | {"key": "winter", "promise": "traceable", "entry": "code", "contact_1_number": "0300 555 0199"}
    assert lead.post("/waves/autumn/edit", data=changed).location.endswith("/waves/winter")
    wave = wave_called(database, "winter")
    assert (wave.promise, wave.by_code, wave.published, wave.cohort) == ("traceable", True, False, 40)
    assert wave.help_lines[0].number == "0300 555 0199"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"promise": "traceable"}, "Choose codes"),
        ({"contact_2_name": "Nobody’s number"}, "Enter a number that can be rung"),
        ({"contact_1_name": ""}, "Enter whose number this is."),
        ({"cohort": "-1"}, "Enter a whole number"),
        ({"cohort": "many"}, "valid integer"),
        ({"questionnaire": ""}, "Choose what it asks"),
        ({"audience": "practitioner"}, "asks families"),
        ({"closes_on": (TODAY - datetime.timedelta(days=9)).isoformat()}, "must not be before"),
    ],
)
def test_what_does_not_go_together_is_said_at_its_field(lead, prepared, change, sentence):
    assert sentence in page_of(lead.post("/waves/autumn/edit", data=FORM | change), 422)


def test_publishing_says_what_is_promised_and_fixes_it(lead, app, prepared, database):
    page = page_of(lead.get("/waves/autumn/publish"))
    for said in ("nobody can find out who wrote what", "Families", "Every kind", "We do not know who you are", "40"):
        assert said in page, said
    assert page.index("Your advocate") < page.index("Childline")
    seen = lead.get("/waves/autumn/publish").text.split('name="seen" value="')[1].split('"')[0]
    assert "Tick the box" in page_of(lead.post("/waves/autumn/publish", data={"seen": seen}), 422)
    assert not wave_called(database, "autumn").published
    assert publish(lead).status_code == 303
    assert wave_called(database, "autumn").published
    stranger = app.test_client()
    page = page_of(stranger.get("/w/autumn"))
    assert page.index("Your advocate") < page.index("Childline") and "0300 555 0100" in page
    assert stranger.post("/w/autumn").status_code == 303


def test_what_was_changed_since_its_page_was_opened_is_not_published(lead, prepared, database):
    seen = lead.get("/waves/autumn/publish").text.split('name="seen" value="')[1].split('"')[0]
    lead.post("/waves/autumn/edit", data=FORM | {"promise": "traceable", "entry": "code"})
    answer = lead.post("/waves/autumn/publish", data={"seen": seen, "understood": "y"})
    assert "Somebody has changed the wave" in page_of(answer, 422)
    assert not wave_called(database, "autumn").published


def test_a_draft_that_nobody_answers_for_cannot_be_published(lead, prepared, database):
    with database.writing() as session:
        session.execute(update(Wave).values(questionnaire="working-with-us"))
    page = page_of(lead.get("/waves/autumn/publish"))
    assert "It cannot be published yet." in page and 'name="understood"' not in page
    assert lead.post("/waves/autumn/publish", data={"seen": "", "understood": "y"}).status_code == 200
    assert not wave_called(database, "autumn").published
    with database.writing() as session, pytest.raises(Refused, match="draft that nobody has tested"):
        publish_wave(session, session.scalar(select(Wave)))


@pytest.mark.parametrize(
    "change",
    [
        "promise = 'traceable'",
        "audience = 'practitioner'",
        "questionnaire = 'your-view'",
        "questionnaire = NULL",
        "version = 'other'",
        "version = NULL",
        "kind = 'audit'",
        "published = false",
    ],
)
def test_the_database_refuses_another_promise_for_a_published_wave(database, keys, every_kind, change):
    make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family")
    with database.writer.connect() as connection, pytest.raises(DBAPIError, match="keeps its promise"):
        connection.execute(text(f"UPDATE wave SET {change}"))
    with database.writing() as session:  # while this may be changed
        session.execute(text("UPDATE wave SET title = 'New', closes_on = '2099-01-01', cover_hours = 'Always'"))
    assert wave_called(database, "yours").title == "New"


def test_before_it_is_published_the_database_lets_all_be_changed(database, prepared):
    with database.writing() as session:
        session.execute(text("UPDATE wave SET promise = 'traceable', audience = 'practitioner', version = 'x'"))
        session.execute(text("UPDATE wave SET promise = 'anonymous'"))


def test_later_only_what_nobody_was_promised_can_be_changed(lead, prepared, database):
    publish(lead)
    page = page_of(lead.get("/waves/autumn/edit"))
    assert 'name="promise"' not in page and 'name="questionnaire"' not in page
    later = (TODAY + datetime.timedelta(days=30)).isoformat()
    sent = FORM | {
        "title": "New",
        "closes_on": later,
        "contact_1_name": "",
        "contact_1_number": "",
        "promise": "traceable",
    }
    assert lead.post("/waves/autumn/edit", data=sent).status_code == 303
    wave = wave_called(database, "autumn")
    assert (wave.title, wave.closes_on.isoformat(), wave.help_lines, wave.promise) == ("New", later, [], "anonymous")
    past = (TODAY - datetime.timedelta(days=1)).isoformat()
    assert "must not be before" in page_of(lead.post("/waves/autumn/edit", data=sent | {"closes_on": past}), 422)


def test_who_opened_the_form_before_somebody_published_changes_nothing(database, prepared, lead):
    wave_id = prepared.id
    publish(lead)
    with database.writing() as session, pytest.raises(Overtaken):
        change_wave(session, wave_id, {"promise": "traceable"}, published=False)


def test_the_preview_walks_as_its_audience_and_keeps_nothing(lead, prepared, database):
    page = page_of(lead.get("/waves/autumn/preview"))
    assert "Preview: nothing is kept." in page and "Some questions." in page and "Your advocate" in page
    following = lead.post("/waves/autumn/preview").location
    seen = []
    answers = {"agree": {"q_agree": "agree"}, "who": {"q_who": "carer"}, "foster": {"q_foster_text": "Blue door"}}
    while "/preview/" in following:
        asked = following.split("/preview/")[1].split("?")[0]
        seen.append(asked)
        assert "Preview: nothing is kept." in page_of(lead.get(following))
        following = lead.post(following, data=answers.get(asked, {})).location
        assert "Blue" not in following
    assert following.endswith("/preview-end") and "End of the preview" in page_of(lead.get(following))
    assert "foster" in seen and seen[0] == "agree" and seen[-1] == "quote" and len(seen) == 17
    assert "foster" not in lead.post("/waves/autumn/preview/who", data={"q_who": "parent"}).location
    assert lead.get("/waves/autumn/preview/foster").location.endswith("/preview")
    assert "x" * 20 not in lead.get("/waves/autumn/preview/hello?chosen=who." + "x" * 20).text
    stopped = lead.post("/waves/autumn/preview/agree", data={"q_agree": "not_today"}).location
    assert "thanked" in page_of(lead.get(stopped))
    assert "Choose" in page_of(lead.post("/waves/autumn/preview/agree"), 422)
    assert count(database, Draft) == count(database, Response) == 0


def test_only_staff_see_a_preview(app, prepared):
    assert app.test_client().get("/waves/autumn/preview").location.startswith("/staff/login")


def test_what_is_opened_at_once_is_published_and_an_imported_pile_has_no_preview(lead, database, keys):
    assert make_wave(database, keys, key="pile").published
    assert lead.post("/waves/add", data=FORM | {"key": "other", "questionnaire": ""}).status_code == 303
    assert wave_called(database, "other").published
    assert lead.get("/waves/other/preview").status_code == 404


def test_a_contact_question_is_refused_in_an_anonymous_wave(database, keys, with_contact):
    assert [(fault.item, fault.rule) for fault in lint(with_contact, "anonymous")][0] == ("reach", Rule.CONTACT)
    assert Rule.CONTACT not in {fault.rule for fault in (*lint(with_contact), *lint(with_contact, "traceable"))}
    wave = {"key": "x", "title": "X", "audience": "family", "questionnaire": "every-kind", "opens_on": TODAY}
    with database.writing() as session, pytest.raises(Refused, match="in a traceable wave only"):
        open_wave(session, keys, Wave(**wave, promise="anonymous"))
    with database.writing() as session:
        open_wave(session, keys, Wave(**wave, promise="traceable"))
