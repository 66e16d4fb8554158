"""What happened, told to the domains of this process that want to know, in the transaction it happened in.

And, once that is committed, to all processes: this is the seam between what happens (`kit/events.py`) and what carries
the word of it (`kit/listener.py`, `kit/valkey_bus.py`).
"""

from collections.abc import Awaitable, Callable
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


class Bus:
    """Subscriptions of one process, made once when it is wired."""

    def __init__(self, outlet: Outlet | None = None) -> None:
        self._subscribed: list[tuple[type[Event], Handler[Event]]] = []
        self.outlet = outlet
        self.hear: Callable[[BusMessage], None] = _nothing
        """What this process does with a message to all: it hears its own as soon as they are committed."""

    def subscribe(self, kind: type[E], handler: Handler[E]) -> None:
        """Have `handler` hear every event of this class, those of its subclasses included.

        Who must hear all that rooms hear, as an outbox of webhooks, subscribes to `RoomEvent`.
        """
        self._subscribed.append((kind, cast("Handler[Event]", handler)))

    async def publish(self, event: Event, occasion: Occasion) -> None:
        """Run the handlers of `event` in the order of their subscription; one that raises undoes it all."""
        for kind, handler in self._subscribed:
            if isinstance(event, kind):
                await handler(event, occasion)

    def committed(self, message: BusMessage) -> None:
        """A message to all holds from now on."""
        self.hear(message)
        if self.outlet is not None:
            self.outlet.publish(message)


def _nothing(_: BusMessage) -> None:
    """Processes that keep nothing."""
