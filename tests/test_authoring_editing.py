"""Changes as plain functions: any run of them keeps a questionnaire that loads, and a key never changes its meaning."""

from dataclasses import replace

import pytest
from every_kind_file import EVERY_KIND
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.authoring import editing
from feedback.authoring.answers import new_key
from feedback.authoring.faults import find_faults, may_be_waived
from feedback.authoring.words import about, dependants, earlier, rule_in_words
from feedback.authoring.writing import blank, core_example, filled, written
from feedback.errors import Refused
from forms.catalogue import find, questionnaires
from forms.content import content_of, declines_of
from forms.faults import Rule
from forms.lint import HARD, lint, obstacles
from forms.questionnaire import Audience, Core, Kind, Purpose, Section, ShowIf, Status, Waiver
from forms.reading import read
from forms.stored import as_data, from_data
from forms.table import QuestionnaireError, content_in
from forms.toml_writing import toml

EVERY = read(content_in(EVERY_KIND, "every-kind.toml"), "every-kind.toml")
ALL = [EVERY, *questionnaires()]
YOURS = find("your-view")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def as_file(questionnaire):
    return read(content_in(toml(content_of(questionnaire)), "a file"), "a file")


@pytest.mark.parametrize("questionnaire", ALL, ids=lambda q: q.key)
def test_what_is_written_as_a_file_reads_back_the_same(questionnaire):
    assert as_file(questionnaire) == questionnaire
    assert from_data(as_data(questionnaire)) == questionnaire


@pytest.mark.parametrize("questionnaire", ALL, ids=lambda q: q.key)
def test_an_untouched_copy_differs_by_its_key_alone(questionnaire):
    copied = editing.copy_of(questionnaire, "mine")
    assert copied.version != questionnaire.version and copied.status is Status.DRAFT
    assert replace(copied, key=questionnaire.key).version == questionnaire.version


@pytest.mark.parametrize("questionnaire", ALL, ids=lambda q: q.key)
def test_a_page_that_is_saved_untouched_gives_the_same_question(questionnaire):
    for question in questionnaire.questions:
        made = written(filled(question), question, declines_of(questionnaire))
        assert made.question == question, made.problem
        if made.matched:
            assert not (made.matched.reworded or made.matched.new or made.matched.gone)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@st.composite
def edits(draw):
    """One change that somebody could make on a page to a questionnaire, as a function."""
    name = draw(
        st.sampled_from(["up", "down", "to", "out", "rule", "section", "less", "title", "add", "words", "waive"])
    )
    at, words, other = draw(st.integers(0, 99)), draw(texts), draw(st.integers(0, 99))

    def edit(q):
        question, section = q.questions[at % len(q.questions)], q.sections[other % len(q.sections)]
        before = q.questions[other % len(q.questions)]
        answers = tuple(c.key for c in (*before.choices, *before.declines))[:2]
        rule = ShowIf(before.key, answers) if answers and not question.purpose else None
        kind = list(Kind)[other % len(Kind)]
        if kind is Kind.CONSENT:
            kind = Kind.INFO
        told = filled(question) | {"text": words, "choices": f"{filled(question)['choices']}\n{words}"}
        new = written(
            filled(blank(kind, "x", ())) | {"text": words, "choices": "One\nTwo\nThree", "domain": "home"}
            | {"period": "Today", "low": "bad", "high": "good"},
            blank(kind, new_key(words, {x.key for x in q.questions}, 20), declines_of(q)),
            declines_of(q),
        ).question  # fmt: skip
        changed = written(told, question, declines_of(q)).question
        return {
            "up": lambda: editing.moved(q, question.key, -1),
            "down": lambda: editing.moved(q, question.key, 1),
            "to": lambda: editing.moved_to(q, question.key, section.key),
            "out": lambda: editing.removed(q, question.key),
            "rule": lambda: editing.asked_if(q, question.key, rule),
            "section": lambda: editing.section_added(q, new_key(words, {s.key for s in q.sections}), words),
            "less": lambda: editing.section_removed(q, section.key),
            "title": lambda: editing.section_renamed(q, section.key, words),
            "add": lambda: editing.added(q, section.key, new) if new else q,
            "words": lambda: editing.put(q, changed) if changed else q,
            "waive": lambda: editing.waived(q, Waiver(question.key, "jargon", words)),
        }[name]()

    return edit


@pytest.mark.full
@quick
@given(start=st.sampled_from(ALL), steps=st.lists(edits(), min_size=1, max_size=8))
def test_any_run_of_changes_keeps_a_questionnaire_that_loads(start, steps):
    now = start
    for step in steps:
        try:
            now = step(now)
        except Refused:
            continue
        assert from_data(as_data(now)) == now
        assert len({q.key for q in now.questions}) == len(now.questions) > 0
        assert len({s.key for s in now.sections}) == len(now.sections)
        lint(now)
    # The reader of files refuses it when, and only when, we say that it cannot be asked.
    hard = [fault for fault in obstacles(now) if fault.rule is not Rule.UNREACHABLE]
    if hard:
        with pytest.raises(QuestionnaireError):
            as_file(now)
    else:
        assert as_file(now) == now
    for question in now.questions:
        assert about(now, question) and isinstance(rule_in_words(now, question), str)


