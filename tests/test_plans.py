"""Size: no page and no count looks through a whole big table, and pages go on by key, so that nothing is seen twice."""

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from factories import PASSWORD, TODAY, make_released, make_response, make_staff, make_theme, make_wave
from sized import count_everything_again, fill
from sqlalchemy import event, text

from feedback.cli.parts import Parts
from feedback.collection.models import Answer
from feedback.evidence import recounting
from feedback.evidence.recounting import settle
from feedback.themes import by_hand
from feedback.themes.store import get_theme
from feedback.triage import store
from feedback.triage.store import release

ROOT = Path(__file__).resolve().parent.parent
BIG = "answer|response|release|excerpt|coding"
#: SQLite says "SCAN coding_1 USING …" for a walk through all of it, and SEARCH where an index leads it.
#: A search for nothing but a state, with a look at each row, is a walk through all of it too.
SCAN = re.compile(rf"^SCAN ({BIG})(_\d+)?\b|USING INDEX ix_coding_queue \(state=\?\)")
PAGES = (
    *("/desk", "/board", "/board/worker-stays", "/themes", "/code", "/code/by-hand", "/links", "/quotes", "/topics"),
    *("/read", "/read?wave=w1", "/read?wave=w1&after=4611686018427387904", "/waves", "/waves/w1"),
)


@contextmanager
def heard(engine):
    """[(statement, its parameters)] of everything said on an engine."""
    said = []

    def hear(_connection, _cursor, statement, parameters, _context, many):
        if not many and statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def whole_tables(database, said) -> set[str]:
    """What would look through a whole big table: the plans of these statements, never run."""
    found = set()
    with database.writer.connect() as connection:
        for statement, parameters in {words: (words, given) for words, given in said}.values():
            if database.settings.embedded:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                walked = [row[3] for row in rows if SCAN.search(row[3])]
            else:
                plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar()
                walked = list(_sequential(plan[0]["Plan"]))
            found |= {f"{walk}: {statement}" for walk in walked}
        connection.rollback()
    return found


def plans(database, said) -> list[str]:
    """Every line of SQLite's plans of these statements."""
    with database.engine.connect() as connection:
        told = [(words, given) for words, given in said if words.startswith("SELECT")]
        return [
            row[3] for words, given in told for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)
        ]


def _sequential(node: dict):
    if node["Node Type"] == "Seq Scan" and re.fullmatch(BIG, node["Relation Name"]):
        yield f"Seq Scan on {node['Relation Name']}"
    for below in node.get("Plans", ()):
        yield from _sequential(below)


@pytest.mark.both
def test_an_index_leads_every_page_and_every_count(settings, database, app, client, monkeypatch):
    monkeypatch.setattr(recounting, "STEP", 20)  # as small a part of these responses as it is of a million answers
    parts = Parts(settings)
    fill(parts, 40_000)
    if not settings.embedded:  # as its autovacuum would soon: without it the planner knows nothing of the rows
        with database.writer.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    with heard(database.engine) as counting, heard(parts.database.engine) as said:
        count_everything_again(parts)
    assert not whole_tables(database, counting + said)
    if settings.embedded:  # a part of the words is found by its responses, not among all codings of their themes
        assert not [row for row in plans(database, counting + said) if "ix_coding_queue" in row]
    email = make_staff(database, "participation_lead", "board_member", "safeguarding_lead")
    client.post("/staff/login", data={"email": email, "password": PASSWORD})
    with heard(app.extensions["soundings"].database.engine) as said:
        for page in PAGES:
            assert client.get(page).status_code == 200, page
    assert len(said) > 50 and not whole_tables(database, said)
    parts.database.close()
    parts.keys.close()


def test_no_query_counts_its_way_to_a_page():
    for path in sorted((ROOT / "feedback").rglob("*.py")):
        assert not re.search(r"\.offset\(|\bOFFSET\b", path.read_text(encoding="utf-8")), f"{path}: go on by key"


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys)


@pytest.mark.both
def test_pages_of_what_is_unread_show_each_response_once_while_others_come_and_go(
    database, keys, digests, wave, monkeypatch
):
    monkeypatch.setattr(store, "PAGE", 3)
    there = {make_response(database, keys, digests, wave, f"Text {number}") for number in range(10)}
    seen, after = [], 0
    while page := [response.id for response in store.unread(database.session(), wave, after)]:
        seen, after = seen + page, page[-1]
        make_response(database, keys, digests, wave, "One more.")
        with database.writing() as session:
            release(session, response_ids=page[:1], read_by="Ada", on=TODAY)
    assert len(seen) == len(set(seen)) and seen == sorted(seen) and there <= set(seen)


@pytest.mark.both
def test_pages_of_what_is_released_hold_each_response_once(database, keys, digests, wave, monkeypatch):
    monkeypatch.setattr(recounting, "STEP", 3)
    ids = make_released(database, keys, digests, wave, [f"Text {number}" for number in range(7)])
    make_released(database, keys, digests, make_wave(database, keys), ["Elsewhere."])
    pages = list(recounting._released(database.session(), wave.id))
    assert [one for page in pages for one in page] == sorted(ids) and [len(page) for page in pages] == [3, 3, 1]


@pytest.mark.both
def test_coding_by_hand_goes_through_every_wave_once_and_passes_those_that_are_done(database, keys, digests, wave):
    key, done = make_theme(database).key, wave.id
    other = make_wave(database, keys)
    left = other.id
    for pile in (wave, other):
        make_released(database, keys, digests, pile, ["One.", "Two.", "Three."])
    settle(database)
    session, seen, after = database.session(), [], 0
    while answer := by_hand.next_uncoded(session, after):
        seen.append(answer.response_id)
        after = answer.id
    assert len(seen) == len(set(seen)) == 6 and by_hand.uncoded_count(session) == 6
    for answer in session.query(Answer).filter(Answer.wave_id == done, Answer.sealed.is_not(None)).all():
        with database.writing() as writing:
            coded, themes = writing.get(Answer, answer.id), [get_theme(writing, key)]
            by_hand.code_by_hand(writing, coded, length=4, themes=themes, sentiment=None, by="Ada", on=TODAY)
    settle(database)
    assert by_hand._waves_left(database.session()) == [left] and by_hand.uncoded_count(database.session()) == 3


@pytest.mark.both
def test_what_is_unread_is_what_is_stored_less_what_is_released(database, keys, digests, wave):
    ids = [make_response(database, keys, digests, wave, f"Text {number}") for number in range(3)]
    make_released(database, keys, digests, make_wave(database, keys), ["All of this wave is read."])
    with database.writing() as session:
        assert release(session, response_ids=[*ids[:1], *ids[:1]], read_by="Ada", on=TODAY) == 1
    counts = store.unread_counts(database.session())
    assert [(waiting.id, number) for waiting, number in counts] == [(wave.id, 2)]


def test_a_form_that_names_responses_of_another_wave_releases_none(database, keys, digests, wave):
    mine = make_response(database, keys, digests, wave)
    other = make_response(database, keys, digests, make_wave(database, keys))
    assert store.of_wave(database.session(), wave, [mine, other, -1, 1 << 70]) == [mine]
