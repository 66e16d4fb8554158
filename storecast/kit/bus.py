"""What happened, told to who wants to know.

Inside a process a domain publishes an event and higher domains' handlers run in the same transaction. Between
processes a message is a PostgreSQL NOTIFY of that transaction: it is sent exactly when the work is committed.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import msgspec
from sqlalchemy import text

from storecast.contracts.bus import CHANNEL, BusMessage
from storecast.kit.database import Database

E = TypeVar("E")
Handler = Callable[[E, Database], Awaitable[None]]

_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


class Bus:
    """Subscriptions of one process, made once when it is wired."""

    def __init__(self) -> None:
        self._handlers: dict[type, list[Handler[object]]] = defaultdict(list)

    def subscribe(self, event: type[E], handler: Handler[E]) -> None:
        self._handlers[event].append(cast("Handler[object]", handler))

    async def publish(self, event: object, db: Database) -> None:
        """Run the handlers of `event` in this transaction; one that raises undoes it all."""
        for handler in self._handlers[type(event)]:
            await handler(event, db)


async def notify(db: Database, message: BusMessage) -> None:
    """Tell every process, if and when this transaction commits."""
    payload = msgspec.json.encode(message).decode()
    await db.execute(_NOTIFY, {"channel": CHANNEL, "payload": payload})
