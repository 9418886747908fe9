"""The `soundings` command: what it says, what it refuses, and that doing a thing twice changes nothing."""

import json
import socket
import stat
import subprocess
import sys
import time

import click
import pytest
from click.testing import CliRunner

from feedback.cli import COMMANDS, main

PLAN = """\
[plan]
key = "p"
council = "Testshire"
title = "Our plan"

[[priority]]
key = "listen"
title = "Listen"
what_counts = "Children say that grown-ups listen to them. They are told afterwards what was decided and why."
"""
CODEBOOK = "key,name,description\nheard,Heard,Somebody says that they were heard.\nwait,Waiting,Somebody waits.\n"
WORDS = "id,text,themes\n1,They asked me first,heard\n2,I waited a year,wait\n3,She wrote it down,heard;wait\n"


@pytest.fixture
def soundings(tmp_path, monkeypatch):
    """Run a command in a home of its own: returns (exit status, stdout, stderr)."""
    monkeypatch.setenv("SOUNDINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SOUNDINGS_ENCODER", "lexical")

    def run(*arguments):
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="soundings")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def file(tmp_path):
    """Write a file and return its path."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def ready(soundings, file):
    """A home with a plan, a codebook and a wave for imports."""
    for arguments in (
        ("init",),
        ("plan", "load", file("plan.toml", PLAN)),
        ("codebook", "load", file("codebook.csv", CODEBOOK), "--agreed-by", "Ada"),
        ("wave", "open", "--key", "w", "--consent-basis", "They agreed on paper"),
    ):
        assert soundings(*arguments)[0] == 0, arguments
    return soundings


def every_command(group=main, path=()):
    """Each command and group with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


EVERY = list(every_command())


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_command_explains_itself(path, command, soundings):
    status, said, _ = soundings(*path, "--help")
    assert status == 0 and f"soundings {' '.join(path)}" in said
    assert command.help.strip().endswith(".") and len(said.splitlines()) > 4
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(path)} {parameter.name} has no help"


def test_the_list_of_commands_loads_none_of_them():
    started = time.monotonic()
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "feedback.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert time.monotonic() - started < 3  # half a second on an idle machine; the tests share theirs
    assert all(name in shown.stdout for name in COMMANDS)
    assert "sqlalchemy" not in shown.stderr and "numpy" not in shown.stderr and "flask" not in shown.stderr


def test_init_says_where_the_key_is_and_a_second_run_changes_nothing(soundings, tmp_path):
    status, said, _ = soundings("init")
    key = tmp_path / "home" / "master.key"
    assert status == 0 and str(key) in said and "Back it up" in said
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_text()
    status, said, _ = soundings("init")
    assert status == 0 and "Nothing was changed" in said and key.read_text() == before


def test_init_does_not_make_a_new_key_for_an_old_database(soundings, tmp_path):
    soundings("init")
    (tmp_path / "home" / "master.key").unlink()
    status, _, said = soundings("init")
    assert status == 1 and "master key" in said and not (tmp_path / "home" / "master.key").exists()


