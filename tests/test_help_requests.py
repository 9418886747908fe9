"""Help requests: an adult is asked for apart from the answers; nothing joins the two and nobody else reads them."""

import re

import pytest
from factories import TODAY, make_staff, make_wave, sign_in
from sqlalchemy import inspect, select, text
from staffroom import count, now, page_of, wave_called
from test_collection import begin, check_page_key

from feedback.collection.help_requests import close_request, find_request
from feedback.collection.models import Draft, Response
from feedback.collection.reaching_models import HelpRequest
from feedback.collection.store import monday
from feedback.errors import NotFound, Overtaken, Refused
from feedback.operating.checking import lone_keys
from feedback.operating.purging import purge

pytestmark = pytest.mark.both
TOLD = {"name": "Sam", "reach": "Ring 0300 555 0142", "safe_when": "After school"}


@pytest.fixture
def wave(database, keys):
    return make_wave(
        database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada", cover_hours="Weekdays, 9 to 5"
    )


def ask(client, **told):
    page = client.get("/w/yours/help-request").text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page).group(1)
    return client.post("/w/yours/help-request", data={"key": key} | TOLD | told)


@pytest.fixture
def lead(app, database):
    client = app.test_client()
    sign_in(client, make_staff(database, "safeguarding_lead", name="Sara Safe"))
    return client


def test_the_help_panel_leads_to_a_page_that_says_it_is_apart(client, wave):
    assert 'href="/w/yours/help-request"' in page_of(client.get("/w/yours"))
    page = page_of(client.get("/w/yours/help-request"))
    for said in ("nothing to do with your answers", "Weekdays, 9 to 5", "Are you in danger?", "Childline"):
        assert said in page, said
    page = page_of(ask(client))
    for said in ("We have your message", "Weekdays, 9 to 5", "0800 1111", "999"):
        assert said in page, said
    assert "0300 555 0142" not in page


def test_nothing_joins_a_request_to_what_was_answered(client, wave, database, keys):
    begin(client)
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})
    draft = now(database).scalar(select(Draft.id))
    ask(client)
    assert now(database).scalar(select(Draft.id)) == draft
    assert client.post("/w/yours/send", data={"key": check_page_key(client)}).status_code == 200
    request, response = now(database).scalar(select(HelpRequest)), now(database).scalar(select(Response))
    assert request.week == monday(TODAY) and b"Sam" not in request.sealed and b"0300" not in request.sealed
    assert request.id != response.id and request.idem != response.idem
    columns = {column["name"]: str(column["type"]) for column in inspect(database.engine).get_columns("help_request")}
    assert set(columns) == {"id", "wave_id", "idem", "week", "sealed", "done_on", "done_by", "outcome"}
    assert not [kind for kind in columns.values() if "TIME" in kind.upper()]
    targets = {key["referred_table"] for key in inspect(database.engine).get_foreign_keys("help_request")}
    assert targets == {"wave"}
    assert lone_keys(database, keys) == []


def test_a_request_sent_twice_is_stored_once_and_leaves_no_key(client, wave, database, keys):
    page = client.get("/w/yours/help-request").text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page).group(1)
    for _ in range(2):
        assert client.post("/w/yours/help-request", data={"key": key} | TOLD).status_code == 200
    assert count(database, HelpRequest) == 1 and lone_keys(database, keys) == []
    ask(client)
    assert count(database, HelpRequest) == 2


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": " "}, "Write a name that we can use."),
        ({"reach": "\0"}, "Write how we can reach you"),
        ({"safe_when": "x" * 305}, "Make this 5 letters shorter."),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(client, wave, database, told, said):
    page = page_of(ask(client, **told), 422)
    assert said in page and (told.get("safe_when") or "After school") in page
    assert count(database, HelpRequest) == 0


def test_only_an_anonymous_wave_that_runs_takes_requests(client, database, keys, wave):
    make_wave(
        database, keys, key="known", questionnaire="your-view", draft_accepted_by="Ada", promise="traceable"
    )  # there the questions themselves may ask
    assert "/help-request" not in client.get("/w/known").text
    assert client.get("/w/known/help-request").status_code == 404
    with database.writing() as session:
        session.execute(text("UPDATE wave SET opens_on = '2020-01-01', closes_on = '2020-02-01'"))
    assert "This has closed" in page_of(client.get("/w/yours/help-request"), 410)
    assert "/help-request" not in client.get("/w/yours").text
    assert client.get("/w/nothing/help-request").status_code == 404


def test_whoever_looks_out_for_safety_reads_it_and_says_what_came_of_it(client, lead, wave, database, keys):
    ask(client)
    assert "request for an adult" in page_of(lead.get("/desk"))
    page = page_of(lead.get("/help-requests"))
    assert "Sam" in page and "0300 555 0142" not in page
    address = re.search(r'href="(/help-requests/\d+)"', page).group(1)
    page = page_of(lead.get(address))
    assert "Ring 0300 555 0142" in page and "After school" in page and "Weekdays, 9 to 5" in page
    assert "Say what came of it" in page_of(lead.post(address, data={"outcome": ""}), 422)
    assert lead.post(address, data={"outcome": "Spoke with her."}).status_code == 303
    page = page_of(lead.get("/help-requests"))
    assert "Spoke with her." in page and "Done by Sara Safe" in page and "Nobody waits" in page
    assert "Mark as done" not in page_of(lead.get(address))
    assert lead.post(address, data={"outcome": "Something else."}).status_code == 200
    request = now(database).scalar(select(HelpRequest))
    assert (request.outcome, request.done_by, request.done_on) == ("Spoke with her.", "Sara Safe", TODAY)
    with database.writing() as session, pytest.raises(Overtaken, match="Sara Safe"):
        close_request(session, request.id, outcome="x", by="Bo", on=TODAY)
    with database.writing() as session, pytest.raises(Refused):
        close_request(session, request.id, outcome=" ", by="Bo", on=TODAY)
    with pytest.raises(NotFound):
        find_request(now(database), keys, 7)


def test_nobody_else_reads_requests(app, client, wave, database):
    ask(client)
    request_id = now(database).scalar(select(HelpRequest.id))
    other = app.test_client()
    sign_in(other, make_staff(database, "admin", "participation_lead", "coder", "board_member"))
    for address in ("/help-requests", f"/help-requests/{request_id}"):
        assert other.get(address).status_code == 403
    assert "request for an adult" not in other.get("/desk").text


def test_purging_writes_requests_anew_and_they_still_open(client, lead, wave, database, keys, dialect):
    for name in ("Sam", "Jo", "Alex"):
        ask(client, name=name)
    rows = set(now(database).scalars(select(HelpRequest.id)))
    purge(database, keys, TODAY)
    assert set(now(database).scalars(select(HelpRequest.id))) == rows
    if dialect == "postgresql":
        assert len(set(now(database).execute(text("SELECT xmin::text FROM help_request")).scalars())) == 1
    page = page_of(lead.get("/help-requests"))
    assert all(name in page for name in ("Sam", "Jo", "Alex"))


def test_pages_of_a_wave_without_cover_hours_say_the_next_working_day(client, database, keys):
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    assert "on the next working day" in page_of(ask(client))
    assert wave_called(database, "yours").cover_hours == ""
