"""What a room remembers, so that who comes back misses nothing."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from storecast.contracts.audience import is_for
from storecast.contracts.hooks import ERASED, EventsPage, RoomEvent
from storecast.realtime.protocol import event_tail, text_frame

KEPT_EVENTS = 1_000
KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    tail: bytes  # the frame's payload after the room's name; empty when the event was erased
    audience: str
    kept_at: float  # monotonic seconds


class History:
    """The newest events of a room without a gap: those after `floor` up to `head`."""

    def __init__(self, head: int) -> None:
        self.head = head
        self._entries: deque[Entry] = deque()

    @property
    def floor(self) -> int:
        return self.head - len(self._entries)

    def covers(self, since: int) -> bool:
        """Whether all events after `since` are here."""
        return self.floor <= since <= self.head

    def after(self, since: int, limit: int = KEPT_EVENTS) -> list[Entry]:
        """Events after `since`, which must be covered."""
        return list(islice(self._entries, since - self.floor, since - self.floor + limit))

    def append(self, events: Iterable[RoomEvent], now: float) -> list[Entry]:
        entries = [_entry(event, now) for event in events]
        self._entries.extend(entries)
        self.head += len(entries)
        self.trim(now)
        return entries

    def prepend(self, events: Sequence[RoomEvent], now: float) -> None:
        """Remember older events again. They must run on from the first remembered; more than we keep are left out."""
        older = [_entry(event, now) for event in events if event.seq <= self.floor]
        room = KEPT_EVENTS - len(self._entries)
        if older and older[-1].seq == self.floor:
            self._entries.extendleft(reversed(older[-room:] if room > 0 else []))

    def restart(self, head: int) -> None:
        """Forget everything: there is a gap before `head`."""
        self._entries.clear()
        self.head = head

    def trim(self, now: float) -> None:
        while len(self._entries) > KEPT_EVENTS or (self._entries and now - self._entries[0].kept_at > KEPT_SECONDS):
            self._entries.popleft()


def runs_on(page: EventsPage, since: int) -> bool:
    """Whether the page continues after `since` without a gap, and ends only where the log or the page's limit does."""
    numbers = [event.seq for event in page.events]
    whole = numbers == list(range(since + 1, since + 1 + len(numbers)))
    return page.complete and whole and (bool(numbers) or page.seq == since)


def frames(head: bytes, entries: Iterable[Entry], hears: frozenset[str]) -> bytes:
    """The frames of `entries` a client gets, one after the other."""
    told = (entry for entry in entries if entry.tail and is_for(entry.audience, hears))
    return b"".join(text_frame(head + entry.tail) for entry in told)


def _entry(event: RoomEvent, now: float) -> Entry:
    return Entry(event.seq, b"" if event.event == ERASED else event_tail(event), event.audience, now)
