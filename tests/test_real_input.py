"""The commands on 3,447 real comments, from the codebook to the evidence; skipped where the data is not."""

import csv
import json
import os
import resource
import secrets
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from browser import serving
from postgres import copies

DATA = Path(os.environ.get("SOUNDINGS_BENCH_DATA") or Path(__file__).parents[2] / "shared" / "data")
COMMENTS, THEMES = (DATA / "patient-feedback" / name for name in ("comments.csv", "themes.csv"))

pytestmark = pytest.mark.skipif(
    not COMMENTS.exists(),
    reason=f"The real comments are not in {DATA}. Name their folder in SOUNDINGS_BENCH_DATA to run this.",
)


def commands(home, **settings):
    """Run a command on this home as a process of its own and return its stdout."""
    environment = os.environ | {"SOUNDINGS_HOME": str(home)} | settings
    environment.setdefault("SOUNDINGS_ENCODER", "lexical")

    def run(*arguments):
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "feedback.cli", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
        )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"soundings {arguments[0]}: {time.monotonic() - started:.1f} s, peak so far {peak:.0f} MB")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def soundings(tmp_path):
    """Commands on an installation of its own."""
    return commands(tmp_path / "home")


def test_real_comments_become_evidence(soundings):
    take_in(soundings)
    found = evidence_of(soundings)
    page = json.loads(soundings("evidence", "--priority", "timeliness-of-care", "--format", "json"))
    assert page["key"] == "timeliness-of-care" and page["themes"] == []
    assert "timeliness-of-care" in {theme["key"] for theme in page["suggested"]}
    assert len(found["themes"]) > 20


@pytest.mark.full
def test_two_sites_and_two_workers_on_one_postgresql_come_to_the_same(tmp_path, postgres):
    take_in(alone := commands(tmp_path / "alone"))
    with copies(postgres) as urls:
        shared = {
            "DATABASE_URL": urls["database_url"],
            "KEYS_URL": urls["keys_url"],
            "SOUNDINGS_MASTER_KEY": secrets.token_hex(32),
        }
        together = commands(tmp_path / "commands", **shared)
        together("init")
        homes = [tmp_path / name for name in ("one", "two")]
        for home in homes:
            home.mkdir()
        with serving(str(homes[0]), **shared), serving(str(homes[1]), **shared):
            take_in(together)
        assert evidence_of(together) == evidence_of(alone)


def take_in(soundings) -> None:
    """From the codebook to the suggestions."""
    soundings("init")
    soundings("codebook", "load", THEMES, "--agreed-by", "The Strategy Unit")
    soundings("plan", "load", THEMES)
    soundings(
        "wave", "open", "--key", "pf", "--title", "Patient feedback", "--consent-basis", "Published by the trusts"
    )
    importing = ("import-responses", COMMENTS, "--wave", "pf", "--themes-column", "themes", "--coder", "NHS coders")
    report = json.loads(soundings(*importing, "--format", "json"))
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        comments = list(csv.DictReader(file))
    assert report["imported"] == len(comments) == 3447 and not report["left_out"]
    assert json.loads(soundings(*importing, "--format", "json"))["unchanged"] is True
    assert soundings("release", "--wave", "pf", "--read-by", "Ada Reader").startswith("3447 responses")
    soundings("analyse", "--wave", "pf")


def evidence_of(soundings) -> dict:
    """What the board is told, once it has been seen to be right."""
    with COMMENTS.open(encoding="utf-8", newline="") as file:
        comments = list(csv.DictReader(file))
    found = json.loads(soundings("evidence", "--format", "json"))
    coded = Counter(theme for row in comments for theme in set(row["themes"].split(";")))
    themes = {theme["key"]: theme for theme in found["themes"]}
    assert set(themes) == set(coded)
    for key, theme in themes.items():
        assert abs(theme["count"] - coded[key]) < 5, key  # rounded to 5 for the board; suggestions add nothing
        assert 1 <= len(theme["suggested"]) <= 3, key
    assert sum(theme["waiting"] or 0 for theme in found["themes"]) > 0
    # The priorities have the themes' own words: nearly all must find themselves.
    assert sum(theme["suggested"][0] == key for key, theme in themes.items()) >= 27
    return found
