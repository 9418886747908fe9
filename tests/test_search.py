"""Search in quotes: every form of a word, only what is shown, nothing that was taken away, and no plain word stored."""

from contextlib import closing
from types import SimpleNamespace
from urllib.parse import quote as escaped

import pytest
from alembic import command
from factories import TODAY, make_priority, make_released, make_staff, make_theme, make_wave, sign_in
from hostile import TEXTS
from installation import quiet, soundings
from sqlalchemy import delete, func, select
from staffroom import count, now, page_of

from feedback.cli.parts import Parts
from feedback.collection.models import Answer
from feedback.collection.receipts import Digests
from feedback.evidence import searching
from feedback.evidence.indexing import INDEX, word_digests, word_key
from feedback.evidence.masking import masks_for
from feedback.evidence.models import Quote, QuoteWord
from feedback.evidence.recounting import settle
from feedback.evidence.searching import search_quotes
from feedback.evidence.store import clear_quote, decide_link, words_of_quotes
from feedback.jobs import Job, enqueue, run_job
from feedback.models import Base
from feedback.operating.backing_up import back_up
from feedback.operating.copying import database_of
from feedback.operating.restoring import Wanted, restore
from feedback.operating.schema import alembic_config
from feedback.plan.store import get_priority
from feedback.sealing import KeyStore
from feedback.themes.store import get_theme, whole_excerpts
from feedback.triage.erasing import erase_response

pytest_plugins = ("kept",)
pytestmark = pytest.mark.both


class Quotes:
    """A wave of one theme, whose texts are cleared as quotes."""

    def __init__(self, database, keys, digests):
        self.database, self.keys, self.digests = database, keys, digests
        make_priority(database, "worker-stays", title="A worker stays")
        make_theme(database, "worker-changes", name="Worker changes")
        self.wave = SimpleNamespace(id=make_wave(database, keys, key="autumn", title="Autumn asks").id)

    def add(self, *texts, hide="", theme="worker-changes"):
        """Each text as the cleared quote of a respondent of its own; returns the ids of their responses."""
        ids = [self.say(words) for words in texts]
        for response_id, words in zip(ids, texts, strict=True):
            self.clear(response_id, words, hide, theme)
        return ids

    def say(self, words):
        """A released response."""
        self.database.session.remove()
        return make_released(self.database, self.keys, self.digests, self.wave, [words])[0]

    def clear(self, response_id, words, hide="", theme="worker-changes", part=None):
        with self.database.writing() as session:
            (answer_id,) = session.scalars(
                select(Answer.id).where(Answer.response_id == response_id, Answer.sealed.is_not(None))
            )
            excerpt = whole_excerpts(session, {answer_id: part or len(words)})[answer_id]
            masks, found = masks_for(words, hide), get_theme(session, theme)
            clear_quote(session, self.keys, excerpt, found, masks=masks, by="Ada", on=TODAY)

    def link(self, theme="worker-changes"):
        with self.database.writing() as session:
            found, priority = get_theme(session, theme), get_priority(session, "worker-stays")
            how = {"state": "confirmed", "stance": "challenges", "reason": "It is.", "by": "Ada", "on": TODAY}
            decide_link(session, found, priority, **how)

    def page(self, words, *, keys=None, **how):
        keys = keys or self.keys
        sought = word_digests(word_key(keys), words)
        return search_quotes(now(self.database), sought, **({"for_board": False} | how))

    def find(self, words, **how):
        """The texts that are found, each whole."""
        found = [quote for quote, _wave in self.page(words, **how).quotes]
        return sorted(words_of_quotes(how.get("keys") or self.keys, found).values())


@pytest.fixture
def quotes(database, keys, digests):
    return Quotes(database, keys, digests)


@pytest.fixture
def visit(app, database):
    """Look for words as somebody of a role; returns the page."""

    def look(words, role="participation_lead", status=200):
        client = app.test_client()
        sign_in(client, make_staff(database, role))
        return page_of(client.get(f"/quotes/search?words={escaped(words, safe='', errors='replace')}"), status)

    return look


def test_every_form_of_a_word_is_found_and_every_word_must_be_there(quotes):
    moved, stayed = "They moved my worker’s office.", "My workers stayed, Émilie too."
    quotes.add(moved, stayed, "مُحَمَّد لا يعرف", "I don’t know why.")
    assert quotes.find("moves") == quotes.find("MOVING office") == [moved]
    assert quotes.find("worker") == sorted([moved, stayed])
    assert quotes.find("emilie") == [stayed] and quotes.find("moved emilie") == []
    assert quotes.find("محمد") == ["مُحَمَّد لا يعرف"] and quotes.find("don't") == ["I don’t know why."]
    assert quotes.find("don") == quotes.find("off") == quotes.find("%") == quotes.find("") == []


