"""Where two people typed the same form differently: somebody looks at the paper and chooses, with a reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, Response
from feedback.db import Database, hold
from feedback.errors import Refused
from feedback.sealing import KeyStore, encrypt, seal_text
from feedback.triage.erasing import erase_response
from feedback.triage.models import Release
from feedback.triage.store import count_again
from feedback.ways.models import PaperEntry, PaperSecond
from feedback.ways.typing_in import Items, first_items, key_of, opened
from forms.questionnaire import Purpose, Question, Questionnaire

STATES = {
    "not_sure": "Not sure",
    "rather_not_say": "Would rather not say",
    "blank": "Left blank",
    "unreadable": "Could not read",
}


@dataclass(frozen=True)
class Difference:
    """One question that two people typed differently, each as it reads."""

    question: Question
    first: str
    second: str


def differences(
    session: Session, keys: KeyStore, questionnaire: Questionnaire, asked: tuple[Question, ...], entry: PaperEntry
) -> list[Difference]:
    """What waits to be settled of a form; raises Refused when nothing does."""
    if entry.second is None or entry.second.settled_by:
        raise Refused("There is nothing to settle on this form. Go back to its batch.")
    first, second = first_items(session, keys, entry), opened(keys, entry.second)
    return [
        Difference(question, _in_words(question, first), _in_words(question, second))
        for question in asked
        if question.key in entry.second.differed
    ]


def _in_words(question: Question, items: Items) -> str:
    found = items.get(question.key)
    if not found:
        return "Not asked on this way"
    named = {choice.key: choice.text for choice in (*question.choices, *question.declines)}
    if any("." in name for name in found):
        ticked = [name.partition(".")[2] for name, (_state, choice, _text) in found.items() if choice == "yes"]
        return ", ".join(named.get(key, key) for key in ticked) or "None ticked"
    state, choice, text = found[question.key]
    return text or named.get(choice or "", choice) or STATES.get(state or "", str(state))


def settle(
    database: Database,
    keys: KeyStore,
    *,
    questionnaire: Questionnaire,
    entry_id: int,
    chosen: Mapping[str, tuple[str, str]],
    by: str,
) -> None:
    """Keep the first or the second of each question: {question key: ("first" or "second", reason)}.

    A response whose words change goes back to be read: what was released, or themed, was the other text.
    """
    consent = next(question for question in questionnaire.questions if question.purpose is Purpose.ANALYSE)
    if chosen.get(consent.key, ("first", ""))[0] == "second":
        return _take_away(database, keys, entry_id, by)
    with database.writing() as session:
        second = _held(session, entry_id)
        first, typed = first_items(session, keys, second.entry), opened(keys, second)
        changed = [key for key, (which, _reason) in chosen.items() if which == "second" and key in second.differed]
        if changed:
            _correct(session, keys, second, changed, first, typed)
        second.entry.unreadable = [
            *(key for key in second.entry.unreadable if key not in changed),
            *(key for key in changed if typed.get(key, {}).get(key, ("",))[0] == "unreadable"),
        ]
        reasons = json.dumps(chosen).encode()
        second.reasons = encrypt(key_of(keys, second.response_id), reasons, f"{second.response_id}|reasons")
        second.sealed, second.settled_by = None, by
    return None


def _held(session: Session, entry_id: int) -> PaperSecond:
    hold(session, PaperEntry, [entry_id])
    second = session.scalar(select(PaperSecond).where(PaperSecond.entry_id == entry_id))
    if second is None or second.settled_by:
        raise Refused("Somebody else has settled this form meanwhile. Nothing was overwritten.")
    return second


def _take_away(database: Database, keys: KeyStore, entry_id: int, by: str) -> None:
    """The form does not agree to be read after all: nothing of it stays."""
    with database.writing() as session:
        second = _held(session, entry_id)
        response_id, second.settled_by, second.entry.agreed = second.response_id, by, False
    erase_response(database, keys, response_id)


def _correct(
    session: Session, keys: KeyStore, second: PaperSecond, changed: list[str], first: Items, typed: Items
) -> None:
    response_id, key = second.response_id, key_of(keys, second.response_id)
    hold(session, Response, [response_id])
    wave_id = session.scalar(select(Response.wave_id).where(Response.id == response_id))
    for question in changed:
        names = {*first.get(question, {}), *typed.get(question, {})}
        session.execute(delete(Answer).where(Answer.response_id == response_id, Answer.question.in_(names)))
        for name, (state, choice, text) in typed.get(question, {}).items():
            read = "blank" if state == "unreadable" else state
            sealed = seal_text(key, text, response_id, name) if text else None
            session.add(
                Answer(
                    response_id=response_id, wave_id=wave_id, question=name, state=read, choice=choice, sealed=sealed
                )
            )
    if "quote" in changed:
        may = typed.get("quote", {}).get("quote", ("", None))[1] == "yes"
        session.execute(update(Response).where(Response.id == response_id).values(may_quote=may))
    session.execute(delete(Release).where(Release.response_id == response_id))
    session.flush()
    count_again(session, [wave_id])
