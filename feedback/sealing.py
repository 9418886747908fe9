"""Sealed text: a key per response, wrapped by a key per wave, wrapped by the master secret.

Wrapped keys live in a store of their own, committed before what they seal and backed up apart, so that
destroying one erases its text from every copy of the database (crypto-shredding).
"""

import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Index, LargeBinary, MetaData, Table, delete, insert, select

from feedback.config import Settings, derive, master_secret
from feedback.db import BigId, checkpoint, open_engine
from feedback.errors import KeyProblem

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
        secret = master_secret(settings)
        self._wrapping = derive(secret, "wrap")
        self.path = settings.folder / "keys.db"
        self._engine = open_engine(settings.keys_url, self.path, derive(secret, "keys"))
        self._writer = self._engine.execution_options(write=True)
        self._waves: dict[int, bytes] = {}

    def create(self) -> None:
        """Make the store's two tables where they are missing."""
        with self._writer.begin() as connection:
            _metadata.create_all(connection)

    def close(self) -> None:
        """Give the store's connections back."""
        self._engine.dispose()

    def add_wave(self, wave_id: int) -> None:
        """Make and commit the key of a new wave."""
        wrapped = encrypt(self._wrapping, os.urandom(32), f"wave|{wave_id}")
        with self._writer.begin() as connection:
            connection.execute(insert(_wave_keys), {"wave_id": wave_id, "wrapped": wrapped})

    def add_responses(self, wave_id: int, response_ids: Iterable[int]) -> dict[int, bytes]:
        """Make and commit a key for each response; returns {response id: key} (32 bytes each)."""
        wave_key = self._wave_key(wave_id)
        keys = {response_id: os.urandom(32) for response_id in response_ids}
        rows = [
            {"response_id": r, "wave_id": wave_id, "wrapped": encrypt(wave_key, key, f"response|{r}")}
            for r, key in keys.items()
        ]
        if rows:
            with self._writer.begin() as connection:
                connection.execute(insert(_response_keys), rows)
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
