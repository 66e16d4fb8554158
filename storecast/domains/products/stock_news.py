"""Telling rooms of stock: once a second at most for a product, however many buy.

Whatever changes a stock leaves a note at it (`untold`), in the same transaction; so nothing is lost with a process.
"""

from datetime import datetime

from storecast.domains.channels.service import ChannelService
from storecast.domains.products.deals.service import DealService
from storecast.domains.products.events import ProductStock
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.schemas import stock_of
from storecast.domains.products.shown import ProductReader
from storecast.domains.products.stock.service import StockService
from storecast.kit.database import Database
from storecast.kit.events import Events


class StockNews:
    def __init__(
        self, db: Database, channels: ChannelService, stock: StockService, deals: DealService, events: Events
    ) -> None:
        self._repository = ProductRepository(db)
        self._reader = ProductReader(db)
        self._channels = channels
        self._stock = stock
        self._deals = deals
        self._events = events

    async def tell(self, now: datetime) -> None:
        """Every channel that shows it hears of a product whose stock has changed, but not twice within a second."""
        product_ids = await self._stock.take_untold(now)
        if not product_ids:
            return
        found = await self._channels.by_ids(await self._repository.channels_with(product_ids))
        sold_out = await self._deals.end_sold_out(product_ids, now)
        channels = [found[channel_id] for channel_id in sorted(found)]  # in the order all lock rooms
        shelves = await self._reader.shelves(channels, now, only=product_ids)
        for channel in channels:
            for shown in shelves[channel.id]:
                await self._events.happened(channel, ProductStock(shown.id, shown.quantity, stock_of(shown)), now)
                if (channel.id, shown.id) in sold_out:
                    await self._deals.tell(channel, shown.id, now)
