"""A questionnaire: its version follows its words, its questions are walked in order."""

import dataclasses
from pathlib import Path

import pytest

from forms.catalogue import find, load
from forms.questionnaire import ShowIf, Status

SHIPPED = Path(__file__).parent.parent / "forms" / "questionnaires"


def reload_with(folder, key, *changes):
    """Load a copy of a shipped file in which each (old, new) was replaced."""
    content = (SHIPPED / f"{key}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    path = folder / f"{key}.toml"
    path.write_text(content, encoding="utf-8")
    return load(path)


def test_the_version_is_a_sha256():
    version = find("your-view").version
    assert len(version) == 64
    assert set(version) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "change",
    [
        ("\n\n", "\n\n\n# A note to ourselves.\n"),
        ('text = "Do you know how to complain?"', 'text = """\n  Do you know\n  how to complain?  """'),
        ('key = "y1"\nkind = "choice"', 'kind = "choice"\nkey = "y1"'),
    ],
)
def test_the_version_stays_when_only_the_layout_of_the_file_changes(tmp_path, change):
    assert reload_with(tmp_path, "your-view", change).version == find("your-view").version


@pytest.mark.parametrize(
    "change",
    [
        ("Do you know how to complain?", "Do you know how to make a complaint?"),
        ('s5 = "Very settled"', 's5 = "Really settled"'),
        ("max_length = 1000", "max_length = 900"),
        ("Skip this one if you do not have a worker.", "You can skip this one."),
        ("There are 27 questions.", "There are some questions."),
    ],
)
def test_the_version_changes_with_a_word(tmp_path, change):
    assert reload_with(tmp_path, "your-view", change).version != find("your-view").version


def test_the_version_changes_with_the_order_of_the_choices(tmp_path):
    swapped = ('s5 = "Very settled"\ns4 = "Mostly settled"', 's4 = "Mostly settled"\ns5 = "Very settled"')
    assert reload_with(tmp_path, "your-view", swapped).version != find("your-view").version


def test_recording_the_test_keeps_the_version_that_was_tested(tmp_path):
    tested = reload_with(
        tmp_path, "your-view", ('status = "draft"', 'status = "tested"\ntested_by = "Ada Participation"')
    )
    assert tested.status is Status.TESTED
    assert tested.tested_by == "Ada Participation"
    assert tested.version == find("your-view").version


def test_a_questionnaire_cannot_be_changed_in_memory():
    with pytest.raises(dataclasses.FrozenInstanceError):
        find("your-view").title = "Another"


def with_rules(questionnaire, **rules):
    """The questionnaire with a show_if at these questions."""
    sections = tuple(
        dataclasses.replace(
            section,
            questions=tuple(
                dataclasses.replace(question, show_if=ShowIf(*rules[question.key]) if question.key in rules else None)
                for question in section.questions
            ),
        )
        for section in questionnaire.sections
    )
    return dataclasses.replace(questionnaire, sections=sections)


def test_who_chose_otherwise_is_not_asked_nor_what_depends_on_it():
    asked = with_rules(find("your-view"), y2=("y1", ("s1",)), y3=("y2", ("not_sure",)))
    keys = [question.key for question in find("your-view").questions]
    without = [key for key in keys if key not in {"y2", "y3"}]
    assert [question.key for question in asked.asked({})] == without
    assert [question.key for question in asked.asked({"y1": ("s5",), "y2": ("not_sure",)})] == without
    assert [question.key for question in asked.asked({"y1": ("s1",), "y2": ("not_sure",)})] == keys


def test_a_question_and_its_section_are_found_by_key():
    questionnaire = find("your-view")
    assert questionnaire.question("y25").text.startswith("What one thing")
    assert questionnaire.section_of("y25").title == "What should change"


@pytest.mark.parametrize("lookup", ["question", "section_of"])
def test_an_unknown_question_is_a_key_error(lookup):
    with pytest.raises(KeyError, match="y99"):
        getattr(find("your-view"), lookup)("y99")
