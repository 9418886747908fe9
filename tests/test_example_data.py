"""The example of Northmere is whole, and holds the truths that tests/planted.py says were put into it."""

import csv
import math
import re
import runpy
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from forms.catalogue import find

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "feedback" / "example"
AUDIENCES = {"child_4_7", "child_8_10", "young_person", "care_leaver", "family", "practitioner"}
SENTIMENTS = {"positive", "negative", "mixed", "neutral"}
FEWEST = 60

# Read by path: pytest keeps this folder off the import path, and a dependency installs a package named tests.
planted = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("planted.py"))))
BEFORE, NOW = planted.BEFORE, planted.NOW


def toml(name):
    return tomllib.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def rows(name):
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sentences(text):
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]


PLAN = toml("plan.toml")
PRIORITIES = {priority["key"]: priority for priority in PLAN["priority"]}
CODEBOOK = {row["key"]: row for row in rows("codebook.csv")}
LINKS = toml("links.toml")
WAVES = {wave["key"]: wave for wave in toml("waves.toml")["wave"]}
CLOSED = toml("closed.toml")
AUDITS, COMPLAINTS, COMPLIMENTS = (rows(f"checks/{name}.csv") for name in ("audits", "complaints", "compliments"))
WORDS = [row for path in sorted((EXAMPLE / "words").glob("*.csv")) for row in rows(f"words/{path.name}")]


def questionnaires():
    """The questions with their choices, of every questionnaire that is asked in the example."""
    for key in {wave["questionnaire"] for wave in WAVES.values() if "questionnaire" in wave}:
        yield key, {question.key: [choice.key for choice in question.choices] for question in find(key).questions}


QUESTIONS = dict(questionnaires())


def fielding(period, questionnaire):
    """The wave in which a questionnaire was answered in a period."""
    (wave,) = (
        wave for wave in WAVES.values() if wave.get("period") == period and wave.get("questionnaire") == questionnaire
    )
    return wave


def themes_of(row):
    return dict(pair.split(":") for pair in row["themes"].split(";") if pair)


def saying(theme, period):
    """Which audiences have how many texts coded with a theme in a period."""
    return Counter(row["audience"] for row in WORDS if row["period"] == period and theme in themes_of(row))


def test_the_plan_has_eight_priorities_that_say_what_would_count():
    assert PLAN["plan"]["key"] == "northmere" and PLAN["plan"]["example"] is True
    assert [p["number"] for p in PLAN["priority"]] == list(range(1, 9))
    for priority in PLAN["priority"]:
        assert 2 <= len(sentences(priority["what_counts"])) <= 4, priority["key"]
        assert len(sentences(priority["outcome"])) == 1, priority["key"]
        assert priority["ilacs_area"] in {"leadership", "help_and_protection", "care", "care_leavers"}
        assert priority["champion"] and set(priority["audiences"]) <= AUDIENCES


def test_the_codebook_describes_each_theme_in_two_or_three_sentences():
    assert len(CODEBOOK) == 28
    for row in CODEBOOK.values():
        assert row["name"] and 2 <= len(sentences(row["description"])) <= 3, row["key"]


def test_links_join_known_themes_and_questions_to_known_priorities():
    linked = {link["theme"] for link in LINKS["theme"]}
    assert set(CODEBOOK) - linked == set(planted.UNLINKED_THEMES)
    assert linked <= set(CODEBOOK)
    for link in LINKS["theme"] + LINKS["item"]:
        assert link["priority"] in PRIORITIES and len(sentences(link["reason"])) == 1, link
        assert link.get("stance", "supports") in {"supports", "challenges", "qualifies"}
    for item in LINKS["item"]:
        assert set(item["favourable"]) < set(QUESTIONS[item["questionnaire"]][item["question"]]), item
    assert {link["priority"] for link in LINKS["theme"]} == set(PRIORITIES)
    assert len({(i["questionnaire"], i["question"]) for i in LINKS["item"]}) == len(LINKS["item"])


def test_every_audience_of_a_priority_has_a_linked_question_but_the_silent_one():
    heard = {(i["priority"], fielding(NOW, i["questionnaire"])["audience"]) for i in LINKS["item"]}
    about = {(key, audience) for key, p in PRIORITIES.items() for audience in p["audiences"]}
    assert about - heard == {(planted.SILENT["priority"], planted.SILENT["audience"])}


