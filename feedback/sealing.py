"""Sealed text: a key per response, wrapped by a key per wave, wrapped by the master secret.

Wrapped keys live in a store of their own, committed before what they seal and backed up apart, so that
destroying one erases its text from every copy of the database (crypto-shredding).
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    insert,
    inspect,
    select,
    update,
)

from feedback.config import Settings, derive, master_secret, pending_secret, promote_secret
from feedback.db import BigId, checkpoint, open_engines
from feedback.errors import KeyProblem
from feedback.home import enter

_NONCE = 12
_metadata = MetaData()
_wave_keys = Table(
    "wave_key",
    _metadata,
    Column("wave_id", BigId, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)
_response_keys = Table(
    "response_key",
    _metadata,
    Column("response_id", BigId, primary_key=True, autoincrement=False),
    Column("wave_id", BigId, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Index("ix_response_key_wave_id", "wave_id"),
)
#: One row: the secret that digests and password salts come from. A new master secret wraps it anew and leaves it as
#: it is, so that receipts and passwords stay good.
_root_keys = Table(
    "root_key",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)
#: Keys that had no response when somebody looked, and when that was: the response may only just be on its way.
_lone_keys = Table(
    "lone_key",
    _metadata,
    Column("response_id", BigId, primary_key=True, autoincrement=False),
    Column("seen", Float, nullable=False),
)

_ADD_KEYS = insert(_response_keys)


def encrypt(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """AES-256-GCM with a fresh nonce in front; opens only with the same `bound_to`."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def decrypt(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """The plain bytes; raises KeyProblem when the key is wrong or the bytes were moved or changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
    except InvalidTag:
        raise KeyProblem(
            "A sealed text does not open with its key. Restore the key store that belongs to this database."
        ) from None


def seal_text(key: bytes, text: str, response_id: int, question: str) -> bytes:
    """One answer's text under its response's key, bound to its place."""
    return encrypt(key, text.encode(), f"{response_id}|{question}")


def open_text(key: bytes, sealed: bytes, response_id: int, question: str) -> str:
    """The text that `seal_text` sealed in this place."""
    return decrypt(key, sealed, f"{response_id}|{question}").decode()


