"""Which views go on, and from where: what keeps one caller from passing for a crowd."""

from collections import Counter, OrderedDict
from datetime import datetime, timedelta

from msgspec import Struct

GONE_AFTER = timedelta(seconds=75)  # browsers let a hidden tab speak once a minute, and a moment late
MOST_FROM_ADDRESS = 500  # of one channel at once: carriers and offices share addresses
MOST_LIVE = 200_000


class _LiveView(Struct):
    network: str
    seen_at: datetime


class LiveViews:
    """One a process, each for itself."""

    def __init__(self) -> None:
        self._live: OrderedDict[tuple[int, str], _LiveView] = OrderedDict()  # the longest silent first
        self._numbers: Counter[tuple[int, str]] = Counter()  # of a channel from a network

    def would_add(self, channel_id: int, view: str, network: str) -> bool:
        """Whether `admit` would take it for one more."""
        if (channel_id, view) in self._live or len(self._live) >= MOST_LIVE:
            return False
        return self._numbers[(channel_id, network)] < MOST_FROM_ADDRESS

    def admit(self, channel_id: int, view: str, network: str, now: datetime) -> bool:
        """Note that a view goes on; False when it is one too many."""
        key = (channel_id, view)
        if self.would_add(channel_id, view, network):
            self._live[key] = _LiveView(network, now)
            self._numbers[(channel_id, network)] += 1
        elif key in self._live:
            self._live[key].seen_at = now
            self._live.move_to_end(key)
        return key in self._live

    def forget_gone(self, now: datetime) -> None:
        while self._live:
            (channel_id, view), first = next(iter(self._live.items()))
            if now - first.seen_at < GONE_AFTER:
                return
            del self._live[(channel_id, view)]
            self._numbers[(channel_id, first.network)] -= 1
            if not self._numbers[(channel_id, first.network)]:
                del self._numbers[(channel_id, first.network)]
