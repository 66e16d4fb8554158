"""Kept answers: what everybody is served alike, as bytes, until the bus says that something changed.

Whoever finds nothing kept makes the answer, one caller at a time; others who ask meanwhile wait for it.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import TypeVar

from msgspec import Struct, field

from storecast.contracts.bus import BusMessage, ChannelChanged, Kind, RoomAdvanced, RoomTold
from storecast.kit.ids import PUBLIC_ID_LENGTH
from storecast.kit.shared.changes import Changes

MOST_ENTRIES = 4_000
MOST_BYTES = 64 * 1024 * 1024  # of bodies; one asker's hosts and spellings must not fill the memory
BUSY_ROOM_SECONDS = 2.0  # counters are at most this old once the room had an event, or was told a figure
QUIET_SECONDS = 60.0  # what no message tells, as the owner's new name, is at most this old


Header = tuple[bytes, bytes]
JSON: Header = (b"content-type", b"application/json")


def as_sent(headers: Iterable[Header]) -> bytes:
    """With the blank line behind them."""
    return b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n"


Key = tuple[Kind, str, str]
"""What it is, on which host it was asked for (addresses differ by it), and the channel as it was named, with which."""


def key_of(kind: Kind, seen_at: str, ref: str, which: str = "") -> Key:
    """Slugs, which are shorter than ids, are the same in any case. `which` tells answers of one kind apart."""
    named = ref if len(ref) == PUBLIC_ID_LENGTH else ref.lower()
    return kind, seen_at, f"{named} {which}" if which else named


class Kept(Struct, frozen=True):
    """An answer as somebody without a token is given it."""

    room_id: str  # the channel's hash id
    owner_id: int
    open: bool  # whether anybody may watch the channel: then most who are signed in are given the same
    body: bytes
    etag: str
    headers: tuple[Header, ...]
    headers_with_body: tuple[Header, ...]
    line: bytes  # these headers and the body, as they go over the line
    line_unchanged: bytes  # the same of who has the body already

    @classmethod
    def of(cls, room_id: str, owner_id: int, is_open: bool, body: bytes) -> "Kept":
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization, Cookie"}
        sent = tuple((name.lower().encode(), value.encode()) for name, value in headers.items())
        with_body = (*sent, JSON, (b"content-length", b"%d" % len(body)))
        line, unchanged = (as_sent(headers) + content for headers, content in ((with_body, body), (sent, b"")))
        return cls(room_id, owner_id, is_open, body, etag, sent, with_body, line, unchanged)


class _Entry(Struct):
    kept: Kept
    made_at: float
    good_until: float
    known: int  # what `Changes` knew before it was made
    place: int  # where they note a change


T = TypeVar("T")


class _Build(Struct):
    """An answer somebody is making. `outcome` stays None when they went away before it was done."""

    started_at: float
    known: int
    good_for: float = QUIET_SECONDS
    room_id: str | None = None  # until the channel is found
    outcome: Kept | Exception | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, room_id: str) -> bool:
        return self.room_id in (None, room_id)


class Keeper:
    """One a process. It keeps only while the process hears the bus (`listening`).

    What another process of this machine has committed is known before the bus tells it (`Changes`): whoever was
    answered there finds the change here.
    """

    def __init__(self, changes: Changes) -> None:
        self.listening = False
        self._changes = changes
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._keys: defaultdict[str, set[Key]] = defaultdict(set)  # of a channel's entries
        self._builds: dict[Key, _Build] = {}

    def kept(self, key: Key) -> Kept | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.good_until <= time.monotonic() or self._changes.since(entry.known, entry.place):
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry.kept

    async def get(
        self,
        key: Key,
        find: Callable[[], Awaitable[tuple[str, T]]],
        make: Callable[[T], Awaitable[Kept]],
        *,
        waits: bool,
    ) -> Kept:
        """What is kept under `key`, else what `make` makes of what `find` found, first the room's id.

        Who holds a database connection must not wait (`waits`): the builder may be waiting for one. Raises what
        `find` and `make` raise.
        """
        while (kept := self.kept(key)) is None:
            build = self._going_on(key)
            if build is None or not waits:
                return await self._build(key, find, make)
            await build.done.wait()
            if isinstance(build.outcome, Exception):
                raise build.outcome
            if build.outcome is not None:
                return build.outcome
        return kept

    def note(self, message: BusMessage) -> None:
        """Let the other processes of this machine know what this one has just committed."""
        if isinstance(message, ChannelChanged):
            self._changes.note([self._place(kind, message.channel_id) for kind in Kind if message.concerns(kind)])

    def hear(self, message: BusMessage) -> None:
        match message:
            case ChannelChanged(room_id):
                for key in [key for key in self._keys.get(room_id, ()) if message.concerns(key[0])]:
                    self._drop(key)
                # Those who wait asked before; who asks from now on must not be given what was read before.
                self._builds = {
                    key: build
                    for key, build in self._builds.items()
                    if not (build.concerns(room_id) and message.concerns(key[0]))
                }
            case RoomAdvanced(room_id):
                self._age(room_id, None)
            case RoomTold(room_id) if message.ages:
                self._age(room_id, message.ages)

    def clear(self) -> None:
        self._bytes = 0
        self._entries.clear()
        self._keys.clear()
        self._builds.clear()

    def _age(self, room_id: str, kinds: Collection[str] | None) -> None:
        """Let what is kept of these kinds, or of all, be no older than a busy room's."""
        for key in self._keys.get(room_id, ()):
            if kinds is None or key[0] in kinds:
                entry = self._entries[key]
                entry.good_until = min(entry.good_until, entry.made_at + BUSY_ROOM_SECONDS)
        for key, build in self._builds.items():
            if build.concerns(room_id) and (kinds is None or key[0] in kinds):
                build.good_for = BUSY_ROOM_SECONDS

    async def _build(
        self, key: Key, find: Callable[[], Awaitable[tuple[str, T]]], make: Callable[[T], Awaitable[Kept]]
    ) -> Kept:
        build = _Build(time.monotonic(), self._changes.now())
        if self.listening:
            self._builds.setdefault(key, build)
        try:
            build.room_id, found = await find()
            build.outcome = kept = await make(found)
            if self._builds.get(key) is build:
                place = self._place(key[0], build.room_id)
                self._keep(key, _Entry(kept, build.started_at, build.started_at + build.good_for, build.known, place))
        except Exception as error:
            build.outcome = error
            raise
        finally:
            if self._builds.get(key) is build:
                del self._builds[key]
            build.done.set()
        return kept

    def _going_on(self, key: Key) -> _Build | None:
        """Who makes it now, of what nobody has changed since."""
        build = self._builds.get(key)
        if build is None:
            return None
        changed = (
            self._changes.now() > build.known
            if build.room_id is None  # its channel is not found yet
            else self._changes.since(build.known, self._place(key[0], build.room_id))
        )
        if changed:
            del self._builds[key]
            return None
        return build

    def _place(self, kind: Kind, room_id: str) -> int:
        return self._changes.place(kind, room_id)

    def _keep(self, key: Key, entry: _Entry) -> None:
        if key in self._entries:
            self._drop(key)
        self._entries[key] = entry
        self._keys[entry.kept.room_id].add(key)
        self._bytes += len(entry.kept.body)
        while len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Key) -> None:
        kept = self._entries.pop(key).kept
        room_id, self._bytes = kept.room_id, self._bytes - len(kept.body)
        self._keys[room_id].discard(key)
        if not self._keys[room_id]:
            del self._keys[room_id]
