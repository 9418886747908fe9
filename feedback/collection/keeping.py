"""Keeping what a respondent has answered so far, with what they drew, in one commit."""

import datetime

from flask import current_app

from feedback.collection.drafts import Unfinished, save_draft
from feedback.collection.drawings import keep_picture
from feedback.collection.models import Wave
from forms.answering import Answer, AnswerState


def keep(
    wave: Wave, code: str, unfinished: Unfinished, answer: Answer | None = None, picture: bytes | None = None
) -> None:
    """Keep an unfinished response under its code, with its newest answer and the picture that came with it."""
    parts, today = current_app.extensions["soundings"], datetime.date.today()
    before = unfinished.answers.get(answer.question) if answer else None
    if answer:
        unfinished.answers[answer.question] = answer
    with parts.database.writing() as session:
        save_draft(session, parts.digests, wave.id, code, unfinished, today, days=parts.settings.draft_days)
        if answer and (picture or (before and before.drawn)):
            keep_picture(session, parts.digests, wave.id, code, answer, picture)


def keep_drawing(wave: Wave, code: str, unfinished: Unfinished, question: str, picture: bytes) -> None:
    """Keep a drawing whose page comes back with a question: a browser does not send the same file twice."""
    before = unfinished.answers.get(question)
    words = before.text if before else None
    keep(wave, code, unfinished, Answer(question, AnswerState.ANSWERED, text=words, drawn=True), picture)
