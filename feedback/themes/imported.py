"""Files that wait to be imported, and the codings that people elsewhere made and that come along with the words."""

import datetime
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from feedback.collection.imports import (
    Columns,
    Imported,
    Options,
    check_rows,
    get_import_wave,
    import_prepared,
    source_of,
)
from feedback.collection.models import Upload, Wave
from feedback.collection.tables import read_table
from feedback.config import Settings, derive
from feedback.db import random_id
from feedback.errors import NotFound, Refused
from feedback.jobs import Job, Running, enqueue, task
from feedback.sealing import KeyStore, decrypt, encrypt, root_secret
from feedback.themes.models import SENTIMENTS, Coding, Excerpt, Theme
from feedback.triage.store import count_again
from forms.fields import clean_text

KEPT_DAYS = 7

#: The scale of patient feedback surveys: 1 is very positive, 5 is very negative.
_ON_THE_SCALE = {"1": "positive", "2": "positive", "3": "mixed", "4": "negative", "5": "negative"}


@dataclass(frozen=True)
class Codings:
    """The themes column of a file as codings: `check` a row before anything is written, call it to write."""

    columns: Columns
    coder: str
    #: Theme key -> id: the codebook when the file was checked.
    themes: dict[str, int]

    def check(self, cells: dict[str, str]) -> list[str]:
        """Why the codings of this row cannot be imported."""
        marks = _marks(cells[self.columns.themes])
        keys = [key for key, _ in marks]
        reasons = [_unknown(key) for key in dict.fromkeys(keys) if key not in self.themes]
        if len(set(keys)) < len(keys):
            reasons.append("it names a theme twice")
        if any(word and not _sentiment(word) for word in (*(said for _, said in marks), self._overall(cells))):
            reasons.append("a sentiment in it is none of 1 to 5, positive, negative, mixed or neutral")
        if keys and not clean_text(cells[self.columns.text], 1):
            reasons.append("it has themes and no words that they are in")
        return reasons

    def __call__(self, session: Session, imported: list[Imported]) -> None:
        """Add an excerpt of the whole answer, and its codings, for each imported row that names a theme."""
        excerpts, codings = [], []
        for row in imported:
            marks = self._decided(row.cells)
            if not marks:
                continue
            excerpt = {"id": random_id(), "answer_id": row.answer_id, "starts": 0, "ends": row.length}
            excerpts.append(excerpt)
            codings += [self._coding(row, excerpt["id"], key, sentiment) for key, sentiment in marks]
        if excerpts:
            session.execute(insert(Excerpt.__table__), excerpts)
            session.execute(insert(Coding.__table__), codings)
        count_again(session, {row.wave_id for row in imported})

    def _decided(self, cells: dict[str, str]) -> list[tuple[str, str | None]]:
        """Theme keys of a row with the sentiment towards each.

        The sentiment column speaks of the whole response. It is taken as the sentiment towards the theme only
        where there is no second theme that it could have been meant for: of "lovely nurse, awful wait" it
        says mixed, which is true of neither theme.
        """
        marks = [(key, _sentiment(said)) for key, said in _marks(cells[self.columns.themes])]
        if len(marks) == 1 and marks[0][1] is None:
            return [(marks[0][0], _sentiment(self._overall(cells)))]
        return marks

    def _overall(self, cells: dict[str, str]) -> str:
        return cells[self.columns.sentiment].strip() if self.columns.sentiment else ""

    def _coding(self, row: Imported, excerpt_id: int, key: str, sentiment: str | None) -> dict:
        # No day of decision: it was made elsewhere, and the day of the import would be untrue.
        return {
            "id": random_id(),
            "excerpt_id": excerpt_id,
            "theme_id": self.themes[key],
            "response_id": row.response_id,
            "wave_id": row.wave_id,
            "coder": self.coder,
            "state": "confirmed",
            "decided_by": self.coder,
            "sentiment": sentiment,
        }


def codings_of(session: Session, columns: Columns, coder: str) -> Codings:
    """What brings the codings of a file's themes column in; raises Refused when no coder is named."""
    if not coder.strip():
        raise Refused("Say who coded these texts: a name goes with every coding.")
    if not columns.themes:
        raise Refused("Say which column holds the themes.")
    themes = {theme.key: theme.id for theme in session.scalars(select(Theme).order_by(Theme.key))}
    return Codings(columns, coder.strip()[:120], themes)


