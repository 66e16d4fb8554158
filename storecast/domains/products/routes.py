"""Products over HTTP: the user's catalogue and the shelves of channels."""

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec.structs import asdict

from storecast.contracts.bus import Kind
from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.access import Act, Seat
from storecast.domains.products.models import PinSize
from storecast.domains.products.schemas import (
    Availability,
    CatalogueSearch,
    Pin,
    ProductCreate,
    ProductUpdate,
    ProductView,
    ShelfOrder,
    ShelfProductCreate,
    ShelfThumbnail,
    show_product,
    stock_of,
)
from storecast.kit.envelope import Data
from storecast.kit.http.openapi import described
from storecast.kit.images import MAX_BYTES
from storecast.resources.kept import answer_kept
from storecast.wiring.unit import Unit

MAX_UPLOAD = MAX_BYTES + 64 * 1024
MAX_UPLOADS = 3 * MAX_BYTES

SHELF = described(Data[list[ProductView]])


class CatalogueController(Controller):
    path = "/profile/products"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS}  # noqa: RUF012

    @post("/products-wo-event", operation_id="searchCatalogue", status_code=200, opt={"may": Act.EDIT})
    async def search_catalogue(
        self, data: JSONBody[CatalogueSearch], unit: NamedDependency[Unit]
    ) -> Data[list[ProductView]]:
        """The products of this channel's owner that are not on it, newest first, at most 100.

        Of a term those most like it come first; typos are forgiven.
        """
        seat = await unit.seat(data.channel, Act.EDIT)
        found = await unit.catalogue.search(seat.owner, seat.channel, data.term, unit.now)
        return Data([show_product(product, unit.urls) for product in found])

    @post("/create", operation_id="createProduct", status_code=200, request_max_body_size=MAX_UPLOADS)
    async def create_product(self, data: JSONBody[ProductCreate], unit: NamedDependency[Unit]) -> Data[ProductView]:
        """Add a product to the catalogue, with one picture or several."""
        made = await unit.catalogue.create(data, unit.account, unit.user.subject, unit.now)
        return Data(show_product(made, unit.urls))

    @post("/{product_id:int}", operation_id="updateProduct", status_code=200, request_max_body_size=MAX_UPLOADS)
    async def update_product(
        self, product_id: FromPath[int], data: JSONBody[ProductUpdate], unit: NamedDependency[Unit]
    ) -> Data[list[ProductView]]:
        """Change a product, on open pages at once. Answers a list of one, as documented."""
        product = await unit.catalogue.find(product_id, unit.account)
        changed = await unit.catalogue.update(product, data, unit.user.subject, unit.now)
        return Data([show_product(changed, unit.urls)])

    @delete("/{product_id:int}", operation_id="deleteProduct", status_code=204)
    async def delete_product(self, product_id: FromPath[int], unit: NamedDependency[Unit]) -> None:
        """Delete a product, off every shelf; past orders keep it."""
        await unit.catalogue.delete(await unit.catalogue.find(product_id, unit.account), unit.now)

    @patch("/{product_id:int}", operation_id="cloneProduct")
    async def clone_product(self, product_id: FromPath[int], unit: NamedDependency[Unit]) -> Data[ProductView]:
        """Copy a product within the catalogue."""
        product = await unit.catalogue.find(product_id, unit.account)
        copy = await unit.catalogue.clone(product, unit.account, unit.user.subject, unit.now)
        return Data(show_product(copy, unit.urls))


@get(
    "/products/{product_id:int}/available",
    operation_id="countAvailable",
    tags=["Products"],
    opt={"scope": Scope.PRODUCTS, "who": Who.ANYONE},
)
async def count_available(product_id: FromPath[int], unit: NamedDependency[Unit]) -> Data[Availability]:
    """What is left of a product, for whom may watch a listed channel that has it, or has it themselves."""
    shown = await unit.catalogue.on_sale(product_id, unit.caller, unit.now)
    quantity = shown.quantity
    return Data(Availability(quantity.available, quantity.reserved, quantity.no_limit, stock_of(shown)))


