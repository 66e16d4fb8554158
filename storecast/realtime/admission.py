"""Limits on what comes from outside: connections in all and by address, frames a second."""

from collections import Counter
from collections.abc import Mapping
from ipaddress import ip_address

FRAMES_PER_SECOND = 10.0
BURST = 40.0


class Admission:
    """Counts open sockets. `most` of all, `most_each` from one address."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._open = 0
        self._addresses: Counter[str] = Counter()

    @property
    def full(self) -> bool:
        return self._open >= self._most

    def admit(self, address: str) -> bool:
        """Count a socket in; False, and not counted, when the address has its share."""
        if self._addresses[address] >= self._most_each:
            return False
        self._addresses[address] += 1
        self._open += 1
        return True

    def release(self, address: str) -> None:
        self._open -= 1
        self._addresses[address] -= 1
        if self._addresses[address] <= 0:
            del self._addresses[address]


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


def client_address(peer: str, headers: Mapping[str, str]) -> str:
    """Who is at the other end: what a proxy on our own network says (the last hop it names), else the peer."""
    forwarded = headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(forwarded)) if forwarded and ip_address(peer).is_private else peer
    except ValueError:
        return peer
