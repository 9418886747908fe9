"""Responses from a file: all of its rows come in or none, and no row comes in twice.

Keys are committed before the rows they seal; a transaction that fails takes its keys with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.collection.models import Answer, ImportFile, Response, Wave
from feedback.collection.receipts import Digests
from feedback.collection.rows import DEFAULT_QUESTION, Columns, Prepared, Reason, Row, check_rows, guess_columns
from feedback.collection.tables import file_name, rows_named
from feedback.db import Database, hold, random_id
from feedback.errors import ImportProblem, NotFound, Refused
from feedback.sealing import KeyStore, seal_text

# What whoever imports a file needs, in one place.
__all__ = [
    "DEFAULT_QUESTION",
    "Columns",
    "ImportReport",
    "Imported",
    "Options",
    "Prepared",
    "Source",
    "check_rows",
    "earlier_import",
    "get_import_wave",
    "guess_columns",
    "import_prepared",
    "source_of",
]

_STEP = 500  # rows between two reports of progress
_REASONS_SHOWN = 20


@dataclass(frozen=True)
class Source:
    """A file and who brought it; the digest of its bytes knows it again."""

    name: str
    digest: str
    by: str


@dataclass(frozen=True)
class Imported:
    """A row that became a response, for whoever adds to it in the same transaction."""

    row: int
    wave_id: int
    response_id: int
    #: Its answer in words; none when it has closed answers only.
    answer_id: int | None
    length: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Options:
    """How a file is imported: bad rows left out if so chosen, what to add in the transaction, who is told."""

    skip_bad: bool = False
    and_then: Callable[[Session, list[Imported]], None] = lambda session, imported: None
    #: Never called inside the transaction: whoever listens may want to write too.
    progress: Callable[[int, int, str], None] = lambda done, total, step: None


@dataclass(frozen=True)
class ImportReport:
    """What became of a file."""

    file: str
    rows: int
    imported: int = 0
    already: int = 0
    left_out: tuple[Reason, ...] = ()
    unchanged: bool = False

    def sentence(self) -> str:
        """The report in words, with the rows that were left out and why."""
        if self.unchanged:
            return f"{self.file} was imported before. Nothing was changed."
        parts = [f"{self.imported:,} of {self.rows:,} rows of {self.file} imported"]
        if self.already:
            parts.append(f"{self.already:,} were here already")
        if self.left_out:
            parts.append(f"{_distinct(self.left_out):,} left out ({_by_reason(self.left_out)})")
        return ", ".join(parts) + "."


ALL_OR_NOTHING = Options()


def source_of(data: bytes, name: str, by: str) -> Source:
    """A file's name without its folder, the digest of its bytes, and who brought it."""
    return Source(file_name(name), sha256(data).hexdigest(), by)


def get_import_wave(session: Session, wave_id: int) -> Wave:
    """The wave to import into; raises Refused when it has a questionnaire, NotFound when it is not there."""
    wave = session.get(Wave, wave_id)
    if wave is None:
        raise NotFound("There is no such wave.")
    if not wave.imported:
        raise Refused(f"“{wave.title}” takes answers to its questionnaire. Make a wave of its own for this file.")
    return wave


def earlier_import(session: Session, wave_id: int, digest: str) -> ImportFile | None:
    """The record of the same file in the same wave, if it was imported before."""
    return session.scalar(select(ImportFile).where(ImportFile.wave_id == wave_id, ImportFile.digest == digest))


def import_prepared(
    database: Database,
    keys: KeyStore,
    wave_id: int,
    source: Source,
    prepared: Prepared,
    options: Options = ALL_OR_NOTHING,
) -> ImportReport:
    """Import what `check_rows` made ready, in one transaction.

    Raises ImportProblem, with every bad row named, when a row is bad and skipping was not chosen.
    """
    while True:
        report = _import_once(database, keys, wave_id, source, prepared, options)
        if report is not None:
            return report


def _import_once(
    database: Database, keys: KeyStore, wave_id: int, source: Source, prepared: Prepared, options: Options
) -> ImportReport | None:
    """None when somebody else brought the same rows in while these were being sealed: nothing was stored."""
    session = database.session()
    may_quote = bool(get_import_wave(session, wave_id).consent_basis.strip())
    if earlier_import(session, wave_id, source.digest):
        return ImportReport(source.name, prepared.total, unchanged=True)
    if prepared.bad and not options.skip_bad:
        raise ImportProblem(_refusal(prepared, source), prepared.bad)
    fresh = _not_yet_here(session, Digests(database.settings), wave_id, prepared.rows)
    left_out = tuple(sorted(prepared.empty + prepared.bad))
    file = _file_row(wave_id, source, prepared.total, left_out)
    if not _store(database, keys, file, _Batch(wave_id, file["id"], may_quote, fresh), options):
        return None
    already = len(prepared.rows) - len(fresh)
    return ImportReport(source.name, prepared.total, len(fresh), already, left_out)


def _marks_here(session: Session, wave_id: int) -> set[bytes]:
    return set(session.scalars(select(Response.idem).where(Response.wave_id == wave_id)))


def _not_yet_here(session: Session, digests: Digests, wave_id: int, rows: Iterable[Row]) -> dict[bytes, Row]:
    """The rows that no earlier file brought into this wave, under the digest that knows them again."""
    here = _marks_here(session, wave_id)
    marked = {digests.row(wave_id, row.identity): row for row in rows}
    return {mark: row for mark, row in marked.items() if mark not in here}


