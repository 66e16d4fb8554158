"""What everybody is served of a channel, kept as bytes until the bus says that something changed.

Whoever finds nothing kept assembles the answer, one caller at a time; others who ask meanwhile wait for it.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable

from msgspec import Struct, field

from storecast.contracts.bus import BusMessage, ChannelChanged, RoomAdvanced
from storecast.domains.accounts.access import Caller, SignedIn
from storecast.domains.channels.access import is_open
from storecast.domains.channels.models import Channel

MOST_ENTRIES = 2_000
BUSY_ROOM_SECONDS = 2.0  # counters are at most this old once the room had an event
QUIET_SECONDS = 60.0  # what no message tells, as the owner's new name, is at most this old


class SharedDetails(Struct, frozen=True):
    """A channel as somebody without a token sees it."""

    channel_id: str  # hash id
    owner_id: int
    open: bool
    body: bytes
    etag: str

    def fit(self, caller: Caller | None) -> bool:
        """Whether `caller` sees the same, if they follow nobody: where anyone may watch, all but the owner do."""
        if caller is None:
            return True
        return self.open and not (isinstance(caller, SignedIn) and caller.id == self.owner_id)


class _Entry(Struct):
    details: SharedDetails
    made_at: float
    good_until: float


class _Build(Struct):
    """An answer somebody is assembling. `outcome` stays None when they went away before it was done."""

    started_at: float
    good_for: float = QUIET_SECONDS
    channel_id: str | None = None  # until the channel is found
    outcome: SharedDetails | Exception | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, channel_id: str) -> bool:
        return self.channel_id in (None, channel_id)


class DetailsCache:
    """One a process. It keeps only while the process hears the bus (`listening`)."""

    def __init__(self) -> None:
        self.listening = False
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._keys: defaultdict[str, set[str]] = defaultdict(set)  # of a channel's entries
        self._builds: dict[str, _Build] = {}

    async def get(
        self,
        key: str,
        find: Callable[[], Awaitable[Channel]],
        show: Callable[[Channel], Awaitable[bytes]],
        *,
        waits: bool,
    ) -> SharedDetails:
        """What is kept under `key`, else what `show` makes of the channel. Raises what `find` and `show` raise.

        Who holds a database connection must not wait (`waits`): the builder may be waiting for one.
        """
        while (details := self._kept(key)) is None:
            build = self._builds.get(key)
            if build is None or not waits:
                return await self._build(key, find, show)
            await build.done.wait()
            if isinstance(build.outcome, Exception):
                raise build.outcome
            if build.outcome is not None:
                return build.outcome
        return details

    def hear(self, message: BusMessage) -> None:
        match message:
            case ChannelChanged(channel_id):
                for key in self._keys.pop(channel_id, ()):
                    del self._entries[key]
                # Those who wait asked before; who asks from now on must not be given what was read before.
                self._builds = {key: build for key, build in self._builds.items() if not build.concerns(channel_id)}
            case RoomAdvanced(room_id):
                for key in self._keys.get(room_id, ()):
                    entry = self._entries[key]
                    entry.good_until = min(entry.good_until, entry.made_at + BUSY_ROOM_SECONDS)
                for build in self._builds.values():
                    if build.concerns(room_id):
                        build.good_for = BUSY_ROOM_SECONDS

    def clear(self) -> None:
        self._entries.clear()
        self._keys.clear()
        self._builds.clear()

    def _kept(self, key: str) -> SharedDetails | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.good_until <= time.monotonic():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry.details

    async def _build(
        self, key: str, find: Callable[[], Awaitable[Channel]], show: Callable[[Channel], Awaitable[bytes]]
    ) -> SharedDetails:
        build = _Build(time.monotonic())
        if self.listening:
            self._builds.setdefault(key, build)
        try:
            channel = await find()
            build.channel_id = channel.hash_id
            body = await show(channel)
            etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            details = SharedDetails(channel.hash_id, channel.owner_id, is_open(channel), body, etag)
            build.outcome = details
            if self._builds.get(key) is build:
                self._keep(key, _Entry(details, build.started_at, build.started_at + build.good_for))
        except Exception as error:
            build.outcome = error
            raise
        finally:
            if self._builds.get(key) is build:
                del self._builds[key]
            build.done.set()
        return details

    def _keep(self, key: str, entry: _Entry) -> None:
        self._entries[key] = entry
        self._keys[entry.details.channel_id].add(key)
        if len(self._entries) > MOST_ENTRIES:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: str) -> None:
        channel_id = self._entries.pop(key).details.channel_id
        self._keys[channel_id].discard(key)
        if not self._keys[channel_id]:
            del self._keys[channel_id]
