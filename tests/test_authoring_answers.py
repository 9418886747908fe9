"""Lines of text become answers with keys: what is only worded differently stays the same answer, whatever the kind."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_authoring_editing import EVERY, as_file, quick, texts

from feedback.authoring import editing
from feedback.authoring.answers import match
from feedback.authoring.words import dependants
from feedback.authoring.writing import fields_of, filled, rekinded, written
from forms.content import declines_of
from forms.questionnaire import ANY_OF, Choice, Kind

lines = st.lists(texts, min_size=0, max_size=7)


@quick
@given(old=st.lists(texts, max_size=7, unique=True), new=lines, in_order=st.booleans())
def test_answers_keep_one_key_each_and_words_that_stay_keep_theirs(old, new, in_order):
    before = match((), old).choices
    found = match(before, new, in_order=in_order, longest=12)
    keys = [choice.key for choice in found.choices]
    assert len(set(keys)) == len(keys) == len([line for line in new if line.strip()])
    assert not {"not_sure", "rather_not_say"} & set(keys)
    for choice in found.choices:
        same = [other for other in before if other.text == choice.text]
        assert not same or choice.key in {
            *[c.key for c in same],
            *[c.key for c in found.choices if c.text == choice.text],
        }
    gone = {choice.key for choice in found.gone}
    assert gone == {choice.key for choice in before} - set(keys)
    assert match(found.choices, [c.text for c in found.choices]).choices == found.choices or len(
        {c.text for c in found.choices}
    ) < len(found.choices)


YES, SOME, NO = Choice("yes", "Yes"), Choice("some", "Some of the time", "sometimes"), Choice("no", "No")


@pytest.mark.parametrize(
    ("after", "keys"),
    [
        (["Yes", "Sometimes", "No"], ["yes", "some", "no"]),
        (["No", "Yes", "Some of the time"], ["no", "yes", "some"]),
        (["Yes, always", "Some of the time", "Never"], ["yes", "some", "never"]),
        (["Yes", "No"], ["yes", "no"]),
        (["Ja", "Manchmal", "Nein"], ["ja", "manchmal", "nein"]),
        (["نعم", "لا"], ["item", "item_2"]),
        (["1", "2 or 3"], ["n1", "n2_or_3"]),
        (["Not sure", "Yes"], ["not_sure_2", "yes"]),
    ],
)
def test_lines_become_answers(after, keys):
    assert [choice.key for choice in match((YES, SOME, NO), after).choices] == keys


def test_line_by_line_other_words_stay_the_same_answers():
    found = match((YES, SOME, NO), ["Ja", "No", "Manchmal"], in_order=True)
    assert [choice.key for choice in found.choices] == ["yes", "no", "some"]
    assert found.reworded == (("Yes", "Ja"), ("Some of the time", "Manchmal"))
    assert found.choices[2].picture == "sometimes"


def test_a_key_that_a_wave_has_asked_is_not_given_to_other_words():
    used = {"maybe": "Maybe", "later": "Later on"}
    found = match((YES, NO), ["Yes", "No", "Maybe", "Later"], used=used)
    assert [choice.key for choice in found.choices] == ["yes", "no", "maybe", "later_2"]


def test_keys_fit_beside_their_question_where_several_are_chosen():
    several = next(q for q in EVERY.questions if q.kind in ANY_OF)
    told = filled(several) | {"choices": filled(several)["choices"] + "\n" + "Somebody whom I have known for long"}
    made = written(told, several, declines_of(EVERY))
    assert all(len(f"{several.key}.{choice.key}") <= 40 for choice in made.question.choices)


def test_the_answer_that_rules_out_the_others_follows_its_words():
    helps = EVERY.question("helps")
    reworded = written(filled(helps) | {"choices": "Family\nA friend\nNobody at all"}, helps, declines_of(EVERY))
    assert reworded.question.none == "nobody"
    missing = written(filled(helps) | {"none": "Somebody"}, helps, declines_of(EVERY))
    assert missing.question is None and "rules out the others" in missing.problem
    taken = written(filled(helps) | {"choices": "Family\nA friend"}, helps, declines_of(EVERY))
    assert "rules out the others" in taken.problem
    assert written(filled(helps) | {"none": ""}, helps, declines_of(EVERY)).question.none is None


def test_pictures_go_where_their_answers_go():
    warm = EVERY.question("warm")
    made = written(filled(warm) | {"choices": "No\nSometimes\nYes"}, warm, declines_of(EVERY))
    assert [(c.key, c.picture) for c in made.question.choices] == [("no",) * 2, ("sometimes",) * 2, ("yes",) * 2]
    other = written(filled(warm) | {"choices": "Always\nNow and then\nNever"}, warm, declines_of(EVERY))
    assert [(c.key, c.picture) for c in other.question.choices] == [("yes",) * 2, ("sometimes",) * 2, ("no",) * 2]
    like = EVERY.question("like")
    new = written(filled(like), replace(like, choices=()), declines_of(EVERY))
    assert [c.picture for c in new.question.choices] == ["face-5", "face-4", "face-3", "face-2", "face-1"]


def test_consents_and_who_helped_keep_their_answers():
    for key in ("agree", "quote", "with"):
        question = EVERY.question(key)
        swapped = "\n".join(reversed(filled(question)["choices"].split("\n")))
        made = written(filled(question) | {"choices": swapped}, question, declines_of(EVERY)).question
        assert [c.key for c in made.choices] == [c.key for c in reversed(question.choices)]
        other = "\n".join(f"Words {n}" for n, _ in enumerate(question.choices))
        made = written(filled(question) | {"choices": other}, question, declines_of(EVERY)).question
        assert [c.key for c in made.choices] == [c.key for c in question.choices]
        less = written(filled(question) | {"choices": "One"}, question, declines_of(EVERY))
        assert "keeps its" in less.problem


def test_every_kind_can_become_every_other_with_its_words():
    for question in EVERY.questions:
        for kind in Kind:
            if Kind.CONSENT in (kind, question.kind):
                continue
            shape = rekinded(question, kind, declines_of(EVERY))
            assert (shape.key, shape.kind, shape.text) == (question.key, kind, question.text)
            told = filled(shape) | {"domain": "home", "choices": filled(shape)["choices"] or "One\nTwo"}
            told |= {"period": "Today", "low": "bad", "high": "good"}
            made = written(told, shape, declines_of(EVERY))
            assert made.question or "choices" in fields_of(kind), (question.key, kind, made.problem)
            if made.question and not dependants(EVERY, question.key):
                assert as_file(editing.put(EVERY, made.question)).question(question.key) == made.question
