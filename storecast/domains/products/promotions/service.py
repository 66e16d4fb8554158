"""The rules of pinning: one large product over the picture, and others small beside it."""

from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.products.errors import NotOnShelf
from storecast.domains.products.events import ProductPromoted, ProductUnpromoted
from storecast.domains.products.models import PinSize, Promotion
from storecast.domains.products.promotions.errors import TooManyPinned
from storecast.domains.products.promotions.values import Pinned
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.schemas import show_product
from storecast.domains.products.shown import ProductReader, ShownProduct
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.events import Events
from storecast.kit.urls import Urls

MOST_PINNED = 3


class PromotionService:
    """Each pin is kept with its size, and from when until when it was, so that a replay has the same at its moments."""

    def __init__(self, db: Database, events: Events, urls: Urls) -> None:
        """`urls` are those of no request: what a room hears goes to people on any host."""
        self._repository = ProductRepository(db)
        self._reader = ProductReader(db)
        self._events = events
        self._urls = urls

    async def promote(self, channel: Channel, product_id: int, size: PinSize, now: datetime) -> ShownProduct:
        """Pin a product for all viewers; a large one takes the place of the large one.

        Raises `NotOnShelf`, `TooManyPinned`.
        """
        await self._repository.lock_shelf(channel.id)
        await self._shown(channel, product_id, now)
        pinned = await self._repository.promotions(channel.id)
        former = pinned.get(product_id)
        replaced = {other for other, its in pinned.items() if size is PinSize.LARGE is its} | {product_id}
        if len(pinned.keys() - replaced) >= MOST_PINNED:
            raise TooManyPinned(MOST_PINNED)
        await self._repository.end_promotions(channel.id, replaced, now)
        if former not in (None, size):
            await self._tell_end(channel, product_id, former, now)
        await self._repository.add(Promotion(channel_id=channel.id, product_id=product_id, size=size, at=now))
        shown = await self._shown(channel, product_id, now)
        await self._events.happened(channel, ProductPromoted(show_product(shown, self._urls), iso(now), size), now)
        return shown

    async def stop_promoting(self, channel: Channel, product_id: int, now: datetime) -> ShownProduct:
        """Take the promotion of this product back; those of others stay. Raises `NotOnShelf`."""
        await self._repository.lock_shelf(channel.id)
        shown = await self._shown(channel, product_id, now)
        if shown.entry is None or shown.entry.pinned is None:
            return shown
        await self._repository.end_promotions(channel.id, [product_id], now)
        await self._tell_end(channel, product_id, shown.entry.pinned, now)
        return await self._shown(channel, product_id, now)

    async def end_all(self, channel: Channel, now: datetime) -> None:
        """Ask before the room hears of anything else: all lock the shelf first."""
        await self._repository.lock_shelf(channel.id)
        pinned = await self._repository.promotions(channel.id)
        await self._repository.end_promotions(channel.id, pinned, now)
        for product_id, size in pinned.items():
            await self._tell_end(channel, product_id, size, now)

    async def between(self, channel: Channel, since: datetime, until: datetime) -> list[Pinned]:
        """What was pinned at any time between the two, the first first."""
        return await self._repository.pinned_between(channel.id, since, until)

    async def forget(self, channel: Channel, product_id: int, now: datetime) -> None:
        """Of a product that leaves the shelf, of which the room hears besides."""
        await self._repository.end_promotions(channel.id, [product_id], now)

    async def _tell_end(self, channel: Channel, product_id: int, size: PinSize, now: datetime) -> None:
        await self._events.happened(channel, ProductUnpromoted(product_id, iso(now), size), now)

    async def _shown(self, channel: Channel, product_id: int, now: datetime) -> ShownProduct:
        found = (await self._reader.shelves([channel], now, only=[product_id]))[channel.id]
        if not found:
            raise NotOnShelf
        return found[0]
