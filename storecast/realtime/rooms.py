"""A room: who is in it, and telling them what happens in one order without gaps or repeats.

Whoever is `live` gets each batch as it arrives, so that all of them have been given the same. Who is still catching up
knows the last `seq` it was given, reads the room's history at the pace its connection takes it, and then goes live.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from storecast.contracts.audience import EVERYBODY, decided_by, is_for
from storecast.contracts.bus import RoomTold
from storecast.kit.tasks import watch
from storecast.realtime.feed import Feed
from storecast.realtime.metrics import Metrics
from storecast.realtime.protocol import Failure, Subscribed, encode, event_head, figure_tail, text_frame
from storecast.realtime.recovery import Entry, frames

SLICE = 250  # sockets written to before others get the loop again
PIECE = 50  # events written to a returning client before waiting until its connection took them
MOST_WAITING = 64  # figures of a room that go out more slowly than they come: the oldest are left out


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
    """One client's place in a room: `name` is what the client calls it, `hears` the audiences the client is in.

    `seq` is the last one it was given before it went live.
    """

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
class Figure:
    """One as it is sent, but for the room's name."""

    event: str
    tail: bytes
    audience: str


class Group:
    """Those who call a room by the same name, and so are written the same bytes."""

    def __init__(self) -> None:
        self.members: set[Subscription] = set()
        self.live: dict[Subscription, None] = {}


class Room:
    def __init__(self, room_id: str, feed: Feed, metrics: Metrics) -> None:
        self.room_id = room_id
        self.feed = feed
        self.idle_since: float | None = time.monotonic()
        self._metrics = metrics
        self._groups: dict[str, Group] = {}
        self._given = feed.history.head  # the last `seq` that those who are live were given
        self._gone = 0  # how many have left so far
        self._waiting: deque[Figure] = deque(maxlen=MOST_WAITING)
        self._standing: dict[str, Figure] = {}  # by event
        self._telling: asyncio.Task[None] | None = None
        feed.follow(self._deliver, self._restart)

    def __iter__(self) -> Iterator[Subscription]:
        return iter([subscription for group in self._groups.values() for subscription in group.members])

    def join(self, socket: Socket, name: str, hears: frozenset[str]) -> Subscription:
        subscription = Subscription(socket, self, name, hears)
        self._groups.setdefault(name, Group()).members.add(subscription)
        self.idle_since = None
        self.feed.wake()
        return subscription

    def leave(self, subscription: Subscription) -> None:
        subscription.live = subscription.open = False
        self._gone += 1
        if (group := self._groups.get(subscription.name)) is not None:
            group.members.discard(subscription)
            group.live.pop(subscription, None)
            if not group.members:
                del self._groups[subscription.name]
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
            if not history.covers(subscription.seq):  # it was so long in writing, or the log was rewritten
                if not await self.feed.recover(subscription.seq):
                    self._skip(subscription)
                    break
                if not self._has(subscription):
                    return
            entries = history.after(subscription.seq, PIECE)
            subscription.seq = entries[-1].seq
            subscription.socket.write(frames(head, entries, subscription.hears))
            await subscription.socket.drained()
            if not self._has(subscription):
                return
        subscription.live = True
        self._groups[subscription.name].live[subscription] = None
        for figure in self._standing.values():
            if is_for(figure.audience, subscription.hears):
                subscription.socket.write(text_frame(head + figure.tail))

    def tell(self, told: RoomTold, at: str) -> None:
        """Tell a figure. One that stands is told to who joins later, too: it is said only when it changes.

        One that comes while the last is still going out replaces the one that waits.
        """
        figure = Figure(told.event, figure_tail(told, at), told.audience)
        if told.stands:
            former = self._standing.get(told.event)
            self._standing[told.event] = figure
            if former is not None and former in self._waiting:
                self._waiting.remove(former)
        self._waiting.append(figure)
        if not self._groups:
            self._waiting.clear()
        elif self._telling is None:
            self._telling = watch(self._tell(), f"telling room {self.room_id} its figures")

    def close(self) -> None:
        self.feed.close()
        if self._telling:
            self._telling.cancel()

    def _has(self, subscription: Subscription) -> bool:
        group = self._groups.get(subscription.name)
        return group is not None and subscription in group.members

    async def _deliver(self, before: int, entries: list[Entry]) -> None:
        self._given = entries[-1].seq
        guarded = frozenset(part for entry in entries for part in decided_by(entry.audience))
        for name, live in self._live():
            head = event_head(name)
            batches = {frozenset[str](): frames(head, entries, frozenset())}  # made once for all who hear the same
            for part in self._slices(live):
                told = 0
                if not guarded:
                    told = _write(part, batches[frozenset()])
                for member in part if guarded else ():
                    hears = guarded & member.hears
                    if hears not in batches:
                        batches[hears] = frames(head, entries, hears)
                    if batches[hears]:
                        member.sink(batches[hears])
                        told += 1
                self._metrics.delivered.inc(told)
                await asyncio.sleep(0)

    def _live(self) -> list[tuple[str, list[Subscription]]]:
        """Those who are live now, by what they call the room. Who goes live later has read what is written to them."""
        return [(name, list(group.live)) for name, group in self._groups.items()]

    def _slices(self, members: list[Subscription]) -> Iterator[list[Subscription]]:
        """Without those who have left before their slice's turn."""
        gone = self._gone
        for start in range(0, len(members), SLICE):
            part = members[start : start + SLICE]
            yield part if gone == self._gone else [member for member in part if member.live]

    async def _restart(self) -> None:
        """Events are lost to everyone: say so, as to a client that was away too long."""
        given, self._given = self._given, self.feed.history.head
        for member in self:
            if member.live and given != self._given:
                self._skip(member)

    def _skip(self, subscription: Subscription) -> None:
        subscription.seq = self.feed.history.head
        subscription.socket.write(encode(Subscribed(subscription.name, subscription.seq, recovered=False)))

    async def _tell(self) -> None:
        try:
            while self._waiting:
                figure = self._waiting.popleft()
                for name, live in self._live():
                    frame = text_frame(event_head(name) + figure.tail)
                    for part in self._slices(live):
                        if figure.audience == EVERYBODY:
                            _write(part, frame)
                        else:
                            _write([each for each in part if is_for(figure.audience, each.hears)], frame)
                        await asyncio.sleep(0)
        finally:
            self._telling = None


def _write(members: list[Subscription], batch: bytes) -> int:
    """The same to all. Answers to how many; nothing is written to nobody."""
    if not batch:
        return 0
    for member in members:
        member.sink(batch)
    return len(members)