def keep_upload(session: Session, settings: Settings, wave: Wave, name: str, data: bytes, by: str) -> Upload:
    """Keep a file, sealed, until it is imported or a week has passed."""
    get_import_wave(session, wave.id)
    number = random_id()
    upload = Upload(
        id=number,
        wave_id=wave.id,
        name=source_of(data, name, by).name,
        sealed=encrypt(_uploads_key(settings), data, f"upload|{number}"),
        uploaded_by=by,
        keep_until=datetime.date.today() + datetime.timedelta(days=KEPT_DAYS),
    )
    session.add(upload)
    session.flush()
    return upload


def open_upload(settings: Settings, upload: Upload) -> bytes:
    """The bytes of a kept file."""
    return decrypt(_uploads_key(settings), upload.sealed, f"upload|{upload.id}")


def start_import(session: Session, upload: Upload, columns: Columns, *, coder: str = "", skip_bad: bool = False) -> Job:
    """Put the import of a kept file in the queue: what its columns hold, who coded it, what to do with bad rows."""
    if columns.themes:
        codings_of(session, columns, coder)
    upload.columns = {**asdict(columns), "coder": coder, "skip_bad": skip_bad}
    wave = get_import_wave(session, upload.wave_id).key
    return enqueue(session, "import", key=f"import|{upload.id}", subject={"upload": upload.id, "wave": wave})


@task("import")
def import_upload(running: Running, *, upload: int, wave: str = "") -> None:
    """Import a kept file; the file is thrown away and the job finished in the same transaction.

    `wave` is there for the pages that show how far the job is.
    """
    database = running.database
    session, settings = database.session(), database.settings
    kept = session.get(Upload, upload)
    if kept is None:
        raise NotFound("The file is no longer kept. Upload it again.")
    running.progress(0, 0, "Reading the file")
    data, chosen, wave_id = open_upload(settings, kept), dict(kept.columns), kept.wave_id
    coder, skip_bad = chosen.pop("coder"), chosen.pop("skip_bad")
    columns = Columns(**chosen)
    codings = codings_of(session, columns, coder) if columns.themes else None
    prepared = check_rows(read_table(data, kept.name), columns, check=codings and codings.check)
    source = source_of(data, kept.name, kept.uploaded_by)
    options = Options(skip_bad, partial(_add_and_end, running, codings, upload, prepared.total), running.progress)
    with closing(KeyStore(settings)) as keys:
        report = import_prepared(database, keys, wave_id, source, prepared, options)
    if report.unchanged:
        with database.writing() as session:
            _end(session, running, upload, report.sentence())


def _add_and_end(
    running: Running, codings: Codings | None, upload: int, rows: int, session: Session, imported: list[Imported]
) -> None:
    """What belongs to an import in its own transaction: the codings, the end of the file and of the job."""
    if codings:
        codings(session, imported)
    _end(session, running, upload, f"{len(imported):,} of {rows:,} rows imported")


def _end(session: Session, running: Running, upload: int, step: str) -> None:
    session.execute(delete(Upload).where(Upload.id == upload))
    running.finish(session, step)


def _uploads_key(settings: Settings) -> bytes:
    return derive(root_secret(settings), "uploads")


def _marks(cell: str) -> list[tuple[str, str]]:
    """The theme keys of a cell, each with what is said of its sentiment: `key;key:positive`."""
    parts = [part.partition(":") for part in cell.split(";") if part.strip()]
    return [(key.strip(), said.strip()) for key, _, said in parts]


def _sentiment(said: str) -> str | None:
    """A sentiment given as a word or on the scale; none when it is neither."""
    word = said.casefold()
    return word if word in SENTIMENTS else _ON_THE_SCALE.get(word)


def _unknown(key: str) -> str:
    """The reason for a theme that the codebook lacks; a key is named, words in the wrong column are not."""
    shown = f"“{key}”" if len(key) <= 80 and all(c.isalnum() or c in "-_." for c in key) else "of this name"
    return f"the codebook has no theme {shown}"
