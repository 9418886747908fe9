"""Two who code and decide at once: the second is told, and nothing that somebody decided is lost."""

import pytest
from at_once import all_at_once, in_writing, while_uncommitted
from factories import TODAY, make_priority, make_released, make_theme, make_wave
from sqlalchemy import select
from staffroom import count, now

from feedback import jobs
from feedback.collection.models import Answer, Response
from feedback.errors import NotFound, Overtaken, Refused
from feedback.evidence.analysing import analyse
from feedback.evidence.models import Quote, ThemeLink
from feedback.evidence.store import clear_quote, decide_link
from feedback.jobs import Job, enqueue
from feedback.plan.store import get_priority
from feedback.themes import by_hand, store
from feedback.themes.models import Coding, Excerpt, Run, Topic, TopicExcerpt
from feedback.triage.erasing import erase_response

pytestmark = pytest.mark.both
TEXTS = ["They keep changing my worker.", "She left without a goodbye.", "My worker stayed."]


@pytest.fixture
def wave(database, keys):
    made = make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada")
    database.session().expunge(made)  # every thread has a session of its own
    return made


@pytest.fixture
def answers(database, keys, digests, wave):
    """Released texts: {response id: answer id}."""
    ids = make_released(database, keys, digests, wave, TEXTS)
    rows = now(database).execute(select(Answer.response_id, Answer.id).where(Answer.sealed.is_not(None)))
    found = dict(rows.all())
    database.session.remove()
    return {one: found[one] for one in ids}


@pytest.fixture
def suggested(database, answers):
    """A run with one suggestion a text: ids of the codings."""
    theme = make_theme(database, "worker-changes").id
    with database.writing() as session:
        run = Run(wave_id=None, backend="test", sha256="0", parameters={}, texts=3, left_out=0, made_on=TODAY)
        session.add(run)
        session.flush()
        store.replace_suggestions(session, None, suggestions(session, run.id, theme, answers))
    ids = list(now(database).scalars(select(Coding.id).order_by(Coding.id)))
    database.session.remove()
    return ids


def suggestions(session, run_id, theme_id, answers):
    excerpts = store.whole_excerpts(session, dict.fromkeys(answers.values(), 5))
    waves = dict(session.execute(select(Answer.id, Answer.wave_id)).all())
    return [
        {
            "excerpt_id": excerpts[answer], "theme_id": theme_id, "response_id": response, "wave_id": waves[answer],
            "run_id": run_id, "probability": 0.8, "state": "suggested", "sentiment": "negative",
        }
        for response, answer in answers.items()
    ]  # fmt: skip


def keys_kept(keys) -> int:
    with keys._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM response_key").scalar()


def test_of_two_who_decide_one_suggestion_the_second_hears_who_did(database, suggested):
    def decide(state, by):
        return lambda s: store.decide(s, suggested[0], state=state, sentiment=None, by=by, on=TODAY).state

    refused = while_uncommitted(database, decide("confirmed", "Ada"), decide("rejected", "Bo"))
    assert isinstance(refused, Refused) and "Ada has decided" in str(refused)
    assert now(database).get(Coding, suggested[0]).decided_by == "Ada"


def test_deciding_all_leaves_what_somebody_decides_at_that_moment(database, suggested):
    def one(session):
        store.decide(session, suggested[0], state="rejected", sentiment=None, by="Ada", on=TODAY)

    def every(session):
        theme = store.get_theme(session, "worker-changes")
        return store.decide_all(session, theme, at_least=0.5, state="confirmed", by="Bo", on=TODAY)

    assert while_uncommitted(database, one, every) == 2
    assert [now(database).get(Coding, c).decided_by for c in suggested] == ["Ada", "Bo", "Bo"]


def test_a_run_keeps_what_was_decided_since_it_began_and_leaves_out_what_was_erased(database, keys, answers, suggested):
    theme = now(database).scalar(select(Coding.theme_id))
    with database.writing() as session:
        run = Run(wave_id=None, backend="later", sha256="0", parameters={}, texts=3, left_out=0, made_on=TODAY)
        session.add(run)
        session.flush()
        rows, run_id = suggestions(session, run.id, theme, answers), run.id
        session.commit()
        database.session.remove()
    gone = list(answers)[2]
    erase_response(database, keys, gone)
    kept = now(database).scalar(select(Coding).where(Coding.response_id == list(answers)[0])).id

    def decide(session):
        store.decide(session, kept, state="confirmed", sentiment=None, by="Ada", on=TODAY)

    def end(session):
        store.replace_suggestions(session, None, rows)
        topic = Topic(run_id=run_id, number=0, terms=["worker"], size=3)
        store.replace_topics(session, session.get(Run, run_id), [(topic, [row["excerpt_id"] for row in rows])])

    assert while_uncommitted(database, decide, end) is None
    found = now(database).execute(select(Coding.response_id, Coding.state, Coding.run_id == run_id)).all()
    first, second = list(answers)[:2]
    assert sorted(found, key=lambda row: row[1]) == [(first, "confirmed", False), (second, "suggested", True)]
    assert count(database, TopicExcerpt) == 2


