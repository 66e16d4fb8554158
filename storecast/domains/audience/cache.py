"""What viewers are served, kept as bytes and dropped when the bus says that something changed."""

import hashlib
import time
from collections import OrderedDict

from msgspec import Struct

from storecast.contracts.bus import BusMessage, ChannelChanged, RoomAdvanced

MOST_ENTRIES = 2_000
BUSY_ROOM_SECONDS = 2.0  # a chatty room's counters are at most this old


class CachedDetails(Struct, frozen=True):
    channel_id: str  # hash id
    body: bytes
    etag: str
    made_at: float


class DetailsCache:
    """One a process. It serves only while the process hears the bus (`listening`)."""

    def __init__(self) -> None:
        self.listening = False
        self._entries: OrderedDict[str, CachedDetails] = OrderedDict()
        self._generation = 0

    def get(self, key: str) -> CachedDetails | None:
        entry = self._entries.get(key) if self.listening else None
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def generation(self) -> int:
        """Take it before reading what is to be cached, and hand it to `put`."""
        return self._generation

    def put(self, key: str, channel_id: str, body: bytes, generation: int) -> CachedDetails:
        """Keep `body`, unless something changed while it was being read."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        entry = CachedDetails(channel_id, body, etag, time.monotonic())
        if self.listening and generation == self._generation:
            self._entries[key] = entry
            while len(self._entries) > MOST_ENTRIES:
                self._entries.popitem(last=False)
        return entry

    def hear(self, message: BusMessage) -> None:
        match message:
            case ChannelChanged(channel_id):
                self._drop(channel_id, made_before=float("inf"))
            case RoomAdvanced(room_id):
                self._drop(room_id, made_before=time.monotonic() - BUSY_ROOM_SECONDS)

    def clear(self) -> None:
        self._generation += 1
        self._entries.clear()

    def _drop(self, channel_id: str, made_before: float) -> None:
        self._generation += 1
        stale = [
            key
            for key, entry in self._entries.items()
            if entry.channel_id == channel_id and entry.made_at < made_before
        ]
        for key in stale:
            del self._entries[key]
