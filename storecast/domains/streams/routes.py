"""Streams over HTTP."""

from datetime import datetime

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Scope, SignedIn
from storecast.domains.accounts.service import AccountService
from storecast.domains.billing.access import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.streams.errors import StreamNotFound
from storecast.domains.streams.models import Stream
from storecast.domains.streams.schemas import Completed, StreamingAccess, StreamOfChannel, StreamUpdate
from storecast.domains.streams.service import StreamService
from storecast.kit.envelope import Data
from storecast.resources.stream import StreamResource, StreamResources


class StreamEditing:
    """A stream by its own id, for an editor of its channel; for everybody else it does not exist."""

    def __init__(self, streams: StreamService, channels: ChannelService, access: ChannelAccess) -> None:
        self._streams = streams
        self._channels = channels
        self._access = access

    async def find(self, ref: str, user: SignedIn) -> tuple[Stream, Channel]:
        stream = await self._streams.find(ref)
        channel = (await self._channels.by_ids([stream.channel_id])).get(stream.channel_id)
        if channel is None or channel.deleted_at is not None or not self._access.edits(channel, user):
            raise StreamNotFound
        return stream, channel


class StreamController(Controller):
    path = "/streams"
    tags = ("Streams",)
    opt = {"scope": Scope.STREAMS}  # noqa: RUF012

    @get("/", operation_id="listStreams")
    async def list_streams(
        self,
        user: NamedDependency[SignedIn],
        channels: NamedDependency[ChannelService],
        stream_resources: NamedDependency[StreamResources],
    ) -> Data[list[StreamResource]]:
        """The streams of all the caller's channels."""
        return Data(await stream_resources.many(await channels.all_of(user.user)))

    @post("/", operation_id="streamOfChannel", status_code=200)
    async def stream_of_channel(
        self,
        data: JSONBody[StreamOfChannel],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        streams: NamedDependency[StreamService],
        stream_resources: NamedDependency[StreamResources],
        now: NamedDependency[datetime],
    ) -> Data[StreamResource]:
        """A channel's stream, created on first asking."""
        channel = await channel_access.editable(str(data.channel), user, now)
        return Data(await stream_resources.one(await streams.of_channel(channel, now), channel))

    @get("/{id:str}", operation_id="showStream")
    async def show_stream(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        stream_editing: NamedDependency[StreamEditing],
        stream_resources: NamedDependency[StreamResources],
    ) -> Data[list[StreamResource]]:
        """A stream by its id: a list of one, as documented."""
        return Data([await stream_resources.one(*await stream_editing.find(id, user))])

    @put("/{id:str}", operation_id="updateStream")
    async def update_stream(
        self,
        id: FromPath[str],
        data: JSONBody[StreamUpdate],
        user: NamedDependency[SignedIn],
        stream_editing: NamedDependency[StreamEditing],
        streams: NamedDependency[StreamService],
        stream_resources: NamedDependency[StreamResources],
    ) -> Data[StreamResource]:
        """Keep `autojoin` and `is_live_manual` with a stream. Nothing here acts on them yet."""
        stream, channel = await stream_editing.find(id, user)
        await streams.update(stream, autojoin=data.autojoin, is_live_manual=data.is_live_manual)
        return Data(await stream_resources.one(stream, channel))

    @delete("/{id:str}", operation_id="deleteStream", status_code=200)
    async def delete_stream(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        stream_editing: NamedDependency[StreamEditing],
        streams: NamedDependency[StreamService],
        now: NamedDependency[datetime],
    ) -> None:
        """Drop a stream and its key; a publisher on it is cut off."""
        stream, channel = await stream_editing.find(id, user)
        await streams.delete(stream, channel, now)


class ChannelStreamController(Controller):
    path = "/events/{channel_ref:str}"
    tags = ("Streams",)
    opt = {"scope": Scope.STREAMS}  # noqa: RUF012

    @post("/complete", operation_id="completeShow", status_code=200)
    async def complete_show(
        self,
        channel_ref: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        streams: NamedDependency[StreamService],
        now: NamedDependency[datetime],
    ) -> Data[Completed]:
        """Stop the show: the publisher is cut off and viewers are told. Safe to repeat.

        Its stream key lets nobody in until it was not tried for 15 seconds or more; a new one does at once.
        """
        channel = await channel_access.editable(channel_ref, user, now)
        await streams.complete(channel, now)
        return Data(Completed(channel.hash_id, is_live=False))

    @get("/access", operation_id="showStreamingAccess")
    async def show_streaming_access(
        self,
        channel_ref: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        accounts: NamedDependency[AccountService],
        plans: NamedDependency[PlanService],
        streams: NamedDependency[StreamService],
        now: NamedDependency[datetime],
    ) -> Data[StreamingAccess]:
        """Whether the owner's plan still has streaming minutes this month."""
        channel = await channel_access.editable(channel_ref, user, now)
        owner = (await accounts.by_ids([channel.owner_id]))[channel.owner_id]
        left = (await streams.minutes_left([owner], now))[owner.id]
        return Data(StreamingAccess(access=left > 0, minutes=left, granted=plans.bound(owner, Limit.MINUTES)))
