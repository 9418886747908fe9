"""XLSForm: what ships comes back the same; what cannot be carried is said; hostile files end in a sentence."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from feedback.cli import main
from feedback.cli.spreadsheets import read_sheets, write_sheets
from forms import xlsform_reading, xlsform_writing
from forms.catalogue import FOLDER, find, load, questionnaires
from forms.questionnaire import Kind, Waiver
from forms.toml_writing import toml

EVERY_KIND = """
key = "every-kind"
title = "Every kind: “quotes”, \\\\ and = signs"
audience = "family"
language = "cy"
status = "draft"
minutes = 3
intro = ["=1+1 is no formula.", "Ail baragraff."]
thanks = "Diolch."

[declines]
not_sure = "Dwi ddim yn siŵr"
rather_not_say = "Well gen i beidio dweud"

[[sections]]
key = "one"
title = "Un"
{questions}
"""


def question(kind, more="", choices="", key=None):
    name = key or kind
    top = f'[[sections.questions]]\nkey = "{name}"\nkind = "{kind}"\ntext = "Cwestiwn {name}?"'
    return f"{top}\n{more}\n{choices}"


def choices(*keys):
    return "[sections.questions.choices]\n" + "".join(f'{key} = "Ateb {key}"\n' for key in keys)


FIVE = choices("s5", "s4", "s3", "s2", "s1")
LIFE = 'domain = "voice"\n'
ALL = [
    question("consent", 'purpose = "analyse"', choices("agree", "not_today"), key="ok"),
    question("info"),
    question("choice", LIFE + 'core = "told_why"', choices("yes", "intro", "no")),
    question("pictures", LIFE, choices("yes", "sometimes", "no")),
    question("scale", LIFE + 'show_if = { question = "choice", any_of = ["yes", "not_sure"] }', FIVE),
    question("faces", LIFE, FIVE),
    question("zero_to_ten", LIFE + 'low = "Isaf"\nhigh = "Uchaf"'),
    question("frequency", LIFE + 'period = "Yn y mis"\nhint = "Awgrym."', FIVE),
    question("number_band", LIFE, choices("none", "one", "more")),
    question("several", LIFE + 'none = "dim"', choices("a", "b", "dim")),
    question(
        "pick_three", LIFE + 'show_if = { question = "several", any_of = ["a", "b"] }', choices("a", "b", "c", "d")
    ),
    question("month_year", LIFE),
    question("short_text", LIFE + "max_length = 80"),
    question("long_text", LIFE + "max_length = 4000"),
    question("helped"),
    question("contact", "max_length = 90"),
    question("consent", 'purpose = "quote"', choices("yes", "no"), key="quote"),
]


def round_trip(questionnaire, folder):
    """The questionnaire after it was a workbook, and what was lost on either way."""
    written = xlsform_writing.write(questionnaire)
    book = folder / "form.xlsx"
    write_sheets(written.sheets, book)
    read = xlsform_reading.read(read_sheets(book), book.name, questionnaire.key)
    path = folder / f"{questionnaire.key}.toml"
    path.write_text(toml(read.content), encoding="utf-8")
    return load(path), written.losses, read.losses


@pytest.mark.parametrize("questionnaire", questionnaires(), ids=lambda questionnaire: questionnaire.key)
def test_what_ships_comes_back_the_same(questionnaire, tmp_path):
    again, _, lost = round_trip(questionnaire, tmp_path)
    assert again == questionnaire and again.version == questionnaire.version
    assert lost == ()


@pytest.fixture
def every_kind(tmp_path):
    path = tmp_path / "every-kind.toml"
    path.write_text(EVERY_KIND.format(questions="\n".join(ALL)), encoding="utf-8")
    return load(path)


def test_every_kind_comes_back_the_same(every_kind, tmp_path):
    kept = {q.kind for q in every_kind.questions}
    assert kept >= {
        Kind(name) for name in ("info", "faces", "zero_to_ten", "several", "pick_three", "month_year", "helped")
    }
    again, _, lost = round_trip(every_kind, tmp_path)
    assert again == every_kind
    assert lost == ()


def test_a_form_asks_what_the_site_asks(every_kind):
    header, *rows = xlsform_writing.write(every_kind).sheets["survey"]
    asked = {row[header.index("name")]: dict(zip(header, row, strict=True)) for row in rows}
    assert asked["several"]["type"] == "select_multiple several"
    assert "selected(., 'dim') and count-selected(.) > 1" in asked["several"]["constraint"]
    assert asked["pick_three"]["constraint"].startswith("count-selected(.) <= 3")
    assert asked["pick_three"]["relevant"].endswith("(selected(${several}, 'a') or selected(${several}, 'b'))")
    assert asked["scale"]["relevant"].endswith("(${choice} = 'yes' or ${choice} = 'not_sure')")
    assert all(
        "${ok} = 'agree'" in row["relevant"]
        for name, row in asked.items()
        if row["type"].startswith("select") and name != "ok"
    )
    assert asked["frequency"]["hint::Cymraeg (cy)"] == "Yn y mis. Awgrym."
    assert asked["ok"]["required"] == "yes" and asked["month_year"]["appearance"] == "month-year"


def test_what_another_tool_cannot_show_is_said(every_kind):
    losses = " ".join(xlsform_writing.write(every_kind).losses)
    assert "month_year, short_text, long_text, contact can only be left empty" in losses
    assert "another tool keeps contact among the answers" in losses
    assert "face-1.png" in losses


def test_a_test_is_not_carried_into_words_that_may_have_changed(tmp_path):
    tested = replace(find("three-quick-things"), status="tested", tested_by="Ada")
    again, _, lost = round_trip(tested, tmp_path)
    assert again.status == "draft" and again.version == tested.version and "draft again" in lost[0]


def test_waivers_are_carried(tmp_path):
    waived = replace(find("board-pulse"), waivers=(Waiver("p1", "no_period", "It says when."),))
    assert round_trip(waived, tmp_path)[0].waivers == waived.waivers


FOREIGN = {
    "survey": [
        [
            "type",
            "name",
            "label::English (en)",
            "label::French (fr)",
            "hint",
            "relevant",
            "required",
            "constraint",
            "calculation",
        ],
        ["start", "start", "", "", "", "", "", "", ""],
        ["begin group", "G1", "About you", "", "", "", "", "", ""],
        ["select_one role", "Q1", "Who are you, ${name}?", "Qui ?", "", "", "yes", "", ""],
        ["select_multiple role or_other", "Q2", "Who helped?", "", "", "selected(${Q1}, '1') or ${Q1}='2'", "", "", ""],
        ["begin repeat", "kids", "Children", "", "", "${Q1} = '1'", "", "", ""],
        ["integer", "age", "How old?", "", "", "", "", ". < 18", ""],
        ["end repeat", "", "", "", "", "", "", "", ""],
        ["end group", "", "", "", "", "", "", "", ""],
        ["text", "why", "Why?", "", "In your words", "${age} > 3", "", "", ""],
        ["geopoint", "where", "Where?", "", "", "", "", "", ""],
        ["calculate", "sum", "", "", "", "", "", "", "1+1"],
        ["date", "day", "Which day?", "", "", "", "", "", ""],
        ["range", "life", "How is life?", "", "", "", "", "", ""],
        ["note", "end", "Bye.", "", "", "", "", "", ""],
        ["select_one gone", "Q9", "Nothing to choose?", "", "", "", "", "", ""],
        ["", "nameless", "Nothing?", "", "", "", "", "", ""],
    ],
    "choices": [
        ["list_name", "name", "label::English (en)"],
        ["role", "1", "A parent"],
        ["role", "2", "A carer"],
        ["role", "3", "A carer"],
        ["role", "not_sure", "No idea"],
    ],
    "settings": [["form_title", "form_id", "default_language"], ["A form", "their_form", "English (en)"]],
}


@pytest.fixture
def foreign(tmp_path):
    path = tmp_path / "foreign.xlsx"
    write_sheets(FOREIGN, path)
    return path


def run(*arguments):
    result = CliRunner().invoke(main, ["questionnaire", *map(str, arguments)])
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_form_of_another_tool_becomes_a_questionnaire_and_every_loss_is_said(foreign, tmp_path):
    place = tmp_path / "ours.toml"
    status, said, problem = run("import", foreign, "--to", place, "--audience", "family", "--format", "json")
    assert status == 0, problem
    told = json.loads(said)
    lost = "\n".join(told["not_carried"])
    for part in (
        "words in French (fr)", "“start” is left out", "quotes an earlier answer", "“Q1” is called “q1”",
        "The choice “1” of “Q1” is called “c1”", "offers “A carer” twice", "“Q1” must be answered",
        "lets people write another answer", "“kids” repeats", "“kids” stands in another", "“age” is of type “integer”",
        "keeps answers to “. < 18”", "condition “${age} > 3”", "“where” is of type “geopoint”", "“sum” is of type",
        "asks for a day", "“life” is of type “range”", "“Q9” offers fewer", "“nameless”", "no words before",
        "no words for its end", "does not say how long", "called “their_form”", "whether answers may be read",
        "“why” names no part of life",
    ):  # fmt: skip
        assert part in lost, part
    assert all(sentence.endswith((".", "”.", "there.")) for sentence in told["not_carried"])
    ours = load(place)
    assert [q.key for q in ours.questions] == ["agree", "q1", "q2", "age", "why", "day", "life", "end"]
    assert [(c.key, c.text) for c in ours.question("q1").choices] == [("c1", "A parent"), ("c2", "A carer")]
    assert ours.question("q1").declines[0].text == "No idea"
    assert ours.question("q2").show_if.any_of == ("c1", "c2") and ours.question("age").show_if.any_of == ("c1",)
    assert ours.question("why").show_if is None


def test_the_commands_carry_a_file_out_and_back(tmp_path):
    book, place = tmp_path / "form.xlsx", tmp_path / "board-pulse.toml"
    status, said, _ = run("export", FOLDER / "board-pulse.toml", "--to", book)
    assert status == 0 and "Not carried: The ways not to answer" in said
    assert run("import", book, "--to", place)[0] == 0
    assert load(place) == find("board-pulse")
    for arguments in (("import", book, "--to", place), ("export", FOLDER / "board-pulse.toml", "--to", book)):
        status, said, problem = run(*arguments)
        assert status == 1 and not said and "is there already" in problem


def test_a_key_that_cannot_be_is_refused_before_anything_is_written(foreign, tmp_path):
    place = tmp_path / "Not A Key.toml"
    status, _, problem = run("import", foreign, "--to", place, "--audience", "family")
    assert status == 1 and "cannot be used" in problem and not place.exists()


def test_words_that_begin_like_a_formula_stay_words(tmp_path):
    path = tmp_path / "form.xlsx"
    write_sheets({"survey": [["=1+1", "@SUM(A1)"]]}, path)
    cells = next(load_workbook(path)["survey"].iter_rows())
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@SUM(A1)", "s")]
