"""Channels over HTTP; the reference calls them events."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from storecast.domains.accounts.access import Scope, SignedIn
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.schemas import (
    CacheCleared,
    ChannelCreate,
    ChannelDeletedAnswer,
    ChannelUpdate,
    PassIssued,
)
from storecast.domains.channels.service import ChannelService
from storecast.kit.envelope import Data, Page
from storecast.kit.pagination import MAX_PAGE, PageRequest, paged
from storecast.resources.channel import ChannelResource, ChannelResources


class ChannelController(Controller):
    path = "/events"
    tags = ("Channels",)
    opt = {"scope": Scope.CHANNELS}  # noqa: RUF012

    @get("/", operation_id="listChannels")
    async def list_channels(
        self,
        request: Request[None, None, State],
        user: NamedDependency[SignedIn],
        channels: NamedDependency[ChannelService],
        channel_resources: NamedDependency[ChannelResources],
        now: NamedDependency[datetime],
        order_by: Annotated[str, QueryParameter(name="orderBy", max_length=200)] = "",
        sorted_by: Annotated[str, QueryParameter(name="sortedBy", max_length=200)] = "",
        page: Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)] = 1,
        status: FromQuery[int | None] = None,
    ) -> Page[ChannelResource]:
        """The caller's channels. `orderBy` and `sortedBy` are `;`-separated lists."""
        rows, cut = await channels.page_of(user.user, status, order_by, sorted_by, PageRequest(page), now)
        shown = await channel_resources.many(rows, user)
        return paged(shown, cut, request.url.path, request.url.query)

    @post("/", operation_id="createChannel", status_code=200)
    async def create_channel(
        self,
        data: JSONBody[ChannelCreate],
        user: NamedDependency[SignedIn],
        channels: NamedDependency[ChannelService],
        channel_resources: NamedDependency[ChannelResources],
        now: NamedDependency[datetime],
    ) -> Data[ChannelResource]:
        """Create a channel; it starts private."""
        channel = await channels.create(data, user.user, now)
        return Data(await channel_resources.one(channel, user))

    @get("/{id:str}", operation_id="showChannel")
    async def show_channel(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        channel_resources: NamedDependency[ChannelResources],
        now: NamedDependency[datetime],
    ) -> Data[ChannelResource]:
        """A channel as its editors see it."""
        return Data(await channel_resources.one(await channel_access.editable(id, user, now), user))

    @put("/{id:str}", operation_id="updateChannel")
    async def update_channel(
        self,
        id: FromPath[str],
        data: JSONBody[ChannelUpdate],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        channel_resources: NamedDependency[ChannelResources],
        now: NamedDependency[datetime],
    ) -> Data[ChannelResource]:
        """Change a channel. A slug given up leads here for 30 days more."""
        channel = await channels.update(await channel_access.editable(id, user, now), data, now)
        return Data(await channel_resources.one(channel, user))

    @delete("/{id:str}", operation_id="deleteChannel", status_code=200)
    async def delete_channel(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        now: NamedDependency[datetime],
    ) -> ChannelDeletedAnswer:
        """Delete a channel; its show, if one is on, ends."""
        channel = await channel_access.owned(id, user, now)
        await channels.delete(channel, now)
        return ChannelDeletedAnswer(channel.hash_id, 200)

    @get("/{id:str}/cache", operation_id="clearChannelCache")
    async def clear_cache(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        now: NamedDependency[datetime],
    ) -> Data[CacheCleared]:
        """Drop what viewers are served from memory, everywhere."""
        channel = await channel_access.editable(id, user, now)
        await channels.clear_cache(channel)
        return Data(CacheCleared(channel.hash_id, True))

    @post("/{id:str}/generate-code", operation_id="issuePass", status_code=200)
    async def issue_pass(
        self,
        id: FromPath[str],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        now: NamedDependency[datetime],
    ) -> PassIssued:
        """Issue a pass that lets one person in."""
        channel = await channel_access.editable(id, user, now)
        return PassIssued(channel.hash_id, await channels.issue_pass(channel, now))
