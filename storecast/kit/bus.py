"""What happened, told to the domains of this process that want to know, in the transaction it happened in.

And, once that is committed, to all processes: this is the seam between what happens (`kit/events.py`) and what carries
the word of it (`kit/listener.py`, `kit/valkey_bus.py`).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, cast

from msgspec import Struct

from storecast.contracts.bus import BusMessage
from storecast.kit.database import Database


class Event(Struct):
    """Something that happened. A domain has its own in `events.py`, for higher domains to subscribe to."""


class Channel(Protocol):
    """What has a room, as far as the ground knows it."""

    @property
    def id(self) -> int: ...

    @property
    def hash_id(self) -> str: ...


class Outlet(Protocol):
    """Takes messages to the other processes after a commit. Without one PostgreSQL does, at the commit (NOTIFY)."""

    def publish(self, message: BusMessage) -> None:
        """Soon; nobody waits. In the order of the calls."""

    async def close(self) -> None:
        """Once what waits is told, or cannot be."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """In whose transaction something happened, on which channel, if it concerns one, and when."""

    db: Database
    channel: Channel | None
    now: datetime


E = TypeVar("E", bound=Event)
Handler = Callable[[E, Occasion], Awaitable[None]]
HandlerOfMany = Callable[[Sequence[E], Occasion], Awaitable[None]]


class Bus:
    """Subscriptions of one process, made once when it is wired."""

    def __init__(self, outlet: Outlet | None = None) -> None:
        self._subscribed: list[tuple[type[Event], HandlerOfMany[Event]]] = []
        self.outlet = outlet
        self.hear: Callable[[BusMessage], None] = _nothing
        """What this process does with a message to all: it hears its own as soon as they are committed."""

    def subscribe(self, kind: type[E], handler: Handler[E]) -> None:
        """Have `handler` hear every event of this class, those of its subclasses included.

        Who must hear all that rooms hear, as an outbox of webhooks, subscribes to `RoomEvent`.
        """

        async def each(events: Sequence[E], occasion: Occasion) -> None:
            for event in events:
                await handler(event, occasion)

        self.subscribe_to_many(kind, each)

    def subscribe_to_many(self, kind: type[E], handler: HandlerOfMany[E]) -> None:
        """As `subscribe`, for who asks the database once of all that happened at once."""
        self._subscribed.append((kind, cast("HandlerOfMany[Event]", handler)))

    async def publish(self, events: Sequence[Event], occasion: Occasion) -> None:
        """Run the handlers of `events` in the order of their subscription; one that raises undoes it all."""
        for kind, handler in self._subscribed:
            if heard := [event for event in events if isinstance(event, kind)]:
                await handler(heard, occasion)

    def committed(self, message: BusMessage) -> None:
        """A message to all holds from now on."""
        self.hear(message)
        if self.outlet is not None:
            self.outlet.publish(message)


def _nothing(_: BusMessage) -> None:
    """Processes that keep nothing."""
