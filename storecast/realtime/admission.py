"""Limits on what comes from outside: connections in all and by network, frames a second."""

from collections import Counter

FRAMES_PER_SECOND = 10.0
BURST = 40.0


class Admission:
    """Counts open sockets. `most` of all, `most_each` from one network."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._open = 0
        self._networks: Counter[str] = Counter()

    @property
    def full(self) -> bool:
        return self._open >= self._most

    def admit(self, network: str) -> bool:
        """Count a socket in; False, and not counted, when the network has its share."""
        if self._networks[network] >= self._most_each:
            return False
        self._networks[network] += 1
        self._open += 1
        return True

    def release(self, network: str) -> None:
        self._open -= 1
        self._networks[network] -= 1
        if self._networks[network] <= 0:
            del self._networks[network]


class Allowance:
    """A token bucket: `BURST` at once, `FRAMES_PER_SECOND` in the long run."""

    __slots__ = ("_at", "_left")

    def __init__(self, now: float) -> None:
        self._left = BURST
        self._at = now

    def take(self, now: float) -> bool:
        self._left = min(BURST, self._left + (now - self._at) * FRAMES_PER_SECOND)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
