"""Deals over HTTP."""

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.products.deals.schemas import DealGiven
from storecast.domains.products.schemas import ProductView, show_product
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class DealController(Controller):
    path = "/events/{channel_ref:str}/products/{product_id:int}/deal"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS, "may": Act.RUN_SHOW}  # noqa: RUF012

    @post("/", operation_id="startDeal", status_code=200)
    async def start_deal(
        self,
        product_id: FromPath[int],
        data: JSONBody[DealGiven],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
    ) -> Data[ProductView]:
        """Lower a product's price here for some seconds, or for some pieces, in place of a deal that goes on it."""
        return Data(show_product(await unit.deals.start(seat.channel, product_id, data, unit.now), unit.urls))

    @delete("/", operation_id="stopDeal", status_code=200)
    async def stop_deal(
        self, product_id: FromPath[int], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ProductView]:
        """End a product's deal here, for all viewers at once. Safe to repeat."""
        return Data(show_product(await unit.deals.stop(seat.channel, product_id, unit.now), unit.urls))
