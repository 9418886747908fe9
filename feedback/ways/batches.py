"""Piles of forms on paper: which are typed twice is drawn when a pile is counted, before anybody types."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from feedback.collection.models import Wave
from feedback.errors import NotFound, Refused
from feedback.ways.models import PaperBatch, PaperEntry

FIRST, SECOND = "first", "second"


def drawn(forms: int, rule: str, first: int | None = None) -> list[int]:
    """Numbers of the forms to be typed twice: one in ten by chance, the first so many, or none."""
    if rule == "first":
        return list(range(1, min(first or 1, forms) + 1))
    if rule == "tenth":
        return sorted(secrets.SystemRandom().sample(range(1, forms + 1), -(-forms // 10)))
    return []


def make_batch(session: Session, wave: Wave, *, name: str, forms: int, twice: Sequence[int], by: str) -> PaperBatch:
    """Count a pile; raises Refused when the wave has one of this name."""
    same = select(PaperBatch.id).where(PaperBatch.wave_id == wave.id, PaperBatch.name == name)
    if session.scalar(same) is not None:
        raise Refused("This wave has a batch of that name already. Choose another name.")
    batch = PaperBatch(wave_id=wave.id, name=name, forms=forms, twice=list(twice), made_by=by)
    session.add(batch)
    session.flush()
    return batch


def batches_of(session: Session, wave: Wave) -> list[PaperBatch]:
    """The piles of a wave by name."""
    return list(session.scalars(select(PaperBatch).where(PaperBatch.wave_id == wave.id).order_by(PaperBatch.name)))


def get_batch(session: Session, wave: Wave, batch_id: int) -> PaperBatch:
    """A pile of this wave; raises NotFound."""
    batch = session.scalar(select(PaperBatch).where(PaperBatch.id == batch_id, PaperBatch.wave_id == wave.id))
    if batch is None:
        raise NotFound("This wave has no such batch of forms. Look at its batches.")
    return batch


def entries_of(session: Session, batch: PaperBatch) -> list[PaperEntry]:
    """The forms of a pile that were typed in, by number."""
    wanted = select(PaperEntry).options(selectinload(PaperEntry.second)).where(PaperEntry.batch_id == batch.id)
    return list(session.scalars(wanted.order_by(PaperEntry.number)))


def get_entry(session: Session, batch: PaperBatch, number: int) -> PaperEntry | None:
    """The form with this number, when it was typed in."""
    return session.scalar(select(PaperEntry).where(PaperEntry.batch_id == batch.id, PaperEntry.number == number))


def turn(batch: PaperBatch, entry: PaperEntry | None, number: int, typist_id: int) -> str:
    """Whether this person types a form as the first or as the second; raises NotFound or Refused when neither."""
    if not 1 <= number <= batch.forms:
        raise NotFound(f"There is no form {number} in this batch: it has {batch.forms}.")
    if entry is None:
        return FIRST
    if not _waits_for_second(batch, entry):
        raise Refused(f"Form {number} has been typed in. Go on with another one.")
    if entry.typist_id == typist_id:
        raise Refused(f"You typed form {number} yourself. Somebody else types it the second time.")
    return SECOND


def _waits_for_second(batch: PaperBatch, entry: PaperEntry) -> bool:
    # Without a response there is nothing to compare: it does not agree, or was taken away.
    return entry.number in batch.twice and entry.second is None and entry.response_id is not None


@dataclass(frozen=True)
class Progress:
    """How far a pile is. `next_number` is none when all are typed."""

    batch: PaperBatch
    typed: int
    not_agreed: int
    unreadable: int
    next_number: int | None
    #: Numbers that wait for somebody who has not typed them, and for somebody to choose.
    for_second: tuple[int, ...]
    to_settle: tuple[int, ...]
    twice: int
    compared: int
    differed: int


def progress(batch: PaperBatch, entries: Sequence[PaperEntry]) -> Progress:
    """How far a pile is, by its typed forms."""
    numbers = {entry.number for entry in entries}
    seconds = [entry.second for entry in entries if entry.second]
    return Progress(
        batch,
        typed=len(entries),
        not_agreed=sum(not entry.agreed for entry in entries),
        unreadable=sum(len(entry.unreadable) for entry in entries),
        next_number=next((n for n in range(1, batch.forms + 1) if n not in numbers), None),
        for_second=tuple(entry.number for entry in entries if _waits_for_second(batch, entry)),
        to_settle=tuple(entry.number for entry in entries if entry.second and not entry.second.settled_by),
        twice=len(seconds),
        compared=sum(len(second.compared) for second in seconds),
        differed=sum(len(second.differed) for second in seconds),
    )


def by_question(entries: Sequence[PaperEntry]) -> dict[str, tuple[int, int]]:
    """{question key: (how often two people typed it, how often differently)}."""
    found: dict[str, tuple[int, int]] = {}
    for second in (entry.second for entry in entries if entry.second):
        for key in second.compared:
            compared, differed = found.get(key, (0, 0))
            found[key] = compared + 1, differed + (key in second.differed)
    return found