def _file_row(wave_id: int, source: Source, rows: int, left_out: tuple[Reason, ...]) -> dict:
    return {
        "id": random_id(),
        "wave_id": wave_id,
        "digest": source.digest,
        "name": source.name,
        "rows": rows,
        "left_out": [list(reason) for reason in left_out],
        "imported_by": source.by,
    }


class _Batch:
    """The new rows of a file as rows of the database."""

    def __init__(self, wave_id: int, file_id: int, may_quote: bool, fresh: dict[bytes, Row]):
        self.wave_id, self.file_id, self._may_quote = wave_id, file_id, may_quote
        self._fresh = {random_id(): pair for pair in fresh.items()}
        self.response_ids = list(self._fresh)
        self.responses: list[dict] = []
        self.answers: list[dict] = []
        self.imported: list[Imported] = []

    def seal(self, keys: dict[int, bytes], progress: Callable[[int, int, str], None]) -> None:
        """Make the rows, each text under its response's key."""
        total = len(self._fresh)
        for done, (response_id, (mark, row)) in enumerate(self._fresh.items()):
            if done % _STEP == 0:
                progress(done, total, "Sealing the words")
            self.responses.append(self._response(response_id, mark, row))
            text = self._text(response_id, row, keys[response_id])
            self.answers.append(text)
            self.answers += [self._answer(response_id, *closed) for closed in row.answers]
            answer_id = text["id"] if row.words else None
            self.imported.append(Imported(row.number, self.wave_id, response_id, answer_id, len(row.words), row.cells))
        progress(total, total, "Storing the responses")

    def _response(self, response_id: int, mark: bytes, row: Row) -> dict:
        return {
            "id": response_id,
            "wave_id": self.wave_id,
            "idem": mark,
            "week": row.week,
            "may_quote": row.may_quote and self._may_quote,
            "import_id": self.file_id,
        }

    def _text(self, response_id: int, row: Row, key: bytes) -> dict:
        if not row.words:
            return self._answer(response_id, row.question, "blank", None)
        answer = self._answer(response_id, row.question, "answered", None)
        return answer | {"sealed": seal_text(key, row.words, response_id, row.question)}

    def _answer(self, response_id: int, question: str, state: str, choice: str | None) -> dict:
        return {
            "id": random_id(),
            "response_id": response_id,
            "wave_id": self.wave_id,
            "question": question,
            "state": state,
            "choice": choice,
            "sealed": None,
        }


def _store(database: Database, keys: KeyStore, file: dict, batch: _Batch, options: Options) -> bool:
    """Commit the keys, then the rows in one transaction; if that fails or comes too late, take the keys back."""
    made = keys.add_responses(batch.wave_id, batch.response_ids)
    try:
        batch.seal(made, options.progress)
        with database.writing() as session:
            hold(session, Wave, [batch.wave_id])  # one import of a wave at a time
            if in_time := not _overtaken(session, file, batch):
                session.execute(insert(ImportFile.__table__), [file])
                for table, rows in ((Response.__table__, batch.responses), (Answer.__table__, batch.answers)):
                    if rows:
                        session.execute(insert(table), rows)
                options.and_then(session, batch.imported)
    except BaseException:
        _take_back(database, keys, file["id"], batch.response_ids)
        raise
    if not in_time:
        keys.destroy_responses(batch.response_ids)
    return in_time


def _overtaken(session: Session, file: dict, batch: _Batch) -> bool:
    if earlier_import(session, batch.wave_id, file["digest"]):
        return True
    return not _marks_here(session, batch.wave_id).isdisjoint(row["idem"] for row in batch.responses)


def _take_back(database: Database, keys: KeyStore, file_id: int, response_ids: list[int]) -> None:
    """Destroy the keys of rows that were not stored.

    A connection can break after the database committed and before it said so; then the rows are there and
    need their keys. When even this look fails the keys stay: a key that opens nothing does no harm.
    """
    with database.engine.connect() as connection:
        stored = connection.scalar(select(ImportFile.id).where(ImportFile.id == file_id))
    if stored is None:
        keys.destroy_responses(response_ids)


def _distinct(reasons: Iterable[Reason]) -> int:
    return len({number for number, _ in reasons})


def _refusal(prepared: Prepared, source: Source) -> str:
    bad = _distinct(prepared.bad)
    return (
        f"{bad:,} of the {prepared.total:,} rows of {source.name} cannot be imported, so none was: "
        f"{_by_reason(prepared.bad)}. Mend the file, or choose to leave these rows out."
    )


def _by_reason(reasons: Iterable[Reason]) -> str:
    """Each reason once, with the rows it holds for."""
    rows_by_reason: dict[str, list[int]] = {}
    for number, reason in reasons:
        rows_by_reason.setdefault(reason, []).append(number)
    shown = [f"{rows_named(rows)}: {reason}" for reason, rows in rows_by_reason.items()][:_REASONS_SHOWN]
    if len(rows_by_reason) > _REASONS_SHOWN:
        shown.append(f"and {len(rows_by_reason) - _REASONS_SHOWN} more reasons")
    return "; ".join(shown)
