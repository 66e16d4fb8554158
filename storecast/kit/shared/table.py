"""A table in shared memory: slots of one size, found by a key's digest.

A digest names a bucket of `WAYS` slots and, by its other half, a slot there. Each slot begins with the moment until
which it matters; where a bucket is full, the one that ends first makes room. So the table never grows, and many keys
from outside push out what is soonest over, spread by digests that nobody outside can reckon.
"""

import logging
import struct
import time

from storecast.kit.shared.memory import SharedMemory

WAYS = 32
_NAME = 8  # bytes of a digest by which a slot is known
_NOBODY = bytes(_NAME)
_UNTIL = struct.Struct("<d")
SAID_EVERY = 60.0  # seconds

log = logging.getLogger(__name__)


class Table:
    def __init__(self, memory: SharedMemory, start: int, slots: int, size: int) -> None:
        """`size` bytes a slot, `slots` of them, a multiple of `WAYS`."""
        self.memory = memory
        self._start = start
        self._buckets = slots // WAYS
        self._size = size
        self._length = WAYS * (_NAME + size)
        self._said_at = -SAID_EVERY

    @staticmethod
    def bytes_of(slots: int, size: int) -> int:
        return slots * (_NAME + size)

    def bucket(self, digest: bytes) -> int:
        """Where the bucket of a digest begins: the byte to lock, too."""
        return self._start + int.from_bytes(digest[:4], "little") % self._buckets * self._length

    def find(self, bucket: int, digest: bytes) -> int:
        """Where the slot begins; -1 where there is none."""
        return self._slot(bucket, digest[_NAME:])

    def make(self, bucket: int, digest: bytes, now: float) -> int:
        """A slot for what has none: all zeros."""
        slot = self._slot(bucket, _NOBODY)
        if slot < 0:
            slot = self._soonest_over(bucket, now)
        bytes_ = self.memory.bytes
        bytes_[slot : slot + self._size] = bytes(self._size)
        name = bucket + (slot - bucket - WAYS * _NAME) // self._size * _NAME
        bytes_[name : name + _NAME] = digest[_NAME:]
        return slot

    def _slot(self, bucket: int, name: bytes) -> int:
        find, end = self.memory.bytes.find, bucket + WAYS * _NAME
        at = find(name, bucket, end)
        while at >= 0 and (at - bucket) % _NAME:  # between two names
            at = find(name, at + 1, end)
        return at if at < 0 else end + (at - bucket) // _NAME * self._size

    def _soonest_over(self, bucket: int, now: float) -> int:
        first = bucket + WAYS * _NAME
        until, slot = min(
            (_UNTIL.unpack_from(self.memory.bytes, at)[0], at)
            for at in range(first, first + WAYS * self._size, self._size)
        )
        if until > now and now - self._said_at >= SAID_EVERY:
            self._said_at = now
            log.warning("more is counted at once than there is room for: some limits are laxer for a while")
        return int(slot)


def clock() -> float:
    """Seconds, the same for all processes since the machine started: no clock that is set."""
    return time.monotonic()
