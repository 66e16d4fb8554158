"""One verb for what happened: `Events.happened`.

An event is a typed struct. One that a room hears (`RoomEvent`) says with its class what it is called, who hears it and
which kept answers it makes stale; its fields are the data that pages get. Nothing else talks to the other processes:
what they are told here they hear exactly when the transaction is committed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

import msgspec
from msgspec import Struct, StructMeta
from sqlalchemy import text

from storecast.contracts import audience
from storecast.contracts.bus import CHANNEL, BusMessage, ChannelChanged, Kind, RoomAdvanced, RoomTold
from storecast.kit.bus import Bus, Channel, Event, Occasion
from storecast.kit.database import Database


class Audience(Enum):
    """Who hears an event, where it is not whoever may do an act on the channel."""

    EVERYBODY = auto()
    ONE_PERSON = auto()  # named when it happens


EVERYBODY, ONE_PERSON = Audience.EVERYBODY, Audience.ONE_PERSON


class Declaration(Struct, frozen=True):
    """What a room event says of itself; `to` is an act's name where it is no `Audience`."""

    name: str
    to: Audience | str
    stale: tuple[Kind, ...] = ()
    stands: bool = False  # of a figure: the last one is told to who comes later, too

    def audience(self, person: str | None) -> str:
        """As the log has it. Raises `ValueError` where one person is meant and nobody named, or the other way round."""
        if (person is not None) != (self.to is ONE_PERSON):
            raise ValueError(f"{self.name} is {'' if self.to is ONE_PERSON else 'not '}meant for one person")
        if isinstance(self.to, str):
            return audience.of_act(self.to)
        return audience.EVERYBODY if person is None else person


_declarations: dict[type, Declaration] = {}
_figures: dict[type, Declaration] = {}
ROOM_EVENTS: Mapping[type, Declaration] = MappingProxyType(_declarations)
"""Every room event of the modules imported so far."""
ROOM_FIGURES: Mapping[type, Declaration] = MappingProxyType(_figures)
"""Every figure, likewise."""


class _Declaring(StructMeta):
    """msgspec keeps the keywords of a class to itself, so `__init_subclass__` never sees them."""

    def __new__(
        mcls,
        class_name: str,
        bases: tuple[type, ...],
        namespace: dict[str, object],
        *,
        name: str | None = None,
        to: Audience | str = EVERYBODY,
        stale: Collection[Kind] = (),
        stands: bool = False,
    ) -> "_Declaring":
        made = super().__new__(mcls, class_name, bases, namespace)
        if name is not None:
            for other, declaration in (*_declarations.items(), *_figures.items()):
                if declaration.name == name:
                    raise TypeError(f"{class_name} and {other.__name__} are both called {name}")
            registry = _declarations if issubclass(made, Event) else _figures
            registry[made] = Declaration(name, to, tuple(stale), stands)
        return made


class RoomEvent(Event, metaclass=_Declaring):
    """What a room hears. Its class says how:

        class ProductPromoted(RoomEvent, name="product.promoted", to=EVERYBODY, stale=(Kind.SHELF, Kind.DETAILS)): …

    `to` is `EVERYBODY`, `ONE_PERSON`, or an `Act`: then those hear it who may do that on the channel. A class without
    a name is a base of others. Fields are sent as they are, so `storecast events` prints them for the pages.
    """


class RoomFigure(Struct, metaclass=_Declaring):
    """What a room is told and nobody keeps, as a sum that grows ten times a second: who missed it hears the next.

        class ViewersCounted(RoomFigure, name="viewers.counted", to=EVERYBODY, stands=True): …

    Whatever it says stands by itself (totals, never differences). One that `stands` is told to who comes later, too.
    `kit/tallies.py` tells those that many cause at once.
    """


_RESERVE = text(
    """
    INSERT INTO rooms (room_id, seq) VALUES (:room, 1)
    ON CONFLICT (room_id) DO UPDATE SET seq = rooms.seq + 1
    RETURNING seq
    """
)
_RECORD = text(
    """
    WITH entry AS (
        INSERT INTO room_events (room_id, seq, event, at, data, audience)
        VALUES (:room, :seq, :event, :at, :data, :audience)
    )
    SELECT pg_notify(:bus, message) FROM unnest(CAST(:messages AS text[])) AS message
    """
)
_NOTIFY = text("SELECT pg_notify(:bus, :message)")


class Events:
    """One transaction's."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus

    async def happened(
        self, channel: Channel | None, event: Event, now: datetime, *, to: str | None = None, seq: int | None = None
    ) -> None:
        """Write a room's event to its log, drop what is kept and stale by it, and run the handlers of this process.

        `channel` is None for what concerns no channel, as a person's new name. `to` is the subject of the one person
        an event is meant for, `seq` what `reserve` answered. An exception of a handler undoes the transaction.
        """
        if isinstance(event, RoomEvent):
            if channel is None:
                raise ValueError(f"{type(event).__name__} is heard in a room: say of which channel")
            await self._record(channel, event, ROOM_EVENTS[type(event)], now, to, seq)
        await self._bus.publish(event, Occasion(self._db, channel, now))

    async def reserve(self, channel: Channel) -> int:
        """The room's next `seq`, for a row that carries its event's; pass it to `happened` in this transaction."""
        return int((await self._db.execute(_RESERVE, {"room": channel.hash_id})).scalar_one())

    async def stale(self, channel: Channel, *kinds: Kind) -> None:
        """Drop what is kept of the channel, all of it where no kind is named, though no room hears of anything."""
        await self.tell(ChannelChanged(channel.hash_id, list(kinds)))

    async def figure(self, room_id: str, figure: RoomFigure, *, to: Audience | str | None = None) -> None:
        """Tell a room a figure, which is kept nowhere; `to`, where not those of its class are to hear it."""
        said = ROOM_FIGURES[type(figure)]
        heard_by = Declaration(said.name, said.to if to is None else to).audience(None)
        await self.tell(RoomTold(room_id, said.name, msgspec.Raw(msgspec.json.encode(figure)), heard_by, said.stands))

    async def tell(self, message: BusMessage) -> None:
        """Tell every process what is no event of a room."""
        if self._bus.outlet is None:
            await self._db.execute(_NOTIFY, {"bus": CHANNEL, "message": _encode(message)})
        self._db.afterwards(partial(self._bus.committed, message))

    async def _record(
        self,
        channel: Channel,
        event: RoomEvent,
        declaration: Declaration,
        now: datetime,
        to: str | None,
        seq: int | None,
    ) -> None:
        heard_by = declaration.audience(to)
        if seq is None:
            seq = await self.reserve(channel)
        messages: list[BusMessage] = [RoomAdvanced(channel.hash_id, seq)]
        if declaration.stale:
            messages.append(ChannelChanged(channel.hash_id, list(declaration.stale)))
        values = {
            "room": channel.hash_id,
            "seq": seq,
            "event": declaration.name,
            "at": now,
            "data": _encode(event),
            "audience": heard_by,
            "bus": CHANNEL,
            "messages": [_encode(message) for message in messages] if self._bus.outlet is None else [],
        }
        await self._db.execute(_RECORD, values)
        for message in messages:
            self._db.afterwards(partial(self._bus.committed, message))


def _encode(struct: Struct) -> str:
    return msgspec.json.encode(struct).decode()
