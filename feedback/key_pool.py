"""Keys made before they are needed, so that a busy site does not wait for the key store with every response."""

import time
from dataclasses import dataclass, field

from feedback.db import random_id
from feedback.sealing import KeyStore

#: Most that are made at once; about what two processes use in a second under load.
MOST = 64
#: Seconds for which a key waits to be used. The sweep of keys without a response waits for a day, far longer.
KEPT = 60.0


@dataclass
class _Lot:
    """The unused keys of one wave, [(response id, key), …]; when the last were made, and how many at once."""

    keys: list[tuple[int, bytes]] = field(default_factory=list)
    made: float = 0.0
    number: int = 0


class KeyPool:
    """Fresh keys for responses, each committed to the key store before it is handed out, and handed out once.

    Each time they run out within a minute, twice as many are made. Where few people send, none is made in advance.
    What lies unused is forgotten here, and swept from the key store like every key without a response.
    """

    def __init__(self, keys: KeyStore):
        self._keys = keys
        self._lots: dict[int, _Lot] = {}

    def take(self, wave_id: int, number: int) -> list[tuple[int, bytes]]:
        """So many new (response id, 32-byte key) of a wave; one thread at a time may ask."""
        now, lot = time.time(), self._lots.get(wave_id)
        if lot is None or abs(now - lot.made) > KEPT:
            lot = self._lots[wave_id] = _Lot()
        if len(lot.keys) < number:
            lot.number = max(number, min(2 * lot.number, MOST))
            lot.keys += self._keys.add_responses(wave_id, [random_id() for _ in range(lot.number)]).items()
            lot.made = now
        taken, lot.keys = lot.keys[:number], lot.keys[number:]
        return taken
