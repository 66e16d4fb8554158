"""A channel's shelf: the rules of putting products on it and promoting one."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from storecast.domains.channels.models import Channel
from storecast.domains.products.errors import NotOnShelf, ProductNotFound, ShelfFull
from storecast.domains.products.events import ProductDisabled, ProductEnabled, ProductPromoted, ProductUnpromoted
from storecast.domains.products.models import Product, Promotion, ShelfEntry
from storecast.domains.products.pictures import stored
from storecast.domains.products.repository import ProductRepository, ShelfProduct
from storecast.domains.products.schemas import show_product
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload
from storecast.kit.urls import Urls

SHELF_SIZE = 200


class ShelfService:
    def __init__(self, db: Database, events: Events, storage: Storage, urls: Urls) -> None:
        """`urls` are those of no request: what a room hears goes to people on any host."""
        self._db = db
        self._repository = ProductRepository(db)
        self._events = events
        self._storage = storage
        self._urls = urls

    async def shelves(self, channel_ids: Collection[int]) -> dict[int, list[ShelfProduct]]:
        return await self._repository.shelves(channel_ids)

    async def shelf(self, channel: Channel) -> list[ShelfProduct]:
        return (await self._repository.shelves([channel.id]))[channel.id]

    async def put_on(self, channel: Channel, product: Product, thumbnail: Upload | None, now: datetime) -> ShelfProduct:
        """At the shelf's end; one already there keeps its place and takes the new thumbnail.

        Raises `ShelfFull`; `ProductNotFound` when it was deleted meanwhile.
        """
        await self._db.refresh(product, with_for_update={"read": True})  # before the shelf, as who deletes it
        if product.deleted_at is not None:
            raise ProductNotFound
        await self._repository.lock_shelf(channel.id)
        entry = await self._repository.entry(channel.id, product.id)
        if entry is None:
            count, end = await self._repository.shelf_end(channel.id)
            if count >= SHELF_SIZE:
                raise ShelfFull(SHELF_SIZE)
            entry = ShelfEntry(channel_id=channel.id, product_id=product.id, position=end)
        async with stored(self._storage, [] if thumbnail is None else [thumbnail]) as keys:
            for key in keys:
                await self._delete_thumbnail(entry)
                entry.thumbnail_key = key
            await self._repository.add(entry)
            shown = ShelfProduct.of(product, entry, await self._repository.promoted_at(entry))
            await self._events.happened(channel, ProductEnabled(show_product(shown, self._urls)), now)
        return shown

    async def take_off(self, channel: Channel, product: Product, now: datetime) -> None:
        """Raises `NotOnShelf`."""
        if not await self.remove(channel, product, now):
            raise NotOnShelf

    async def remove(self, channel: Channel, product: Product, now: datetime) -> bool:
        """False where it does not stand on the shelf."""
        await self._repository.lock_shelf(channel.id)
        entry = await self._repository.remove_entry(channel.id, product.id)
        if entry is None:
            return False
        await self._delete_thumbnail(entry)
        if entry.promoted:
            await self._repository.end_promotions(channel.id, now)
        await self._events.happened(channel, ProductDisabled(product.id), now)
        return True

    async def show_anew(self, channel: Channel, product: Product, now: datetime) -> None:
        """The room sees the product as it is now, unless it was taken off meanwhile."""
        entry = await self._repository.entry(channel.id, product.id)
        if entry is not None:
            shown = ShelfProduct.of(product, entry, await self._repository.promoted_at(entry))
            await self._events.happened(channel, ProductEnabled(show_product(shown, self._urls)), now)

    async def promote(self, channel: Channel, product_id: int, now: datetime) -> ShelfProduct:
        """Bump one product for all viewers; the previous one is bumped no longer. Raises `NotOnShelf`."""
        await self._repository.lock_shelf(channel.id)
        shown = replace(await self._shown(channel, product_id), promoted_at=now)
        await self._repository.end_promotions(channel.id, now)
        await self._repository.promote(channel.id, product_id)
        await self._repository.add(Promotion(channel_id=channel.id, product_id=product_id, at=now))
        promoted = ProductPromoted(show_product(shown, self._urls), iso(now))
        await self._events.happened(channel, promoted, now)
        return shown

    async def stop_promoting(self, channel: Channel, product_id: int, now: datetime) -> ShelfProduct:
        """Take the promotion of this product back; another's stays. Raises `NotOnShelf`."""
        await self._repository.lock_shelf(channel.id)
        shown = await self._shown(channel, product_id)
        if shown.promoted_at is not None:
            await self._end_promotion(channel, product_id, now)
        return replace(shown, promoted_at=None)

    async def end_promotion(self, channel: Channel, now: datetime) -> None:
        """Of whatever product is bumped. Ask before the room hears of anything else: all lock the shelf first."""
        await self._repository.lock_shelf(channel.id)
        product_id = await self._repository.promoted(channel.id)
        if product_id is not None:
            await self._end_promotion(channel, product_id, now)

    async def _end_promotion(self, channel: Channel, product_id: int, now: datetime) -> None:
        await self._repository.end_promotions(channel.id, now)
        await self._events.happened(channel, ProductUnpromoted(product_id, iso(now)), now)

    async def _shown(self, channel: Channel, product_id: int) -> ShelfProduct:
        shown = next((shown for shown in await self.shelf(channel) if shown.id == product_id), None)
        if shown is None:
            raise NotOnShelf
        return shown

    async def _delete_thumbnail(self, entry: ShelfEntry) -> None:
        if entry.thumbnail_key is not None:
            await request_deletion(self._db, [entry.thumbnail_key])
