"""One verb for what happened: `Events.happened`.

An event is a typed struct. One that a room hears (`RoomEvent`) says with its class what it is called, who hears it and
which kept answers it makes stale; its fields are the data that pages get. Nothing else talks to the other processes:
what they are told here they hear exactly when the transaction is committed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from functools import partial
from types import MappingProxyType

import msgspec
from msgspec import Struct, StructMeta

from storecast.contracts import audience
from storecast.contracts.bus import CHANNEL, BusMessage, ChannelChanged, Kind, RoomAdvanced, RoomRewritten, RoomTold
from storecast.contracts.hooks import ERASED
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

    def audience(self, person: str | None, but: Collection[str] = ()) -> str:
        """As the log has it. Raises `ValueError` where one person is meant and nobody named, or the other way round."""
        if (person is not None) != (self.to is ONE_PERSON):
            raise ValueError(f"{self.name} is {'' if self.to is ONE_PERSON else 'not '}meant for one person")
        if but and self.to is not EVERYBODY:
            raise ValueError(f"{self.name} is not meant for everybody")
        if isinstance(self.to, str):
            return audience.of_act(self.to)
        return audience.all_but(but) if person is None else person


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

    @property
    def carries(self) -> list[str]:
        """The ids of messages whose words it has: the one it tells of, and then one that is quoted in it."""
        return []


class RoomFigure(Struct, metaclass=_Declaring):
    """What a room is told and nobody keeps, as a sum that grows ten times a second: who missed it hears the next.

        class ViewersCounted(RoomFigure, name="viewers.counted", to=EVERYBODY, stands=True): …

    Whatever it says stands by itself (totals, never differences). One that `stands` is told to who comes later, too.
    Kept answers that have the figure in them (`stale`) are not dropped each time, but 2 s old at most.
    `kit/tallies.py` tells those that many cause at once.
    """


RESERVING = """
    INSERT INTO rooms (room_id, seq) VALUES ($1, 1) ON CONFLICT (room_id) DO UPDATE SET seq = rooms.seq + 1
    RETURNING seq
"""
"""What `Events.reserve` does of one, in the room `$1`, for a statement that writes its row in the same breath."""
_RESERVE = """
    INSERT INTO rooms (room_id, seq) VALUES ($1, $2) ON CONFLICT (room_id) DO UPDATE SET seq = rooms.seq + $2
    RETURNING seq
"""
_RECORD = """
    WITH entry AS (
        INSERT INTO room_events (room_id, seq, event, at, data, audience)
        SELECT $1, $2 - 1 + place, $3, $4, data, $6 FROM unnest($5::text[]) WITH ORDINALITY AS told (data, place)
    )
    SELECT pg_notify($7, message) FROM unnest($8::text[]) AS message
"""
_FORGET = "UPDATE room_events SET event = $3, data = 'null' WHERE room_id = $1 AND seq = ANY($2)"
_HOLD = "SELECT FROM rooms WHERE room_id = $1 FOR NO KEY UPDATE"
_NOTIFY = "SELECT pg_notify($1, $2)"


class Events:
    """One transaction's."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus

    async def happened(
        self,
        channel: Channel | None,
        event: Event,
        now: datetime,
        *,
        to: str | None = None,
        but: Collection[str] = (),
        seq: int | None = None,
    ) -> None:
        """Write a room's event to its log, drop what is kept and stale by it, and run the handlers of this process.

        `channel` is None for what concerns no channel, as a person's new name. `to` is the subject of the one person
        an event is meant for, `but` of those who alone are not to hear it, `seq` what `reserve` answered. An exception
        of a handler undoes the transaction.
        """
        if isinstance(event, RoomEvent):
            if channel is None:
                raise ValueError(f"{type(event).__name__} is heard in a room: say of which channel")
            declaration = ROOM_EVENTS[type(event)]
            await self._record(channel, [event], declaration, declaration.audience(to, but), now, seq)
        await self._bus.publish([event], Occasion(self._db, channel, now))

    async def all_happened(self, channel: Channel, events: Sequence[RoomEvent], now: datetime, *, first: int) -> None:
        """As `happened`, of many of one class or none, whose numbers follow each other from `first` on."""
        if not events:
            return
        declaration = ROOM_EVENTS[type(events[0])]
        await self._record(channel, events, declaration, declaration.audience(None), now, first)
        await self._bus.publish(events, Occasion(self._db, channel, now))

    async def pretended(self, channel: Channel, event: RoomEvent, now: datetime, *, to: str, seq: int) -> None:
        """Write an event for all to the log as one for `to` alone, who is to believe that everybody hears it.

        Nothing that is kept is stale by it, and no handler hears of it.
        """
        declaration = Declaration(ROOM_EVENTS[type(event)].name, ONE_PERSON)
        await self._record(channel, [event], declaration, to, now, seq)

    async def forget(self, channel: Channel, seqs: Collection[int]) -> None:
        """Take what these events of the room said out of its log, which keeps their numbers, and out of memories."""
        await self._db.within(_FORGET, channel.hash_id, list(seqs), ERASED)
        await self.tell(RoomRewritten(channel.hash_id))

    async def hold(self, channel: Channel) -> None:
        """Have the room to oneself until the transaction ends, as who tells it something has.

        Whoever changes rows that others change while they have the room asks for it first: none then waits for the
        other. Nothing happened there yet where there is no room.
        """
        await self._db.within(_HOLD, channel.hash_id)

    async def reserve(self, channel: Channel, count: int = 1) -> int:
        """The room's next `seq`, the first of so many, for rows that carry their event's; pass it on to `happened`."""
        rows = await self._db.within(_RESERVE, channel.hash_id, count)
        return int(rows[0]["seq"]) - count + 1

    async def stale(self, channel: Channel, *kinds: Kind) -> None:
        """Drop what is kept of the channel, all of it where no kind is named, though no room hears of anything."""
        await self.tell(ChannelChanged(channel.hash_id, list(kinds)))

    async def figure(self, room_id: str, figure: RoomFigure, *, to: Audience | str | None = None) -> None:
        """Tell a room a figure, which is kept nowhere; `to`, where not those of its class are to hear it."""
        said = ROOM_FIGURES[type(figure)]
        heard_by = Declaration(said.name, said.to if to is None else to).audience(None)
        data = msgspec.Raw(msgspec.json.encode(figure))
        await self.tell(RoomTold(room_id, said.name, data, heard_by, said.stands, list(said.stale)))

    async def tell(self, message: BusMessage) -> None:
        """Tell every process what is no event of a room."""
        if self._bus.outlet is None:
            await self._db.within(_NOTIFY, CHANNEL, _encode(message))
        self._db.afterwards(partial(self._bus.committed, message))

    async def _record(
        self,
        channel: Channel,
        events: Sequence[RoomEvent],
        declaration: Declaration,
        heard_by: str,
        now: datetime,
        first: int | None,
    ) -> None:
        if first is None:
            first = await self.reserve(channel, len(events))
        messages: list[BusMessage] = [RoomAdvanced(channel.hash_id, first + len(events) - 1)]
        if declaration.stale:
            messages.append(ChannelChanged(channel.hash_id, list(declaration.stale)))
        entries = (channel.hash_id, first, declaration.name, now, [_encode(event) for event in events], heard_by)
        notified = [_encode(message) for message in messages] if self._bus.outlet is None else []
        await self._db.within(_RECORD, *entries, CHANNEL, notified)
        for message in messages:
            self._db.afterwards(partial(self._bus.committed, message))


def _encode(struct: Struct) -> str:
    return msgspec.json.encode(struct).decode()
