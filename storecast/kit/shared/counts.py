"""Hits a window, counted by all processes of the machine together: at most so many in any stretch of that length.

Up to `PLACES` hits are remembered one by one. Of more, those of the same twentieth of the window are remembered
together and are over when the last of them may be, so that it is never more, and a little less at times.
"""

import struct
from functools import lru_cache

from msgspec import Struct

from storecast.kit.shared.memory import SharedMemory
from storecast.kit.shared.table import Table, clock

SLOTS = 131_072  # keys at once
PLACES = 20
KEYS_KNOWN = 4_096  # by a process, to digest them once
_HEAD = struct.Struct("<dIHH")  # until when it matters, hits in all, the oldest place, places in use
_PLACE = struct.Struct("<dI")  # until when its hits count, how many
_SIZE = _HEAD.size + PLACES * _PLACE.size
BYTES = Table.bytes_of(SLOTS, _SIZE)


class Window(Struct, frozen=True):
    most: int
    seconds: float

    @property
    def step(self) -> float:
        """Seconds whose hits are remembered together; 0 where each is by itself."""
        return 0.0 if self.most <= PLACES else self.seconds / (PLACES - 1)


class Counts:
    def __init__(self, memory: SharedMemory, start: int) -> None:
        self._memory = memory
        self._table = Table(memory, start, SLOTS, _SIZE)
        self._of = lru_cache(KEYS_KNOWN)(self._digest_and_bucket)  # who calls once calls again

    def hit(self, window: Window, *key: str) -> float:
        """Count a hit. Where that is one too many nothing is counted: answers in how many seconds it would not be."""
        return self._try(window, key, 1)

    def look(self, window: Window, *key: str) -> float:
        """As `hit`, and counts nothing."""
        return self._try(window, key, 0)

    def _try(self, window: Window, key: tuple[str, ...], hits: int) -> float:
        memory = self._memory
        digest, bucket = self._of(key)
        memory.lock(bucket)
        try:
            now = clock()  # under the lock: later hits are noted later
            slot = self._table.find(bucket, digest)
            total = first = used = 0
            if slot >= 0:
                _, total, first, used = _HEAD.unpack_from(memory.bytes, slot)
                total, first, used = self._now(slot, now, total, first, used)
            if total >= window.most:
                over = _PLACE.unpack_from(memory.bytes, _place(slot, first))[0] if used else now + window.seconds
                return max(float(over) - now, 0.001)
            if hits:
                if slot < 0:
                    slot = self._table.make(bucket, digest, now)
                self._note(slot, window, now, total, first, used)
            return 0.0
        finally:
            memory.unlock(bucket)

    def _digest_and_bucket(self, key: tuple[str, ...]) -> tuple[bytes, int]:
        digest = self._memory.digest(*key)
        return digest, self._table.bucket(digest)

    def _now(self, slot: int, now: float, total: int, first: int, used: int) -> tuple[int, int, int]:
        """Without the hits that are over."""
        while used:
            until, hits = _PLACE.unpack_from(self._memory.bytes, _place(slot, first))
            if until > now:
                return total, first, used
            total, first, used = total - hits, (first + 1) % PLACES, used - 1
        return 0, first, 0

    def _note(self, slot: int, window: Window, now: float, total: int, first: int, used: int) -> None:
        step = window.step
        until = (now // step + 1) * step + window.seconds if step else now + window.seconds
        last, hits = _place(slot, first + used - 1), 1
        if used and step:
            newest, noted = _PLACE.unpack_from(self._memory.bytes, last)
            if newest == until:
                hits, used = noted + 1, used - 1
        _PLACE.pack_into(self._memory.bytes, _place(slot, first + used), until, hits)
        _HEAD.pack_into(self._memory.bytes, slot, until, total + 1, first, used + 1)


def _place(slot: int, number: int) -> int:
    return slot + _HEAD.size + number % PLACES * _PLACE.size
