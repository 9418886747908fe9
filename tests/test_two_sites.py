"""Two sites and two workers, each with a home of its own, on one PostgreSQL: they are one Soundings."""

import datetime
import re
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from browser import serving
from factories import PASSWORD as STAFF_PASSWORD
from factories import TODAY, make_priority, make_released, make_staff, make_theme, make_wave
from sqlalchemy import func, select
from staffroom import count, now

from feedback.carrier import Carrier
from feedback.collection.models import Draft, Response
from feedback.config import master_secret
from feedback.evidence.counts import released_in
from feedback.jobs import Job, enqueue
from feedback.themes.models import Coding, Run

pytestmark = [pytest.mark.full, pytest.mark.parametrize("dialect", ["postgresql"])]
WAVES, TEXTS = 6, 120


class Visitor:
    """Somebody with a browser that keeps cookies, whichever site answers."""

    def __init__(self):
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def get(self, url: str) -> str:
        with self._open(url, timeout=30) as answer:
            self.url = answer.url
            return answer.read().decode()

    def post(self, url: str, page: str, **fields: str) -> str:
        fields |= re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', page)
        with self._open(url, urllib.parse.urlencode(fields).encode(), timeout=30) as answer:
            self.url = answer.url
            return answer.read().decode()


@pytest.fixture
def sites(database, keys, settings, tmp_path):
    """The addresses of two sites; the one secret they share comes from the environment."""
    shared = {
        "DATABASE_URL": settings.database_url,
        "KEYS_URL": settings.keys_url,
        "SOUNDINGS_MASTER_KEY": master_secret(settings).hex(),
    }
    homes = [tmp_path / name for name in ("one", "two")]
    for home in homes:
        home.mkdir()
    with serving(str(homes[0]), **shared) as one, serving(str(homes[1]), **shared) as two:
        yield one, two
    for home in homes:
        said = (home / "serve.log").read_text()
        assert "Traceback" not in said, said[-3000:]
        assert not list(Path(home).glob("*.db"))


def test_a_respondent_begins_on_one_site_and_sends_on_the_other(sites, database, keys):
    make_wave(database, keys, key="autumn", questionnaire="your-view", draft_accepted_by="Ada Reader")
    visitor = Visitor()
    visitor.post(f"{sites[0]}/w/autumn", visitor.get(f"{sites[0]}/w/autumn"))
    for turn in range(60):
        path, site = urllib.parse.urlsplit(visitor.url).path, sites[turn % 2]
        if path.endswith("/check"):
            break
        page = visitor.get(site + path)  # the other site shows the same question
        visitor.post(site + path, page, **_given(page))
    page = visitor.get(f"{sites[1]}/w/autumn/check")
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page).group(1)
    receipts = [_words(visitor.post(f"{site}/w/autumn/send", page, key=key)) for site in (*sites, *sites)]
    assert len(receipts[0]) == 6 and receipts == [receipts[0]] * 4
    assert (count(database, Response), count(database, Draft)) == (1, 0)


def _given(page: str) -> dict[str, str]:
    """A yes where the page asks whether they agree, words where it asks for words, and nothing otherwise."""
    agree = re.search(r'name="([^"]+)"[^>]*value="agree"', page)
    words = re.search(r'<textarea[^>]*name="([^"]+)"', page)
    given = {agree.group(1): "agree"} if agree else {}
    return given | ({words.group(1): "They keep changing my worker."} if words else {})


def _words(page: str) -> list[str]:
    return re.findall(r'<li translate="no">(\w+)</li>', page)


def test_staff_signed_in_on_one_site_are_known_on_the_other(sites, database):
    email, visitor = make_staff(database, "participation_lead"), Visitor()
    page = visitor.get(f"{sites[0]}/staff/login")
    visitor.post(f"{sites[0]}/staff/login", page, email=email, password=STAFF_PASSWORD)
    for site in sites:
        visitor.get(f"{site}/waves")
        assert visitor.url == f"{site}/waves"


def test_two_workers_share_the_jobs_and_each_is_done_once(sites, database, keys, digests, settings):
    make_priority(database, "worker-stays")
    make_theme(database, "worker-changes")
    words = ("worker", "school", "family", "goodbye", "waiting", "listened", "house", "brother")
    asked = []
    for number in range(WAVES):
        wave = make_wave(database, keys, key=f"wave-{number}")
        texts = [f"About the {words[n % 8]} and the {words[n // 8 % 8]}, number {n} of {number}." for n in range(TEXTS)]
        make_released(database, keys, digests, wave, texts)
    carrier = Carrier(settings, lambda job_id: None)
    with database.writing() as session:
        for number in range(WAVES):
            job = enqueue(session, "analyse", key=f"analyse:wave-{number}", subject={"wave": f"wave-{number}"})
            asked.append(job.id)
    for job_id in asked:
        carrier.nudge(job_id)
    carrier.huey.storage.close()
    at_once = _watch(database, asked)
    jobs = now(database).scalars(select(Job).where(Job.id.in_(asked))).all()
    assert {(job.state, job.attempts) for job in jobs} == {("done", 1)}, [job.problem for job in jobs]
    assert count(database, Run) == WAVES and at_once == 2  # two workers, one thread each
    twice = select(Coding.excerpt_id).group_by(Coding.excerpt_id, Coding.theme_id).having(func.count() > 1)
    assert now(database).scalars(twice).all() == []
    _until(
        database, lambda session: set(released_in(session).values()) == {TEXTS} and len(released_in(session)) == WAVES
    )


def _watch(database, asked: list[int]) -> int:
    """The most of these jobs that ran at one moment, once all have ended."""
    most, patience = 0, datetime.timedelta(minutes=8).total_seconds()
    for _ in range(int(patience / 0.1)):
        states = list(now(database).scalars(select(Job.state).where(Job.id.in_(asked))))
        most = max(most, states.count("running"))
        if set(states) <= {"done", "failed"}:
            return most
        time.sleep(0.1)
    raise AssertionError(states)


def _until(database, holds) -> None:
    for _ in range(600):
        if holds(now(database)):
            return
        time.sleep(0.1)
    raise AssertionError(released_in(now(database)))


def test_a_worker_finds_what_was_asked_for_without_a_nudge(sites, database, keys, digests):
    wave = make_wave(database, keys, key="autumn")
    make_released(database, keys, digests, wave, ["They keep changing my worker."])
    with database.writing() as session:  # this process has no carrier
        job_id = enqueue(session, "analyse", key="analyse:autumn", subject={"wave": "autumn"}).id
    _watch(database, [job_id])
    assert now(database).get(Job, job_id).state == "done" and TODAY
