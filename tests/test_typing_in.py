"""Paper typed in: words as they stand, blank is not unreadable, and a sample is typed twice without looking."""

import pytest
from factories import TODAY, make_response, make_staff, make_wave, sign_in
from sqlalchemy import select
from staffroom import count, now, page_of, wave_called

from feedback.collection.models import Answer, Response
from feedback.collection.store import monday, words_of
from feedback.errors import Refused
from feedback.triage.erasing import erase_response
from feedback.triage.models import Release
from feedback.triage.store import release
from feedback.ways.batches import drawn, make_batch
from feedback.ways.models import PaperBatch, PaperEntry, PaperSecond

pytestmark = pytest.mark.both
WORDS = "They dont lisen […] to me\r\nnever"


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


@pytest.fixture
def batch(database, wave):
    """Three forms, of which the second is typed twice."""
    with database.writing() as session:
        return make_batch(session, wave, name="Youth club", forms=3, twice=[2], by="Ada").id


@pytest.fixture
def ada(client, database, batch):
    sign_in(client, make_staff(database, "participation_lead", name="Ada Typist"))
    return client


@pytest.fixture
def bo(app, database, batch):
    client = app.test_client()
    sign_in(client, make_staff(database, "safeguarding_lead", name="Bo Typist"))
    return client


def type_in(client, batch, number, **fields):
    return client.post(f"/waves/yours/paper/{batch}/{number}", data={"q_agree": "agree"} | fields)


def answers_of(database, keys):
    rows = now(database).scalars(select(Answer)).all()
    words = words_of(keys, rows)
    return {row.question: (row.state, row.choice, words.get(row.id)) for row in rows}


def test_words_are_kept_as_they_stand_and_blank_is_not_unreadable(ada, batch, database, keys):
    typed = type_in(
        ada, batch, 1, q_y1="s5", q_y25_text="They dont lisen […] to me\r\nnever", u_y2="y", q_y3="not_sure"
    )
    page = page_of(typed)
    assert "Form 1 is typed in" in page and page.count('<li translate="no">') == 6
    stored = answers_of(database, keys)
    assert stored["y25"] == ("answered", None, WORDS.replace("\r", ""))
    assert stored["y1"][1] == "s5" and stored["y3"][0] == "not_sure"
    assert stored["y2"] == stored["y4"] == ("blank", None, None)
    entry = now(database).scalars(select(PaperEntry)).one()
    assert entry.unreadable == ["y2"] and entry.week == monday(TODAY) and entry.typed_by == "Ada Typist"
    response = now(database).scalars(select(Response)).one()
    assert response.mode == "paper" and entry.response_id == response.id
    assert "1 could not be read" in page_of(ada.get(f"/waves/yours/paper/{batch}"))
    assert "On paper, typed in by staff" in page_of(ada.get("/waves/yours"))
    assert "On paper, typed in by staff" in page_of(ada.get("/read?wave=yours"))


def test_an_answer_that_is_also_unreadable_is_asked_about_and_nothing_typed_is_lost(ada, batch, database):
    page = page_of(type_in(ada, batch, 1, q_y25_text="Kept on the page", u_y25="y"), 422)
    assert "Tick “Could not read”, or type an answer" in page and "Kept on the page" in page
    assert count(database, Response) == 0


@pytest.mark.parametrize("consent", ["not_today", ""])
def test_a_form_that_does_not_agree_is_not_stored(ada, batch, database, consent):
    page = page_of(type_in(ada, batch, 1, q_agree=consent, q_y25_text="Not for you"))
    assert "Nothing was stored" in page and count(database, Response) == 0
    assert now(database).scalars(select(PaperEntry)).one().agreed is False
    assert "has been typed in" in page_of(ada.get(f"/waves/yours/paper/{batch}/1"), 422)


def test_nobody_types_a_form_twice_by_accident_and_none_that_is_not_there(ada, bo, batch, database):
    type_in(ada, batch, 1, q_y25_text="Once")
    assert type_in(ada, batch, 1, q_y25_text="Twice").status_code == 422
    assert type_in(bo, batch, 1, q_y25_text="Twice").status_code == 422
    assert type_in(ada, batch, 4).status_code == 404 and count(database, Response) == 1


def test_a_drop_between_response_and_record_makes_no_second_response(ada, batch, database):
    type_in(ada, batch, 1, q_y25_text="Once")
    with database.writing() as session:
        session.delete(session.scalars(select(PaperEntry)).one())
    type_in(ada, batch, 1, q_y25_text="Once")
    entry = now(database).scalars(select(PaperEntry)).one()
    assert count(database, Response) == 1 and entry.response_id is not None


def test_the_second_is_somebody_else_and_sees_nothing_of_the_first(ada, bo, batch, database):
    type_in(ada, batch, 2, q_y1="s5", q_y25_text="A word of the first")
    assert "You typed form 2 yourself" in page_of(ada.get(f"/waves/yours/paper/{batch}/2"), 422)
    page = page_of(bo.get(f"/waves/yours/paper/{batch}/2"))
    assert "typed a second time" in page and "A word of the first" not in page
    assert 'value="s5" checked' not in page
    type_in(bo, batch, 2, q_y1="s5", q_y25_text="a word of  the first")
    second = now(database).scalars(select(PaperSecond)).one()
    assert second.differed == [] and second.sealed is None and second.settled_by == "Bo Typist"
    assert count(database, Response) == 1