def test_deciding_what_a_new_run_replaces_is_one_sentence(database, suggested):
    def decide(session):
        return store.decide(session, suggested[0], state="confirmed", sentiment=None, by="Ada", on=TODAY).state

    gone = while_uncommitted(database, lambda s: store.replace_suggestions(s, None, []), decide)
    assert isinstance(gone, NotFound) and "newer run" in str(gone)


def test_erasing_waits_for_a_run_that_ends_and_takes_its_suggestions_along(database, keys, answers, suggested):
    theme = now(database).scalar(select(Coding.theme_id))
    run = now(database).scalar(select(Run.id))
    gone = list(answers)[0]

    def end(session):
        store.replace_suggestions(session, None, suggestions(session, run, theme, answers))

    assert while_uncommitted(database, end, lambda s: s.rollback() or erase_response(database, keys, gone)) is None
    assert count(database, Coding, Coding.response_id == gone) == 0
    assert (count(database, Response), count(database, Coding), keys_kept(keys)) == (2, 2, 2)


def test_an_excerpt_is_made_once(database, answers):
    lengths = dict.fromkeys(answers.values(), 5)
    made = all_at_once(database, *[lambda: in_writing(database, lambda s: store.whole_excerpts(s, lengths))] * 6)
    assert all(found == made[0] for found in made) and count(database, Excerpt) == 3


def test_of_two_who_code_one_text_by_hand_the_second_is_refused(database, answers):
    theme, answer = make_theme(database, "worker-changes"), next(iter(answers.values()))

    def code(by):
        def act(session):
            taken = by_hand.take_uncoded(session, answer)
            chosen = [store.get_theme(session, theme.key)]
            return by_hand.code_by_hand(session, taken, length=5, themes=chosen, sentiment=None, by=by, on=TODAY)

        return act

    refused = while_uncommitted(database, code("Ada"), code("Bo"))
    assert isinstance(refused, Refused) and "meanwhile" in str(refused)
    assert [coding.coder for coding in now(database).scalars(select(Coding))] == ["Ada"]


def test_a_topic_becomes_one_theme(database, answers):
    one, two = (make_theme(database, key).id for key in ("one", "two"))
    with database.writing() as session:
        run = Run(wave_id=None, backend="t", sha256="0", parameters={}, texts=3, left_out=0, made_on=TODAY)
        session.add(run)
        session.flush()
        topic = Topic(run_id=run.id, number=0, terms=[], size=0)
        session.add(topic)
        session.flush()
        topic_id = topic.id

    def settle(theme):
        return lambda s: store.settle_topic(s, topic_id, s.get(store.Theme, theme)).id

    assert isinstance(while_uncommitted(database, settle(one), settle(two)), Refused)
    assert now(database).get(Topic, topic_id).theme_id == one
    with database.writing() as session:  # and a later run leaves it alone
        later = Run(wave_id=None, backend="t", sha256="0", parameters={}, texts=0, left_out=0, made_on=TODAY)
        session.add(later)
        session.flush()
        store.replace_topics(session, later, [])
    assert now(database).get(Topic, topic_id) is not None


def test_a_theme_key_taken_at_the_same_moment_is_one_sentence(database):
    def agree(name):
        values = {"key": "same", "description": "What counts.", "by": name, "on": TODAY, "name": name}
        return lambda s: store.agree_theme(s, **values).id

    assert isinstance(while_uncommitted(database, agree("Ada"), agree("Bo")), (Overtaken, Refused))
    assert [theme.agreed_by for theme in now(database).scalars(select(store.Theme))] == ["Ada"]


def test_a_link_decided_and_a_quote_cleared_by_two_at_once_are_there_once(database, keys, answers):
    theme, priority = make_theme(database).key, make_priority(database).key
    excerpts = in_writing(database, lambda s: store.whole_excerpts(s, dict.fromkeys(answers.values(), 5)))
    database.session.remove()

    def link(session):
        words = {"state": "confirmed", "stance": "supports", "reason": "Yes.", "by": "Ada", "on": TODAY}
        decide_link(session, store.get_theme(session, theme), get_priority(session, priority), **words)

    def quote(session):
        clear_quote(
            session, keys, min(excerpts.values()), store.get_theme(session, theme), masks=[], by="Ada", on=TODAY
        )

    for act, table in ((link, ThemeLink), (quote, Quote)):
        assert isinstance(while_uncommitted(database, act, act), Overtaken | Refused | None)
        assert count(database, table) == 1


def test_two_analyses_at_once_leave_the_suggestions_of_one(database, answers):
    make_theme(database, "worker-changes", description="They keep changing my worker. My worker left. It counts.")
    make_priority(database, "worker-stays")
    ids = [
        in_writing(database, lambda s, w=w: enqueue(s, "analyse", key=f"analyse:{w or ''}", subject={"wave": w}).id)
        for w in (None, "autumn")
    ]
    assert jobs.TASKS["analyse"] is analyse
    assert all_at_once(database, *[lambda job=job: jobs.run_job(database, job) for job in ids]) == [True, True]
    assert count(database, ThemeLink) == 1 and count(database, Run) == 2
    assert set(now(database).scalars(select(Job.state).where(Job.kind == "analyse"))) == {"done"}
