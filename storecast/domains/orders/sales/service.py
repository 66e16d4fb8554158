"""What the host sees while the show goes on: carts, orders, money, and how much is left."""

from datetime import datetime

from storecast.domains.channels.models import Channel
from storecast.domains.orders.sales.repository import SalesRepository
from storecast.domains.orders.sales.schemas import ProductSales, RevenueView, SalesView
from storecast.domains.products.stock.service import StockService
from storecast.kit.clock import iso
from storecast.kit.database import Database
from storecast.kit.money import Money


class SalesService:
    def __init__(self, db: Database, stock: StockService) -> None:
        self._repository = SalesRepository(db)
        self._stock = stock

    async def since(self, channel: Channel, since: datetime, now: datetime) -> SalesView:
        taken = await self._repository.taken(channel.id, since)
        sold = await self._repository.sold(channel.id, since)
        product_ids = await self._repository.on_shelf(channel.id)
        levels = await self._stock.levels(product_ids, now)
        return SalesView(
            since=iso(since),
            carts_open=await self._repository.carts_open(channel.id, since),
            orders=sum(each.orders for each in taken),
            revenue=[RevenueView(Money(each.minor, each.currency).major, each.currency) for each in taken],
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
