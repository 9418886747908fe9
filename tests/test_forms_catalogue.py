"""The catalogue: what ships keeps its keys, and is found by key and version."""

import pytest

from forms.catalogue import UnknownQuestionnaire, find, find_version, questionnaires
from forms.fields import _BUILDERS
from forms.questionnaire import Format, Kind, Status

#: key -> audience, the keys asked between the two consents, the longest text
SHIPPED = {
    "tell-us-with-a-picture": ("child_4_7", "t1 t2 t3 t4 t5 t11 t6 t7 t8 t9 t10 helped", 1000),
    "how-things-are": ("child_8_10", "h1 h2 h3 h4 h5 h6 h7 h8 h9 h10 h18 h11 h12 h13 h14 h15 h16 h17 helped", 1000),
    "your-view": (
        "young_person",
        "y1 y2 y3 y4 y5 y6 y7 y8 y9 y10 y26 y11 y12 y27 y13 y14 y15 y16 y17 y18 y19 y20 y21 y22 y23 y24 y25 helped",
        1000,
    ),
    "life-after-care": (
        "care_leaver",
        "l1 l2 l3 l4 l5 l6 l7 l8 l25 l9 l10 l11 l12 l26 l13 l14 l24 l15 l16 l17 l18 l19 l20 l21 l22 l27 l23 helped",
        1000,
    ),
    "working-with-us": ("family", "f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18", 2000),
    "working-here": (
        "practitioner",
        "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20",
        2000,
    ),
    "your-view-easy-read": (
        "young_person",
        "y1 y2 y4 y26 y7 y9 y10 y11 y27 y13 y14 y15 y17 y19 y20 y22 y23 y25 helped",
        1000,
    ),
    "life-after-care-easy-read": (
        "care_leaver",
        "l1 l2 l3 l4 l5 l6 l25 l7 l8 l9 l26 l12 l24 l15 l19 l21 l27 l23 helped",
        1000,
    ),
    "working-with-us-easy-read": ("family", "f1 f3 f4 f5 f6 f8 f9 f10 f12 f16 f14 f15 f17 f18 helped", 2000),
    "three-quick-things": ("child_8_10", "q1 q2 q3 helped", 1000),
    "what-the-board-should-know": ("family", "b1", 2000),
    "board-pulse": ("board_member", "p1 p2 p3 p4 p5 p6", 2000),
}

CORE = {
    "tell-us-with-a-picture": "t2 safe_home t3 trusted_adult t5 know_worker t11 told_why t8 enjoy t9 listened_to",
    "how-things-are": "h2 safe_home h4 trusted_adult h7 know_worker h9 told_why h18 listened_to h16 enjoy",
    "your-view": "y2 safe_home y4 trusted_adult y26 know_worker y11 told_why y27 listened_to y23 enjoy",
    "life-after-care": "l2 safe_home l25 know_worker l26 listened_to l24 trusted_adult l21 told_why l27 enjoy",
}
CORE["your-view-easy-read"] = CORE["your-view"]
CORE["life-after-care-easy-read"] = CORE["life-after-care"]

