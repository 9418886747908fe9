"""Does every text open with its key? Nothing that is read here leaves this module."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, inspect, select, true

from feedback.collection.drawings import open_picture
from feedback.collection.models import Answer, Drawing, Response
from feedback.collection.reaching_models import HelpRequest, Invitation
from feedback.config import Settings
from feedback.db import Database
from feedback.errors import KeyProblem
from feedback.operating.copying import Listener
from feedback.sealing import KeyStore, open_text

_PAGE = 2_000
#: What has a key of its own: the id that is also its key's, and when it still needs the key.
_HOLDERS = ((Response.id, true()), (Invitation.id, Invitation.sealed.is_not(None)), (HelpRequest.id, true()))


@dataclass
class Checked:
    """What opening every text has shown."""

    responses: int = 0
    opened: int = 0
    #: Texts that their key does not open: the key or the text was damaged.
    shut: int = 0
    #: Responses whose key is gone, and their texts: they were erased.
    keyless: list[int] = field(default_factory=list)
    keyless_texts: int = 0


def check_texts(database: Database, keys: KeyStore, listener: Listener) -> Checked:
    """Open every text and every drawing once."""
    checked = Checked()
    with database.engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(Response))
    for ids in _pages(database):
        found, broken = _keys_of(keys, ids)
        gone = {r for r in ids if r not in found and r not in broken}
        checked.responses += len(ids)
        checked.keyless += _still_there(database, gone)
        for opener, response_id, question, sealed in _sealed(database, ids):
            if response_id in gone:
                checked.keyless_texts += 1
            elif response_id in found and _opens(opener, found[response_id], sealed, response_id, question):
                checked.opened += 1
            else:
                checked.shut += 1
        listener(checked.responses, total, "Opening every text")
    return checked


def lone_keys(database: Database, keys: KeyStore) -> list[int]:
    """Ids of keys that nothing sealed has: no response, no invitation that still names somebody, no help request."""
    lone = []
    for ids in keys.pages_of_ids():
        known: set[int] = set()
        with database.engine.connect() as connection:
            for holder, sealed in _HOLDERS:
                known.update(connection.scalars(select(holder).where(sealed, holder >= ids[0], holder <= ids[-1])))
        lone += [r for r in ids if r not in known]
    return lone


def is_open_to_others(settings: Settings) -> bool:
    """True when others may look into the home folder; a key file like that is refused before."""
    return bool(stat.S_IMODE(settings.folder.stat().st_mode) & 0o077)


def _pages(database: Database) -> Iterator[list[int]]:
    last = 0
    while True:
        page = select(Response.id).where(Response.id > last).order_by(Response.id).limit(_PAGE)
        with database.engine.connect() as connection:
            ids = list(connection.scalars(page))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _still_there(database: Database, ids: set[int]) -> list[int]:
    """Of these responses, those that nobody has erased meanwhile."""
    if not ids:
        return []
    with database.engine.connect() as connection:
        there = select(Response.id).where(Response.id >= min(ids), Response.id <= max(ids))
        return sorted(ids & set(connection.scalars(there)))


def _sealed(database: Database, ids: list[int]):
    """What opens it, its response, its place and its bytes: of every text and drawing of these responses."""
    wanted, openers = set(ids), {Answer: open_text, Drawing: open_picture}
    with database.engine.connect() as connection:
        if not inspect(connection).has_table(Drawing.__tablename__):  # a backup from before there were any
            del openers[Drawing]
        for table, opener in openers.items():
            rows = select(table.response_id, table.question, table.sealed).where(
                table.response_id >= ids[0], table.response_id <= ids[-1], table.sealed.is_not(None)
            )
            for row in connection.execution_options(yield_per=50).execute(rows):
                if row.response_id in wanted:
                    yield opener, *row


def _keys_of(keys: KeyStore, ids: list[int]) -> tuple[dict[int, bytes], set[int]]:
    """The keys of these responses, and which of them have one that is damaged."""
    try:
        return keys.of_responses(ids), set()
    except KeyProblem:
        found, broken = {}, set()
        for response_id in ids:
            try:
                found |= keys.of_responses([response_id])
            except KeyProblem:
                broken.add(response_id)
        return found, broken


def _opens(opener, key: bytes, sealed: bytes, response_id: int, question: str) -> bool:
    try:
        opener(key, sealed, response_id, question)
    except KeyProblem:
        return False
    return True
