"""The API's own idea of the time, moved by tests that cannot wait for it."""

from datetime import datetime, timedelta


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        """`by` is seconds, minutes or hours."""
        self._now += timedelta(**by)