def test_each_of_the_six_has_words_to_start_from():
    for core in Core:
        for audience in Audience:
            assert core_example(core, audience).core is core
    assert core_example(Core.SAFE_HOME, Audience.CHILD_4_7) in find("tell-us-with-a-picture").questions


def test_a_changed_word_makes_it_a_draft_again_and_a_waiver_does_not():
    tested = editing.tested(YOURS, "Maya  Lind")
    assert (tested.status, tested.tested_by, tested.version) == (Status.TESTED, "Maya Lind", YOURS.version)
    waived = editing.waived(tested, Waiver("y1", "jargon", "They say so."))
    assert waived.status is Status.TESTED and editing.without_waiver(waived, waived.waivers[-1]) == tested
    assert editing.moved(tested, "y8", 1).status is Status.DRAFT
    assert editing.tested(tested, None).status is Status.DRAFT


def test_questions_move_over_the_edges_of_sections_and_stop_at_the_ends():
    order = [q.key for q in YOURS.questions]
    down = YOURS
    for _ in range(len(order) + len(YOURS.sections)):
        down = editing.moved(down, order[0], 1)
    assert [q.key for q in down.questions] == [*order[1:], order[0]]
    up = down
    for _ in range(len(order) + len(YOURS.sections)):
        up = editing.moved(up, order[0], -1)
    assert [q.key for q in up.questions] == order
    assert {fault.rule for fault in obstacles(down)} >= {Rule.NO_CONSENT}


def test_what_is_added_stands_before_the_consent_to_be_quoted():
    last = YOURS.sections[-1]
    new = replace(YOURS.question("y8"), key="new")
    grown = editing.added(YOURS, last.key, new)
    assert grown.questions[-1].purpose is Purpose.QUOTE and grown.questions[-2] == new
    assert editing.moved_to(YOURS, "y8", last.key).questions[-2].key == "y8"
    assert editing.moved_to(YOURS, "y8", YOURS.section_of("y8").key) == YOURS
    with pytest.raises(Refused, match="already a question"):
        editing.added(grown, last.key, new)


def test_what_goes_takes_its_waivers_and_leaves_broken_rules_to_be_seen():
    ruled = editing.waived(editing.asked_if(EVERY, "life", ShowIf("who", ("carer",))), Waiver("who", "jargon", "So."))
    assert {q.key for q in dependants(ruled, "who")} == {"foster", "life"}
    assert dependants(ruled, "who", {"parent"}) == []
    left = editing.removed(ruled, "who")
    assert not left.waivers and {f.item for f in find_faults(left).stops} == {"foster", "life"}
    assert "not here" in rule_in_words(left, left.question("life"))
    with pytest.raises(Refused, match="only question"):
        editing.removed(replace(EVERY, sections=(Section("s", "S", EVERY.questions[:1]),)), "agree")


def test_a_rule_can_name_only_what_comes_before_and_never_a_consent():
    assert [q.key for q in earlier(EVERY, "who")] == ["warm"]
    with pytest.raises(Refused, match="consent"):
        editing.asked_if(EVERY, "quote", ShowIf("who", ("carer",)))
    assert editing.asked_if(EVERY, "foster", None).question("foster").show_if is None


def test_sections_come_and_go():
    grown = editing.section_added(YOURS, "new", "  New   one ")
    assert [s.title for s in grown.sections][-2] == "New one"
    assert [f.rule for f in find_faults(grown).at("New one")] == [Rule.EMPTY_SECTION]
    assert not any(may_be_waived(fault) for fault in find_faults(grown).stops)
    assert editing.section_removed(grown, "new") == editing.section_removed(grown, "new")
    with pytest.raises(Refused, match="questions in this section"):
        editing.section_removed(YOURS, YOURS.sections[0].key)
    for gone in (editing.find_section, editing.find_question):
        with pytest.raises(Refused, match="not there any more"):
            gone(YOURS, "nothing")


def test_hard_faults_are_found_although_somebody_waived_them():
    broken = editing.asked_if(EVERY, "warm", ShowIf("foster", ("not_sure",)))
    quiet = editing.waived(broken, Waiver("warm", str(Rule.ORDER), "No."))
    assert [f.rule for f in find_faults(quiet).stops] == [Rule.ORDER] and Rule.ORDER in HARD


def test_parts_have_one_fingerprint_a_state():
    assume_same = editing.fingerprint(YOURS.question("y8"))
    assert assume_same == editing.fingerprint(find("your-view").question("y8"))
    others = {editing.fingerprint(q) for q in YOURS.questions}
    assert len(others) == len(YOURS.questions)
    assert editing.fingerprint(*editing.opening_of(YOURS)) != editing.fingerprint(*editing.opening_of(EVERY))
