"""A channel's shelf: the rules of putting products on it, of which of their variants, and of their order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.products.deals.repository import DealRepository
from storecast.domains.products.errors import NotOnShelf, ProductNotFound, ShelfFull
from storecast.domains.products.events import ProductDisabled, ProductEnabled, ShelfOrdered
from storecast.domains.products.models import Product, ShelfEntry, Variant
from storecast.domains.products.pictures import stored
from storecast.domains.products.promotions.service import PromotionService
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.schemas import show_product
from storecast.domains.products.shown import ProductReader, ShownProduct
from storecast.domains.products.variants.errors import VariantNotFound
from storecast.domains.products.variants.repository import VariantRepository
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.file_deletion import request_deletion
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload
from storecast.kit.urls import Urls

SHELF_SIZE = 200


class ShelfService:
    def __init__(
        self, db: Database, events: Events, storage: Storage, urls: Urls, promotions: PromotionService
    ) -> None:
        """`urls` are those of no request: what a room hears goes to people on any host."""
        self._db = db
        self._repository = ProductRepository(db)
        self._variants = VariantRepository(db)
        self._deals = DealRepository(db)
        self._reader = ProductReader(db)
        self._events = events
        self._storage = storage
        self._urls = urls
        self._promotions = promotions

    async def shelves(self, channels: Collection[Channel], now: datetime) -> dict[int, list[ShownProduct]]:
        return await self._reader.shelves(channels, now)

    async def shelf(self, channel: Channel, now: datetime) -> list[ShownProduct]:
        return (await self._reader.shelves([channel], now))[channel.id]

    async def shown(self, channel: Channel, product_id: int, now: datetime) -> ShownProduct:
        """As it stands on the shelf. Raises `NotOnShelf`."""
        found = (await self._reader.shelves([channel], now, only=[product_id]))[channel.id]
        if not found:
            raise NotOnShelf
        return found[0]

    async def put_on(self, channel: Channel, product: Product, thumbnail: Upload | None, now: datetime) -> ShownProduct:
        """At the shelf's end; one already there keeps its place and takes the new thumbnail.

        Raises `ShelfFull`; `ProductNotFound` when it was deleted meanwhile.
        """
        entry = await self._entry(channel, product)
        async with stored(self._storage, [] if thumbnail is None else [thumbnail]) as keys:
            for key in keys:
                await self._delete_thumbnail(entry)
                entry.thumbnail_key = key
            return await self._tell(channel, entry, now)

    async def take_off(self, channel: Channel, product: Product, now: datetime) -> None:
        """Raises `NotOnShelf`."""
        if not await self.remove(channel, product.id, now):
            raise NotOnShelf

    async def remove(self, channel: Channel, product_id: int, now: datetime) -> bool:
        """False where it does not stand on the shelf."""
        await self._repository.lock_shelf(channel.id)
        return await self._remove(channel, product_id, now)

    async def show_anew(self, channel: Channel, product: Product, now: datetime) -> None:
        """The room sees the product as it is now, unless it was taken off meanwhile, or has nothing left to show."""
        entry = await self._repository.entry(channel.id, product.id)
        if entry is None:
            return
        variants = {variant.id for variant in (await self._variants.of([product.id]))[product.id]}
        if variants and variants <= set(entry.hidden_variants):
            await self.remove(channel, product.id, now)
        else:
            await self._tell(channel, entry, now)

    async def show_variant(self, channel: Channel, product: Product, reference: str, now: datetime) -> ShownProduct:
        """Put this variant on the shelf, beside those of the product that stand there.

        `reference` is what another system calls it, else its number. Raises `VariantNotFound`, `ShelfFull`,
        `ProductNotFound`.
        """
        variants = (await self._variants.of([product.id]))[product.id]
        variant = next((one for one in variants if one.reference == reference), None)
        variant = variant or next((one for one in variants if str(one.id) == reference), None)
        if variant is None:
            raise VariantNotFound
        entry = await self._entry(channel, product, hidden=[one.id for one in variants])
        entry.hidden_variants = [hidden for hidden in entry.hidden_variants if hidden != variant.id]
        return await self._tell(channel, entry, now)

    async def hide_variant(self, channel: Channel, variant: Variant, now: datetime) -> None:
        """Off the shelf; its product goes with the last one. Raises `NotOnShelf`."""
        await self._repository.lock_shelf(channel.id)
        entry = await self._repository.entry(channel.id, variant.product_id)
        if entry is None or variant.id in entry.hidden_variants:
            raise NotOnShelf
        entry.hidden_variants = [*entry.hidden_variants, variant.id]
        left = {one.id for one in (await self._variants.of([variant.product_id]))[variant.product_id]}
        if left <= set(entry.hidden_variants):
            await self._remove(channel, variant.product_id, now)
        else:
            await self._tell(channel, entry, now)

    async def order(self, channel: Channel, first: Sequence[int], now: datetime) -> list[ShownProduct]:
        """Those products first, in this order; the others follow as they stand. Raises `Unprocessable`."""
        await self._repository.lock_shelf(channel.id)
        standing = await self._repository.shelf_order(channel.id)
        if len(set(first)) < len(first):
            raise Unprocessable.field("order", "has a product twice")
        if unknown := [product_id for product_id in first if product_id not in set(standing)]:
            raise Unprocessable.field("order", f"has no {', '.join(map(str, unknown[:10]))} on this shelf")
        ordered = [*first, *(product_id for product_id in standing if product_id not in set(first))]
        await self._repository.sort_shelf(channel.id, ordered)
        await self._events.happened(channel, ShelfOrdered(ordered), now)
        return await self.shelf(channel, now)

    async def _entry(self, channel: Channel, product: Product, hidden: Collection[int] = ()) -> ShelfEntry:
        """The product's place, at the end where it is new: then with these variants `hidden`. The shelf is locked.

        Raises `ShelfFull`, `ProductNotFound`.
        """
        await self._db.refresh(product, with_for_update={"read": True})  # before the shelf, as who deletes it
        if product.deleted_at is not None:
            raise ProductNotFound
        await self._repository.lock_shelf(channel.id)
        entry = await self._repository.entry(channel.id, product.id)
        if entry is not None:
            return entry
        count, end, number = await self._repository.shelf_end(channel.id)
        if count >= SHELF_SIZE:
            raise ShelfFull(SHELF_SIZE)
        return ShelfEntry(
            channel_id=channel.id, product_id=product.id, position=end, number=number, hidden_variants=list(hidden)
        )

    async def _tell(self, channel: Channel, entry: ShelfEntry, now: datetime) -> ShownProduct:
        await self._repository.add(entry)
        shown = await self.shown(channel, entry.product_id, now)
        await self._events.happened(channel, ProductEnabled(show_product(shown, self._urls)), now)
        return shown

    async def _remove(self, channel: Channel, product_id: int, now: datetime) -> bool:
        entry = await self._repository.remove_entry(channel.id, product_id)
        if entry is None:
            return False
        await self._delete_thumbnail(entry)
        await self._promotions.forget(channel, product_id, now)
        await self._deals.end(channel.id, [product_id], now)
        await self._events.happened(channel, ProductDisabled(product_id), now)
        return True

    async def _delete_thumbnail(self, entry: ShelfEntry) -> None:
        if entry.thumbnail_key is not None:
            await request_deletion(self._db, [entry.thumbnail_key])
