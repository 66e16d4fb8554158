"""What the host sees while the show goes on: carts, orders, money, and how much is left."""

from collections.abc import Collection
from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.orders.sales.repository import SalesRepository
from storecast.domains.orders.sales.schemas import ProductSales, SalesView, Taken
from storecast.domains.products.stock.service import StockService
from storecast.kit.clock import iso
from storecast.kit.database import Database


class SalesService:
    def __init__(self, db: Database, stock: StockService) -> None:
        self._repository = SalesRepository(db)
        self._stock = stock

    async def of_sessions(self, session_ids: Collection[str]) -> dict[str, list[Taken]]:
        """What was ordered during each of these shows, an entry a currency."""
        return await self._repository.of_sessions(session_ids)

    async def since(self, channel: Channel, since: datetime, now: datetime) -> SalesView:
        taken = await self._repository.taken(channel.id, since)
        sold = await self._repository.sold(channel.id, since)
        product_ids = await self._repository.on_shelf(channel.id)
        levels = await self._stock.levels(product_ids, now)
        return SalesView(
            since=iso(since),
            carts_open=await self._repository.carts_open(channel.id, since),
            orders=sum(each.orders for each in taken),
            revenue=[each.view for each in taken],
            products=[
                ProductSales(
                    product_id,
                    sold=sold.get(product_id, 0),
                    reserved=sum(level.reserved for level in levels[product_id]),
                    available=None
                    if any(level.unlimited for level in levels[product_id])
                    else sum(level.available for level in levels[product_id]),
                )
                for product_id in product_ids
            ],
        )
