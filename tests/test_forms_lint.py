"""The wording lint: a planted fault for each rule is found, a waiver silences one, and all that ships is clean."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from feedback.cli import main
from forms.catalogue import FOLDER, find, questionnaires
from forms.faults import WHOLE
from forms.kind_rules import banned_kinds
from forms.lint import Rule, lint
from forms.questionnaire import Audience, Choice, Core, Domain, Format, Kind, Question, ShowIf, Waiver
from forms.wording_rules import EASY_READ, MOST_WORDS, band_of, hardest, mean_grade

PULSE = find("three-quick-things")
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
ASK = Question("x", Kind.CHOICE, "Did it help you?", choices=YES_NO, domain=Domain.VOICE)
EIGHT = tuple(Choice(f"c{number}", f"Area {number}") for number in range(8))


def asking(*questions, of=PULSE, **changes):
    """A questionnaire with these questions put after its first section."""
    first, second, *rest = of.sections
    sections = (first, replace(second, questions=(*second.questions, *questions)), *rest)
    return replace(of, sections=sections, **changes)


def found(questionnaire):
    return [(fault.item, fault.rule) for fault in lint(questionnaire)]


def asked(**changes):
    return replace(ASK, **changes)


def depends(on, *answers):
    return asked(show_if=ShowIf(on, answers))


#: rule -> the question that breaks it, and the words its sentence must hold
PLANTED = {
    Rule.UNREACHABLE: (depends("agree", "not_today"), "Nobody comes to this page"),
    Rule.UNKNOWN_PICTURE: (asked(choices=(Choice("yes", "Yes", "unicorn"), YES_NO[1])), "no picture “unicorn”"),
    Rule.READING_LEVEL: (asked(hint="Communication is satisfactory."), "reads at grade"),
    Rule.LONG_SENTENCE: (asked(hint=" ".join(["so"] * 16) + "."), "has 16 words"),
    Rule.DOUBLE_BARRELLED: (asked(text="Did they come and help you?"), "“and” may ask two things"),
    Rule.NEGATIVE: (asked(text="Did they not help you?"), "“not”"),
    Rule.BANNED_WORD: (asked(hint="You are a service user."), "Say “person”"),
    Rule.JARGON: (asked(text="Do you like your placement?"), "Say “home”"),
    Rule.BANNED_KIND: (asked(kind=Kind.ZERO_TO_TEN), "too hard at this age"),
    Rule.NO_PERIOD: (asked(text="How often did they come?"), "in which time"),
    Rule.FACES: (asked(kind=Kind.FACES, domain=Domain.FEEL), "without an unhappy end"),
    Rule.TOO_MANY_CHOICES: (asked(choices=EIGHT), "offers 8 choices"),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_fault_is_found_alone_and_says_the_mend(rule):
    question, words = PLANTED[rule]
    (fault,) = lint(asking(question))
    assert (fault.item, fault.rule) == ("x", rule)
    assert words in fault.says and fault.says.endswith((".", "…”."))


@pytest.mark.parametrize("rule", PLANTED)
def test_a_waiver_silences_one_rule_for_one_item(rule):
    question, _ = PLANTED[rule]
    waiver = Waiver("x", rule, "It is what we want.")
    assert found(asking(question, waivers=(waiver,))) == []
    elsewhere = replace(waiver, question="q1")
    assert found(asking(question, waivers=(elsewhere,))) == [("x", rule), ("q1", Rule.UNUSED_WAIVER)]


def test_a_waiver_of_no_rule_is_a_fault():
    (fault,) = lint(replace(PULSE, waivers=(Waiver("q1", "spelling", "Why not."),)))
    assert fault.rule is Rule.UNUSED_WAIVER and "no rule “spelling”" in fault.says


def test_an_unknown_choice_is_said_and_leaves_the_page_reachable_by_another():
    assert found(asking(depends("q1", "yes", "perhaps"))) == [("x", Rule.UNKNOWN_CHOICE)]
    assert found(asking(depends("q1", "perhaps"))) == [("x", Rule.UNKNOWN_CHOICE), ("x", Rule.UNREACHABLE)]
    assert found(asking(depends("q3", "yes"))) == [("x", Rule.UNKNOWN_CHOICE), ("x", Rule.UNREACHABLE)]
    assert found(asking(depends("q1", "not_sure"))) == []


def test_a_page_behind_an_unreachable_page_is_unreachable():
    behind = asked(key="z", show_if=ShowIf("x", ("yes",)))
    assert found(asking(depends("agree", "not_today"), behind)) == [("x", Rule.UNREACHABLE), ("z", Rule.UNREACHABLE)]


def test_circles_and_forward_references_are_found():
    circle = asking(depends("z", "yes"), asked(key="z", show_if=ShowIf("x", ("yes",))))
    assert found(circle) == [("x", Rule.ORDER)]
    assert found(asking(depends("x", "yes"))) == [("x", Rule.ORDER)]
    (fault,) = lint(asking(depends("nothing", "yes")))
    assert fault.rule is Rule.ORDER and "is no question here" in fault.says


def test_each_core_item_that_a_child_is_not_asked_is_named():
    view = find("your-view")
    for core in Core:
        sections = tuple(
            replace(
                section,
                questions=tuple(replace(q, core=None if q.core is core else q.core) for q in section.questions),
            )
            for section in view.sections
        )
        (fault,) = lint(replace(view, sections=sections))
        assert (fault.item, fault.rule) == (WHOLE, Rule.MISSING_CORE) and f'core = "{core}"' in fault.says
    assert found(replace(find("working-here"), audience=Audience.BOARD_MEMBER)) == []


def test_a_period_may_stand_in_the_question_or_apart():
    often = asked(kind=Kind.FREQUENCY, text="How often did they come?")
    assert found(asking(often)) == [("x", Rule.NO_PERIOD)]
    assert found(asking(replace(often, period="In the last 4 weeks"))) == []
    assert found(asking(replace(often, text="How often did they come in the last month?"))) == []


def test_faces_may_rate_a_service_and_never_safety():
    faces = asked(kind=Kind.FACES, domain=Domain.HELP)
    assert found(asking(faces)) == []
    for changes in ({"domain": Domain.HOME}, {"core": Core.SAFE_HOME}):
        assert found(asking(replace(faces, **changes))) == [("x", Rule.FACES)]
    assert found(asking(faces, audience=Audience.CHILD_4_7))[0] == ("x", Rule.BANNED_KIND)


def test_a_word_of_the_services_may_stand_where_it_is_explained():
    term = asked(text="Do you have an advocate?")
    assert found(asking(term)) == [("x", Rule.JARGON)]
    assert found(asking(replace(term, hint="An advocate is on your side."))) == []
    assert found(asking(asked(key="z", hint="An advocate is on your side."), term)) == []


def test_only_what_asks_is_looked_at_for_two_things():
    assert found(asking(asked(text="Did it help? You can say it or draw it."))) == []


def test_another_language_is_not_measured_by_english_rules():
    hard = asked(text="Is communication and organisation satisfactory?")
    assert found(asking(hard, language="cy")) == []


def test_the_mean_is_held_as_well_as_the_most():
    hard = [asked(key=f"x{n}", text="Did you feel happy today?") for n in range(3)]
    assert mean_grade(asking(*hard)) > band_of(PULSE).mean
    assert found(asking(*hard)) == [(WHOLE, Rule.READING_LEVEL)]


def test_easy_read_keeps_to_its_own_band_at_every_age():
    adult = asking(ASK, audience=Audience.FAMILY, format=Format.EASY_READ)
    assert band_of(adult) == EASY_READ
    long = asked(hint=" ".join(["so"] * (MOST_WORDS + 1)) + ".")
    assert found(asking(long, audience=Audience.FAMILY, format=Format.EASY_READ)) == [("x", Rule.LONG_SENTENCE)]
    assert found(asking(long, audience=Audience.FAMILY)) == []


@pytest.mark.parametrize("questionnaire", questionnaires(), ids=lambda questionnaire: questionnaire.key)
def test_every_shipped_questionnaire_is_clean(questionnaire):
    assert lint(questionnaire) == ()
    assert hardest(questionnaire) <= band_of(questionnaire).most
    assert all(len(waiver.reason.split()) > 4 for waiver in questionnaire.waivers)


def test_a_banned_kind_is_named_before_the_file_is_loaded():
    content = {"sections": [{"questions": [{"key": "x", "kind": "slider"}, {"kind": "choice"}, 7]}, None]}
    (fault,) = banned_kinds(content)
    assert (fault.item, fault.rule) == ("x", Rule.BANNED_KIND) and "zero_to_ten" in fault.says
    assert list(banned_kinds({"sections": "none"})) == []


def checked(file, *more):
    result = CliRunner().invoke(main, ["questionnaire", "check", str(file), *more])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_lists_waivers_and_says_that_all_is_well():
    status, said, _ = checked(FOLDER / "your-view.toml")
    assert status == 0 and "is well made" in said
    assert "Waived in your-view.toml, y16: double_barrelled, because: It is a list" in said


@pytest.mark.parametrize(
    ("old", "new", "item", "rule"),
    [
        ('"Did you feel listened to today?"', '"Did you never feel listened to?"', "q1", "negative"),
        ('kind = "choice"\ntext = "Did', 'kind = "slider"\ntext = "Did', "q1", "banned_kind"),
    ],
)
def test_the_command_names_file_item_and_mend_and_fails(tmp_path, old, new, item, rule):
    file = tmp_path / "three-quick-things.toml"
    words = (FOLDER / file.name).read_text(encoding="utf-8")
    assert old in words
    file.write_text(words.replace(old, new), encoding="utf-8")
    status, said, _ = checked(file)
    assert status == 1 and said.startswith(f"three-quick-things.toml, {item}: ") and f"[{rule}]" in said
    status, said, _ = checked(file, "--format", "json")
    (fault,) = json.loads(said)["faults"]
    assert status == 1 and (fault["item"], fault["rule"]) == (item, rule)
