"""Northmere as it is after `soundings example`: whole, and with the truths of tests/planted.py in the database."""

import csv
import datetime
import math
from collections import Counter
from pathlib import Path

import planted
import pytest
from click.testing import CliRunner
from flask_security import verify_password
from sqlalchemy import func, select

from feedback import create_app
from feedback.access import ROLES
from feedback.accounts.store import all_staff
from feedback.cli import main
from feedback.collection.models import Answer, Response, Wave
from feedback.collection.store import responses_in
from feedback.config import Settings
from feedback.db import Database
from feedback.evidence.masking import masked_parts
from feedback.evidence.models import Check, ItemLink, Quote, ThemeLink
from feedback.evidence.store import item_links, links
from feedback.example.choosing import UNREAD_EACH, UNREAD_WAVES
from feedback.example.drawing import closed_answers, quotas
from feedback.example.files import FOLDER, table, texts_by_wave
from feedback.example.people import PASSWORD, PEOPLE
from feedback.plan.store import priorities, the_plan
from feedback.sealing import KeyStore, open_text
from feedback.themes.models import Coding, Excerpt, Run, Theme
from feedback.triage.models import Release
from forms.catalogue import find

# Northmere is loaded once: all of these on one worker.
pytestmark = pytest.mark.xdist_group("northmere")