class KeyStore:
    """The wrapped keys, in a database of their own."""

    def __init__(self, settings: Settings):
        if settings.keys_url and settings.keys_url == settings.database_url:
            raise KeyProblem(
                "KEYS_URL names the database that DATABASE_URL names. Give the keys one of their own, so that a "
                "backup of the one cannot open the other."
            )
        self._presence = enter(settings)
        self.path = settings.folder / "keys.db"
        self._place = "at KEYS_URL" if settings.keys_url else str(self.path)
        self._secret = master_secret(settings)
        self._engine, self._writer = open_engines(settings.keys_url, self.path, derive(self._secret, "keys"))
        self._wrapping = derive(self._secret, "wrap")
        self._waves: dict[int, bytes] = {}
        if settings.keys_url and pending_secret(settings):
            self._end_rotation(settings)

    def create(self) -> None:
        """Make the store's tables and its root where they are missing."""
        with self._writer.begin() as connection:
            _metadata.create_all(connection)
            if connection.scalar(select(_root_keys.c.id)) is None:
                # In a store from before there was a root, the master secret itself had its place.
                old = connection.scalar(select(_wave_keys.c.wave_id).limit(1)) is not None
                root = encrypt(self._wrapping, self._secret if old else os.urandom(32), "root")
                connection.execute(insert(_root_keys), {"id": 1, "wrapped": root})

    def holds_waves(self) -> bool:
        """True when it has the key of any wave; a lost store that was opened anew has none."""
        with self._engine.connect() as connection:
            made = inspect(connection).has_table(_wave_keys.name)
            return made and connection.scalar(select(_wave_keys.c.wave_id).limit(1)) is not None

    def root(self) -> bytes:
        """The 32-byte secret that digests and salts are derived from; raises KeyProblem."""
        with self._engine.connect() as connection:
            made = inspect(connection).has_table(_root_keys.name)
            wrapped = connection.scalar(select(_root_keys.c.wrapped)) if made else None
        if wrapped is None:
            raise KeyProblem(
                f"The key store {self._place} is empty. Restore it from its own backup, "
                "or run 'soundings init' if this is a new installation."
            )
        return decrypt(self._wrapping, wrapped, "root")

    def rewrap(self, old_secret: bytes) -> None:
        """Wrap with the present master secret what `old_secret` had wrapped, all in one transaction."""
        old = derive(old_secret, "wrap")
        with self._writer.begin() as connection:
            for table, key, bound_to in ((_root_keys, "id", "root"), (_wave_keys, "wave_id", "wave|{}")):
                for row_id, wrapped in connection.execute(select(table.c[key], table.c.wrapped)).all():
                    place = bound_to.format(row_id)
                    again = encrypt(self._wrapping, decrypt(old, wrapped, place), place)
                    connection.execute(update(table).where(table.c[key] == row_id).values(wrapped=again))

    def _end_rotation(self, settings: Settings) -> None:
        """When a change of the master secret was cut off after its commit, take the new one; else stay as we are."""
        present, self._wrapping = self._wrapping, derive(pending_secret(settings), "wrap")
        try:
            self.root()
            promote_secret(settings)
        except KeyProblem:
            self._wrapping = present

    def close(self) -> None:
        """Give the store's connections back and leave the home folder."""
        self._engine.dispose()
        self._presence = None

    def add_wave(self, wave_id: int) -> None:
        """Make and commit the key of a new wave."""
        wrapped = encrypt(self._wrapping, os.urandom(32), f"wave|{wave_id}")
        with self._writer.begin() as connection:
            connection.execute(insert(_wave_keys), {"wave_id": wave_id, "wrapped": wrapped})

    def add_responses(self, wave_id: int, response_ids: Iterable[int]) -> dict[int, bytes]:
        """Make and commit a key for each response; returns {response id: key} (32 bytes each)."""
        wave_key, keys, rows = self._wave_key(wave_id), {}, []
        for r in response_ids:
            keys[r] = os.urandom(32)
            wrapped = encrypt(wave_key, keys[r], f"response|{r}")
            rows.append({"response_id": r, "wave_id": wave_id, "wrapped": wrapped})
        if rows:
            with self._writer.begin() as connection:
                connection.execute(_ADD_KEYS, rows)
        return keys

    def of_responses(self, response_ids: Iterable[int]) -> dict[int, bytes]:
        """{response id: key} of those not erased; an erased response has no entry."""
        wanted, keys = sorted(set(response_ids)), {}
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), 500):
                chunk = wanted[start : start + 500]
                rows = connection.execute(select(_response_keys).where(_response_keys.c.response_id.in_(chunk))).all()
                keys.update({r.response_id: (r.wave_id, r.wrapped) for r in rows})
        return {r: decrypt(self._wave_key(wave), wrapped, f"response|{r}") for r, (wave, wrapped) in keys.items()}

    def pages_of_ids(self) -> Iterator[list[int]]:
        """The ids of all responses that have a key, in order, some thousands at a time."""
        last, key = 0, _response_keys.c.response_id
        while True:
            with self._engine.connect() as connection:
                page = list(connection.scalars(select(key).where(key > last).order_by(key).limit(5_000)))
            if not page:
                return
            yield page
            last = page[-1]

    def note_lone(self, response_ids: Iterable[int], now: float) -> None:
        """Remember since when these keys, and no others, have been seen without a response."""
        lone = set(response_ids)
        with self._writer.begin() as connection:
            seen = set(connection.scalars(select(_lone_keys.c.response_id)))
            for response_id in seen - lone:
                connection.execute(delete(_lone_keys).where(_lone_keys.c.response_id == response_id))
            fresh = [{"response_id": r, "seen": now} for r in sorted(lone - seen)]
            if fresh:
                connection.execute(insert(_lone_keys), fresh)

    def lone_since(self, response_ids: Iterable[int], moment: float) -> list[int]:
        """Of these keys, those that were without a response at that moment."""
        with self._engine.connect() as connection:
            seen = set(connection.scalars(select(_lone_keys.c.response_id).where(_lone_keys.c.seen <= moment)))
        return sorted(seen & set(response_ids))

    def copy_into(self, other: "KeyStore") -> None:
        """Put every wrapped key into another store under the same master secret, in the place of what it holds."""
        # Responses before waves: whatever response is found, the key of its wave is found as well.
        with self._engine.connect() as here, other._writer.begin() as there:
            for table in (_response_keys, _wave_keys, _root_keys):
                there.execute(delete(table))
                for rows in here.execution_options(yield_per=5_000).execute(select(table)).mappings().partitions():
                    there.execute(insert(table), [dict(row) for row in rows])
        other._waves.clear()

    def destroy_responses(self, response_ids: Iterable[int]) -> None:
        """Erase for good: no copy of the database can be opened for these responses again."""
        with self._writer.begin() as connection:
            for response_id in response_ids:
                connection.execute(delete(_response_keys).where(_response_keys.c.response_id == response_id))
        checkpoint(self._engine)

    def _wave_key(self, wave_id: int) -> bytes:
        if wave_id not in self._waves:
            with self._engine.connect() as connection:
                wrapped = connection.scalar(select(_wave_keys.c.wrapped).where(_wave_keys.c.wave_id == wave_id))
            if wrapped is None:
                raise KeyProblem(
                    "The key of this wave is not in the key store. Restore the key store that belongs to this database."
                )
            self._waves[wave_id] = decrypt(self._wrapping, wrapped, f"wave|{wave_id}")
        return self._waves[wave_id]


def root_secret(settings: Settings) -> bytes:
    """What digests and salts are derived from, for those who need nothing else of the key store."""
    keys = KeyStore(settings)
    try:
        return keys.root()
    finally:
        keys.close()