def test_hidden_words_are_not_found_and_those_shown_instead_are(quotes):
    said = "Zanzibar school moved Pip Anderson."
    quotes.add(said, hide="Zanzibar = placename\nPip Anderson")
    assert quotes.find("placename school") == quotes.find("name moved") == [said]
    for hidden in ("Zanzibar", "Pip", "Anderson", "pip anderson"):
        assert quotes.find(hidden) == []


def test_what_is_taken_away_is_found_no_more_and_leaves_no_row(quotes):
    gone, _kept = quotes.add("It moved here.", "It moved there.")
    assert len(quotes.find("moved")) == 2
    erase_response(quotes.database, quotes.keys, gone)
    assert quotes.find("moved") == ["It moved there."] and quotes.find("here") == []
    session = now(quotes.database)
    assert set(session.scalars(select(QuoteWord.quote_id))) == set(session.scalars(select(Quote.id)))


def test_what_was_never_cleared_is_not_found(quotes):
    quotes.say("Nobody cleared me.")
    assert quotes.find("cleared") == [] and count(quotes.database, QuoteWord) == 0


def test_no_plain_word_lies_in_the_database(quotes, settings):
    quotes.add("Zanzibar kept moving.")
    quotes.add("Quagmire kept moving.", hide="Quagmire")
    assert len(quotes.find("zanzibar")) == 1
    with quotes.database.engine.connect() as connection:
        rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(select(table))]
    cells = [cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row]
    digests, stored = now(quotes.database).scalars(select(QuoteWord.word)).all(), b"\n".join(cells)
    assert {len(digest) for digest in digests} == {16} and set(digests) <= set(cells) and b"Autumn asks" in stored
    if settings.embedded:
        stored += b"".join(path.read_bytes() for path in settings.folder.iterdir())
    for word in (b"zanzibar", b"quagmire", b"kept", b"moving"):
        assert word not in stored.lower() and word.hex().encode() not in stored.lower()


def test_each_quote_is_seen_once_page_by_page(quotes):
    quotes.add(*(f"My worker moved, time {n}." for n in range(11)))
    seen, after = [], 0
    while after is not None:
        page = quotes.page("worker moved", after=after, limit=4)
        seen += [quote.id for quote, _wave in page.quotes]
        after = page.after
    assert len(seen) == 11 and seen == sorted(set(seen))
    assert quotes.page("worker", limit=11).after is None


def test_the_board_finds_what_its_own_pages_may_show(quotes):
    make_theme(quotes.database, "other")
    quotes.add("Linked and moved.")
    quotes.add("Moved, not linked.", theme="other")
    assert quotes.find("moved", for_board=True) == []
    quotes.link()
    assert quotes.find("moved", for_board=True) == ["Linked and moved."]
    assert len(quotes.find("moved")) == 2


def test_two_quotes_of_one_respondent_are_one_for_the_board(quotes):
    quotes.link()
    words = "Moved once. Moved twice."
    response = quotes.say(words)
    quotes.clear(response, words)
    quotes.clear(response, words, part=len("Moved once."))
    assert len(quotes.find("moved")) == 2 and len(quotes.find("moved", for_board=True)) == 1
    assert quotes.find("twice", for_board=True) == [words]
    pages = [quotes.page("moved", for_board=True, limit=1)]
    pages.append(quotes.page("moved", for_board=True, limit=1, after=pages[0].after))
    assert [len(page.quotes) for page in pages] == [1, 0] and pages[1].after is None


def test_the_page_shows_theme_priority_and_wave_to_those_who_work_with_waves(quotes, visit):
    quotes.add("Pip moved away.", hide="Pip")
    quotes.link()
    for role, wave in (("participation_lead", True), ("safeguarding_lead", True), ("board_member", False)):
        page = visit("moving", role)
        assert '<span class="mask">name</span> moved away.' in page and "Pip" not in page
        assert "Young people" in page and "Worker changes" in page
        assert "/board/worker-stays" in page and ("Autumn asks" in page) is wave
    visit("moving", "practitioner", 403)