class ShelfController(Controller):
    path = "/events/{channel_ref:str}/products"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS, "may": Act.EDIT}  # noqa: RUF012

    @get("/", operation_id="listShelf", responses=SHELF, opt={"may": None, "who": Who.ANYONE})
    async def list_shelf(
        self, request: Request[None, None, State], channel_ref: FromPath[str], unit: NamedDependency[Unit]
    ) -> Response[bytes]:
        """The products on a channel's shelf, in order."""
        return await answer_kept(request, unit, Kind.SHELF, channel_ref)

    @post("/add", operation_id="createShelfProduct", status_code=200, request_max_body_size=MAX_UPLOADS)
    async def create_shelf_product(
        self, data: JSONBody[ShelfProductCreate], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ProductView]:
        """Create a product in the owner's catalogue, with one picture or several, and put it on the shelf."""
        fresh = ProductCreate(**asdict(data))
        made = await unit.catalogue.create_on(seat.channel, fresh, seat.owner, seat.caller.subject, unit.now)
        return Data(show_product(made, unit.urls))

    @patch("/order", operation_id="orderShelf")
    async def order_shelf(
        self, data: JSONBody[ShelfOrder], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[list[ProductView]]:
        """Sort a shelf: the products named come first, the others follow as they stand."""
        ordered = await unit.shelf.order(seat.channel, data.order, unit.now)
        return Data([show_product(shown, unit.urls) for shown in ordered])

    @post("/{product_id:int}/enable", operation_id="enableProduct", status_code=200, request_max_body_size=MAX_UPLOAD)
    async def enable_product(
        self,
        product_id: FromPath[int],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        data: JSONBody[ShelfThumbnail | None] = None,
    ) -> Data[ProductView]:
        """Put a product of the owner's catalogue on the shelf, with a picture for this channel if one is sent."""
        product = await unit.catalogue.find(product_id, seat.owner)
        shown = await unit.shelf.put_on(seat.channel, product, data.image if data else None, unit.now)
        return Data(show_product(shown, unit.urls))

    @post("/{product_id:int}/disable", operation_id="disableProduct", status_code=200)
    async def disable_product(
        self, product_id: FromPath[int], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[list[ProductView]]:
        """Take a product off the shelf. Answers what is left on it."""
        await unit.shelf.take_off(seat.channel, await unit.catalogue.find(product_id, seat.owner), unit.now)
        return Data([show_product(shown, unit.urls) for shown in await unit.shelf.shelf(seat.channel, unit.now)])

    @post("/{product_id:int}/promote", operation_id="promoteProduct", status_code=200, opt={"may": Act.RUN_SHOW})
    async def promote_product(
        self,
        product_id: FromPath[int],
        seat: NamedDependency[Seat],
        unit: NamedDependency[Unit],
        data: JSONBody[Pin | None] = None,
    ) -> Data[ProductView]:
        """Pin a product for all viewers at once: over the picture, in place of the one there, or `small` beside it.

        Three at once at most.
        """
        size = PinSize.LARGE if data is None else data.size
        return Data(show_product(await unit.promotions.promote(seat.channel, product_id, size, unit.now), unit.urls))

    @delete(
        "/{product_id:int}/promote", operation_id="stopPromotingProduct", status_code=200, opt={"may": Act.RUN_SHOW}
    )
    async def stop_promoting_product(
        self, product_id: FromPath[int], seat: NamedDependency[Seat], unit: NamedDependency[Unit]
    ) -> Data[ProductView]:
        """Take the promotion of a product back, for all viewers at once. Safe to repeat; another's stays."""
        shown = await unit.promotions.stop_promoting(seat.channel, product_id, unit.now)
        return Data(show_product(shown, unit.urls))
