"""Receipts: six words that find a response again, and keys that make sending twice the same as once.

The words and the idempotency key are only ever stored as keyed digests; the digest keys come from the
root secret of the key store, which is not in the database and outlives a change of the master key.
"""

import hmac
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path

from feedback.config import Settings, derive
from feedback.sealing import root_secret

WORDS_IN_A_RECEIPT = 6


@cache
def word_list() -> tuple[str, ...]:
    """Short, kind, easily spelled words; more than 1,024, so that six of them hold over 60 bits."""
    return tuple((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())


def new_key() -> str:
    """A fresh idempotency key (128 bits): one for each response that somebody begins."""
    return secrets.token_hex(16)


class Digests:
    """Keyed digests (HMAC-SHA256) for idempotency keys, receipts, drafts and imported rows."""

    def __init__(self, settings: Settings):
        root = root_secret(settings)
        self._keys = {name: derive(root, f"digest/{name}") for name in ("idem", "words", "receipt", "draft", "row")}

    def _digest(self, name: str, text: str) -> bytes:
        return hmac.new(self._keys[name], text.encode(), sha256).digest()

    def idem(self, key: str) -> bytes:
        """What a response stores of its idempotency key (32 bytes)."""
        return self._digest("idem", key)

    def draft(self, cookie: str) -> bytes:
        """What a draft stores of its cookie (32 bytes)."""
        return self._digest("draft", cookie)

    def row(self, wave_id: int, row: str) -> bytes:
        """The idempotency digest of one imported row of a wave (32 bytes)."""
        return self._digest("row", f"{wave_id}|{row}")

    def receipt_words(self, key: str) -> list[str]:
        """The six words that belong to an idempotency key: the same each time it is sent."""
        number, words = int.from_bytes(self._digest("words", key)), word_list()
        picked = []
        for _ in range(WORDS_IN_A_RECEIPT):
            number, place = divmod(number, len(words))
            picked.append(words[place])
        return picked

    def receipt(self, words: list[str]) -> bytes:
        """What a response stores of its receipt (32 bytes); spelling in any case finds it."""
        return self._digest("receipt", " ".join(word.strip().lower() for word in words))