THREE = ("yes", "sometimes", "no")
FIVE = ("s5", "s4", "s3", "s2", "s1")
COUNTS = ("none", "one", "two", "three", "four_or_more")
THREE_POINT = """
    t1 t2 t3 t4 t5 t6 t7 t8 t9 t11  h2 h3 h4 h5 h6 h7 h8 h9 h10 h12 h16 h18  y4 y6 y13 y14 y17 y20 y26 y27
    l2 l3 l5 l6 l9 l11 l12 l14 l16 l17 l20 l21 l22 l24 l25 l26  f4 f9 f11 f13 f16  q1 q2  p3
"""
FIVE_POINT = """
    h1 h11 h13  y1 y2 y3 y5 y7 y9 y10 y11 y12 y15 y16 y18 y19 y21 y22 y23 y24
    l1 l4 l7 l8 l10 l15 l18 l19 l27  f3 f5 f6 f8 f10 f12 f14 f15
    w2 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18  p1
"""
OPEN = "t10 h15 h17 y25 l23 f17 f18 w19 w20 q3 b1 p4"
CHOICES = {
    **dict.fromkeys(THREE_POINT.split(), THREE),
    **dict.fromkeys(FIVE_POINT.split(), FIVE),
    **dict.fromkeys(OPEN.split(), ()),
    "y8": COUNTS,
    "f7": COUNTS,
    "h14": ("family", "carer", "teacher", "friend", "social_worker", "someone_else", "nobody"),
    "l13": ("family", "partner", "friend", "carer", "adviser", "other", "nobody"),
    "f1": ("parent", "kinship", "foster", "adopter", "guardian", "other"),
    "f2": ("early_help", "child_in_need", "child_protection", "child_in_care", "other"),
    "w1": ("social_worker", "support", "health", "education", "police", "voluntary", "manager", "other"),
    "w3": ("none", "up_to_5", "up_to_10", "up_to_15", "up_to_20", "over_20"),
    "p2": ("children", "young_people", "care_leavers", "families", "practitioners", "nobody"),
    "p5": ("time", "late", "numbers", "money", "law", "agencies", "unclear"),
    "p6": tuple(f"n{number}" for number in range(11)),
    "helped": ("alone", "with_adult", "adult_wrote"),
    "agree": ("agree", "not_today"),
    "quote": ("yes", "no"),
}


def test_the_catalogue_is_sorted_and_read_once():
    assert [questionnaire.key for questionnaire in questionnaires()] == sorted(SHIPPED, key="{}.toml".format)
    assert questionnaires() is questionnaires()


def test_a_questionnaire_is_found_by_key_and_by_version():
    questionnaire = find("your-view")
    assert find_version("your-view", questionnaire.version) is questionnaire


def test_an_unknown_key_names_those_there_are():
    with pytest.raises(UnknownQuestionnaire, match="no questionnaire “my-view”.*your-view"):
        find("my-view")


def test_a_version_whose_words_have_changed_says_what_to_do():
    with pytest.raises(UnknownQuestionnaire, match="have changed since version 000000000000.*Put your-view.toml back"):
        find_version("your-view", "0" * 64)


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_questionnaire_asks_its_items_in_order_between_two_consents(key):
    audience, keys, longest = SHIPPED[key]
    questionnaire = find(key)
    assert questionnaire.audience == audience
    assert questionnaire.status is Status.DRAFT
    asked = [question.key for question in questionnaire.questions]
    assert asked == ["agree", *keys.split(), "quote"]
    texts = [question for question in questionnaire.questions if question.kind in (Kind.LONG_TEXT, Kind.DRAWING)]
    assert {question.max_length for question in texts} == {longest}


@pytest.mark.parametrize("key", SHIPPED)
def test_the_choice_keys_of_a_shipped_questionnaire_are_those_agreed(key):
    for question in find(key).questions:
        offered = tuple(choice.key for choice in question.choices)
        assert offered == CHOICES[question.key], question.key


@pytest.mark.parametrize("key", SHIPPED)
def test_the_core_items_are_marked(key):
    marked = [f"{question.key} {question.core}" for question in find(key).questions if question.core]
    assert " ".join(marked) == CORE.get(key, "")


@pytest.mark.parametrize("key", SHIPPED)
def test_every_question_but_a_consent_offers_two_ways_not_to_answer(key):
    for question in find(key).questions:
        expected = [] if question.kind in (Kind.CONSENT, Kind.HELPED) else ["not_sure", "rather_not_say"]
        assert [choice.key for choice in question.declines] == expected


@pytest.mark.parametrize("questionnaire", [q for q in questionnaires() if q.of], ids=lambda q: q.key)
def test_an_easy_read_version_joins_its_standard_one(questionnaire):
    standard = find(questionnaire.of)
    assert questionnaire.audience == standard.audience and questionnaire.format is Format.EASY_READ
    for question in questionnaire.questions:
        if question.kind in (Kind.CONSENT, Kind.HELPED):
            continue
        other = standard.question(question.key)
        assert [choice.key for choice in question.choices] == [choice.key for choice in other.choices], question.key
        assert (question.domain, question.core) == (other.domain, other.core), question.key


def test_every_kind_has_its_fields():
    assert set(_BUILDERS) == set(Kind)
