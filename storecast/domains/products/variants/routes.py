"""What may stand on a shelf, and which variants of a product do, over HTTP."""

from typing import Annotated

from litestar import Controller, Request, delete, get, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope
from storecast.domains.channels.access import Act, Seat
from storecast.domains.products.schemas import ProductView, show_product
from storecast.domains.products.variants.schemas import ShelfVariant
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, paged
from storecast.wiring.unit import Unit

Term = Annotated[
    str | None,
    QueryParameter(min_length=3, max_length=100, description="What the name or the SKU is like; typos are forgiven."),
]


class ShelfVariantController(Controller):
    path = "/events/{channel_ref:str}"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS, "may": Act.EDIT}  # noqa: RUF012

    @get("/user-products", operation_id="listCandidates")
    async def list_candidates(
        self,
        request: Request[None, None, State],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        term: Term = None,
        page: PageNumber = 1,
    ) -> Page[ProductView]:
        """The products of the channel's owner that are not on its shelf, newest first, 10 a page.

        Of a term those most like it come first.
        """
        found, cut = await unit.catalogue.page_of(seat.owner, seat.channel, term, PageRequest(page), unit.now)
        shown = [show_product(product, unit.urls) for product in found]
        return paged(shown, cut, request.url.path, request.url.query)

    @put("/variants", operation_id="showVariant")
    async def show_variant(
        self, data: JSONBody[ShelfVariant], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ProductView]:
        """Show a variant on the shelf. Its product is put there where it is not, with no other variant."""
        product = await unit.catalogue.find(data.product_id, seat.owner)
        return Data(show_product(await unit.shelf.show_variant(seat.channel, product, data.named, unit.now), unit.urls))

    @delete("/variant/{variant_id:int}", operation_id="hideVariant", status_code=200)
    async def hide_variant(
        self, variant_id: FromPath[int], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[list[ProductView]]:
        """Show a variant no longer; its product leaves the shelf with the last one. Answers what is left on it."""
        await unit.shelf.hide_variant(seat.channel, await unit.catalogue.find_variant(variant_id, seat.owner), unit.now)
        return Data([show_product(shown, unit.urls) for shown in await unit.shelf.shelf(seat.channel, unit.now)])
