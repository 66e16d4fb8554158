"""How far somebody has come: the highest number that any process of the machine was told.

Who was longest away is forgotten.
"""

import struct

from storecast.kit.shared.memory import SharedMemory
from storecast.kit.shared.table import Table, clock

SLOTS = 65_536
_SLOT = struct.Struct("<dQ")  # when it was last raised, the number
BYTES = Table.bytes_of(SLOTS, _SLOT.size)


class Marks:
    def __init__(self, memory: SharedMemory, start: int) -> None:
        self._memory = memory
        self._table = Table(memory, start, SLOTS, _SLOT.size)

    def at(self, *key: str) -> int:
        """0 before any."""
        return self._raised(key, None)

    def raise_to(self, number: int, *key: str) -> None:
        self._raised(key, number)

    def _raised(self, key: tuple[str, ...], number: int | None) -> int:
        digest = self._memory.digest(*key)
        bucket = self._table.bucket(digest)
        self._memory.lock(bucket)
        try:
            slot = self._table.find(bucket, digest)
            found = int(_SLOT.unpack_from(self._memory.bytes, slot)[1]) if slot >= 0 else 0
            if number is not None:
                if slot < 0:
                    slot = self._table.make(bucket, digest, 0.0)
                _SLOT.pack_into(self._memory.bytes, slot, clock(), max(found, number))
            return found
        finally:
            self._memory.unlock(bucket)
