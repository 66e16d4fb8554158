"""What changed last, and when: a number that each change raises, which all processes of the machine see at once.

Whoever keeps something made notes the number before it reads what it makes it of. What changed since then is no longer
to be given to anybody, be it that the bus has not told yet.
"""

from collections.abc import Iterable

from storecast.kit.shared.memory import SharedMemory

PLACES = 8_192  # things that share a place change together: something is made anew that need not be
BYTES = 8 * (1 + PLACES)


class Changes:
    def __init__(self, memory: SharedMemory, start: int) -> None:
        self._memory = memory
        self._lock = start
        self._numbers = memoryview(memory.bytes)[start : start + BYTES].cast("Q")  # the newest, then each place's

    def now(self) -> int:
        return self._numbers[0]

    def place(self, *thing: str) -> int:
        """Where it is noted when the thing changes: to be remembered by whoever asks often."""
        return 1 + int.from_bytes(self._memory.digest(*thing)[:4], "little") % PLACES

    def note(self, places: Iterable[int]) -> None:
        """They have just changed."""
        self._memory.lock(self._lock)
        try:
            self._numbers[0] += 1
            for place in places:
                self._numbers[place] = self._numbers[0]
        finally:
            self._memory.unlock(self._lock)

    def since(self, moment: int, place: int) -> bool:
        """Whether it changed after `now` answered `moment`."""
        return self._numbers[place] > moment
