"""Counts kept ready: right after every change that is released, coded or taken away, and never before it is counted."""

from types import SimpleNamespace

import pytest
from factories import TODAY, make_priority, make_released, make_response, make_theme, make_wave
from sqlalchemy import update

from feedback.collection.models import Answer
from feedback.collection.store import words_of
from feedback.evidence.counts import item_counts, released_in, theme_counts, word_counts
from feedback.evidence.models import PriorityWord
from feedback.evidence.recounting import settle
from feedback.evidence.store import decide_link
from feedback.jobs import Job
from feedback.plan.store import get_priority
from feedback.themes.by_hand import code_by_hand
from feedback.themes.store import confirmed_by_theme, get_theme, unread_and_uncoded
from feedback.themes.tallies import being_counted
from feedback.triage.erasing import erase_response
from feedback.triage.store import count_again, release

pytestmark = pytest.mark.both


@pytest.fixture
def wave(database, keys, digests):
    make_theme(database, "worker-changes")
    make_theme(database, "told-why")
    noise = make_wave(database, keys)
    make_released(database, keys, digests, noise, ["Noise from another wave."])
    return SimpleNamespace(id=make_wave(database, keys, questionnaire="your-view", draft_accepted_by="Ada").id)


def code(database, keys, response_id, *themes, sentiment="negative"):
    session = database.session()
    answer = session.query(Answer).filter(Answer.response_id == response_id, Answer.sealed.is_not(None)).one()
    length = len(words_of(keys, [answer])[answer.id])
    with database.writing() as session:
        chosen = [get_theme(session, key) for key in themes]
        answer = session.get(Answer, answer.id)
        code_by_hand(session, answer, length=length, themes=chosen, sentiment=sentiment, by="Ada", on=TODAY)


def test_nothing_is_counted_before_it_was_released_and_everything_after(database, keys, digests, wave):
    ids = [make_response(database, keys, digests, wave, f"Text {number}") for number in range(3)]
    settle(database)
    assert released_in(database.session()).get(wave.id, 0) == 0
    with database.writing() as session:
        release(session, response_ids=ids[:2], read_by="Ada", on=TODAY)
    assert being_counted(database.session())
    settle(database)
    session = database.session()
    assert released_in(session)[wave.id] == 2
    assert unread_and_uncoded(session, [wave.id]) == (1, 2)
    assert item_counts(session, [wave.id]) == {("quote", wave.id): {"yes": 2}}
    assert not being_counted(session)


def test_a_response_counts_once_a_theme_and_is_mixed_when_it_says_both(database, keys, digests, wave):
    first, second = make_released(database, keys, digests, wave, ["They left.", "They left, then came back."])
    code(database, keys, first, "worker-changes", "told-why")
    code(database, keys, second, "worker-changes", sentiment=None)
    settle(database)
    session = database.session()
    theme = get_theme(session, "worker-changes")
    assert theme_counts(session, [wave.id])[theme.id, wave.id] == {"negative": 1, "unclear": 1}
    assert confirmed_by_theme(session)[theme.id] == 2


def test_words_are_kept_only_when_enough_texts_say_them(database, keys, digests):
    pile = make_wave(database, keys, audience="family")
    make_theme(database, "worker-changes")
    make_priority(database, "worker-stays")
    texts = [f"My promise was broken. {odd}" for odd in ("a", "b", "c", "d", "e", "Zanzibar")]
    for response_id in make_released(database, keys, digests, SimpleNamespace(id=pile.id), texts):
        code(database, keys, response_id, "worker-changes")
    settle(database)
    assert database.session().query(PriorityWord).count() == 0, "the theme is linked to nothing yet"
    with database.writing() as session:
        theme, priority = get_theme(session, "worker-changes"), get_priority(session, "worker-stays")
        decide_link(
            session, theme, priority, state="confirmed", stance="challenges", reason="It is.", by="Ada", on=TODAY
        )
    settle(database)
    session = database.session()
    assert word_counts(session, get_priority(session, "worker-stays"))["promise"] == 6
    assert not session.query(PriorityWord).filter(PriorityWord.word.ilike("%zanzibar%")).count()


def test_what_is_taken_away_is_no_longer_counted(database, keys, digests, wave):
    first, _second = make_released(database, keys, digests, wave, ["One.", "Two."])
    code(database, keys, first, "told-why")
    settle(database)
    erase_response(database, keys, first)
    settle(database)
    session = database.session()
    assert released_in(session)[wave.id] == 1
    assert theme_counts(session, [wave.id]) == {}


def test_a_change_during_a_count_is_counted_after_it(database, wave):
    with database.writing() as session:
        count_again(session, [wave.id])
        session.execute(update(Job).where(Job.kind == "tally").values(state="running"))
    with database.writing() as session:
        count_again(session, [wave.id])
        count_again(session, [wave.id])
    waiting = database.session().query(Job).filter(Job.kind == "tally", Job.state == "queued").all()
    assert [job.subject for job in waiting if job.subject["wave"] == wave.id] == [{"wave": wave.id}]


def test_a_finished_count_does_not_keep_when_it_was_asked_for(database, keys, digests, wave):
    make_released(database, keys, digests, wave, ["Something."])
    settle(database)
    assert {job.touched for job in database.session().query(Job).filter(Job.state == "done")} == {0.0}
