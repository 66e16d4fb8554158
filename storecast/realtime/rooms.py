"""A room: who is in it, and telling them what happens in one order without gaps or repeats.

Each subscription knows the last `seq` it was given. Whoever is `live` gets each batch as it arrives; who is still
catching up reads the room's history at the pace its connection takes it, and then goes live.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from storecast.contracts.audience import EVERYBODY
from storecast.kit.tasks import watch
from storecast.realtime.feed import Feed
from storecast.realtime.metrics import Metrics
from storecast.realtime.protocol import Failure, Subscribed, encode, event_head, text_frame, viewers_tail
from storecast.realtime.recovery import Entry, frames, is_for

SLICE = 250  # sockets written to before others get the loop again
PIECE = 50  # events written to a returning client before waiting until its connection took them


class Socket(Protocol):
    """A client's connection as a room sees it."""

    @property
    def subject(self) -> str: ...

    @property
    def grant_id(self) -> str: ...

    @property
    def sink(self) -> Callable[[bytes], None]:
        """Writes without asking whether the socket is still open, for those who know."""

    def write(self, frames: bytes) -> None: ...

    async def drained(self) -> None:
        """Wait until most of what was written has left. Raises `ConnectionError`."""

    def subscription_ended(self, name: str) -> None: ...


class Subscription:
    """One client's place in a room: `name` is what the client calls it, `hears` the audiences the client is in."""

    __slots__ = ("hears", "live", "name", "open", "room", "seq", "sink", "socket")

    def __init__(self, socket: Socket, room: "Room", name: str, hears: frozenset[str]) -> None:
        self.socket = socket
        self.sink = socket.sink
        self.room = room
        self.name = name
        self.hears = hears
        self.seq = 0
        self.live = False
        self.open = True


@dataclass(frozen=True, slots=True)
class Count:
    """How many watch, as it is sent."""

    tail: bytes
    audience: str


class Room:
    def __init__(self, room_id: str, feed: Feed, metrics: Metrics) -> None:
        self.room_id = room_id
        self.feed = feed
        self.idle_since: float | None = time.monotonic()
        self._metrics = metrics
        self._groups: dict[str, dict[Subscription, None]] = {}
        self._count: Count | None = None
        self._newest: Count | None = None
        self._telling: asyncio.Task[None] | None = None
        feed.follow(self._deliver, self._restart)

    def __iter__(self) -> Iterator[Subscription]:
        return iter([subscription for group in self._groups.values() for subscription in group])

    def join(self, socket: Socket, name: str, hears: frozenset[str]) -> Subscription:
        subscription = Subscription(socket, self, name, hears)
        self._groups.setdefault(name, {})[subscription] = None
        self.idle_since = None
        self.feed.wake()
        return subscription

    def leave(self, subscription: Subscription) -> None:
        subscription.live = subscription.open = False
        group = self._groups.get(subscription.name, {})
        group.pop(subscription, None)
        if not group:
            self._groups.pop(subscription.name, None)
        if not self._groups and self.idle_since is None:
            self.idle_since = time.monotonic()
            self.feed.rest()

    def expel(self, subscription: Subscription, code: int, message: str) -> None:
        """End a subscription and say why."""
        if subscription.open:
            self.leave(subscription)
            subscription.socket.write(encode(Failure(code, message, subscription.name)))
            subscription.socket.subscription_ended(subscription.name)

    async def begin(self, subscription: Subscription, since: int | None) -> None:
        """Answer a subscribe with `subscribed`, what was missed after `since`, and from then on what happens.

        Raises `HookUnavailable`, `HookRefused`, `ConnectionError` (the client does not read).
        """
        history = self.feed.history
        await self.feed.ready(since)
        start, recovered = history.head, True
        if since is not None:
            recovered = await self.feed.recover(since)
            start = since if recovered else history.head
        if not self._has(subscription):
            return
        subscription.seq = start
        subscription.socket.write(encode(Subscribed(subscription.name, history.head, recovered)))
        head = event_head(subscription.name)
        while subscription.seq != history.head:
            if not history.covers(subscription.seq):
                self._skip(subscription)
                break
            entries = history.after(subscription.seq, PIECE)
            subscription.seq = entries[-1].seq
            subscription.socket.write(frames(head, entries, subscription.hears))
            await subscription.socket.drained()
            if not self._has(subscription):
                return
        subscription.live = True
        if (count := self._newest) is not None and is_for(count.audience, subscription.hears):
            subscription.socket.write(text_frame(head + count.tail))

    def tell_viewers(self, viewers: int, at: str, audience: str) -> None:
        """Tell how many watch, who joins later too: a count is announced only when it changes.

        A count that comes while the last is still going out replaces one waiting.
        """
        self._count = self._newest = Count(viewers_tail(viewers, at), audience)
        if self._telling is None and self._groups:
            self._telling = watch(self._tell(), f"telling room {self.room_id} who watches")

    def close(self) -> None:
        self.feed.close()
        if self._telling:
            self._telling.cancel()

    def _has(self, subscription: Subscription) -> bool:
        return subscription in self._groups.get(subscription.name, {})

    async def _deliver(self, before: int, entries: list[Entry]) -> None:
        after = entries[-1].seq
        guarded = frozenset(entry.audience for entry in entries if entry.audience != EVERYBODY)
        for name, group in list(self._groups.items()):
            head = event_head(name)
            batches: dict[frozenset[str], bytes] = {}  # made once for all who hear the same
            members = list(group)
            for start in range(0, len(members), SLICE):
                told = 0
                for member in members[start : start + SLICE]:
                    if member.live and member.seq == before:
                        member.seq = after
                        hears = guarded and guarded & member.hears
                        batch = batches.get(hears)
                        if batch is None:
                            batch = batches[hears] = frames(head, entries, hears)
                        if batch:
                            member.sink(batch)
                            told += 1
                self._metrics.delivered.inc(told)
                await asyncio.sleep(0)

    async def _restart(self) -> None:
        """Events are lost to everyone: say so, as to a client that was away too long."""
        for member in self:
            if member.live and member.seq != self.feed.history.head:
                self._skip(member)

    def _skip(self, subscription: Subscription) -> None:
        subscription.seq = self.feed.history.head
        subscription.socket.write(encode(Subscribed(subscription.name, subscription.seq, recovered=False)))

    async def _tell(self) -> None:
        try:
            while (count := self._count) is not None:
                self._count = None
                for name, group in list(self._groups.items()):
                    frame = text_frame(event_head(name) + count.tail)
                    members = [each for each in group if is_for(count.audience, each.hears)]
                    for start in range(0, len(members), SLICE):
                        for member in members[start : start + SLICE]:
                            if member.live:
                                member.sink(frame)
                        await asyncio.sleep(0)
        finally:
            self._telling = None
