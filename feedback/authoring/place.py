"""What every page of authoring begins with: who is there, today's date, the questionnaire at this address."""

import datetime
from collections.abc import Callable

from flask import current_app
from flask_security import current_user
from sqlalchemy.orm import Session

from feedback.authoring import store
from feedback.authoring.faults import find_faults
from feedback.errors import SoundingsError
from forms.questionnaire import Questionnaire


def session() -> Session:
    """The session of this request."""
    return current_app.extensions["soundings"].database.session()


def own(key: str) -> Questionnaire:
    """The council's own questionnaire at this address."""
    return store.get_own(session(), key)


def save(key: str, edit: Callable[[Questionnaire], Questionnaire]) -> Questionnaire:
    """Change an own questionnaire in the name of whoever is signed in, on top of what stands."""
    with current_app.extensions["soundings"].database.writing() as writing:
        return store.change(writing, key, edit, by=current_user.name, on=datetime.date.today())


def saved(key: str, edit: Callable[[Questionnaire], Questionnaire], said: str) -> tuple[str, str]:
    """Make a small change; returns what to say of it and how: a refusal is no reason to lose the page."""
    try:
        after = save(key, edit)
    except SoundingsError as problem:
        return str(problem), "error"
    stops = find_faults(after).stops
    return (f"{said} It cannot be asked like this: see what is marked.", "error") if stops else (said, "message")
