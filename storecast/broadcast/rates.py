"""How much a publisher may send: what it costs to read, and how much media there is in a second of it."""

from storecast.broadcast.tags import milliseconds_between

WINDOW_MS = 10_000  # of media, over which its bit rate is judged


class Allowance:
    """What may be read now: `burst` at first, and `rate` more each second, never more than `burst` in all."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._counted_at = now

    def spend(self, cost: float, now: float) -> float:
        """Pay for what was read; the seconds until more may be read, endless where the rate is 0."""
        earned = (now - self._counted_at) * self._rate
        self._left = min(self._left + earned, self._burst) - cost
        self._counted_at = now
        if self._left >= 0:
            return 0.0
        return -self._left / self._rate if self._rate else float("inf")


class MediaRate:
    """The bit rate of media by its own time stamps, however fast it comes.

    Stamps that lie can only say less than is true: how much is read is bounded by the clock, not by them.
    """

    def __init__(self, byte_rate: float) -> None:
        self._byte_rate = byte_rate
        self._bytes = 0
        self._last: dict[int, int] = {}
        self._elapsed: dict[int, int] = {}

    def exceeded(self, kind: int, timestamp: int, size: int) -> bool:
        """Count a tag; whether a window of media ends with it that is above the limit."""
        self._bytes += size
        step = milliseconds_between(self._last.get(kind, timestamp), timestamp)
        self._last[kind] = timestamp
        if step <= 0:
            return False
        elapsed = self._elapsed[kind] = self._elapsed.get(kind, 0) + step
        if elapsed < WINDOW_MS:
            return False
        exceeded = self._bytes * 1000 > self._byte_rate * elapsed
        self._bytes = 0
        self._elapsed.clear()
        return exceeded
