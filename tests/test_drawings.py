"""A drawing on its way: sealed with its draft, sealed with its response, gone with either, shown to no stranger."""

import datetime
from io import BytesIO
from pathlib import Path

import pictures
import pytest
from factories import TODAY, make_staff, make_wave, sign_in
from sqlalchemy import select
from staffroom import count, now, page_of
from test_collection import begin, check_page_key
from werkzeug.exceptions import RequestEntityTooLarge

from feedback.collection.drafts import Unfinished, save_draft
from feedback.collection.drawings import keep_picture, open_drawing
from feedback.collection.models import Answer, Draft, DraftPicture, Drawing, Response
from feedback.collection.receipts import new_code
from feedback.collection.store import words_of
from feedback.edge import MOST_OF_STRANGERS, CleanForm
from feedback.operating.checking import check_texts
from feedback.operating.purging import purge
from feedback.sealing import decrypt
from feedback.triage.erasing import erase_response
from forms.answering import Answer as Given
from forms.answering import AnswerState
from forms.drawings import clean_picture

pytestmark = pytest.mark.both
PAGE = "/w/yours/q/t10"


@pytest.fixture
def wave(database, keys):
    return make_wave(
        database,
        keys,
        key="yours",
        audience="child_4_7",
        questionnaire="tell-us-with-a-picture",
        draft_accepted_by="Ada",
    )


def drawn(content, name="drawing.png", **fields):
    return {"q_t10_picture": (BytesIO(content), name), **fields}


def agree(client):
    begin(client)
    client.post("/w/yours/q/agree", data={"q_agree": "agree"})


def send(client):
    return client.post("/w/yours/send", data={"key": check_page_key(client)})


def sent_drawing(client, content, **fields):
    """A response with this drawing; returns the bytes that must lie open nowhere."""
    agree(client)
    assert client.post(PAGE, data=drawn(content, **fields)).status_code == 303
    assert send(client).status_code == 200
    made = clean_picture(BytesIO(content))
    return made[100:132]


def stored(database) -> dict[str, tuple]:
    return {a.question: (a.state, a.choice, a.sealed is not None) for a in now(database).scalars(select(Answer))}


def lies_open(database, settings, mark) -> list:
    """Where these bytes can be found: in rows of either database, or in a file of the embedded one."""
    session = now(database)
    rows = [row.sealed for table in (Draft, DraftPicture, Drawing) for row in session.scalars(select(table))]
    rows += filter(None, session.scalars(select(Answer.sealed)))
    files = [path for path in Path(settings.home).rglob("*") if path.is_file()]
    return [place for place in rows if mark in place] + [path for path in files if mark in path.read_bytes()]


def test_a_drawing_and_words_are_kept_sent_and_sealed_each_by_itself(client, wave, database, keys, settings):
    mark = sent_drawing(client, pictures.noise(1), q_t10_text="My dog Zanzibar")
    answers = stored(database)
    assert answers["t10"] == ("answered", None, True) and answers["t10.drawing"] == ("answered", "drawing", False)
    session = now(database)
    drawing = session.scalars(select(Drawing)).one()
    assert mark in open_drawing(session, keys, drawing.response_id, "t10.drawing")
    assert drawing.week == drawing.week - datetime.timedelta(days=drawing.week.weekday()), "to the week"
    assert list(words_of(keys, list(session.scalars(select(Answer)))).values()) == ["My dog Zanzibar"]
    assert lies_open(database, settings, mark) == []
    assert count(database, DraftPicture) == count(database, Draft) == 0


def test_a_drawing_alone_is_an_answer_and_no_drawing_is_none(client, wave, database):
    sent_drawing(client, pictures.noise(2))
    assert "t10" not in stored(database), "it was not left out"
    assert stored(database)["t10.drawing"] == ("answered", "drawing", False)
    other = client.application.test_client()
    agree(other)
    send(other)
    answers = now(database).scalars(select(Answer).where(Answer.question.like("t10%")).order_by(Answer.question)).all()
    assert [(a.question, a.state) for a in answers] == [("t10", "blank"), ("t10.drawing", "answered")]
    assert count(database, Drawing) == 1