WAVES = {wave["key"]: wave for wave in table("waves.toml")["wave"]}
TABLES = (Wave, Response, Answer, Release, Check, Excerpt, Coding, Quote, ItemLink, ThemeLink, Run)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Northmere, loaded once by the commands themselves."""
    environment = {"SOUNDINGS_HOME": str(tmp_path_factory.mktemp("northmere")), "SOUNDINGS_ENCODER": "lexical"}
    for command in ("init", "example"):
        result = CliRunner().invoke(main, [command], env=environment)
        assert result.exit_code == 0, result.stderr
    assert "wait for a person" in result.stdout
    return environment


@pytest.fixture(scope="module")
def settings(home):
    return Settings.from_environment(home)


@pytest.fixture(scope="module")
def database(settings):
    database = Database(settings)
    yield database
    database.session.remove()
    database.engine.dispose()


@pytest.fixture
def session(database):
    yield database.session()
    database.session.remove()


def wave_of(session, period, **columns):
    """The wave of a period with this audience, questionnaire or kind."""
    (key,) = (w["key"] for w in WAVES.values() if w.get("period") == period and columns.items() <= w.items())
    return session.scalar(select(Wave).where(Wave.key == key))


def saying(session, theme, wave):
    """In how many released responses of a wave a person confirmed a theme."""
    return session.scalar(
        select(func.count(func.distinct(Coding.response_id)))
        .join(Theme, Theme.id == Coding.theme_id)
        .join(Release, Release.response_id == Coding.response_id)
        .where(Theme.key == theme, Coding.wave_id == wave.id, Coding.state == "confirmed")
    )


def favourable(session, item, period):
    """Favourable share of a linked item among released answers, and how many there are."""
    wave = wave_of(session, period, questionnaire=item.questionnaire)
    (link,) = (i for i in item_links(session) if (i.questionnaire, i.question) == item[1:3])
    assert link.priority.key == item.priority
    choices = session.scalars(
        select(Answer.choice)
        .join(Release, Release.response_id == Answer.response_id)
        .where(Answer.wave_id == wave.id, Answer.question == item.question, Answer.state == "answered")
    ).all()
    return sum(choice in link.favourable for choice in choices) / len(choices), len(choices)


def test_every_wave_has_its_responses_and_all_are_labelled_as_made_up(session):
    assert the_plan(session).example
    waves = {wave.id: wave.key for wave in session.scalars(select(Wave).order_by(Wave.key))}
    found = {waves[wave_id]: number for wave_id, number in responses_in(session, waves).items()}
    assert found == {key: wave["responses"] for key, wave in WAVES.items() if wave["responses"]}
    texts = session.scalar(select(func.count()).where(Answer.sealed.is_not(None)))
    assert texts == sum(map(len, texts_by_wave(list(WAVES.values())).values())) >= 300


def test_a_second_run_changes_nothing(home, database):
    def rows():
        with database.engine.connect() as connection:
            return [connection.scalar(select(func.count()).select_from(table)) for table in TABLES]

    before = rows()
    for command in ("init", "example"):
        result = CliRunner().invoke(main, [command], env=home)
        assert result.exit_code == 0 and "Nothing was changed" in result.stdout
    assert rows() == before


@pytest.mark.parametrize("item", planted.EXPECTED, ids=lambda item: item.question)
def test_a_planted_item_moved_as_planned(session, item):
    (before, n_before), (now, n_now) = (favourable(session, item, p) for p in (planted.BEFORE, planted.NOW))
    assert (before, now) == pytest.approx((item.before, item.now), abs=0.02)
    error = math.sqrt(before * (1 - before) / n_before + now * (1 - now) / n_now)
    change = now - before
    if item.direction == "same":
        assert abs(change) < 1.96 * error
    else:
        assert (change if item.direction == "better" else -change) > 1.96 * error


def test_the_rare_theme_is_said_by_three_children(session):
    rare = planted.RARE
    assert saying(session, rare["theme"], wave_of(session, rare["period"], audience=rare["audience"])) == 3


def test_the_doubled_theme_doubles_among_as_many_young_people(session):
    for period in (planted.BEFORE, planted.NOW):
        wave = wave_of(session, period, audience=planted.DOUBLED["audience"])
        assert saying(session, planted.DOUBLED["theme"], wave) == planted.DOUBLED[period]
        released = select(func.count()).select_from(Release).join(Response).where(Response.wave_id == wave.id)
        assert session.scalar(released) == planted.DOUBLED_RESPONSES


def test_the_youngest_are_silent_on_a_home_close_by(session):
    (priority,) = (p for p in priorities(session) if p.key == planted.SILENT["priority"])
    wave = wave_of(session, planted.SILENT["period"], audience=planted.SILENT["audience"])
    assert wave.audience in priority.audiences
    assert wave.questionnaire not in {link.questionnaire for link in item_links(session, priority)}
    linked = links(session, state="confirmed", priority=priority)
    assert linked and not any(saying(session, link.theme.key, wave) for link in linked)


def test_texts_about_planted_priorities_are_all_coded_and_some_others_wait(session):
    written = Counter()
    for path in FOLDER.glob("words/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            written.update(p.split(":")[0] for row in csv.DictReader(file) for p in row["themes"].split(";") if p)
    waves = session.scalars(select(Wave).order_by(Wave.key)).all()
    coded = Counter({theme: sum(saying(session, theme, wave) for wave in waves) for theme in written})
    linked = {priority: set() for priority in (planted.DISSONANCE["priority"], planted.AGREEMENT["priority"])}
    for link in links(session, state="confirmed"):
        linked.setdefault(link.priority.key, set()).add(link.theme.key)
    for theme in set().union(*(linked[key] for key in linked if key in ("worker-stays", "listened-to"))):
        assert coded[theme] == written[theme], theme
    assert 0.85 < coded.total() / written.total() < 0.95
    assert session.scalar(select(func.count()).where(Coding.state == "suggested", Coding.run_id.is_not(None))) > 0


def test_a_handful_is_not_read_yet_and_says_nothing_of_a_theme(session):
    unread = session.execute(
        select(Wave.key, Response.id)
        .join(Response, Response.wave_id == Wave.id)
        .where(~select(Release.response_id).where(Release.response_id == Response.id).exists())
        .order_by(Wave.key)
    ).all()
    assert Counter(key for key, _ in unread) == dict.fromkeys(UNREAD_WAVES, UNREAD_EACH)
    ids = [response_id for _, response_id in unread]
    assert session.scalar(select(func.count()).where(Coding.response_id.in_(ids))) == 0


@pytest.mark.parametrize("priority", planted.AUDITS)
def test_audits_have_the_planted_grades(session, priority):
    _, *expected = planted.AUDITS[priority]
    for period, wanted in zip((planted.BEFORE, planted.NOW), expected, strict=True):
        wave = wave_of(session, period, kind="audit")
        grades = session.scalars(
            select(Check.grade)
            .join(Check.priority)
            .join(Response, Response.id == Check.response_id)
            .where(Response.wave_id == wave.id, Check.priority.has(key=priority))
        ).all()
        assert (sum(grade in {"good", "outstanding"} for grade in grades), len(grades)) == wanted


@pytest.mark.parametrize("priority", planted.BALANCE)
def test_complaints_and_compliments_balance_as_planted(session, priority):
    rows = session.execute(
        select(Check.kind, Check.month).where(Check.priority.has(key=priority), Check.kind != "audit")
    )
    found = Counter()
    for kind, month in rows:
        found[month] += 1 if kind == "compliment" else -1
    months = [f"2025-{m}" for m in (10, 11, 12)] + [f"2026-{m:02d}" for m in range(1, 10)]
    assert tuple(found[month] for month in months) == planted.BALANCE[priority][1]


def test_measures_have_twelve_quarters(session):
    measures = [measure for priority in priorities(session) for measure in priority.measures]
    assert len(measures) == 12 and {len(measure.readings) for measure in measures} == {12}


def test_quotes_are_few_agreed_to_and_masked(session, settings):
    linked = {}
    for link in links(session, state="confirmed"):
        linked.setdefault(link.priority.key, set()).add(link.theme_id)
    quotes = session.scalars(select(Quote).order_by(Quote.id)).all()
    for priority in priorities(session):
        mine = [quote for quote in quotes if quote.theme_id in linked[priority.key]]
        assert len(mine) >= 2, priority.key
        assert len({session.get(Wave, q.excerpt.answer.wave_id).audience for q in mine}) >= 2, priority.key
    keys, shown = KeyStore(settings), ""
    for quote in quotes:
        answer = quote.excerpt.answer
        assert answer.response.may_quote
        key = keys.of_responses([answer.response_id])[answer.response_id]
        words = open_text(key, answer.sealed, answer.response_id, answer.question)
        shown += "".join(part for part, _ in masked_parts(words, quote.masks))
    keys.close()
    assert shown and not any(name in shown for name in ("Zelah", "Odette", "Larrow"))


def test_everybody_of_the_example_can_sign_in(session, settings):
    people = {user.email: user for user in all_staff(session)}
    assert {user.email for user in people.values()} == {person.email for person in PEOPLE}
    assert set().union(*(user.role_names for user in people.values())) == set(ROLES)
    app = create_app(settings)
    with app.app_context():
        assert all(verify_password(PASSWORD, user.password) for user in people.values())
    app.extensions["soundings"].database.engine.dispose()
    app.extensions["soundings"].keys.close()


def test_nothing_was_decided_in_the_future(session):
    for column in (Release.read_on, Coding.decided_on, Quote.cleared_on, ThemeLink.decided_on, ItemLink.linked_on):
        assert session.scalar(select(func.max(column))) <= datetime.date(2026, 11, 20)


def test_the_same_seed_draws_the_same_answers():
    closed = table("closed.toml")
    draws = [closed_answers(closed, "2026-09-young-people", find("your-view"), 120) for _ in range(2)]
    assert draws[0] == draws[1] and {len(answers) for answers in draws[0].values()} == {120}


def test_quotas_give_every_respondent_an_answer():
    assert quotas({"a": 50, "b": 30, "c": 20}, 7) == {"a": 4, "b": 2, "c": 1}
    assert sum(quotas({"a": 1, "b": 1, "c": 1}, 100).values()) == 100


def test_the_readme_names_the_password():
    readme = Path(__file__).parent.parent / "README.md"
    assert PASSWORD in readme.read_text(encoding="utf-8")
