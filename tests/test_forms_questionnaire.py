"""A questionnaire: its version follows its words, its questions are walked in order."""

import dataclasses
from pathlib import Path

import pytest

from forms.catalogue import find, load
from forms.questionnaire import Status

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
        ("There are 25 questions.", "There are some questions."),
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


def test_questions_are_walked_forwards_and_back_across_sections():
    questionnaire = find("your-view")
    assert questionnaire.next_question("agree").key == "y1"
    assert questionnaire.next_question("y3").key == "y4"
    assert questionnaire.previous_question("y4").key == "y3"
    assert questionnaire.previous_question("agree") is None
    assert questionnaire.next_question("quote") is None


def test_a_question_and_its_section_are_found_by_key():
    questionnaire = find("your-view")
    assert questionnaire.question("y25").text.startswith("What one thing")
    assert questionnaire.section_of("y25").title == "What should change"


@pytest.mark.parametrize("lookup", ["question", "next_question", "previous_question", "section_of"])
def test_an_unknown_question_is_a_key_error(lookup):
    with pytest.raises(KeyError, match="y99"):
        getattr(find("your-view"), lookup)("y99")
