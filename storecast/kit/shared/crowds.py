"""Who is there now, in crowds of so many at most, counted by all processes of the machine together.

Time goes in ticks. A crowd knows how many of its members were last heard of in which tick, a member in which tick that
was; nobody need be looked for who has gone.
"""

import struct

from storecast.kit.shared.memory import SharedMemory
from storecast.kit.shared.table import Table, clock

SLOTS = 131_072  # crowds and members at once
TICKS = 6
_SLOT = struct.Struct(f"<dQ{TICKS}I")  # until when it matters, the newest tick, a crowd's members by tick
BYTES = Table.bytes_of(SLOTS, _SLOT.size)


class Crowds:
    """Members are there for `seconds` after they were last heard of, and for at most a fifth of that longer."""

    def __init__(self, memory: SharedMemory, start: int, seconds: float) -> None:
        self._memory = memory
        self._table = Table(memory, start, SLOTS, _SLOT.size)
        self._tick = seconds / (TICKS - 1)
        self._lasts = TICKS * self._tick

    def has_room(self, crowd: tuple[str, ...], member: str, most: int) -> bool:
        """Whether `admit` would take it."""
        return self._heard(crowd, member, most, noted=False)

    def admit(self, crowd: tuple[str, ...], member: str, most: int) -> bool:
        """Note that a member is there; False for one too many, who is not noted."""
        return self._heard(crowd, member, most, noted=True)

    def _heard(self, crowd: tuple[str, ...], member: str, most: int, *, noted: bool) -> bool:
        """Whether it may be there."""
        memory, table = self._memory, self._table
        whole, part = memory.digest("crowd", *crowd), memory.digest("member", *crowd, member)
        buckets = sorted({table.bucket(whole), table.bucket(part)})  # always in one order: nobody waits in a circle
        for bucket in buckets:
            memory.lock(bucket)
        try:
            now = clock()
            tick = int(now // self._tick)
            members = self._members(table.find(table.bucket(whole), whole), tick)
            slot = table.find(table.bucket(part), part)
            last = int(_SLOT.unpack_from(memory.bytes, slot)[1]) if slot >= 0 else -TICKS
            new = last <= tick - TICKS
            if new and sum(members) >= most:
                return False
            if noted and last != tick:
                if not new and members[tick - last]:
                    members[tick - last] -= 1
                members[0] += 1
                self._write(whole, now, tick, members)
                self._write(part, now, tick, [0] * TICKS)
            return True
        finally:
            for bucket in buckets:
                memory.unlock(bucket)

    def _members(self, slot: int, tick: int) -> list[int]:
        """How many were last heard of in this tick, in the one before, …"""
        if slot < 0:
            return [0] * TICKS
        _, newest, *found = _SLOT.unpack_from(self._memory.bytes, slot)
        return ([0] * min(TICKS, tick - newest) + found)[:TICKS]

    def _write(self, digest: bytes, now: float, tick: int, members: list[int]) -> None:
        bucket = self._table.bucket(digest)
        slot = self._table.find(bucket, digest)
        if slot < 0:
            slot = self._table.make(bucket, digest, now)
        _SLOT.pack_into(self._memory.bytes, slot, now + self._lasts, tick, *members)
