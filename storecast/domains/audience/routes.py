"""The front office: what viewers ask for. The hot path of a show."""

from datetime import datetime

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import HttpMethod, MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Caller, Scope
from storecast.domains.audience.cache import SharedDetails
from storecast.domains.audience.details import PlaybackDetails
from storecast.domains.audience.directory import ChannelDirectory
from storecast.domains.audience.heartbeats import HeartbeatBuffer
from storecast.domains.audience.schemas import DetailsRequest, Heartbeat, ViewersView
from storecast.domains.channels.access import ChannelAccess, FindWatchable
from storecast.domains.channels.service import ChannelService
from storecast.kit.envelope import Data
from storecast.kit.errors import Unauthenticated
from storecast.kit.networks import network
from storecast.kit.rate_limits import RateLimits
from storecast.resources.channel import ChannelResource
from storecast.resources.storefront import Storefront, StorefrontChannel

HEARTBEATS = "6000/minute"  # from one address: a whole office may watch behind it
NEW_VIEWS = "3000/hour"  # from one address: each is a row that stays

AnyRequest = Request[None, None, State]

# Answered as bytes, so that only this says what they hold.
DETAILS = {
    200: ResponseSpec(
        Data[StorefrontChannel], generate_examples=False, description="Request fulfilled, document follows"
    )
}


class FrontOfficeController(Controller):
    path = "/events"
    tags = ("Front office",)
    opt = {"scope": Scope.CHANNELS}  # noqa: RUF012

    @get("/playback/{channel_ref:str}", operation_id="showPlayback", responses=DETAILS)
    async def show_playback(
        self,
        request: AnyRequest,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        playback_details: NamedDependency[PlaybackDetails],
    ) -> Response[bytes]:
        """A channel as viewers see it. What all see alike is kept while nothing changes; its `ETag` spares the rest."""
        return _answer(request, await playback_details.seen_by(caller, channel_ref))

    @post("/playback/{channel_ref:str}", operation_id="openPlayback", status_code=200, responses=DETAILS)
    async def open_playback(
        self,
        request: AnyRequest,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        channel_access: NamedDependency[ChannelAccess],
        channels: NamedDependency[ChannelService],
        playback_details: NamedDependency[PlaybackDetails],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
        data: JSONBody[DetailsRequest | None] = None,
    ) -> Response[bytes]:
        """A channel as viewers see it; with `code`, a pass is redeemed first."""
        if data is not None and data.code is not None:
            if caller is None:
                raise Unauthenticated("A pass needs a holder: send a user's or a guest's token.")
            channel = await channel_access.find(channel_ref, caller, now)
            await channels.redeem_pass(channel, str(data.code), caller, address, now)
            return _answer(request, await playback_details.made_for(caller, channel))
        return _answer(request, await playback_details.seen_by(caller, channel_ref))

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
        """A view goes on. Kept in memory and written within a second; hundreds from one address are not all counted.

        Where not everybody may watch, send the token.
        """
        await limits.hit(HEARTBEATS, "heartbeat", network(address))
        channel_id = await directory.find_open(data.channel, now)
        if channel_id is None:
            channel_id = (await find_watchable(data.channel, now)).id
        if heartbeats.would_begin(channel_id, data.view, address):
            await limits.hit(NEW_VIEWS, "view", network(address))
        return Data(ViewersView(heartbeats.beat(channel_id, data.view, data.viewer, address, now)))


def _answer(request: AnyRequest, details: SharedDetails | bytes) -> Response[bytes]:
    if isinstance(details, bytes):
        return Response(details, media_type=MediaType.JSON, headers={"Cache-Control": "private, no-store"})
    headers = {"ETag": details.etag, "Cache-Control": "no-cache", "Vary": "Authorization, Cookie"}
    if request.method == HttpMethod.GET and details.etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(details.body, media_type=MediaType.JSON, headers=headers)