def test_the_draft_keeps_the_drawing_under_its_own_code(client, app, wave, database, digests, settings):
    agree(client)
    client.post(PAGE, data=drawn(pictures.noise(3)))
    mark = clean_picture(BytesIO(pictures.noise(3)))[100:132]
    assert lies_open(database, settings, mark) == []
    mine = client.get(f"{PAGE}/drawing")
    assert mark in mine.data and mine.headers["Cache-Control"] == "no-store"
    assert f'src="{PAGE}/drawing"' in client.get("/w/yours/check").text
    stranger = app.test_client()
    assert stranger.get(f"{PAGE}/drawing").status_code == 404
    agree(stranger)
    assert stranger.get(f"{PAGE}/drawing").status_code == 404
    assert client.get("/w/yours/q/t1/drawing").status_code == 404
    # Another page keeps it; another file takes its place; taking it away leaves nothing.
    client.post("/w/yours/q/t9", data={"q_t9": "yes"})
    client.post(PAGE, data=drawn(pictures.picture(), q_t10_text="And words"))
    assert mark not in client.get(f"{PAGE}/drawing").data and count(database, DraftPicture) == 1
    client.post(PAGE, data={"q_t10_away": "y", "q_t10_text": "Only words"})
    assert count(database, DraftPicture) == 0 and client.get(f"{PAGE}/drawing").status_code == 404
    send(client)
    assert stored(database)["t10"] == ("answered", None, True) and "t10.drawing" not in stored(database)


def test_a_drawing_and_rather_not_say_together_are_asked_about_and_nothing_is_lost(client, wave, database):
    agree(client)
    page = page_of(client.post(PAGE, data=drawn(pictures.noise(4), q_t10="not_sure", q_t10_text="Words")), 422)
    assert "Which do you mean?" in page and "Words</textarea>" in page and f'src="{PAGE}/drawing"' in page
    assert client.post(PAGE, data={"q_t10_text": "Words"}).status_code == 303
    send(client)
    assert stored(database)["t10.drawing"] == ("answered", "drawing", False)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_what_is_no_picture_comes_back_with_the_words_and_what_to_do(client, wave, database, name):
    agree(client)
    page = page_of(client.post(PAGE, data=drawn(pictures.HOSTILE[name], "<b>.png", q_t10_text="My words")), 422)
    assert "My words</textarea>" in page and "Error: " in page
    assert ("Choose a photo or a picture" in page) or ("make it smaller" in page)
    assert count(database, DraftPicture) == 0 and "<script>alert" not in page


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_only_a_page_with_a_file_may_be_large_and_its_words_may_not(client, wave):
    agree(client)
    large, long = pictures.picture() + bytes(9 * 1024 * 1024), b"x" * (MOST_OF_STRANGERS + 1)
    page = page_of(client.post(PAGE, **form(large, b"My words")), 422)
    assert "This file is too big" in page and "My words</textarea>" in page
    page = page_of(client.post(PAGE, **form(bytes(18 * 1024 * 1024), b"")), 413)
    assert "That photo is too big to send" in page
    assert client.post(PAGE, **form(b"x", long)).status_code == 413
    assert client.post(PAGE, data={"q_t10_text": long}).status_code == 413
    assert client.post("/w/yours", **form(long, b"")).status_code == 413


def form(file: bytes, words: bytes) -> dict:
    """What a browser sends; the file first, so that it is there when the words turn out to be too many."""
    head = b'--b\r\nContent-Disposition: form-data; name="q_t10_'
    body = (
        head + b'picture"; filename="a.png"\r\n\r\n' + file + b"\r\n" + head + b'text"\r\n\r\n' + words + b"\r\n--b--"
    )
    return {"data": body, "content_type": "multipart/form-data; boundary=b"}


