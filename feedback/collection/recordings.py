"""Recordings of a person who reads a question aloud: files of the installation, each named by the words it says.

A recording is found by a hash of the words: once a word is changed, an earlier recording is no longer played.
"""

import hashlib
from pathlib import Path

from forms.questionnaire import Question

#: Folder of recordings in the home folder; inside, one folder a language.
FOLDER = "recordings"
#: What browsers play; the first that is there is taken.
KINDS = (".mp3", ".m4a", ".ogg")


def words_said(question: Question) -> str:
    """What a recording of a question says: the question, its hint, and every answer it offers, a line each."""
    return "\n".join(
        filter(None, [question.text, question.hint, *(c.text for c in (*question.choices, *question.declines))])
    )


def name_of(question: Question) -> str:
    """The name of a recording without its ending: 16 hex digits of the SHA-256 of the words."""
    return hashlib.sha256(words_said(question).encode()).hexdigest()[:16]


def find_recording(home: Path, language: str, question: Question) -> str | None:
    """The name of the file in which a question is read in this language; None when nobody has recorded it."""
    folder, name = home / FOLDER / language, name_of(question)
    return next((name + kind for kind in KINDS if (folder / (name + kind)).is_file()), None)
