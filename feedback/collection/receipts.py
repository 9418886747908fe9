"""Words that people keep: six for what they sent, eight for what they have not finished.

Words and idempotency keys are only ever stored as keyed digests; the digest keys come from the
root secret of the key store, which is not in the database and outlives a change of the master key.
"""

import hmac
import re
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path

from feedback.config import Settings, derive
from feedback.sealing import root_secret

WORDS_IN_A_RECEIPT = 6
WORDS_IN_A_CODE = 8


@cache
def word_list() -> tuple[str, ...]:
    """Short, kind, easily spelled words; more than 1,024: six of them hold over 60 bits, eight over 80."""
    return tuple((Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split())


def new_code() -> str:
    """The only key to an unfinished response: eight words with hyphens between them; it is never stored."""
    return "-".join(secrets.choice(word_list()) for _ in range(WORDS_IN_A_CODE))


def code_in(text: str) -> str:
    """The code in what somebody typed, in any case, with anything but letters between the words."""
    return "-".join(re.findall("[a-z]+", text.lower()))


def new_key() -> str:
    """A fresh idempotency key (128 bits): one for each response that somebody begins."""
    return secrets.token_hex(16)


_PURPOSES = (
    "idem", "words", "receipt", "draft", "draft/opens", "draft/sends", "row", "paper", "invitation", "help",
)  # fmt: skip


class Digests:
    """Keyed digests (HMAC-SHA256) for idempotency keys, receipts, drafts, imported rows, codes and help requests."""

    def __init__(self, settings: Settings):
        root = root_secret(settings)
        self._keys = {name: derive(root, f"digest/{name}") for name in _PURPOSES}

    def _digest(self, name: str, text: str) -> bytes:
        return hmac.new(self._keys[name], text.encode(), sha256).digest()

    def idem(self, key: str) -> bytes:
        """What a response stores of its idempotency key (32 bytes)."""
        return self._digest("idem", key)

    def draft(self, code: str) -> bytes:
        """What a draft stores of its code (32 bytes)."""
        return self._digest("draft", code)

    def opens_draft(self, code: str) -> bytes:
        """The key that seals the draft of a code (32 bytes); whoever has the database alone cannot even guess at it."""
        return self._digest("draft/opens", code)

    def sends_draft(self, code: str) -> str:
        """The idempotency key under which the draft of a code is sent (128 bits).

        So a code still tells whether it was sent when its draft is gone, and nothing is stored that joins the two.
        """
        return self._digest("draft/sends", code)[:16].hex()

    def row(self, wave_id: int, row: str) -> bytes:
        """The idempotency digest of one imported row of a wave (32 bytes)."""
        return self._digest("row", f"{wave_id}|{row}")

    def sends_paper(self, batch_id: int, number: int) -> str:
        """The idempotency key of a form on paper (128 bits): typed in again, it is the same response."""
        return self._digest("paper", f"{batch_id}|{number}")[:16].hex()

    def invitation(self, code: str) -> bytes:
        """What an invitation stores of its code (32 bytes)."""
        return self._digest("invitation", code)

    def help(self, key: str) -> bytes:
        """What a help request stores of the key on its page (32 bytes)."""
        return self._digest("help", key)

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
