"""Keeping what a respondent has answered so far."""

import datetime

from flask import current_app

from feedback.collection.drafts import Unfinished, save_draft
from feedback.collection.models import Wave


def keep(wave: Wave, code: str, unfinished: Unfinished) -> None:
    """Keep an unfinished response under its code."""
    parts, today = current_app.extensions["soundings"], datetime.date.today()
    with parts.database.writing() as session:
        save_draft(session, parts.digests, wave.id, code, unfinished, today, days=parts.settings.draft_days)
