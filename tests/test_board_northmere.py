"""Northmere on the board's pages: what was planted (tests/planted.py) must be seen there."""

import re
from types import SimpleNamespace

import planted
import pytest
from click.testing import CliRunner
from test_board import words

from feedback import create_app
from feedback.board.charts import dots, lines
from feedback.board.overview import plan_page
from feedback.board.pages import evidence_page
from feedback.cli import main
from feedback.config import Settings
from feedback.evidence.recounting import settle
from feedback.example.people import PASSWORD
from forms.catalogue import find

# Northmere is loaded once: all of these on one worker.
pytestmark = pytest.mark.xdist_group("northmere")


@pytest.fixture(scope="module")
def northmere(tmp_path_factory):
    environment = {"SOUNDINGS_HOME": str(tmp_path_factory.mktemp("northmere")), "SOUNDINGS_ENCODER": "lexical"}
    for command in ("init", "example"):
        result = CliRunner().invoke(main, [command], env=environment)
        assert result.exit_code == 0, result.stderr
    app = create_app(Settings.from_environment(environment))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/staff/login", data={"email": "board@northmere.example", "password": PASSWORD})
    parts = app.extensions["soundings"]
    settle(parts.database)
    session = parts.database.session()
    plan = plan_page(session, parts.settings)
    pages = {row.key: evidence_page(session, parts.keys, parts.settings, row.key) for row in plan.rows}
    html = {row.key: client.get(f"/board/{row.key}").text for row in plan.rows}
    yield SimpleNamespace(plan=plan, pages=pages, html=html | {"": client.get("/board").text})
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()


@pytest.mark.parametrize("item", planted.EXPECTED, ids=lambda item: item.question)
def test_a_planted_share_is_on_its_page(northmere, item):
    text = find(item.questionnaire).question(item.question).text
    rows = [row for row in northmere.pages[item.priority].items if row.question == text]
    near = [
        r for r in rows if abs(r.now.value / 10 - item.now) < 0.04 and abs(r.before.value / 10 - item.before) < 0.04
    ]
    assert near and near[0].now.low < near[0].now.value < near[0].now.high


def test_two_services_are_seen_on_the_plan(northmere):
    (row,) = (row for row in northmere.plan.rows if row.key == planted.DISSONANCE["priority"])
    young, workers = row.cells["Young people"], row.cells["Practitioners"]
    assert (young.now, young.before) == (3, 6) and (workers.now, workers.before) == (7, 4)
    assert row.answer == "some"


def test_the_picture_draws_them_apart(northmere):
    chart = dots(northmere.pages["worker-stays"])
    drawn = {name: [row.marks[place] for row in chart.rows] for place, name in enumerate(chart.audiences)}
    young, workers = ([mark for mark in drawn[name] if mark] for name in ("Young people", "Practitioners"))
    assert max(mark.high for mark in young) < min(mark.low for mark in workers)
    assert sum(mark is not None for mark in chart.rows[0].marks) == 3, "the question most were asked is first"
    assert "practitioners" in chart.title and "young people" in chart.title


def test_the_rare_theme_has_its_lane_and_no_number(northmere):
    page, name = northmere.pages["home-close-by"], "Leaving pets behind"
    assert name in page.small_themes and name not in [theme.name for theme in page.themes]
    said = words(northmere.html["home-close-by"])
    assert re.search(rf"Heard from fewer than 6: [^.]*{name}", said)
    assert not re.search(rf"{name}\W+\d", said)


def test_the_doubled_theme_now_and_before(northmere):
    (theme,) = (t for t in northmere.pages["help-with-feelings"].themes if t.key == planted.DOUBLED["theme"])
    now, before = theme.by_strand["Young people"], theme.before["Young people"]
    asked = planted.DOUBLED_RESPONSES
    rounded = {planted.NOW: 15, planted.BEFORE: 10}
    assert (now.value, now.n) == (round(10 * rounded[planted.NOW] / asked, 1), asked)
    assert (before.value, before.n) == (round(10 * rounded[planted.BEFORE] / asked, 1), asked)
    assert f"Young people: {now.value} in 10, was {before.value}" in words(northmere.html["help-with-feelings"])


def test_children_of_four_to_seven_are_named_as_not_heard(northmere):
    who = "Children aged 4 to 7"
    assert f"{who} were not heard on this" in words(northmere.html[planted.SILENT["priority"]])
    assert northmere.plan.not_heard == (f"{who} on “A home close by”",)
    assert f"Not heard {who} on" in words(northmere.html[""])


def test_unlinked_themes_stand_on_the_plan(northmere):
    assert {theme.key for theme in northmere.plan.unlinked} == set(planted.UNLINKED_THEMES)


def test_no_small_count_is_a_number_anywhere(northmere):
    for html in northmere.html.values():
        counts = re.findall(r"(?<!\d)(\d+) (?:responses|suggestions|texts|files|answers)", words(html))
        assert counts and min(map(int, counts)) >= 6
        for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html, re.DOTALL):
            assert not re.fullmatch(r"[0-5]", words(cell).strip())


def test_nothing_claims_a_change(northmere):
    titles = [chart.title for page in northmere.pages.values() for chart in (dots(page), *lines(page)) if chart]
    assert len(titles) > 12
    for text in (*titles, words(northmere.html[""])):
        assert not re.search(r"\b(better|worse|improved|improving|risen|fallen|rising|falling)\b", text), text
