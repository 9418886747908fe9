"""The catalogue: what ships keeps its keys, and is found by key and version."""

import pytest

from forms.catalogue import UnknownQuestionnaire, find, find_version, questionnaires
from forms.fields import _BUILDERS
from forms.questionnaire import Kind, Status

#: key -> audience, first letter of the draft's numbers, how many, the longest text
SHIPPED = {
    "tell-us-with-a-picture": ("child_4_7", "t", 10, 1000),
    "how-things-are": ("child_8_10", "h", 17, 1000),
    "your-view": ("young_person", "y", 25, 1000),
    "life-after-care": ("care_leaver", "l", 23, 1000),
    "working-with-us": ("family", "f", 18, 2000),
    "working-here": ("practitioner", "w", 20, 2000),
}

CORE = {
    "tell-us-with-a-picture": "t2 safe_home t3 trusted_adult t5 know_worker t8 enjoy t9 listened_to",
    "how-things-are": "h2 safe_home h4 trusted_adult h7 know_worker h9 told_why h16 enjoy",
    "your-view": "y2 safe_home y4 trusted_adult y11 told_why y23 enjoy",
    "life-after-care": "l2 safe_home",
    "working-with-us": "",
    "working-here": "",
}

THREE = ("yes", "sometimes", "no")
FIVE = ("s5", "s4", "s3", "s2", "s1")
COUNTS = ("none", "one", "two", "three", "four_or_more")
THREE_POINT = """
    t1 t2 t3 t4 t5 t6 t7 t8 t9  h2 h3 h4 h5 h6 h7 h8 h9 h10 h12 h16  y4 y6 y13 y14 y17 y20
    l2 l3 l5 l6 l9 l11 l12 l14 l16 l17 l20 l21 l22  f4 f9 f11 f13 f16
"""
FIVE_POINT = """
    h1 h11 h13  y1 y2 y3 y5 y7 y9 y10 y11 y12 y15 y16 y18 y19 y21 y22 y23 y24
    l1 l4 l7 l8 l10 l15 l18 l19  f3 f5 f6 f8 f10 f12 f14 f15
    w2 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18
"""
OPEN = "t10 h15 h17 y25 l23 f17 f18 w19 w20"
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
    "agree": ("agree", "not_today"),
    "quote": ("yes", "no"),
}


def test_the_catalogue_is_sorted_and_read_once():
    assert [questionnaire.key for questionnaire in questionnaires()] == sorted(SHIPPED)
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
def test_a_shipped_questionnaire_asks_its_drafts_in_order_between_two_consents(key):
    audience, letter, count, longest = SHIPPED[key]
    questionnaire = find(key)
    assert questionnaire.audience == audience
    assert questionnaire.status is Status.DRAFT
    asked = [question.key for question in questionnaire.questions]
    assert asked == ["agree", *(f"{letter}{number}" for number in range(1, count + 1)), "quote"]
    texts = [question for question in questionnaire.questions if question.kind is Kind.LONG_TEXT]
    assert {question.max_length for question in texts} == {longest}


@pytest.mark.parametrize("key", SHIPPED)
def test_the_choice_keys_of_a_shipped_questionnaire_are_those_agreed(key):
    for question in find(key).questions:
        offered = tuple(choice.key for choice in question.choices)
        assert offered == CHOICES[question.key], question.key


@pytest.mark.parametrize("key", SHIPPED)
def test_the_core_items_are_marked(key):
    marked = [f"{question.key} {question.core}" for question in find(key).questions if question.core]
    assert " ".join(marked) == CORE[key]


@pytest.mark.parametrize("key", SHIPPED)
def test_every_question_but_a_consent_offers_two_ways_not_to_answer(key):
    for question in find(key).questions:
        expected = [] if question.kind is Kind.CONSENT else ["not_sure", "rather_not_say"]
        assert [choice.key for choice in question.declines] == expected


def test_every_kind_has_its_fields():
    assert set(_BUILDERS) == set(Kind)
