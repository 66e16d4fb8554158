"""What takes a while to find out, as it was a moment ago, for all who ask meanwhile."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Lately(Generic[T]):
    """One a process, of at most `most` things. Nobody waits: who comes first finds out, others are told the last."""

    def __init__(self, good_for: timedelta, most: int) -> None:
        self._good_for = good_for
        self._most = most
        self._known: OrderedDict[int, tuple[datetime, T]] = OrderedDict()

    def known(self, key: int, now: datetime) -> T | None:
        """None where nobody found out yet, and for the first to ask once it is too old: they are to `keep` it anew."""
        found = self._known.get(key)
        if found is None:
            return None
        until, value = found
        if until - self._good_for <= now < until:
            return value
        self.keep(key, value, now)  # until the new one is found out
        return None

    def keep(self, key: int, value: T, now: datetime) -> None:
        self._known[key] = (now + self._good_for, value)
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, key: int) -> None:
        self._known.pop(key, None)
