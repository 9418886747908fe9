"""Who sent a response: in an anonymous wave the database holds nothing that could say it, in a traceable one it is kept
until somebody decides, and shown to whoever looks out for safety.
"""

import random
import re

import pytest
from factories import TODAY, make_response, make_staff, make_wave, sign_in
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from staffroom import count, now, page_of, wave_called
from test_collection import check_page_key
from test_invitations import codes, enter, standing

from feedback.collection.invitations import Standing, whose
from feedback.collection.models import Answer, Response
from feedback.collection.reaching_models import ContactDetail, IdentityOpening, Invitation
from feedback.collection.sending import Besides, send_response
from feedback.operating.checking import lone_keys

pytest_plugins = ("every_kind",)
pytestmark = pytest.mark.both


@pytest.fixture
def wave(database, keys, every_kind):
    return make_wave(database, keys, key="yours", questionnaire="every-kind", audience="family", entry="code")


@pytest.fixture
def known(database, keys, with_contact):
    return make_wave(
        database, keys, key="yours", questionnaire="every-kind", audience="family", entry="code", promise="traceable"
    )


@pytest.mark.parametrize("way", ["the store", "insert", "update", "an invitation that is elsewhere"])
def test_no_response_of_an_anonymous_wave_can_hold_an_invitation(database, keys, digests, wave, known_other, way):
    codes(database, keys, digests, wave_called(database, "yours"))
    wave_id, session = wave_called(database, "yours").id, now(database)
    mine = session.scalar(select(Invitation.id).where(Invitation.wave_id == wave_id))
    theirs = session.scalar(select(Invitation.id).where(Invitation.wave_id != wave_id))
    response_id = make_response(database, keys, digests, wave_called(database, "yours"))
    held = theirs if way.startswith("an inv") else mine
    with pytest.raises(DBAPIError, match="anonymous wave knows nobody"):
        if way == "the store":
            send_response(
                database, keys, digests, wave=wave_called(database, "yours"), key="k", answers=[],
                besides=Besides(invitation=held), today=TODAY,
            )  # fmt: skip
        elif way == "insert":
            with database.writing() as session:
                session.add(Response(wave_id=wave_id, idem=b"i", week=TODAY, invitation_id=held))
        else:
            with database.writing() as session:
                session.get(Response, response_id).invitation_id = held
    assert not count(database, Response, Response.invitation_id.is_not(None))


@pytest.fixture
def known_other(database, keys, digests):
    other = make_wave(
        database, keys, key="other", questionnaire="every-kind", audience="family", entry="code", promise="traceable"
    )
    codes(database, keys, digests, other, names=["JB 12"])
    return wave_called(database, "other")


def test_no_invitation_or_contact_detail_of_an_anonymous_wave_can_name_anybody(database, keys, digests, wave):
    codes(database, keys, digests, wave)
    response_id = make_response(database, keys, digests, wave_called(database, "yours"))
    invitation_id = now(database).scalar(select(Invitation.id))
    rows = [
        Invitation(wave_id=wave_called(database, "yours").id, digest=random.randbytes(32), sealed=b"who"),
        ContactDetail(response_id=response_id, question="reach", sealed=b"how"),
    ]
    for row in rows:
        with pytest.raises(DBAPIError, match="knows nobody"), database.writing() as session:
            session.add(row)
    for column, value in (("sealed", b"who"), ("spent", True)):
        with pytest.raises(DBAPIError, match="knows nobody"), database.writing() as session:
            setattr(session.get(Invitation, invitation_id), column, value)


def answer_all(client, code):
    following = enter(client, code)
    client.post(following, data={"q_agree": "agree"})
    assert "away from your answers" in page_of(client.get("/w/yours/q/reach"))
    client.post("/w/yours/q/reach", data={"q_reach_text": "Ring my nan: 0300 555 0142"})
    assert "Ring my nan" in page_of(client.get("/w/yours/check"))
    assert client.post("/w/yours/send", data={"key": check_page_key(client)}).status_code == 200


def test_a_traceable_wave_knows_whose_code_it_was_until_somebody_decides(app, known, database, keys, digests):
    (code,) = codes(database, keys, digests, known, names=["JB 12"])
    invitation = now(database).scalar(select(Invitation))
    assert whose(keys, invitation) == "JB 12" and b"JB 12" not in invitation.sealed
    answer_all(app.test_client(), code)
    response = now(database).scalar(select(Response))
    assert response.invitation_id == invitation.id and now(database).scalar(select(Invitation.spent))
    assert standing(database, digests, code) is Standing.SPENT
    answers = {a.question: (a.choice, a.sealed) for a in now(database).scalars(select(Answer))}
    assert answers["reach"] == ("given", None)
    assert lone_keys(database, keys) == []
    lead = app.test_client()
    sign_in(lead, make_staff(database, "safeguarding_lead", name="Sara Safe"))
    queue = page_of(lead.get("/read"))
    assert "Ring my nan" not in queue and "Said how to be reached: kept apart" in queue
    address = re.search(r'href="(/who/\d+)"', queue).group(1)
    page = page_of(lead.get(address))
    assert "JB 12" not in page and "Ring my nan" not in page
    assert "Say why." in page_of(lead.post(address, data={"reason": " "}), 422)
    assert count(database, IdentityOpening) == 0
    page = page_of(lead.post(address, data={"reason": "Says that they are hit."}))
    assert "JB 12" in page and "Ring my nan: 0300 555 0142" in page and "Sara Safe" in page
    opening = now(database).scalar(select(IdentityOpening))
    assert (opening.opened_by, opening.reason, opening.opened_on) == ("Sara Safe", "Says that they are hit.", TODAY)
    lead.post("/read/yours/release", data={"responses": response.id, "read_by": "Sara Safe"})
    assert now(database).scalar(select(Invitation.sealed)) is None
    page = page_of(lead.post(address, data={"reason": "Once more."}))
    assert "JB 12" not in page and "Nothing is kept of it" in page
    assert lone_keys(database, keys) == [invitation.id]  # swept a day later


def test_nobody_else_may_ask_and_nobody_can_ask_in_an_anonymous_wave(client, wave, database, keys, digests):
    response_id = make_response(database, keys, digests, wave_called(database, "yours"))
    sign_in(client, make_staff(database, "participation_lead", "admin", "coder"))
    assert client.get(f"/who/{response_id}").status_code == 403
    client.post("/staff/logout")
    sign_in(client, make_staff(database, "safeguarding_lead"))
    assert "nobody can know who sent it" in page_of(client.get(f"/who/{response_id}"), 404)
    assert "/who/" not in client.get("/read").text


def test_the_sheet_of_a_traceable_wave_says_whose_each_slip_is(client, known, database):
    sign_in(client, make_staff(database, "participation_lead"))
    page = page_of(client.post("/waves/yours/codes", data={"references": "JB 12\n\n <b>AC</b> \n"}))
    assert page.count('class="slip"') == 2 and ">For JB 12<" in page and ">For <b>AC</b><" in page
    assert "Write one reference a line." in page_of(client.post("/waves/yours/codes", data={"references": ""}), 422)