def test_waves_have_enough_respondents_and_one_is_open():
    by_period = Counter(wave.get("period") for wave in WAVES.values() if "audience" in wave)
    assert by_period == {BEFORE: 6, NOW: 6, None: 1}
    for wave in WAVES.values():
        assert wave["promise"] == "anonymous" and wave["opens"] <= wave["closes"]
        if "period" in wave:
            assert wave["closes"] < date(2026, 11, 20)
            if "audience" in wave:
                assert FEWEST <= wave["responses"] <= 120 and wave["audience"] in AUDIENCES
    open_now = WAVES["your-view-now"]
    assert (open_now["opens"], open_now["closes"]) == (date(2026, 11, 1), date(2027, 3, 31))
    young = {fielding(period, "your-view")["responses"] for period in (BEFORE, NOW)}
    assert young == {planted.DOUBLED_RESPONSES}


def test_checks_fill_the_waves_of_their_kind():
    for kind, checks in (("audit", AUDITS), ("complaint", COMPLAINTS), ("compliment", COMPLIMENTS)):
        expected = {w["period"]: w["responses"] for w in WAVES.values() if w.get("kind") == kind}
        assert Counter(row["period"] for row in checks) == expected
        assert len({row["reference"] for row in checks}) == len(checks)
        assert {row["priority"] for row in checks} <= set(PRIORITIES)
    assert min(Counter(row["period"] for row in AUDITS).values()) >= 12
    assert 25 <= len(COMPLAINTS) <= 35 and 25 <= len(COMPLIMENTS) <= 35
    for row in COMPLAINTS + COMPLIMENTS:
        assert row["period"] == (BEFORE if row["month"] <= BEFORE else NOW), row["reference"]


def test_closed_answers_are_planted_for_every_linked_item_in_both_periods():
    wanted = {
        (fielding(period, item["questionnaire"])["key"], item["question"])
        for item in LINKS["item"]
        for period in (BEFORE, NOW)
    }
    found = [(entry["wave"], entry["question"]) for entry in CLOSED["planted"]]
    assert len(found) == len(set(found)) and set(found) == wanted
    for entry in CLOSED["planted"]:
        choices = QUESTIONS[WAVES[entry["wave"]]["questionnaire"]][entry["question"]]
        assert list(entry["weights"]) == choices and sum(entry["weights"].values()) == 100, entry


def test_every_choice_question_has_weights_to_be_drawn_from():
    sets = [list(CLOSED["defaults"][name]) for name in ("five_point", "three_point", "counts")]
    every = {key: choices for questions in QUESTIONS.values() for key, choices in questions.items()}
    for key, weights in CLOSED["defaults"]["question"].items():
        assert list(weights) == every[key] and sum(weights.values()) == 100, key
    for key, choices in every.items():
        if choices and key not in {"agree", "quote"}:
            assert choices in sets or key in CLOSED["defaults"]["question"], key


def favourable(item, period):
    """The planted favourable share, and how many gave a choice."""
    wave = fielding(period, item.questionnaire)
    (link,) = (i for i in LINKS["item"] if i["question"] == item.question)
    assert link["priority"] == item.priority
    (entry,) = (e for e in CLOSED["planted"] if (e["wave"], e["question"]) == (wave["key"], item.question))
    share = sum(entry["weights"][choice] for choice in link["favourable"]) / 100
    answered = wave["responses"] * (100 - sum(CLOSED["shares"].values())) / 100
    return share, int(answered)


@pytest.mark.parametrize("item", planted.EXPECTED, ids=lambda item: item.question)
def test_a_planted_change_stands_clear_of_chance_and_a_planted_same_does_not(item):
    (before, n_before), (now, n_now) = favourable(item, BEFORE), favourable(item, NOW)
    assert (before, now) == pytest.approx((item.before, item.now))
    assert min(n_before, n_now) >= FEWEST
    error = math.sqrt(before * (1 - before) / n_before + now * (1 - now) / n_now)
    change = now - before if item.direction != "worse" else before - now
    if item.direction == "same":
        assert abs(change) <= 0.02
    else:
        # Two further standard errors: nearly all independent draws would show it as well, even rounded to 5.
        assert change - 1.96 * error > 2 * error + 0.02


def test_the_planted_items_are_the_linked_items():
    linked = {(i["priority"], i["questionnaire"], i["question"]) for i in LINKS["item"]}
    assert linked == {item[:3] for item in planted.EXPECTED}


def directions(priority, audience):
    return {
        item.direction
        for item in planted.EXPECTED
        if item.priority == priority and fielding(NOW, item.questionnaire)["audience"] == audience
    }


def test_dissonance_and_agreement_are_planted_in_the_closed_answers():
    assert directions(planted.DISSONANCE["priority"], "practitioner") == {"better"}
    assert directions(planted.DISSONANCE["priority"], "young_person") == {"worse"}
    for audience in AUDIENCES:
        assert directions(planted.AGREEMENT["priority"], audience) == {"better"}


