import importlib.util
import math

import pytest

from analysis.discovery import discover
from analysis.encoding import encoder
from analysis.labels import labels

KINDS = {
    "worker": ["My social worker left again", "A new social worker every year", "The social worker was kind",
               "I like my social worker", "Social worker changed twice", "Which social worker do I have"],
    "bus": ["The bus to school is late", "No bus to school from my placement", "Bus pass for school please",
            "School bus never comes", "I miss the school bus", "The bus costs too much for school"],
    "contact": ["Contact with my brother was off", "I want contact with my brother", "My brother's contact is short",
                "My brother lives far away", "See my brother more", "Contact moved, my brother cried"],
}  # fmt: skip
TEXTS = [text for group in KINDS.values() for text in group]


@pytest.fixture(scope="module", params=["lexical", "semantic"])
def model(request):
    if request.param == "semantic" and not importlib.util.find_spec("onnxruntime"):
        pytest.skip("the semantic extra is not installed")
    return encoder(request.param)


def test_topics_are_what_people_talk_about(model):
    found = discover(TEXTS, n_topics=3, encoder=model)
    for start in range(0, 18, 6):
        places = [place for place in found.assigned[start : start + 6] if place is not None]
        assert max(map(places.count, places)) >= 4
    assert sum(topic.size for topic in found.topics) + len(found.left_out) == len(TEXTS)
    said = " ".join(term for topic in found.topics for term in topic.terms)
    assert "brother" in said and "bus" in said and "social worker" in said


def test_topics_come_largest_first_with_members_that_represent_them(model):
    found = discover(TEXTS, n_topics=3, encoder=model)
    sizes = [topic.size for topic in found.topics]
    assert sizes == sorted(sizes, reverse=True)
    for number, topic in enumerate(found.topics):
        assert len(set(topic.representatives)) == min(3, topic.size)
        assert {found.assigned[index] for index in topic.representatives} == {number}
        assert found.assigned.count(number) == topic.size


def test_the_same_texts_give_the_same_topics(model):
    assert discover(TEXTS, seed=5, encoder=model) == discover(TEXTS, seed=5, encoder=model)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_handful_is_left_for_a_person_to_read(model, count):
    found = discover(TEXTS[:count], encoder=model)
    assert found.topics == () and found.assigned == (None,) * count
    assert [each.reason for each in found.left_out] == ["too few texts to sort"] * count
    assert math.isnan(found.stability)


def test_twenty_texts_are_sorted(model):
    found = discover([*TEXTS, "The bus again", "My brother again"], encoder=model)
    assert 2 <= len(found.topics) <= 4
    assert -1 <= found.stability <= 1
    assert found.stability == max(stability for _, stability in found.curve)


def test_every_text_is_in_a_topic_or_left_out_with_a_reason(model):
    found = discover([*TEXTS, "", "?!", "   "], encoder=model)
    unplaced = [index for index, place in enumerate(found.assigned) if place is None]
    assert unplaced == [each.index for each in found.left_out]
    assert {each.reason for each in found.left_out if each.index >= len(TEXTS)} == {"no words"}


@pytest.mark.parametrize("texts", [["the same again"] * 8, ["aa bb", "cc dd"], ["", "!!"]])
def test_odd_piles_do_not_break_it(model, texts):
    assert len(discover(texts, n_topics=5, encoder=model).assigned) == len(texts)
    assert len(discover(texts, encoder=model).assigned) == len(texts)


def test_no_topic_cannot_be_asked_for():
    with pytest.raises(ValueError, match="at least one topic"):
        discover(TEXTS, n_topics=0)


def test_labels_set_groups_apart_and_do_not_repeat_themselves():
    first, second = labels([KINDS["worker"], KINDS["bus"]])
    assert first[0] == "social worker" and "worker" not in first
    assert "school" in " ".join(second) and "social" not in " ".join(second)
    assert labels([]) == []
