"""Channels over HTTP; the reference calls them events."""

from typing import Annotated

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.channels.schemas import (
    ChannelCreate,
    ChannelUpdate,
    ClearedCacheView,
    DeletedChannelView,
    NewPassView,
)
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, paged
from storecast.resources.channel import ChannelResource, show_channel, show_channels
from storecast.wiring.unit import Unit

ORDER = "`id`, `name`, `starts_at`, `created_at` or `last_update`; several with `;` between."
DIRECTION = "`asc` or `desc` for each."


class ChannelController(Controller):
    path = "/events"
    tags = ("Channels",)
    opt = {"scope": Scope.CHANNELS}  # noqa: RUF012

    @get("/", operation_id="listChannels")
    async def list_channels(
        self,
        request: Request[None, None, State],
        unit: NamedDependency[Unit],
        order_by: Annotated[str, QueryParameter(name="orderBy", max_length=200, description=ORDER)] = "",
        sorted_by: Annotated[str, QueryParameter(name="sortedBy", max_length=200, description=DIRECTION)] = "",
        page: PageNumber = 1,
        status: Annotated[int | None, QueryParameter(description="0 to come or on, 1 past, 2 deleted.")] = None,
    ) -> Page[ChannelResource]:
        """The caller's channels, and those at which they have a seat."""
        rows, cut = await unit.channels.page_of(unit.account, status, order_by, sorted_by, PageRequest(page), unit.now)
        return paged(await show_channels(unit, rows), cut, request.url.path, request.url.query)

    @post("/", operation_id="createChannel", status_code=200)
    async def create_channel(self, data: JSONBody[ChannelCreate], unit: NamedDependency[Unit]) -> Data[ChannelResource]:
        """Create a channel; it starts private."""
        return Data(await show_channel(unit, await unit.channels.create(data, unit.account, unit.now)))

    @get("/{channel_ref:str}", operation_id="showChannel", opt={"may": Act.EDIT})
    async def show_channel(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[ChannelResource]:
        """A channel as its editors see it."""
        return Data(await show_channel(unit, seat.channel))

    @put("/{channel_ref:str}", operation_id="updateChannel", opt={"may": Act.EDIT})
    async def update_channel(
        self, data: JSONBody[ChannelUpdate], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ChannelResource]:
        """Change a channel. A slug given up leads here for 30 days more."""
        return Data(await show_channel(unit, await unit.channels.update(seat.channel, data, unit.now)))

    @delete("/{channel_ref:str}", operation_id="deleteChannel", status_code=200, opt={"may": Act.DELETE})
    async def delete_channel(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> DeletedChannelView:
        """Delete a channel; its show, if one is on, ends."""
        await unit.channels.delete(seat.channel, unit.now)
        return DeletedChannelView(seat.channel.hash_id, 200)

    @get("/{channel_ref:str}/cache", operation_id="clearChannelCache", opt={"may": Act.EDIT})
    async def clear_cache(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> Data[ClearedCacheView]:
        """Drop what viewers are served from memory, everywhere."""
        await unit.channels.clear_cache(seat.channel)
        return Data(ClearedCacheView(seat.channel.hash_id, True))

    @post("/{channel_ref:str}/generate-code", operation_id="issuePass", status_code=200, opt={"may": Act.EDIT})
    async def issue_pass(self, seat: NamedDependency[Seat], unit: NamedDependency[Unit]) -> NewPassView:
        """Issue a pass that lets one person in."""
        return NewPassView(seat.channel.hash_id, await unit.channels.issue_pass(seat.channel, unit.now))
