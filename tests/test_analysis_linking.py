import pytest

from analysis.documents import PrioritySpec
from analysis.encoding import encoder
from analysis.linking import PriorityLinker

PLAN = [
    PrioritySpec("steady", "Steady workers", "Children keep one social worker and need not tell their story twice."),
    PrioritySpec("early", "Early help", "Families get help when they first ask, without long waits for an assessment."),
    PrioritySpec("family", "Staying in touch", "Brothers and sisters see each other, and visits are not cancelled."),
]  # fmt: skip
SAID = [
    "A third social worker this year and I told my story again",
    "We asked for help and had long waits",
    "My visits with my sisters were cancelled",
]


@pytest.fixture(scope="module")
def lexical():
    return encoder("lexical")


def best(ranked):
    return [row[0].priority for row in ranked]


def test_all_priorities_are_ranked_best_first(lexical):
    ranked = PriorityLinker(PLAN, encoder=lexical).rank(SAID)
    assert best(ranked) == ["steady", "early", "family"]
    for row in ranked:
        assert {each.priority for each in row} == {"steady", "early", "family"}
        assert [each.score for each in row] == sorted((each.score for each in row), reverse=True)


def test_a_ranking_does_not_depend_on_the_other_texts(lexical):
    linker = PriorityLinker(PLAN, encoder=lexical).learn(unlabelled=SAID)
    for alone, among in zip([linker.rank([text])[0] for text in SAID], linker.rank(SAID), strict=True):
        assert [each.priority for each in alone] == [each.priority for each in among]
        assert [each.score for each in alone] == pytest.approx([each.score for each in among], abs=1e-5)


def test_ten_confirmed_texts_move_a_priority_and_nine_do_not(lexical):
    strange = "The minibus driver sings opera"
    examples = [(f"Opera on the minibus number {number}", "family") for number in range(10)]
    unmoved = PriorityLinker(PLAN, encoder=lexical).learn(SAID, examples[:9]).rank([strange])[0]
    moved = PriorityLinker(PLAN, encoder=lexical).learn(SAID, examples).rank([strange])[0]

    def score(row):
        return next(each.score for each in row if each.priority == "family")

    assert moved[0].priority == "family"
    assert score(moved) > score(unmoved) + 1


def test_no_text_no_ranking_and_no_word_no_preference(lexical):
    linker = PriorityLinker(PLAN, encoder=lexical)
    assert linker.rank([]) == []
    assert best(linker.rank([""])) == ["steady"]


def test_a_bare_title_is_refused_by_name():
    with pytest.raises(ValueError, match="'Early help' is described by little more than its title"):
        PriorityLinker([PLAN[0], PrioritySpec("early", "Early help", "Early help for all")])


def test_the_plan_and_the_confirmations_are_checked(lexical):
    with pytest.raises(ValueError, match="no priority"):
        PriorityLinker([])
    with pytest.raises(ValueError, match="share one key"):
        PriorityLinker([PLAN[0], PLAN[0]])
    with pytest.raises(ValueError, match="'parks', which is not in the plan"):
        PriorityLinker(PLAN, encoder=lexical).learn(confirmed=[("A text", "parks")])