def test_silence_is_planted_and_not_hidden_by_a_clash():
    priority, audience = planted.SILENT["priority"], planted.SILENT["audience"]
    about = {link["theme"] for link in LINKS["theme"] if link["priority"] == priority}
    assert not any(saying(theme, NOW)[audience] for theme in about)
    assert not directions(priority, audience)
    assert all("worse" not in directions(priority, other) for other in AUDIENCES)


def test_the_rare_and_the_doubled_theme_have_their_counts():
    rare, doubled = planted.RARE, planted.DOUBLED
    assert saying(rare["theme"], rare["period"]) == {rare["audience"]: rare["responses"]}
    for period in (BEFORE, NOW):
        texts = [r for r in WORDS if (r["period"], r["audience"]) == (period, doubled["audience"])]
        assert len(texts) == planted.DOUBLED_TEXTS
        assert saying(doubled["theme"], period)[doubled["audience"]] == doubled[period]


def test_words_are_many_coded_with_known_themes_and_fit_into_their_waves():
    assert len(WORDS) >= 300
    per_question = Counter((row["period"], row["audience"], row["question"]) for row in WORDS)
    for (period, audience, question), n in per_question.items():
        (wave,) = (w for w in WAVES.values() if (w.get("period"), w.get("audience")) == (period, audience))
        assert n <= wave["responses"] and QUESTIONS[wave["questionnaire"]][question] == [], question
    for row in WORDS:
        coded = themes_of(row)
        assert set(coded) <= set(CODEBOOK) and set(coded.values()) <= SENTIMENTS, row


def test_no_text_is_written_twice():
    texts = [row["text"].strip().casefold() for row in WORDS + AUDITS + COMPLAINTS + COMPLIMENTS]
    assert all(texts)
    assert [text for text, n in Counter(texts).items() if n > 1] == []


def limits(values):
    """Centre and natural limits of an XmR chart whose first eight readings say what is usual."""
    usual = values[:8]
    moving = [abs(b - a) for a, b in zip(usual, usual[1:], strict=False)]
    centre, reach = sum(usual) / 8, 2.66 * sum(moving) / 7
    return centre - reach, centre + reach


def test_measures_have_twelve_quarters_and_the_planted_directions():
    measures, readings = rows("measures.csv"), rows("readings.csv")
    assert len(measures) == 12 and {m["priority"] for m in measures} == set(PRIORITIES)
    for measure in measures:
        key, up = measure["key"], measure["better"] == "up"
        assert up or measure["better"] == "down"
        series = [r for r in readings if r["measure"] == key]
        quarters = [r["quarter"] for r in series]
        assert len(quarters) == 12 and quarters == sorted(set(quarters)) and quarters[-1] == "2026-Q3"
        for r in series:
            assert float(r["value"]) == round(100 * int(r["numerator"]) / int(r["denominator"]), 1)
        values = [float(r["value"]) for r in series]
        low, high = limits(values)
        outside = [value > high if value > (low + high) / 2 else value < low for value in values]
        moved = key in planted.MEASURES_BETTER + planted.MEASURES_WORSE
        assert outside == [False] * 8 + [outside[8]] + [moved] * 3, key
        if moved:
            assert (values[-1] > high) == (up == (key in planted.MEASURES_BETTER)), key


@pytest.mark.parametrize("priority", planted.AUDITS)
def test_audits_show_the_planted_grades(priority):
    _, *expected = planted.AUDITS[priority]
    for period, (good, n) in zip((BEFORE, NOW), expected, strict=True):
        grades = [r["grade"] for r in AUDITS if (r["period"], r["priority"]) == (period, priority)]
        assert (sum(grade in {"good", "outstanding"} for grade in grades), len(grades)) == (good, n)
        assert set(grades) <= {"outstanding", "good", "requires_improvement", "inadequate"}


@pytest.mark.parametrize("priority", planted.BALANCE)
def test_complaints_and_compliments_balance_as_planted(priority):
    direction, expected = planted.BALANCE[priority]
    months = [f"2025-{m}" for m in (10, 11, 12)] + [f"2026-{m:02d}" for m in range(1, 10)]
    good, bad = (
        Counter(r["month"] for r in checks if r["priority"] == priority) for checks in (COMPLIMENTS, COMPLAINTS)
    )
    balance = [good[month] - bad[month] for month in months]
    assert balance == list(expected)
    low, high = limits(balance)
    assert direction == ("better" if balance[-1] > high else "worse" if balance[-1] < low else "same")