def test_a_page_leads_to_the_next_and_reads_the_database_a_few_times(quotes, visit, monkeypatch, app):
    monkeypatch.setattr(searching, "PAGE", 3)
    monkeypatch.setitem(search_quotes.__kwdefaults__, "limit", 3)
    quotes.add(*(f"It moved, time {n}." for n in range(4)))
    page = visit("it moved")
    assert page.count("<blockquote>") == 3 and "Next page" in page
    after = page.partition("after=")[2].partition('"')[0]
    client = app.test_client()
    sign_in(client, make_staff(quotes.database, "participation_lead"))
    last = page_of(client.get(f"/quotes/search?words=it+moved&after={after}"))
    assert last.count("<blockquote>") == 1 and "Next page" not in last


def test_a_search_for_nothing_or_in_vain_says_what_to_do(quotes, visit):
    quotes.add("They moved.")
    assert "Write one word or more" in visit("  ", status=422)
    assert "letters or digits" in visit("%*\"'", status=422)
    assert "Use 200 characters or fewer" in visit("moved " * 1000, status=422)
    assert "No cleared quote has all of these words" in visit("zebra")


def test_hostile_words_give_a_page(quotes, app):
    quotes.add("They moved. مرحبا")
    client = app.test_client()
    sign_in(client, make_staff(quotes.database, "participation_lead"))
    queries = [*TEXTS, "a " * 100, " ".join(f"{n:x}" for n in range(60)), "مرحبا", "' OR 1=1 --", "x" * 5000]
    for words in (query for query in queries if len(query) < 10_000):
        address = escaped(words, safe="", errors="replace")
        answer = client.get(f"/quotes/search?words={address}&after={address}")
        assert answer.status_code in {200, 422}, words[:50]


def test_after_a_new_master_key_words_are_found_as_before(quotes, settings, database, keys):
    quotes.add("They moved.")
    command.stamp(alembic_config(database), "head")
    old = word_key(keys)
    database.close()
    keys.close()
    done = soundings(settings, "keys", "rotate")
    assert done.returncode == 0, done.stderr
    parts = Parts(settings)
    quotes.database, again = parts.database, parts.keys
    assert word_key(again) == old and quotes.find("moves", keys=again) == ["They moved."]
    parts.database.close()
    again.close()


def test_quotes_from_before_the_index_are_let_in_by_a_job(quotes, database):
    quotes.add("They moved.", "!!!")
    quotes.add("Pip stayed.", hide="Pip")
    before = set(now(database).execute(select(QuoteWord.word, QuoteWord.quote_id)).all())
    with database.writing() as session:
        session.execute(delete(QuoteWord))
    assert quotes.find("moved") == []
    for _again in range(2):
        with database.writing() as session:
            job = enqueue(session, INDEX, key=INDEX, subject={}).id
        assert run_job(database, job)
        assert set(now(database).execute(select(QuoteWord.word, QuoteWord.quote_id)).all()) == before


def test_a_backup_holds_no_index_and_the_worker_makes_it_after_a_restore(quotes, database, settings, files, empty):
    command.stamp(alembic_config(database), "head")
    quotes.add("They moved.")
    back_up(settings, *files, quiet)
    assert quotes.find("moves") == ["They moved."]
    restore(empty, Wanted(*files), quiet)
    with database_of(empty) as there, closing(KeyStore(empty)) as keys:
        assert count(there, QuoteWord) == 0
        assert run_job(there, now(there).scalar(select(Job.id).where(Job.kind == INDEX)))
        quotes.database = there
        assert quotes.find("moves", keys=keys) == ["They moved."]


def test_the_migration_asks_for_that_job_where_there_are_quotes(bare):
    command.upgrade(alembic_config(bare), "head")
    assert count(bare, Job, Job.kind == INDEX) == 0
    with closing(KeyStore(bare.settings)) as keys:
        keys.create()
        Quotes(bare, keys, Digests(bare.settings)).add("They moved.")
        settle(bare)
        for _again in range(2):
            bare.session.remove()
            command.downgrade(alembic_config(bare), "0004")
            command.upgrade(alembic_config(bare), "head")
            assert count(bare, QuoteWord) == 0
            job = now(bare).scalar(select(Job).where(Job.kind == INDEX))
            assert (job.state, job.subject, job.key) == ("queued", {}, INDEX)
            bare.session.remove()
            assert run_job(bare, job.id) and now(bare).scalar(select(func.count()).select_from(QuoteWord)) == 2
