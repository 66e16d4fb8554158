"""The front office: what viewers ask for. The hot path of a show."""

from typing import Annotated

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.contracts.bus import Kind
from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.audience.heartbeats import Place
from storecast.domains.audience.schemas import CountersRequest, DetailsRequest, Heartbeat, ViewersView
from storecast.kit.envelope import Data
from storecast.kit.errors import TokenNeeded
from storecast.kit.http.openapi import described
from storecast.resources.channel import ChannelResource
from storecast.resources.counters import CountersView, show_counters
from storecast.resources.kept import answer_kept, answer_with_questions, details_of
from storecast.resources.replay import watchable
from storecast.resources.storefront import StorefrontChannel
from storecast.wiring.unit import Unit

AnyRequest = Request[None, None, State]
WithQuestions = Annotated[
    bool, QueryParameter(name="getQuestions", description="Whether the open questions are to come along.")
]

DETAILS = described(Data[StorefrontChannel])
PRODUCTS = described(Data[ChannelResource])


class FrontOfficeController(Controller):
    path = "/events"
    tags = ("Front office",)
    opt = {"scope": Scope.CHANNELS, "who": Who.ANYONE}  # noqa: RUF012

    @get("/playback/{channel_ref:str}", operation_id="showPlayback", responses=DETAILS)
    async def show_playback(
        self,
        request: AnyRequest,
        channel_ref: FromPath[str],
        unit: NamedDependency[Unit],
        with_questions: WithQuestions = False,
    ) -> Response[bytes]:
        """A channel as viewers see it. What all see alike is kept while nothing changes; its `ETag` spares the rest."""
        if with_questions:
            return await answer_with_questions(request, unit, channel_ref)
        return await answer_kept(request, unit, Kind.DETAILS, channel_ref)

    @post("/playback/{channel_ref:str}", operation_id="openPlayback", status_code=200, responses=DETAILS)
    async def open_playback(
        self,
        request: AnyRequest,
        channel_ref: FromPath[str],
        unit: NamedDependency[Unit],
        data: JSONBody[DetailsRequest | None] = None,
    ) -> Response[bytes]:
        """A channel as viewers see it; with `code`, a pass is redeemed first."""
        with_questions = data is not None and data.questions is True
        if data is None or data.code is None:
            if with_questions:
                return await answer_with_questions(request, unit, channel_ref)
            return await answer_kept(request, unit, Kind.DETAILS, channel_ref)
        if unit.caller is None:
            raise TokenNeeded("A pass needs a holder: send a user's or a guest's token.")
        channel = await unit.access.find(channel_ref, unit.caller, unit.now)
        await unit.channels.redeem_pass(channel, str(data.code), unit.caller, unit.address, unit.now)
        return await details_of(unit, channel, with_questions=with_questions)

    @get("/products/{channel_ref:str}", operation_id="showStorefrontProducts", responses=PRODUCTS)
    async def show_storefront_products(
        self, request: AnyRequest, channel_ref: FromPath[str], unit: NamedDependency[Unit]
    ) -> Response[bytes]:
        """A channel with the products on its shelf. What is for its people alone, as `tickets`, is 0."""
        return await answer_kept(request, unit, Kind.PRODUCTS, channel_ref)

    @post("/heartbeat", operation_id="beat", status_code=200)
    async def beat(self, data: JSONBody[Heartbeat], unit: NamedDependency[Unit]) -> Data[ViewersView]:
        """A view goes on. Kept in memory and written within a second; hundreds from one network are not all `counted`.

        503 where more wait to be written than can be held: the database is away, or too many watch.

        Where not everybody may watch, send the token; where everybody may, none is looked at. Who watches a video names
        it: they are counted with the video, and not among those who watch the show.
        """
        channel = await unit.access.watchable(data.channel, unit.caller, unit.now)
        place = None
        if data.media is not None:
            media, _ = await watchable(unit, channel, data.media)
            place = Place(media.id, data.second)
        beat = unit.process.heartbeats.beat(channel.id, data.view, data.viewer, unit.address, unit.now, place)
        noted = await beat
        return Data(ViewersView(noted.viewers, noted.counted))

    @post("/stats", operation_id="countShow", status_code=200)
    async def count_show(self, data: JSONBody[CountersRequest], unit: NamedDependency[Unit]) -> Data[CountersView]:
        """What a channel's show comes to so far. How many watch is 0 where the channel does not say, but for its team.

        Cheap, but no way to follow a show: the room tells `viewers.counted` as it changes.
        """
        channel = await unit.access.watchable(data.channel, unit.caller, unit.now)
        return Data(await show_counters(unit, channel))