@pytest.mark.parametrize(
    "arguments",
    [("wave", "list"), ("evidence",), ("release", "--wave", "w", "--read-by", "A"), ("analyse",), ("serve",)],
    ids=" ".join,
)
def test_before_init_one_sentence_says_what_to_do(arguments, soundings):
    status, said, problem = soundings(*arguments)
    assert status == 1 and not said
    assert "soundings init" in problem and len(problem.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("wave", "open"),
        ("wave", "open", "--key", "x", "--audience", "aliens"),
        ("wave", "open", "--key", "x", "--opens", "soon"),
        ("plan", "load", "no-such-file.toml"),
        ("evidence", "--format", "pdf"),
        ("release", "--wave", "x"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_status_2(arguments, soundings):
    status, _, problem = soundings(*arguments)
    assert status == 2 and "Usage: soundings" in problem


def test_what_cannot_be_done_is_one_sentence_and_exit_status_1(ready):
    for arguments in (
        ("wave", "open", "--key", "w"),
        ("wave", "open", "--key", "x", "--questionnaire", "nonsense"),
        ("wave", "open", "--key", "x", "--questionnaire", "your-view"),
        ("wave", "open", "--key", "x", "--opens", "2026-02-01", "--closes", "2026-01-01"),
        ("release", "--wave", "nonsense", "--read-by", "Ada"),
        ("release", "--wave", "w", "--read-by", " "),
        ("analyse", "--wave", "nonsense"),
        ("evidence", "--priority", "nonsense"),
        ("staff", "add", "--email", "nobody", "--name", "N", "--role", "coder"),
        ("questionnaire", "check", __file__),
    ):
        status, said, problem = ready(*arguments)
        assert status == 1 and not said, arguments
        assert len(problem.strip().splitlines()) == 1 and problem.strip().endswith((".", ")")), problem


def test_a_wave_without_consent_basis_says_that_nothing_may_be_quoted(ready):
    status, said, _ = ready("wave", "open", "--key", "x")
    assert status == 0 and "none of its words may be quoted" in said
    _, said, _ = ready("wave", "open", "--key", "y", "--consent-basis", "Agreed by phone")
    assert "quoted" not in said
    _, said, _ = ready("wave", "open", "--key", "z", "--questionnaire", "your-view", "--accept-draft", "Ada")
    assert "Young people" in said and "quoted" not in said
    waves = json.loads(ready("wave", "list", "--format", "json")[1])
    assert {wave["key"]: wave["audience"] for wave in waves} == {
        "w": "family",
        "x": "family",
        "y": "family",
        "z": "young_person",
    }


def test_plan_warns_of_short_texts_and_names_bad_rows(ready, file):
    short = "key,name,description\na,A thing,Short.\n"
    status, said, problem = ready("plan", "load", file("plan.csv", short))
    assert status == 0 and "1 priorities" in said and "fewer than 2 sentences" in problem
    status, _, problem = ready("plan", "load", file("bad.csv", "key,name,description\na,,Text.\n"))
    assert status == 1 and "row 2: key, name or description is empty" in problem


def imported(soundings, path, *more):
    return soundings("import-responses", path, "--wave", "w", "--themes-column", "themes", "--coder", "Bo", *more)


def test_import_twice_is_the_same_as_once(ready, file):
    path = file("words.csv", WORDS)
    status, said, _ = imported(ready, path, "--format", "json")
    assert status == 0 and json.loads(said)["imported"] == 3
    status, said, _ = imported(ready, path, "--format", "json")
    assert status == 0 and json.loads(said)["unchanged"] is True
    assert json.loads(ready("wave", "list", "--format", "json")[1])[0]["responses"] == 3


def test_a_bad_row_is_named_and_nothing_comes_in_unless_it_may_be_left_out(ready, file):
    path = file("words.csv", WORDS + "4,Hello,nonsense\n")
    status, said, problem = imported(ready, path)
    assert status == 1 and not said and "row 5: the codebook has no theme “nonsense”" in problem
    assert json.loads(ready("wave", "list", "--format", "json")[1])[0]["responses"] == 0
    status, said, _ = imported(ready, path, "--skip-bad")
    assert status == 0 and said.startswith("3 of 4 rows")


def test_columns_are_named_or_guessed(ready, file):
    path = file("words.csv", "nr,said,sent\n1,Hello,2026-02-18\n2,Hello,18/02/2026\n")
    status, _, problem = ready("import-responses", path, "--wave", "w")
    assert status == 1 and "nr, said, sent" in problem
    status, _, problem = ready("import-responses", path, "--wave", "w", "--text-column", "nonsense")
    assert status == 1 and "nonsense" in problem
    named = ("--text-column", "said", "--id-column", "nr", "--date-column", "sent")
    assert ready("import-responses", path, "--wave", "w", *named)[1].startswith("2 of 2 rows")


def test_themes_need_a_coder(ready, file):
    status, _, problem = ready("import-responses", file("w.csv", WORDS), "--wave", "w", "--themes-column", "themes")
    assert status == 2 and "--coder" in problem


def test_words_become_evidence(ready, file):
    imported(ready, file("words.csv", WORDS))
    assert ready("release", "--wave", "w", "--read-by", "Ada")[1].startswith("3 responses of w were released")
    assert ready("release", "--wave", "w", "--read-by", "Ada")[1].startswith("0 responses")
    status, said, steps = ready("analyse")
    assert status == 0 and "wait for a person" in said and "Looking for topics" in steps
    found = json.loads(ready("evidence", "--format", "json")[1])
    assert [row["key"] for row in found["priorities"]] == ["listen"]
    assert {theme["key"]: theme["suggested"] for theme in found["themes"]} == {"heard": ["listen"], "wait": ["listen"]}
    for shape, part in (("text", "waiting, not counted"), ("csv", "theme,name,counted,waiting")):
        for arguments in (("evidence",), ("evidence", "--priority", "listen")):
            status, said, _ = ready(*arguments, "--format", shape)
            assert status == 0 and part in said, arguments


def test_staff_are_added_with_a_password_that_is_shown_once(ready):
    status, said, _ = ready("staff", "add", "--email", "Bo@x.example", "--name", "Bo", "--role", "coder")
    assert status == 0 and "bo@x.example" in said and "shown only now" in said
    status, _, problem = ready("staff", "add", "--email", "bo@x.example", "--name", "Bo", "--role", "admin")
    assert status == 1 and "already" in problem
    people = json.loads(ready("staff", "list", "--format", "json")[1])
    assert people == [{"email": "bo@x.example", "name": "Bo", "roles": ["coder"], "active": True}]


def test_the_example_stays_out_of_a_real_plan(ready):
    status, _, problem = ready("example")
    assert status == 1 and "Our plan" in problem


def test_a_taken_port_is_refused_in_one_sentence(ready, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SOUNDINGS_PORT", str(taken.getsockname()[1]))
        for command in ("serve", "run"):
            status, _, problem = ready(command)
            assert status == 1 and "SOUNDINGS_PORT" in problem and len(problem.splitlines()) == 1


def test_files_with_what_no_database_stores_are_cleaned_or_refused_in_a_sentence(soundings, file, monkeypatch):
    soundings("init")
    number = file("number.toml", PLAN.replace('"Listen"', "5"))
    assert "title must be text in quotation marks" in soundings("plan", "load", number)[2]
    hidden = file("hidden.toml", PLAN.replace('"Listen"', r'"Lis\u0000ten\u202E"'))
    assert soundings("plan", "load", hidden)[0] == 0
    assert json.loads(soundings("evidence", "--format", "json")[1])["priorities"][0]["title"] == "Listen"
    long = file("long.csv", f"key,name,description\na,b,{'x' * 200_000}\n")
    assert "Mend the line" in soundings("codebook", "load", long)[2]
    monkeypatch.setattr("feedback.cli.imports.MOST_BYTES", 10)
    soundings("wave", "open", "--key", "w", "--title", "W", "--audience", "family")
    assert "Split it into several files" in soundings("import-responses", file("w.csv", WORDS), "--wave", "w")[2]
