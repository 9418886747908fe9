"""What sending costs and survives: few statements, two commits, one desk for all who send at once, a kill -9."""

import threading

import psycopg
import pytest
from crashing import Found, Stored, trial
from factories import TODAY, make_wave
from respondents import Browser, drive
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from standing import WAVE, Standing
from test_collection import answer, begin, check_page_key

from feedback.collection.models import Answer, Response
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.collection.together import Together
from feedback.db import WriteLock
from feedback.key_pool import MOST as MOST_KEYS
from feedback.sealing import open_text
from forms.answering import Answer as Given
from forms.answering import AnswerState

MOST_STATEMENTS, MOST_COMMITS = 4, 1


@pytest.fixture
def counted():
    """What the databases were asked, and how often something was committed, since `clear()`."""
    seen = {"statements": [], "commits": 0}

    def statement(_connection, _cursor, words, *_more):
        if not words.startswith(("BEGIN", "PRAGMA")):
            seen["statements"].append(words)

    def commit(_connection):
        seen["commits"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    yield seen
    event.remove(Engine, "before_cursor_execute", statement)
    event.remove(Engine, "commit", commit)


@pytest.mark.both
def test_sending_asks_little_of_the_databases(client, database, keys, counted):
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    for number in range(3):  # what is prepared once in a process is prepared by the first, and keys by the second
        begin(client)
        answer(client, "agree", q_agree="agree")
        answer(client, "y25", q_y25_text=f"Words {number}")
        key = check_page_key(client)
        counted["statements"].clear()
        counted["commits"] = 0
        assert client.post("/w/yours/send", data={"key": key}).status_code == 200
    # Where the respondent stands; then the response, its answers, and the draft that goes.
    assert len(counted["statements"]) <= MOST_STATEMENTS, counted["statements"]
    assert counted["commits"] <= MOST_COMMITS


@pytest.mark.both
def test_many_who_send_at_once_are_stored_each_with_all_answers(database, keys, digests):
    wave = make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    database.session().expunge(wave)
    given = [Given("y25", AnswerState.ANSWERED, text="Together."), Given("quote", AnswerState.ANSWERED, choice="yes")]
    idems = [new_key() for _ in range(12)]
    words = {}

    def send(key):
        words[key] = send_response(database, keys, digests, wave=wave, key=key, answers=given, today=TODAY)
        database.session.remove()

    threads = [threading.Thread(target=send, args=(key,)) for key in idems for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session = database.session()
    session.rollback()  # look afresh
    receipts = set(session.scalars(select(Response.receipt)))
    assert receipts == {digests.receipt(words[key]) for key in idems}
    ids = list(session.scalars(select(Response.id)))
    assert len(ids) == len(idems) and session.query(Answer).count() == 2 * len(idems)
    assert keys.of_responses(ids).keys() == set(ids)
    with keys._engine.connect() as connection:  # those of the second copies were destroyed again
        assert connection.exec_driver_sql("SELECT count(*) FROM response_key").scalar() <= len(ids) + MOST_KEYS


def test_what_is_wrong_with_one_costs_the_others_nothing():
    held, groups = threading.Event(), []

    def work(items):
        held.wait()
        groups.append(list(items))
        if "bad" in items:
            raise ValueError("bad")
        return [item.upper() for item in items]

    desk, results = Together(work), {}

    def do(item):
        try:
            results[item] = desk.do(item)
        except ValueError as problem:
            results[item] = problem

    threads = [threading.Thread(target=do, args=(item,)) for item in ("first", "good", "bad", "fine")]
    for thread in threads:
        thread.start()
    while len(desk._waiting) < 3:  # all but the one who is at work
        pass
    held.set()
    for thread in threads:
        thread.join()
    assert isinstance(results.pop("bad"), ValueError)
    assert results == {"first": "FIRST", "good": "GOOD", "fine": "FINE"}
    assert any(len(group) > 1 for group in groups)


def test_those_who_write_first_at_once_all_get_their_turn(tmp_path):
    """Two threads once opened the lock at the same moment: neither let go of the other's, and nobody could write."""
    for number in range(60):
        lock, gate = WriteLock(f"{tmp_path}/{number}.lock"), threading.Barrier(8)

        def write(lock=lock, gate=gate):
            gate.wait()
            lock.acquire()
            lock.release()

        threads = [threading.Thread(target=write, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
            assert not thread.is_alive(), "a writer waits for ever"


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_connections_from_before_a_restart_of_postgresql_cost_nobody_an_error(client, database, keys, postgres):
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    begin(client)
    database.session.remove()
    name = database.engine.url.database
    postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{name}', 'keys')")
    assert answer(client, "agree", q_agree="agree").status_code == 303


@pytest.mark.parametrize("dialect", ["postgresql"])
@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
def test_a_response_is_stored_once_and_opens_when_the_connection_is_lost_on_the_way(database, keys, digests, moment):
    """After the statement it is stored already, and nobody knows: the second try must not destroy its key."""
    wave = make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    database.session().expunge(wave)
    given, lost = [Given("y25", AnswerState.ANSWERED, text="Once.")], []

    def lose(connection, _cursor, words, *_more):
        if "INSERT INTO response (" in words and not lost:
            lost.append(words)
            connection.connection.dbapi_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    event.listen(Engine, moment, lose)
    try:
        key = new_key()
        words = send_response(database, keys, digests, wave=wave, key=key, answers=given, today=TODAY)
    finally:
        event.remove(Engine, moment, lose)
    session = database.session()
    assert lost and words == digests.receipt_words(key)
    assert session.scalars(select(Response.receipt)).all() == [digests.receipt(words)]
    stored = session.scalars(select(Answer)).one()
    text_key = keys.of_responses([stored.response_id])[stored.response_id]
    assert open_text(text_key, stored.sealed, stored.response_id, "y25") == "Once."


@pytest.mark.parametrize("trials", [1, pytest.param(10, marks=pytest.mark.full)])
def test_what_was_acknowledged_is_stored_whatever_is_killed(tmp_path, trials):
    standing = Standing(str(tmp_path / "standing"))
    standing.serve()
    try:
        stored, total = Stored(standing), Found()
        for _ in range(trials):
            total += trial(standing, stored, crash=standing.kill, stand_up=standing.serve)
        assert total.clean and total.acknowledged >= trials, total
        assert len(drive(standing.settings.port, Browser(WAVE).walk([{"q_y25_text": "Still here."}]))) == 6
    finally:
        standing.kill()
