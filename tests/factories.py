"""Things to test with: one function a noun, sensible defaults, everything stored through the product's own code."""

import datetime
import itertools

from feedback.accounts.signing_in import hashed_for
from feedback.accounts.store import add_staff
from feedback.collection.models import Wave
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.collection.store import open_wave
from feedback.plan.store import make_plan, save_priority, the_plan
from feedback.themes.store import agree_theme
from feedback.triage.store import release
from forms.answering import Answer, AnswerState

TODAY = datetime.date.today()
PASSWORD = "a-long-enough-password"
_numbers = itertools.count(1)

WHAT_COUNTS = (
    "Children keep the same worker from one visit to the next and know who that is. "
    "Records show how often a worker changed and whether anybody said goodbye."
)


def make_wave(database, keys, **columns) -> Wave:
    number = next(_numbers)
    values = {
        "key": f"wave-{number}",
        "title": f"Wave {number}",
        "audience": "young_person",
        "promise": "anonymous",
        "opens_on": TODAY - datetime.timedelta(days=7),
        "consent_basis": "Asked with consent to be quoted",
    } | columns
    with database.writing() as session:
        wave = open_wave(session, keys, Wave(**values))
        key = wave.key
    return database.session().query(Wave).filter_by(key=key).one()


def make_response(database, keys, digests, wave, text="They keep changing my worker.", question="y25", quote=True):
    """One stored response with a text; returns its id."""
    answers = [Answer(question, AnswerState.ANSWERED, text=text)]
    if quote:
        answers.append(Answer("quote", AnswerState.ANSWERED, choice="yes"))
    key = new_key()
    send_response(database, keys, digests, wave=wave, key=key, answers=answers, today=TODAY)
    from feedback.collection.models import Response

    return database.session().query(Response.id).filter_by(idem=digests.idem(key)).scalar()


def make_released(database, keys, digests, wave, texts, **how):
    """Several responses, read and released by Ada Reader; returns their ids."""
    ids = [make_response(database, keys, digests, wave, text, **how) for text in texts]
    with database.writing() as session:
        release(session, response_ids=ids, read_by="Ada Reader", on=TODAY)
    return ids


def make_priority(database, key="worker-stays", **columns):
    with database.writing() as session:
        plan = the_plan(session) or make_plan(session, key="plan", council="Testham", title="Plan", example=False)
        values = {"number": next(_numbers), "title": key.replace("-", " ").capitalize(), "what_counts": WHAT_COUNTS}
        return save_priority(session, plan, key=key, **values | columns)


def make_theme(database, key="worker-changes", **columns):
    values = {
        "name": key.replace("-", " ").capitalize(),
        "description": "A worker was replaced or is about to be. Being hard to reach does not count.",
    } | columns
    with database.writing() as session:
        return agree_theme(session, key=key, by="Ada Reader", on=TODAY, **values)


def make_staff(database, *roles, email=None, name="Ada Reader"):
    """An account with these roles and PASSWORD; returns its e-mail."""
    email = email or f"staff{next(_numbers)}@example.org"
    hashed = hashed_for(database.settings, database, PASSWORD)
    with database.writing() as session:
        add_staff(session, email=email, name=name, roles=list(roles), password_hash=hashed)
    return email


def sign_in(client, email):
    """Sign in through the real page."""
    return client.post("/staff/login", data={"email": email, "password": PASSWORD})
