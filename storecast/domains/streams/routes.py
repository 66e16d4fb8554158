"""Streams over HTTP."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.billing.minutes.values import next_month
from storecast.domains.billing.service import whole_minutes
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.errors import ChannelNotFound, NotAnEditor
from storecast.domains.streams.errors import StreamNotFound
from storecast.domains.streams.models import Stream
from storecast.domains.streams.schemas import Completed, StreamingAccess, StreamOfChannel, StreamUpdate
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.resources.stream import StreamResource, show_stream, show_streams
from storecast.wiring.unit import Unit


class StreamController(Controller):
    path = "/streams"
    tags = ("Streams",)
    opt = {"scope": Scope.STREAMS}  # noqa: RUF012

    @get("/", operation_id="listStreams")
    async def list_streams(self, unit: NamedDependency[Unit]) -> Data[list[StreamResource]]:
        """The streams of all channels that are the caller's or at which they have a seat."""
        channels = await unit.channels.all_reached(unit.account)
        acts = await unit.access.acts_on(channels, unit.caller)
        return Data(list((await show_streams(unit, channels, acts)).values()))

    @post("/", operation_id="streamOfChannel", status_code=200, opt={"may": Act.SEE_KEY})
    async def stream_of_channel(
        self, data: JSONBody[StreamOfChannel], unit: NamedDependency[Unit]
    ) -> Data[StreamResource]:
        """A channel's stream. A channel comes with one; where it was deleted, another is made."""
        seat = await unit.seat(str(data.channel), Act.SEE_KEY)
        return Data(await show_stream(unit, await unit.streams.of_channel(seat.channel, unit.now), seat))

    @get("/{id:str}", operation_id="showStream", opt={"may": Act.SEE_KEY})
    async def show_stream(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[list[StreamResource]]:
        """A stream by its id: a list of one, as documented."""
        return Data([await show_stream(unit, *await _at(unit, id, Act.SEE_KEY))])

    @put("/{id:str}", operation_id="updateStream", opt={"may": Act.RUN_SHOW})
    async def update_stream(
        self, id: FromPath[str], data: JSONBody[StreamUpdate], unit: NamedDependency[Unit]
    ) -> Data[StreamResource]:
        """Keep `autojoin` and `is_live_manual` with a stream. Nothing here acts on them yet."""
        stream, seat = await _at(unit, id, Act.RUN_SHOW)
        await unit.streams.update(stream, autojoin=data.autojoin, is_live_manual=data.is_live_manual)
        return Data(await show_stream(unit, stream, seat))

    @delete("/{id:str}", operation_id="deleteStream", status_code=200, opt={"may": Act.SEE_KEY})
    async def delete_stream(self, id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Drop a stream and its key; a publisher on it is cut off."""
        stream, seat = await _at(unit, id, Act.SEE_KEY)
        await unit.streams.delete(stream, seat.channel, unit.now)


class ChannelStreamController(Controller):
    path = "/events/{channel_ref:str}"
    tags = ("Streams",)
    opt = {"scope": Scope.STREAMS, "may": Act.RUN_SHOW}  # noqa: RUF012

    @post("/complete", operation_id="completeShow", status_code=200)
    async def complete_show(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[Completed]:
        """Stop the show: the publisher is cut off and viewers are told. Safe to repeat.

        Its stream key lets nobody in until it was not tried for 15 seconds or more; a new one does at once.
        """
        await unit.streams.complete(seat.channel, unit.now)
        return Data(Completed(seat.channel.hash_id, is_live=False))

    @get("/access", operation_id="showStreamingAccess")
    async def show_streaming_access(
        self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[StreamingAccess]:
        """Whether the owner's plan still has streaming minutes this month."""
        minutes = (await unit.plans.minutes([seat.owner], unit.now))[seat.owner.id]
        return Data(
            StreamingAccess(
                access=minutes.may_begin,
                minutes=whole_minutes(minutes.left),
                granted=whole_minutes(minutes.granted),
                seconds=minutes.left,
                grace_seconds=minutes.grace_left,
                stage=minutes.stage,
                until=iso(next_month(unit.now)),
            )
        )


async def _at(unit: Unit, ref: str, act: Act) -> tuple[Stream, Seat]:
    """A stream by its own id, for who may do `act` on its channel; for everybody else it does not exist."""
    stream = await unit.streams.find(ref)
    try:
        return stream, await unit.seat(str(stream.channel_id), act)
    except (ChannelNotFound, NotAnEditor) as error:
        raise StreamNotFound from error
