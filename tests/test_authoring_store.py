"""Own questionnaires on both databases: changed on top of what stands, each version kept, a fielded one for good."""

import datetime
import threading

import pytest
from factories import TODAY, make_wave
from sqlalchemy import select
from staffroom import now

from feedback.authoring import editing, store
from feedback.authoring.models import SavedVersion
from feedback.collection.asking import all_questionnaires, asked_question, find_questionnaire
from feedback.collection.models import AskedVersion, OwnQuestionnaire
from feedback.collection.store import asked_version
from feedback.errors import NotFound, Refused
from forms.catalogue import find, questionnaires
from forms.questionnaire import ShowIf

pytestmark = pytest.mark.both

ADA, BEN = {"by": "Ada Reader", "on": TODAY}, {"by": "Ben Lead", "on": TODAY + datetime.timedelta(days=1)}


def copied(database, key="our-pulse", of="three-quick-things"):
    with database.writing() as session:
        return store.copy(session, of, to=key, **ADA)


def change(database, edit, key="our-pulse", **who):
    with database.writing() as session:
        return store.change(session, key, edit, **(who or BEN))


def thanked(words):
    return lambda q: editing.opened(
        q,
        title=q.title,
        audience=q.audience,
        minutes=q.minutes,
        intro=q.intro,
        thanks=words,
        declines=[c.text for c in q.questions[1].declines],
    )


def test_a_copy_has_the_words_of_its_original_and_stands_beside_it(database):
    ours = copied(database)
    assert find_questionnaire(now(database), "our-pulse") == ours
    assert editing.copy_of(ours, "three-quick-things").version == find("three-quick-things").version
    everything = all_questionnaires(now(database))
    assert everything == [ours, *questionnaires()]
    row = now(database).get(OwnQuestionnaire, "our-pulse")
    assert (row.based_on, row.based_on_version) == ("three-quick-things", find("three-quick-things").version)
    assert (row.version, row.edited_by, row.edited_on) == (ours.version, "Ada Reader", TODAY)


@pytest.mark.parametrize("key", ["your-view", "our-pulse", "upload"])
def test_a_key_that_is_taken_is_refused_and_nothing_is_kept(database, key):
    copied(database)
    with pytest.raises(Refused, match="already a questionnaire"):
        copied(database, key)
    assert len(now(database).scalars(select(OwnQuestionnaire)).all()) == 1


def test_what_ships_is_never_changed_and_what_is_not_there_is_not_found(database):
    with pytest.raises(Refused, match="Copy it"):
        change(database, thanked("Ta."), key="your-view")
    with pytest.raises(NotFound):
        change(database, thanked("Ta."), key="nothing")


def test_every_version_is_kept_once_with_who_and_when(database):
    first = copied(database)
    second = change(database, thanked("Many thanks."))
    change(database, thanked(first.thanks), by="Cy Lead", on=TODAY)
    change(database, lambda q: editing.tested(q, "Ada Reader"))
    kept = [(row.number, row.version, row.saved_by) for row in store.versions(now(database), "our-pulse")]
    assert kept == [(2, second.version, "Ben Lead"), (1, first.version, "Ada Reader")]
    assert find_questionnaire(now(database), "our-pulse").tested_by == "Ada Reader"
    assert now(database).get(OwnQuestionnaire, "our-pulse").version == first.version


def test_an_edit_that_changes_nothing_or_is_refused_leaves_everything_as_it_was(database):
    ours = copied(database)
    change(database, lambda q: q)
    with pytest.raises(Refused):
        change(database, lambda q: editing.removed(q, "nothing"))
    assert find_questionnaire(now(database), "our-pulse") == ours
    assert now(database).get(OwnQuestionnaire, "our-pulse").edited_by == "Ada Reader"
    assert len(now(database).scalars(select(SavedVersion)).all()) == 1


def test_two_people_at_once_change_it_one_after_the_other_and_neither_is_lost(database):
    ours = copied(database)
    keys, start, failed = ["q1", "q2"], threading.Barrier(2), []

    def take_out(key):
        try:
            start.wait(10)
            change(database, lambda q: editing.removed(q, key), by=key, on=TODAY)
        except Exception as problem:
            failed.append(problem)
        finally:
            database.session.remove()

    threads = [threading.Thread(target=take_out, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    left = find_questionnaire(now(database), "our-pulse")
    assert [q.key for q in left.questions] == [q.key for q in ours.questions if q.key not in keys]
    assert sorted(row.number for row in store.versions(now(database), "our-pulse")) == [1, 2, 3]


def test_a_fielded_version_is_never_changed_only_followed_by_a_new_one(database, keys):
    first = copied(database)
    wave = make_wave(database, keys, questionnaire="our-pulse", audience="child_8_10", draft_accepted_by="Ada")
    assert wave.version == first.version
    second = change(database, thanked("Many thanks."))
    later = make_wave(database, keys, questionnaire="our-pulse", audience="child_8_10", draft_accepted_by="Ada")
    assert later.version == second.version != first.version
    assert [asked_version(database, w).thanks for w in (wave, later)] == [first.thanks, "Many thanks."]
    assert now(database).get(AskedVersion, first.version).content["thanks"] == first.thanks
    assert [w.key for w in store.waves_asking(now(database))["our-pulse"]] == sorted([wave.key, later.key])


def test_what_cannot_be_asked_is_kept_and_not_fielded(database, keys):
    copied(database)
    change(database, lambda q: editing.asked_if(q, "q1", ShowIf("q3", ("not_sure",))))
    with pytest.raises(Refused, match="cannot be asked yet"):
        make_wave(database, keys, questionnaire="our-pulse", audience="child_8_10", draft_accepted_by="Ada")
    with pytest.raises(Refused, match="no questionnaire"):
        make_wave(database, keys, questionnaire="nothing", draft_accepted_by="Ada")


def test_what_waves_have_asked_binds_keys_and_kinds(database, keys):
    copied(database)
    make_wave(database, keys, title="Autumn", questionnaire="our-pulse", audience="child_8_10", draft_accepted_by="Ada")
    change(database, lambda q: editing.removed(q, "q1"))
    known = store.fielded(now(database), "our-pulse")
    assert known.kinds["q1"] == "choice" and known.answers("q1")["sometimes"] == "Some of the time"
    assert known.waves_of("q1") == ["Autumn"] and known.waves_of("new") == []
    assert asked_question(now(database), "our-pulse", "q1").text == "Did you feel listened to today?"
    assert asked_question(now(database), "our-pulse", "never") is None
    assert asked_question(now(database), "no-such", "q1") is None


def test_a_file_may_not_make_an_asked_question_another_kind(database, keys):
    ours = copied(database)
    words = editing.put(ours, editing.renamed(find("your-view").question("y25"), "q1", ours.questions[1].declines))
    with database.writing() as session:
        store.replace_words(session, ours, words, **BEN)
    make_wave(database, keys, questionnaire="our-pulse", audience="child_8_10", draft_accepted_by="Ada")
    with pytest.raises(Refused, match="cannot be joined"), database.writing() as session:
        store.replace_words(session, words, ours, **BEN)
    with pytest.raises(Refused, match="changed this questionnaire just now"), database.writing() as session:
        store.replace_words(session, ours, ours, **BEN)
