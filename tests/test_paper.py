"""The form on paper: every question of every questionnaire, tagged so that a screen reader reads it too."""

import io
import re
import shutil
import subprocess
from dataclasses import replace

import pikepdf
import pytest
from click.testing import CliRunner
from factories import make_staff, make_wave, sign_in
from staffroom import page_of

from feedback.cli import main
from feedback.config import Settings
from feedback.errors import Refused
from feedback.ways.paper import Sheet, pdf
from forms.catalogue import find, questionnaires
from forms.on_paper import letters, on_paper
from forms.questionnaire import Kind

pytest_plugins = ("every_kind",)

SETTINGS = Settings()
SHEET = Sheet("Autumn", "anonymous", tuple(SETTINGS.help), SETTINGS.emergency, until="8 December 2026", number="A7")


def drawn(questionnaire):
    return pikepdf.open(io.BytesIO(pdf(questionnaire, SHEET)))


def words_in(data: bytes, tmp_path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils.")
    path = tmp_path / "form.pdf"
    path.write_bytes(data)
    said = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", said)


def tags(node, name):
    """Every element of the structure tree with this tag."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in tags(child, name)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    mine = [node] if node.get("/S") == f"/{name}" else []
    return mine + (tags(node["/K"], name) if "/K" in node else [])


@pytest.mark.parametrize("questionnaire", questionnaires(), ids=lambda found: found.key)
def test_every_form_is_tagged_and_every_picture_has_words(questionnaire):
    with drawn(questionnaire) as form:
        root = form.Root
        assert root.Lang == "en" and root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
        with form.open_metadata() as said:
            assert said["pdfuaid:part"] == "1" and questionnaire.title in said["dc:title"]
        tree = root.StructTreeRoot
        assert all(str(figure.get("/Alt", "")).strip() for figure in tags(tree, "Figure"))
        assert len(tags(tree, "H1")) == 1 and tags(tree, "L")
        pictured = sum(bool(choice.picture) for asked in questionnaire.questions for choice in asked.choices)
        assert len(tags(tree, "Figure")) == pictured
        assert not [page for page in form.pages if "/Annots" in page], "nothing on paper can be clicked"


def test_all_that_is_asked_stands_on_it(tmp_path):
    asked = find("board-pulse")
    said = words_in(pdf(asked, SHEET), tmp_path)
    for question in asked.questions:
        assert question.text in said
        assert all(choice.text in said for choice in question.choices)
    for words in (
        *("Answer only if you ticked “Yes” or “In part” in 4.", "Tick up to three boxes.", "Tick all that fit."),
        *("0 means", "1 of ", "Form A7", "Autumn", "0800 1111", "999", "Do not write your name", "8 December 2026"),
        *("Did somebody help you with this form?", "An adult wrote what I said", "How to hand it in", "stop here"),
    ):
        assert words in said, words


def test_every_kind_of_question_is_printed(tmp_path, every_kind):  # noqa: F811
    questionnaire = every_kind
    printed = [one for _title, section in on_paper(questionnaire) for one in section]
    drawn = {Kind.DRAWING}  # words stand in its place
    assert {one.question.kind for one in printed} >= {question.kind for question in questionnaire.questions} - drawn
    assert [one.number for one in printed if one.number] == list(range(1, sum(bool(one.number) for one in printed) + 1))
    said = words_in(pdf(questionnaire, SHEET), tmp_path)
    assert all(one.question.text in said for one in printed) and "Month" in said and "Year" in said


def test_the_youngest_get_the_largest_letters():
    sizes = {key: letters(find(key)) for key in ("tell-us-with-a-picture", "how-things-are", "your-view")}
    assert list(sizes.values()) == ["largest", "large", "usual"]
    assert letters(find("your-view-easy-read")) == "large"


def test_staff_print_it_from_the_page_of_the_wave_and_strangers_do_not(client, database, keys):
    make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")
    make_wave(database, keys, key="pile")
    assert "/staff/login" in client.get("/waves/yours/form.pdf").location
    sign_in(client, make_staff(database, "participation_lead"))
    assert "/waves/yours/form.pdf" in page_of(client.get("/waves/yours"))
    form = client.get("/waves/yours/form.pdf")
    assert form.mimetype == "application/pdf" and form.data.startswith(b"%PDF") and form.headers["Cache-Control"]
    assert "asks nothing" in page_of(client.get("/waves/pile/form.pdf"), 404)


def test_a_command_writes_it_and_overwrites_nothing(tmp_path):
    place = tmp_path / "form.pdf"
    asked = ["questionnaire", "paper", "your-view", "--out", str(place)]
    assert CliRunner().invoke(main, asked).exit_code == 0 and place.read_bytes().startswith(b"%PDF")
    again = CliRunner().invoke(main, asked)
    assert again.exit_code == 1 and "is there already" in again.output
    unknown = CliRunner().invoke(main, ["questionnaire", "paper", "nothing", "--out", str(tmp_path / "b.pdf")])
    assert unknown.exit_code == 1 and "There is no questionnaire" in unknown.output


def test_without_its_libraries_it_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Refused, match="libpango-1.0-0"):
        pdf(find("three-quick-things"), SHEET)


def test_what_an_author_writes_is_printed_and_never_run_or_fetched(tmp_path):
    hostile = '<img src="file:///etc/hostname" alt="x"> {{ 7 * 7 }} 100 % <script>'
    asked = replace(find("three-quick-things"), title=hostile, intro=(hostile,))
    assert hostile in words_in(pdf(asked, SHEET), tmp_path)
