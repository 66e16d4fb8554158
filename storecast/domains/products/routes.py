"""Products over HTTP: the user's catalogue and the shelves of channels."""

from datetime import datetime

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Caller, Scope, SignedIn
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.products.catalogue import CatalogueService
from storecast.domains.products.schemas import (
    CatalogueSearch,
    ProductCreate,
    ProductUpdate,
    ShelfProductCreate,
    ShelfThumbnail,
)
from storecast.domains.products.service import ShelfService
from storecast.domains.products.views import ProductView, show_catalogue_product, show_product
from storecast.kit.envelope import Data
from storecast.kit.images import MAX_BYTES
from storecast.kit.urls import Urls

MAX_UPLOAD = MAX_BYTES + 64 * 1024
MAX_UPLOADS = 3 * MAX_BYTES


class CatalogueController(Controller):
    path = "/profile/products"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS}  # noqa: RUF012

    @post("/products-wo-event", operation_id="searchCatalogue", status_code=200)
    async def search_catalogue(
        self,
        data: JSONBody[CatalogueSearch],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        catalogue: NamedDependency[CatalogueService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[list[ProductView]]:
        """The caller's products that are not on this channel, newest first, at most 100."""
        channel = await channel_access.editable(data.channel, user, now)
        found = await catalogue.search(user.user, channel, data.term)
        return Data([show_catalogue_product(product, urls) for product in found])

    @post("/create", operation_id="createProduct", status_code=200, request_max_body_size=MAX_UPLOADS)
    async def create_product(
        self,
        data: JSONBody[ProductCreate],
        user: NamedDependency[SignedIn],
        catalogue: NamedDependency[CatalogueService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[ProductView]:
        """Add a product to the catalogue, with one picture or several."""
        return Data(show_catalogue_product(await catalogue.create(data, user.user, now), urls))

    @post("/{product_id:int}", operation_id="updateProduct", status_code=200, request_max_body_size=MAX_UPLOADS)
    async def update_product(
        self,
        product_id: FromPath[int],
        data: JSONBody[ProductUpdate],
        user: NamedDependency[SignedIn],
        catalogue: NamedDependency[CatalogueService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[list[ProductView]]:
        """Change a product, on open pages at once. Answers a list of one, as documented."""
        product = await catalogue.update(await catalogue.find(product_id, user.user), data, now)
        return Data([show_catalogue_product(product, urls)])

    @delete("/{product_id:int}", operation_id="deleteProduct", status_code=204)
    async def delete_product(
        self,
        product_id: FromPath[int],
        user: NamedDependency[SignedIn],
        catalogue: NamedDependency[CatalogueService],
        now: NamedDependency[datetime],
    ) -> None:
        """Delete a product, off every shelf; past orders keep it."""
        await catalogue.delete(await catalogue.find(product_id, user.user), now)

    @patch("/{product_id:int}", operation_id="cloneProduct")
    async def clone_product(
        self,
        product_id: FromPath[int],
        user: NamedDependency[SignedIn],
        catalogue: NamedDependency[CatalogueService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[ProductView]:
        """Copy a product within the catalogue."""
        product = await catalogue.find(product_id, user.user)
        return Data(show_catalogue_product(await catalogue.clone(product, user.user, now), urls))


class ShelfController(Controller):
    path = "/events/{channel_ref:str}/products"
    tags = ("Products",)
    opt = {"scope": Scope.PRODUCTS}  # noqa: RUF012

    @get("/", operation_id="listShelf")
    async def list_shelf(
        self,
        channel_ref: FromPath[str],
        caller: NamedDependency[Caller | None],
        channel_access: NamedDependency[ChannelAccess],
        shelf: NamedDependency[ShelfService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[list[ProductView]]:
        """The products on a channel's shelf, in order."""
        channel = await channel_access.watchable(channel_ref, caller, now)
        return Data([show_product(shown, urls) for shown in await shelf.shelf(channel)])

    @post("/add", operation_id="createShelfProduct", status_code=200, request_max_body_size=MAX_UPLOAD)
    async def create_shelf_product(
        self,
        channel_ref: FromPath[str],
        data: JSONBody[ShelfProductCreate],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        catalogue: NamedDependency[CatalogueService],
        shelf: NamedDependency[ShelfService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[ProductView]:
        """Create a product and put it on the shelf."""
        channel = await channel_access.editable(channel_ref, user, now)
        fresh = ProductCreate(name=data.name, link=data.link, price=data.price, image=data.image)
        product = await catalogue.create(fresh, user.user, now)
        return Data(show_product(await shelf.put_on(channel, product, None, now), urls))

    @post("/{product_id:int}/enable", operation_id="enableProduct", status_code=200, request_max_body_size=MAX_UPLOAD)
    async def enable_product(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        catalogue: NamedDependency[CatalogueService],
        shelf: NamedDependency[ShelfService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
        data: JSONBody[ShelfThumbnail | None] = None,
    ) -> Data[ProductView]:
        """Put a product of the catalogue on the shelf, with a picture for this channel if one is sent."""
        channel = await channel_access.editable(channel_ref, user, now)
        product = await catalogue.find(product_id, user.user)
        return Data(show_product(await shelf.put_on(channel, product, data.image if data else None, now), urls))

    @post("/{product_id:int}/disable", operation_id="disableProduct", status_code=200)
    async def disable_product(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        catalogue: NamedDependency[CatalogueService],
        shelf: NamedDependency[ShelfService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[list[ProductView]]:
        """Take a product off the shelf. Answers what is left on it."""
        channel = await channel_access.editable(channel_ref, user, now)
        await shelf.take_off(channel, await catalogue.find(product_id, user.user), now)
        return Data([show_product(shown, urls) for shown in await shelf.shelf(channel)])

    @post("/{product_id:int}/promote", operation_id="promoteProduct", status_code=200)
    async def promote_product(
        self,
        channel_ref: FromPath[str],
        product_id: FromPath[int],
        user: NamedDependency[SignedIn],
        channel_access: NamedDependency[ChannelAccess],
        shelf: NamedDependency[ShelfService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[ProductView]:
        """Bump one product for all viewers at once."""
        channel = await channel_access.editable(channel_ref, user, now)
        return Data(show_product(await shelf.promote(channel, product_id, now), urls))
