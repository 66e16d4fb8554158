"""Whose turn it is, among all processes of the machine: locks by name, which go with their process."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

from storecast.kit.shared.memory import TURNS, SharedMemory

FIRST_PAUSE = 0.001  # seconds until a turn that another process has is asked for again
LONGEST_PAUSE = 0.02
_NAMES = 1 << 40
_SEATS = 1 << 6  # of a name


class Turns:
    def __init__(self, memory: SharedMemory) -> None:
        self._memory = memory
        self._here: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._seats: Counter[int] = Counter()  # taken by this process, by their lock

    @asynccontextmanager
    async def turn(self, *name: str) -> AsyncGenerator[None]:
        """One at a time."""
        at = self._lock_of(name)
        async with self._here.setdefault(at, asyncio.Lock()):
            pause = FIRST_PAUSE
            while not self._memory.try_lock(at):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            try:
                yield
            finally:
                self._memory.unlock(at)

    @contextmanager
    def seat(self, most: int, *name: str) -> Generator[bool]:
        """At most `most` at a time: whether there was room for one more. Nobody waits."""
        first = self._lock_of(name) + _NAMES * _SEATS
        free = next(
            (at for at in range(first, first + most) if not self._seats[at] and self._memory.try_lock(at)), None
        )
        if free is None:
            yield False
            return
        self._seats[free] += 1
        try:
            yield True
        finally:
            del self._seats[free]
            self._memory.unlock(free)

    def _lock_of(self, name: tuple[str, ...]) -> int:
        return TURNS + int.from_bytes(self._memory.digest(*name)[:5], "little") % _NAMES * _SEATS
