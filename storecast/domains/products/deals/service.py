"""The rules of deals. Whether one goes is read by the clock; nothing has to happen for it to be over."""

from collections.abc import Collection
from datetime import datetime, timedelta

from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.deals.events import DealEnded, DealStarted
from storecast.domains.products.deals.jobs import TellDealEnded
from storecast.domains.products.deals.repository import DealRepository
from storecast.domains.products.deals.schemas import DealGiven
from storecast.domains.products.errors import NotOnShelf
from storecast.domains.products.models import Deal, Product
from storecast.domains.products.prices import asked
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.shown import ProductReader, ShownProduct
from storecast.domains.products.variants.repository import VariantRepository
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.events import Events
from storecast.kit.jobs import defer


class DealService:
    def __init__(self, db: Database, channels: ChannelService, events: Events) -> None:
        self._db = db
        self._repository = DealRepository(db)
        self._products = ProductRepository(db)
        self._variants = VariantRepository(db)
        self._reader = ProductReader(db)
        self._channels = channels
        self._events = events

    async def going(self, channel_id: int, product_ids: Collection[int], now: datetime) -> dict[int, Deal]:
        """Those that go on the channel, by product."""
        return {deal.product_id: deal for deal in await self._repository.rows_going(channel_id, product_ids, now)}

    async def start(self, channel: Channel, product_id: int, given: DealGiven, now: datetime) -> ShownProduct:
        """In place of one that goes on this product here. Raises `NotOnShelf`, `Unprocessable`."""
        if (given.seconds is None) == (given.quantity is None):
            raise Unprocessable.field("seconds", "must be either seconds or quantity")
        await self._shown(channel, product_id, now)
        await self._products.hold(product_id)  # before the shelf, as who changes its price
        await self._products.lock_shelf(channel.id)
        shown = await self._shown(channel, product_id, now)
        price = asked(given.price, shown.currency)
        others = [variant.price or shown.price for variant in shown.variants]
        if any(other is None or price >= other for other in (shown.price, *others)):
            raise Unprocessable.field("price", "must be below the price")
        await self._repository.end(channel.id, [product_id], now)
        deal = Deal(
            channel_id=channel.id,
            product_id=product_id,
            price=price.minor,
            currency=price.currency,
            started_at=now,
            ends_at=None if given.seconds is None else now + timedelta(seconds=given.seconds),
            quantity=given.quantity,
        )
        await self._repository.add(deal)
        if deal.ends_at is not None:
            await defer(self._db, TellDealEnded(deal.id), at=deal.ends_at)
        ends_at = None if deal.ends_at is None else iso(deal.ends_at)
        shown = await self._shown(channel, product_id, now)
        before = None if shown.before_at_most is None else shown.before_at_most.major
        started = DealStarted(product_id, price.major, price.currency, ends_at, deal.quantity, before)
        await self._events.happened(channel, started, now)
        return shown

    async def stop(self, channel: Channel, product_id: int, now: datetime) -> ShownProduct:
        """Safe to repeat. Raises `NotOnShelf`."""
        await self._products.lock_shelf(channel.id)
        await self._shown(channel, product_id, now)
        if await self._repository.end(channel.id, [product_id], now):
            await self._events.happened(channel, DealEnded(product_id), now)
        return await self._shown(channel, product_id, now)

    async def tell_ended(self, job: TellDealEnded, now: datetime) -> None:
        """Unless it was ended or replaced before."""
        deal = await self._repository.find(job.deal_id)
        if deal is None or deal.ended_at is not None:
            return
        deal.ended_at = deal.ends_at
        channel = (await self._channels.by_ids([deal.channel_id]))[deal.channel_id]
        await self.tell(channel, deal.product_id, now)

    async def tell(self, channel: Channel, product_id: int, now: datetime) -> None:
        """The room that a deal is over."""
        await self._events.happened(channel, DealEnded(product_id), now)

    async def end_overtaken(self, products: Collection[Product], now: datetime) -> set[tuple[int, int]]:
        """Those that are no better than a price of now, or in another currency.

        Answers on which channels, whose rooms are to hear, of which products.
        """
        by_id = {product.id: product for product in products}
        unended = await self._repository.unended(by_id)
        variants = await self._variants.of({deal.product_id for deal in unended})
        over = set()
        for deal in unended:
            product = by_id[deal.product_id]
            prices = [product.price, *(variant.price for variant in variants[product.id])]
            lowest = min((price for price in prices if price is not None), default=0)
            if deal.currency != product.currency or deal.price >= lowest:
                deal.ended_at = now if deal.ends_at is None else min(now, deal.ends_at)
                over.add((deal.channel_id, product.id))
        return over

    async def end_sold_out(self, product_ids: Collection[int], now: datetime) -> set[tuple[int, int]]:
        """Those whose pieces are all sold. Answers on which channels, of which products."""
        return await self._repository.end_sold_out(product_ids, now)

    async def _shown(self, channel: Channel, product_id: int, now: datetime) -> ShownProduct:
        found = (await self._reader.shelves([channel], now, only=[product_id]))[channel.id]
        if not found:
            raise NotOnShelf
        return found[0]
