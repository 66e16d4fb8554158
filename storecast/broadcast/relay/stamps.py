"""The time stamps a target is told: they begin at 0 and never jump, whatever the publisher's do."""

from storecast.broadcast.tags import milliseconds_between

MOST_BACK = 1_000  # ms; sound and picture are not sent in order of time
MOST_AHEAD = 5_000


class Stamps:
    """Of one connection."""

    def __init__(self) -> None:
        self._last: int | None = None  # as it came
        self._told = 0  # ms, counted on beyond 32 bits
        self._furthest = 0
        self._at = 0.0

    def told(self, stamp: int, now: float) -> int:
        """`stamp` (ms, modulo 2³²) as the target is told it, `now` in seconds of any clock.

        After a jump, as a publisher makes who comes back, it goes on by as much as has passed meanwhile.
        """
        if self._last is not None:
            step = milliseconds_between(self._last, stamp)
            if not -MOST_BACK <= step <= MOST_AHEAD:
                step = self._furthest - self._told + max(round(1000 * (now - self._at)), 1)
            self._told += step
        self._last, self._at = stamp, now
        self._furthest = max(self._furthest, self._told)
        return max(self._told, 0) & 0xFFFFFFFF
