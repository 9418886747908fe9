"""The first page after signing in: what waits for this person, and only what they may open."""

from dataclasses import dataclass

from flask import current_app, render_template, url_for
from flask_security import current_user

from feedback.access import ROLES, allowed, role_in_words
from feedback.collection.help_requests import number_waiting
from feedback.evidence.store import themes_to_link
from feedback.jobs import unfinished_jobs
from feedback.themes.store import draft_topics, waiting_by_theme
from feedback.triage.store import unread_counts


@dataclass(frozen=True)
class Waiting:
    """One kind of work that waits: how much, what it is, where it is done, and why it matters."""

    number: int
    words: str
    href: str
    note: str


def desk():
    """What waits for whoever signed in."""
    session = current_app.extensions["soundings"].database.session()
    waits = [wait for wait in _work(session) if wait.number]
    return render_template(
        "desk.html",
        roles=", ".join(role_in_words(role) for role in ROLES if role in current_user.role_names),
        waits=waits,
        begin=[(words, url_for(endpoint)) for words, endpoint in BEGIN if allowed(endpoint)],
    )


#: Where somebody begins for whom nothing waits.
BEGIN = (
    ("Read the plan on a page", "board.plan"),
    ("Prepare a wave", "waves.add"),
    ("Look at the themes", "themes.codebook"),
    ("Look at the plan", "plan.priorities"),
    ("Look at the list of staff", "accounts.staff"),
)


def _work(session) -> list[Waiting]:
    """Everything that may wait, in the order in which it is done; the number is 0 where nothing does."""
    found = []
    if allowed("triage.queue"):
        number = sum(number for _wave, number in unread_counts(session))
        found.append(
            _wait(number, "response to read", "responses to read", "triage.queue", "Nothing is themed before.")
        )
    if allowed("requests.listing"):
        note = "They were told by when somebody reads it."
        number = number_waiting(session)
        found.append(_wait(number, "request for an adult", "requests for an adult", "requests.listing", note))
    if allowed("themes.topics"):
        number = len(draft_topics(session))
        found.append(
            _wait(number, "draft topic", "draft topics", "themes.topics", "Say what they mean, or leave them.")
        )
    if allowed("themes.suggestions"):
        number = sum(waiting_by_theme(session).values())
        note = "Not counted until a person says yes."
        found.append(_wait(number, "suggestion to decide", "suggestions to decide", "themes.suggestions", note))
    if allowed("evidence.links"):
        number, note = len(themes_to_link(session)), "Until then they say nothing about the plan."
        found.append(_wait(number, "theme to link", "themes to link", "evidence.links", note))
    if allowed("jobs.show"):
        found += [
            Waiting(1, "piece of work stopped", url_for("jobs.show", job_id=job.id), job.problem or "")
            for job in unfinished_jobs(session)
            if job.state == "failed"
        ]
    return found


def _wait(number: int, one: str, many: str, endpoint: str, note: str) -> Waiting:
    return Waiting(number, one if number == 1 else many, url_for(endpoint), note)
