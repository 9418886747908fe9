"""A kept file as the page on which somebody says what its columns hold."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.imports import Columns, Prepared, check_rows, earlier_import, guess_columns, source_of
from feedback.collection.models import Upload, Wave
from feedback.collection.tables import Table, read_table
from feedback.config import Settings
from feedback.errors import ImportProblem, NotFound
from feedback.themes.imported import codings_of, open_upload

SHOWN = 5
THEMES, SENTIMENT = {"theme", "themes", "codes", "coding", "codings"}, {"sentiment"}


@dataclass(frozen=True)
class Preview:
    """A kept file, opened: its table, and its first rows to look at."""

    upload: Upload
    table: Table

    @property
    def first(self) -> list[tuple[int, dict[str, str]]]:
        """The first rows under their numbers."""
        return self.table.rows[:SHOWN]


def was_imported(session: Session, wave: Wave, data: bytes, name: str) -> bool:
    """True when the same file was imported into this wave before."""
    return earlier_import(session, wave.id, source_of(data, name, "").digest) is not None


def open_preview(session: Session, settings: Settings, wave: Wave, upload_id: int) -> Preview:
    """The kept file with this id in this wave; raises NotFound once it was imported or thrown away."""
    upload = session.scalar(select(Upload).where(Upload.id == upload_id, Upload.wave_id == wave.id))
    if upload is None:
        raise NotFound("That file is no longer kept: it was imported, or its week has passed. Upload it again.")
    return Preview(upload, read_table(open_upload(settings, upload), upload.name))


def guessed(columns: tuple[str, ...]) -> dict:
    """What each column may hold, for a person to look over; themes too, because a person sees the guess."""
    try:
        found = vars(guess_columns(columns))
    except ImportProblem:
        found = {}
    named = {column.strip().casefold(): column for column in columns}
    themes = next((named[name] for name in named if name in THEMES), None)
    sentiment = next((named[name] for name in named if name in SENTIMENT), None)
    return found | {"themes": themes, "sentiment": sentiment}


def check_file(session: Session, table: Table, columns: Columns, coder: str) -> Prepared:
    """Every row as it would be imported, with the bad ones named; nothing is stored."""
    if not columns.themes:
        return check_rows(table, columns)
    return check_rows(table, columns, check=codings_of(session, columns, coder).check)
