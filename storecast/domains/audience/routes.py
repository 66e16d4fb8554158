"""The front office: what viewers ask for. The hot path of a show."""

from datetime import datetime

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Caller, Scope
from storecast.domains.audience.cache import CachedDetails, DetailsCache
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.audience.schemas import DetailsRequest, Heartbeat, ViewersView
from storecast.domains.channels.access import ChannelAccess, FindWatchable, is_open
from storecast.domains.channels.service import ChannelService
from storecast.kit.envelope import Data
from storecast.kit.errors import Unauthenticated
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls
from storecast.resources.channel import ChannelResource
from storecast.resources.storefront import Storefront, StorefrontChannel

HEARTBEATS = "6000/minute"  # from one address: a whole office may watch behind it

AnyRequest = Request[None, None, State]


class FrontOfficeController(Controller):
    path = "/events"
    tags = ("Front office",)
    opt = {"scope": Scope.CHANNELS}  # noqa: RUF012

    @get("/playback/{channel_ref:str}", operation_id="showPlayback")
    async def show_playback(
        self,
        request: AnyRequest,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        channel_access: NamedDependency[ChannelAccess],
        storefront: NamedDependency[Storefront],
        details_cache: NamedDependency[DetailsCache],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Response[bytes]:
        """A channel as viewers see it. Kept as bytes while nothing changes; `ETag` spares the rest."""
        key = f"{urls.seen_at} {channel_ref}"
        cached = details_cache.get(key) if caller is None else None
        if cached is None:
            generation = details_cache.generation()
            channel = await channel_access.find(channel_ref, caller, now)
            body = msgspec.json.encode(Data(await storefront.details(channel, caller)))
            if caller is not None or not is_open(channel):
                return Response(body, media_type=MediaType.JSON, headers={"Cache-Control": "private, no-store"})
            cached = details_cache.put(key, channel.hash_id, body, generation)
        return _answer(request, cached)

    @post("/playback/{channel_ref:str}", operation_id="openPlayback", status_code=200)
    async def open_playback(
        self,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        storefront: NamedDependency[Storefront],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
        data: JSONBody[DetailsRequest | None] = None,
    ) -> Data[StorefrontChannel]:
        """A channel as viewers see it; with `code`, a pass is redeemed first."""
        channel = await channel_access.find(channel_ref, caller, now)
        if data is not None and data.code is not None:
            if caller is None:
                raise Unauthenticated("A pass needs a holder: send a user's or a guest's token.")
            await channels.redeem_pass(channel, str(data.code), caller, address, now)
        return Data(await storefront.details(channel, caller))

    @get("/products/{channel_ref:str}", operation_id="showStorefrontProducts")
    async def show_storefront_products(
        self,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        channel_access: NamedDependency[ChannelAccess],
        storefront: NamedDependency[Storefront],
        now: NamedDependency[datetime],
    ) -> Data[ChannelResource]:
        """A channel with the products on its shelf."""
        channel = await channel_access.watchable(channel_ref, caller, now)
        return Data(await storefront.products(channel, caller))

    @post("/heartbeat", operation_id="beat", status_code=200)
    async def beat(
        self,
        data: JSONBody[Heartbeat],
        directory: NamedDependency[ChannelDirectory],
        find_watchable: NamedDependency[FindWatchable],
        heartbeats: NamedDependency[HeartbeatBuffer],
        limits: NamedDependency[RateLimits],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> Data[ViewersView]:
        """A view goes on. Kept in memory and written within a second. Where not everybody may watch, send the token."""
        await limits.hit(HEARTBEATS, "heartbeat", address)
        channel_id = await directory.find_open(data.channel, now)
        if channel_id is None:
            channel_id = (await find_watchable(data.channel, now)).id
        return Data(ViewersView(heartbeats.beat(channel_id, data.view, data.viewer, now)))


def _answer(request: AnyRequest, cached: CachedDetails) -> Response[bytes]:
    headers = {"ETag": cached.etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    if cached.etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(cached.body, media_type=MediaType.JSON, headers=headers)
