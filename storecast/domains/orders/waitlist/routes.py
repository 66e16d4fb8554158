"""The waitlist over HTTP."""

from typing import Annotated

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.waitlist.schemas import PlaceView, Waiting
from storecast.kit.envelope import Data
from storecast.kit.ids import MAX_ROW_ID
from storecast.wiring.unit import Unit

VariantId = Annotated[
    int | None, QueryParameter(name="variantId", ge=1, le=MAX_ROW_ID, description="Which of its variants.")
]


class WaitlistController(Controller):
    path = "/events/{channel_ref:str}/products/{product_id:int}/waitlist"
    tags = ("Cart",)
    opt = {"scope": Scope.ORDERS, "who": Who.GUEST}  # noqa: RUF012

    @get("/", operation_id="showWaitlistPlace")
    async def show(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        unit: NamedDependency[Unit],
        variant_id: VariantId = None,
    ) -> Data[PlaceView]:
        """How the caller stands in the line: whoever comes from the mail sees what is held for them."""
        await unit.access.watchable(channel_ref, unit.caller, unit.now)
        buyer = Buyer.of(unit.participant, unit.network, unit.locale)
        return Data(await unit.waitlist.place_of(product_id, variant_id, buyer, unit.now))

    @post("/", operation_id="joinWaitlist", status_code=200)
    async def join(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        unit: NamedDependency[Unit],
        data: JSONBody[Waiting | None] = None,
    ) -> Data[PlaceView]:
        """Wait for what is sold out. Whoever is first is offered it, in the page and by mail, for ten minutes."""
        channel = await unit.access.watchable(channel_ref, unit.caller, unit.now)
        buyer = Buyer.of(unit.participant, unit.network, unit.locale)
        return Data(await unit.waitlist.join(channel, product_id, data or Waiting(), buyer, unit.now))

    @delete("/", operation_id="leaveWaitlist", status_code=200)
    async def leave(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        unit: NamedDependency[Unit],
        variant_id: VariantId = None,
    ) -> Data[PlaceView]:
        """Wait no longer. Safe to repeat."""
        await unit.access.watchable(channel_ref, unit.caller, unit.now)
        buyer = Buyer.of(unit.participant, unit.network, unit.locale)
        return Data(await unit.waitlist.leave(product_id, variant_id, buyer, unit.now))
