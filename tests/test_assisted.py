"""Somebody helps another person to answer: it is said with the response; and responses from before said nothing."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from factories import make_response, make_wave
from sqlalchemy import inspect
from staffroom import now, page_of, wave_called
from test_collection import answer, check_page_key

from feedback.collection.drafts import Unfinished
from feedback.collection.models import Answer, Response
from feedback.collection.receipts import Digests
from feedback.operating.schema import alembic_config
from feedback.sealing import KeyStore

pytestmark = pytest.mark.both


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def test_whoever_helps_is_told_how_and_it_is_said_with_the_response(client, wave, database):
    assert 'href="/w/yours/helping"' in page_of(client.get("/w/yours"))
    assert "Do not suggest an answer" in page_of(client.get("/w/yours/helping"))
    assert client.post("/w/yours/helping").location == "/w/yours/q/agree"
    assert "write their words, not yours" in page_of(client.get("/w/yours/q/agree"))
    answer(client, "agree", q_agree="agree")
    assert "Did someone help you" in page_of(client.get("/w/yours/q/helped"))
    answer(client, "helped", q_helped="adult_wrote")
    assert "write their words, not yours" in page_of(client.get("/w/yours/check"))
    client.post("/w/yours/send", data={"key": check_page_key(client)})
    response = now(database).query(Response).one()
    assert response.mode == "assisted"
    assert {row.question: row.choice for row in response.answers}["helped"] == "adult_wrote"


def test_who_answers_alone_sees_no_banner(client, wave):
    client.post("/w/yours")
    assert "write their words" not in page_of(client.get("/w/yours/q/agree"))


def test_a_draft_from_before_there_were_modes_opens():
    assert Unfinished.from_json(b'{"key": "k", "answers": []}').mode == "own"


def test_the_migration_keeps_every_answer_down_and_up_again(bare):
    config = alembic_config(bare)
    command.upgrade(config, "head")
    keys = KeyStore(bare.settings)
    keys.create()
    make_wave(bare, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    digests = Digests(bare.settings)
    for _ in range(3):
        make_response(bare, keys, digests, wave_called(bare, "yours"))
    scripts = ScriptDirectory.from_config(config)
    ours = next(script for script in scripts.walk_revisions() if script.path.endswith("_other_ways_in.py"))
    bare.session.remove()
    command.downgrade(config, ours.down_revision)
    with bare.engine.connect() as connection:
        assert "mode" not in {column["name"] for column in inspect(connection).get_columns("response")}
        assert not {"kiosk", "paper_entry"} & set(inspect(connection).get_table_names())
    command.upgrade(config, "head")
    assert {response.mode for response in now(bare).query(Response)} == {"own"}
    assert now(bare).query(Response).count() == 3 and now(bare).query(Answer).count() == 6
    with pytest.raises(Exception, match="(?i)ck_response_mode"), bare.writing() as session:
        session.query(Response).update({"mode": "pigeon"})
    keys.close()