def test_the_file_of_a_form_that_is_refused_does_not_lie_about():
    opened = []

    def make(*_about, **_more):
        opened.append(BytesIO())
        return opened[-1]

    sent = form(bytes(1000), b"x" * 200_000)
    parser = CleanForm(stream_factory=make, max_form_memory_size=150_000, silent=False)
    with pytest.raises(RequestEntityTooLarge):
        parser.parse(BytesIO(sent["data"]), "multipart/form-data", len(sent["data"]), {"boundary": "b"})
    assert [file.closed for file in opened] == [True]


def test_a_drawing_is_erased_with_its_response_from_every_copy(client, wave, database, keys, settings):
    mark = sent_drawing(client, pictures.noise(5))
    session = now(database)
    drawing = session.scalars(select(Drawing)).one()
    response_id, sealed = drawing.response_id, drawing.sealed
    key = keys.of_responses([response_id])[response_id]
    assert mark in decrypt(key, sealed, f"{response_id}|t10.drawing|picture")
    database.session.remove()
    erase_response(database, keys, response_id)
    assert count(database, Drawing) == count(database, Response) == 0
    assert keys.of_responses([response_id]) == {}, "an old copy of the row stays shut"
    assert lies_open(database, settings, sealed[40:72]) == lies_open(database, settings, mark) == []


def test_a_drawing_goes_with_its_draft(database, keys, digests, wave):
    past, wave_id = TODAY - datetime.timedelta(days=3), wave.id
    for day in (TODAY, past):
        code, answer = new_code(), Given("t10", AnswerState.ANSWERED, drawn=True)
        with database.writing() as session:
            save_draft(session, digests, wave_id, code, Unfinished(answers={"t10": answer}), day, days=1)
            keep_picture(session, digests, wave_id, code, answer, pictures.picture())
    assert count(database, DraftPicture) == 2
    gone = purge(database, keys, TODAY)
    assert gone.drafts == 1 and count(database, DraftPicture) == count(database, Draft) == 1
    with database.writing() as session:  # the first of another day clears away without any command
        save_draft(session, digests, wave_id, new_code(), Unfinished(), TODAY + datetime.timedelta(days=9), days=1)
    assert count(database, DraftPicture) == 0 and count(database, Draft) == 1


def test_nothing_drawn_is_kept_when_somebody_chooses_not_today(client, wave, database):
    agree(client)
    client.post(PAGE, data=drawn(pictures.picture()))
    client.post("/w/yours/q/agree", data={"q_agree": "not_today"})
    assert count(database, DraftPicture) == 0


def test_a_drawing_is_thrown_away_in_its_time_once_somebody_has_looked(client, wave, database, keys, settings):
    sent_drawing(client, pictures.noise(6))
    late = TODAY + datetime.timedelta(days=settings.drawing_days)
    seen = purge(database, keys, late, dry_run=True)
    assert (seen.drawings, seen.unseen) == (0, 1)
    sign_in(client, make_staff(database, "participation_lead"))
    response_id = now(database).scalar(select(Response.id))
    client.post(
        "/read/yours/release",
        data={"responses": response_id, "read_by": "Ada", f"d{response_id}-t10.drawing-words": "A house."},
    )
    assert purge(database, keys, TODAY).drawings == 0
    gone = purge(database, keys, late)
    assert (gone.drawings, gone.unseen) == (1, 0)
    assert count(database, Drawing) == 0
    assert list(words_of(keys, list(now(database).scalars(select(Answer)))).values()) == ["A house."]


def test_a_check_of_a_restored_backup_opens_drawings_too(client, wave, database, keys):
    sent_drawing(client, pictures.picture(), q_t10_text="And words")
    checked = check_texts(database, keys, lambda *_: None)
    assert (checked.opened, checked.shut) == (2, 0)
    with database.writing() as session:
        drawing = session.scalars(select(Drawing)).one()
        drawing.sealed = drawing.sealed[:-1] + bytes([drawing.sealed[-1] ^ 1])
    assert check_texts(database, keys, lambda *_: None).shut == 1
