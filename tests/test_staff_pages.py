"""Every role opens its own pages and no others; staff, plan, waves and work under way."""

import re

import pytest
from factories import WHAT_COUNTS, make_priority, make_staff, sign_in
from sqlalchemy import select
from staffroom import count, fill, now, page_of, wave_called

import feedback.evidence.analysing  # noqa: F401  (registers the job)
from feedback.access import ROLES, ROUTES
from feedback.accounts.models import User
from feedback.jobs import Job, enqueue, run_job
from feedback.plan.models import Priority

pytestmark = pytest.mark.both

#: Pages that need nothing but their address.
PAGES = {
    "desk": "/desk",
    "accounts.staff": "/accounts",
    "accounts.add_staff": "/accounts/add",
    "plan.priorities": "/plan",
    "plan.add": "/plan/add",
    "waves.listing": "/waves",
    "waves.add": "/waves/add",
    "waves.show": "/waves/autumn",
    "imports.upload": "/waves/notes/import",
    "triage.queue": "/read",
    "themes.codebook": "/themes",
    "themes.add": "/themes/add",
    "themes.edit": "/themes/worker-changes/edit",
    "themes.topics": "/topics",
    "themes.suggestions": "/code",
    "evidence.links": "/links",
    "evidence.decide_link": "/links/worker-changes",
    "evidence.items": "/items",
    "evidence.add_item": "/items/add",
    "evidence.quotes": "/quotes",
}


@pytest.fixture
def filled(database, keys, digests):
    return fill(database, keys, digests)


@pytest.fixture
def lead(database, client):
    """A client signed in as participation lead."""
    sign_in(client, make_staff(database, "participation_lead", name="Sam Lead"))
    return client


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_opens_its_pages(database, client, filled, role):
    sign_in(client, make_staff(database, role))
    for endpoint, address in PAGES.items():
        if role in ROUTES[endpoint]:
            page_of(client.get(address))
    assert page_of(client.get("/accounts"), 200 if role == "admin" else 403)


def test_a_stranger_is_asked_to_sign_in(client, filled):
    answer = client.get("/read?wave=autumn")
    assert answer.status_code == 302
    assert "/staff/login?next=" in answer.location


def test_the_desk_counts_what_waits(lead, filled):
    words = page_of(lead.get("/desk"))
    for words_for_it in (
        "2 </span>responses to read",
        "1 </span>draft topic<",
        "3 </span>suggestions",
        "1 </span>theme",
    ):
        assert words_for_it in words


def test_the_menu_marks_one_page_as_current(lead, filled):
    for address, name in (("/code", "Code"), ("/topics", "Themes"), ("/waves/notes/import", "Waves")):
        found = re.findall(r'<a class="menu__link"[^>]*aria-current="page">([^<]+)<', lead.get(address).text)
        assert found == [name, name], address  # once in the wide menu, once in the phone's


def test_an_admin_adds_somebody_and_switches_them_off(database, app, client, filled):
    sign_in(client, make_staff(database, "admin", name="Al Admin"))
    assert "Choose at least one role" in page_of(client.post("/accounts/add", data={"name": "Cy"}), 422)
    data = {"name": "Cy Coder", "email": "cy@example.org", "roles": ["coder"]}
    words = page_of(client.post("/accounts/add", data=data))
    password = re.search(r'<p class="code">([^<]+)<', words)[1]
    theirs = app.test_client()
    theirs.post("/staff/login", data={"email": "cy@example.org", "password": password})
    page_of(theirs.get("/code"))
    cy = now(database).scalar(select(User).where(User.email == "cy@example.org"))
    page_of(client.post(f"/accounts/{cy.id}/active", data={"active": "0"}, follow_redirects=True))
    assert theirs.get("/code").status_code == 302


def test_nobody_switches_off_their_own_account(database, client, filled):
    sign_in(client, make_staff(database, "admin", email="al@example.org"))
    me = now(database).scalar(select(User.id).where(User.email == "al@example.org"))
    answer = client.post(f"/accounts/{me}/active", data={"active": "0"})
    assert "cannot switch off your own account" in page_of(answer, 422)
    page_of(client.get("/accounts"))


def test_a_champion_changes_their_own_priority_only(database, client, filled):
    make_priority(database, "home-close-by", champion="Somebody Else", audiences=["family"])
    sign_in(client, make_staff(database, "champion", name="Ada Reader"))
    page_of(client.get("/plan/worker-stays/edit"))
    page_of(client.get("/plan/home-close-by/edit"), 403)


def test_a_second_priority_of_the_same_title_does_not_replace_the_first(lead, database, filled):
    data = {
        "title": "Worker stays", "number": "7", "outcome": "One.", "what_counts": WHAT_COUNTS,
        "ilacs_area": "care", "audiences": ["family"],
    }  # fmt: skip
    assert "already has a priority with this title" in page_of(lead.post("/plan/add", data=data), 422)
    assert lead.post("/plan/add", data=data | {"title": "Another"}).status_code == 303
    assert count(database, Priority) == 2


def test_what_a_wave_would_be_refused_for_is_said_at_its_field(lead, database, filled):
    data = {
        "title": "Autumn again", "key": "autumn", "audience": "family", "questionnaire": "your-view",
        "promise": "anonymous", "opens_on": "2026-11-02", "closes_on": "2026-11-01",
    }  # fmt: skip
    words = page_of(lead.post("/waves/add", data=data), 422)
    for sentence in ("already a wave with this key", "must not be before", "asks young people", "Nobody has tested"):
        assert sentence in words
    right = {"key": "autumn-2", "audience": "young_person", "closes_on": "", "draft_accepted_by": "Sam Lead"}
    assert "/waves/autumn-2/publish" in page_of(lead.post("/waves/add", data=data | right, follow_redirects=True))
    assert wave_called(database, "autumn-2").draft_accepted_by == "Sam Lead"


def test_a_run_is_started_from_its_wave_and_shows_how_far_it_is(lead, database, filled):
    answer = lead.post("/waves/autumn/analyse")
    waiting = lead.get(answer.location)
    assert waiting.headers["Refresh"] == "2"
    assert "<progress" in page_of(waiting)
    assert "Work under way" in page_of(lead.get("/waves/autumn"))
    assert run_job(database, now(database).scalar(select(Job.id).where(Job.kind == "analyse")))
    done = lead.get(answer.location)
    assert "Refresh" not in done.headers
    assert "Done." in page_of(done)


def test_a_job_that_failed_waits_on_the_desk(lead, database, filled):
    with database.writing() as session:
        job = enqueue(session, "analyse", key="analyse:notes", subject={"wave": "notes"})
        job.state, job.problem = "failed", "The disk is full."
    assert "piece of work stopped" in page_of(lead.get("/desk"))
    assert "The disk is full." in page_of(lead.get("/waves/notes"))


def test_what_is_not_there_says_what_to_do(lead, filled):
    for address in ("/waves/none", "/jobs/1", "/topics/1/agree", "/links/none", "/waves/notes/import/1"):
        page_of(lead.get(address), 404)
    assert "is gone" in page_of(lead.post("/quotes/1/clear?theme=worker-changes", data={}), 404)


def test_an_account_beyond_the_numbers_of_postgresql_is_not_found(client, database):
    sign_in(client, make_staff(database, "admin"))
    for number in (2**31, 2**63 - 1):
        assert client.post(f"/accounts/{number}/active", data={"active": "0"}).status_code == 404