def differing(ada, bo, batch):
    type_in(ada, batch, 2, q_y1="s5", q_y2="s1", q_quote="yes", q_y25_text="Listen to me")
    type_in(bo, batch, 2, q_y1="s4", q_y2="s1", u_quote="y", q_y25_text="Listen to Mo")


def settle(client, batch, **chosen):
    fields = {f"c_{key}": which for key, which in chosen.items()} | {f"r_{key}": "Looked again" for key in chosen}
    return client.post(f"/waves/yours/paper/{batch}/2/settle", data=fields)


def test_differences_stand_side_by_side_and_the_chosen_one_is_stored(ada, bo, batch, database, keys):
    differing(ada, bo, batch)
    page = page_of(ada.get(f"/waves/yours/paper/{batch}/2/settle"))
    assert "Listen to me" in page and "Listen to Mo" in page and "Could not read" in page
    assert page_of(settle(ada, batch, y1="second"), 422).count("Look at the paper, then choose") == 4
    with database.writing() as session:
        ids = list(session.scalars(select(Response.id)))
        release(session, response_ids=ids, read_by="Ada", on=TODAY)
    assert settle(ada, batch, y1="first", y25="second", quote="second").status_code == 303
    stored = answers_of(database, keys)
    assert stored["y1"][1] == "s5" and stored["y25"][2] == "Listen to Mo" and stored["quote"][0] == "blank"
    assert not now(database).scalars(select(Response)).one().may_quote
    assert count(database, Release) == 0, "what was released was another text"
    second = now(database).scalars(select(PaperSecond)).one()
    assert second.sealed is None and second.settled_by == "Ada Typist" and b"Looked again" not in second.reasons
    assert second.entry.unreadable == ["quote"]
    assert settle(ada, batch, y1="first", y25="first", quote="first").status_code == 422
    page = page_of(ada.get("/waves/yours"))
    assert "Youth club" in page and f"3 ({300 / len(second.compared):.1f} %)" in page and "1 of 1" in page


def test_what_the_second_typed_is_sealed_and_goes_with_the_response(ada, bo, batch, database, keys):
    differing(ada, bo, batch)
    second = now(database).scalars(select(PaperSecond)).one()
    assert b"Listen" not in second.sealed
    erase_response(database, keys, second.response_id)
    assert count(database, PaperSecond) == 0
    assert now(database).scalars(select(PaperEntry)).one().response_id is None
    assert type_in(bo, batch, 2).status_code == 422, "what was taken back is not typed in again"
    assert "Taken back" in page_of(ada.get(f"/waves/yours/paper/{batch}"))


def test_a_form_that_does_not_agree_after_all_is_taken_away(ada, bo, batch, database, keys):
    type_in(ada, batch, 2, q_y25_text="Not for you")
    type_in(bo, batch, 2, q_agree="not_today")
    asked = now(database).scalars(select(PaperSecond)).one().differed
    settle(ada, batch, **dict.fromkeys(asked, "second"))
    assert count(database, Response) == count(database, Answer) == 0
    assert now(database).scalars(select(PaperEntry)).one().agreed is False


def test_the_program_draws_before_anybody_types(ada, database):
    page_of(ada.post("/waves/yours/paper/add", data={"name": "", "forms": "0", "rule": "tenth"}), 422)
    counted = ada.post("/waves/yours/paper/add", data={"name": "March", "forms": "41", "rule": "tenth"})
    batch = now(database).scalars(select(PaperBatch).where(PaperBatch.name == "March")).one()
    assert counted.status_code == 303 and len(set(batch.twice)) == 5 and set(batch.twice) <= set(range(1, 42))
    again = page_of(ada.post("/waves/yours/paper/add", data={"name": "March", "forms": "4", "rule": "none"}), 422)
    assert "a batch of that name already" in again
    assert drawn(3, "first", 2) == [1, 2] and drawn(3, "first", 9) == [1, 2, 3] and drawn(3, "none") == []
    assert len({tuple(drawn(400, "tenth")) for _ in range(5)}) > 1
    wave = wave_called(database, "yours")
    with pytest.raises(Refused), database.writing() as session:
        make_batch(session, wave, name="March", forms=1, twice=[], by="Ada")


def test_only_a_lead_counts_piles_and_a_coder_settles_nothing(app, ada, bo, batch, database):
    coder = app.test_client()
    sign_in(coder, make_staff(database, "coder"))
    assert coder.get(f"/waves/yours/paper/{batch}/1").status_code == 200
    assert coder.post("/waves/yours/paper/add").status_code == 403
    assert coder.get(f"/waves/yours/paper/{batch}/2/settle").status_code == 403
    assert ada.get(f"/waves/yours/paper/{batch}/2/settle").status_code == 404


def test_ways_are_counted_on_the_page_of_the_wave(ada, database, keys, digests):
    make_response(database, keys, digests, wave_called(database, "yours"))
    page = page_of(ada.get("/waves/yours"))
    assert "On a device of their own" in page and "On a shared tablet" not in page
