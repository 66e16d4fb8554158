"""The rules of orders that shops report. The shop is right about what was paid; what there is of it here is taken."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.models import Channel
from storecast.domains.orders.checkout.settlement import pieces_of
from storecast.domains.orders.errors import NotNow, OrderNotFound
from storecast.domains.orders.events import OrderCancelled
from storecast.domains.orders.evidence import EvidenceService
from storecast.domains.orders.journal import Journal
from storecast.domains.orders.models import Order, OrderItem, OrderStatus
from storecast.domains.orders.refunds import RefundService
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.orders.schemas import RefundOrder
from storecast.domains.orders.shops.models import ShopHeard
from storecast.domains.orders.shops.schemas import ShopAnswer, ShopEvent, ShopLine, ShopReport
from storecast.domains.products.articles import ArticleService
from storecast.domains.products.stock.errors import SoldOut
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Change, Holder
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Amount, Money

KEPT = timedelta(days=90)  # shops tell what was not heard for some days

log = structlog.get_logger()


class ShopOrderService:
    def __init__(
        self,
        db: Database,
        access: ChannelAccess,
        articles: ArticleService,
        stock: StockService,
        evidence: EvidenceService,
        journal: Journal,
        refunds: RefundService,
    ) -> None:
        self._db = db
        self._orders = OrderRepository(db)
        self._access = access
        self._articles = articles
        self._stock = stock
        self._evidence = evidence
        self._journal = journal
        self._refunds = refunds

    async def hear(self, event: ShopEvent, now: datetime) -> ShopAnswer:
        """Have the order stand as the shop says. What it raises is not heard, and can be told again.

        Raises `Unprocessable`, `ChannelNotFound`, `OrderNotFound`; `NotNow` of what came before its order did.
        """
        order, channel = await self._known(event, now)
        seller_id = order.seller_id if order is not None else channel.owner_id if channel is not None else None
        if seller_id is None or not await self._is_news(event, seller_id, now):
            return _answer(order, heard=False)
        match event.kind:
            case ShopReport.PAID:
                order = await self._paid(order, channel, event, now)
            case _ if order is None:
                raise NotNow("not paid yet")
            case ShopReport.CANCELLED:
                await self._cancelled(order, event.provider, now)
            case ShopReport.REFUNDED if order.refunded < order.total:
                await self._refunds.ask(order, RefundOrder(amount=event.amount), event.provider, now)
        return _answer(order, heard=True)

    async def _known(self, event: ShopEvent, now: datetime) -> tuple[Order | None, Channel | None]:
        """The order, if there is one; else the channel whose owner's it will be."""
        if event.order is not None:
            order = await self._orders.by_hash_id(event.order)
            if order is None or order.provider != event.provider:
                raise OrderNotFound
            return order, None
        if event.channel is None:
            raise Unprocessable.field("eventId", "is required")
        channel = await self._access.known(event.channel, now)
        return await self._orders.by_shop(channel.owner_id, event.provider, event.reference), channel

    async def _is_news(self, event: ShopEvent, seller_id: int, now: datetime) -> bool:
        """With all that comes of it: whoever tells it meanwhile waits."""
        values = {"seller_id": seller_id, "provider": event.provider, "event_id": event.event, "heard_at": now}
        noted = insert(ShopHeard).values(values).on_conflict_do_nothing().returning(ShopHeard.event_id)
        return (await self._db.execute(noted)).scalar_one_or_none() is not None

    async def _paid(self, order: Order | None, channel: Channel | None, event: ShopEvent, now: datetime) -> Order:
        if order is None:
            order = await self._create(channel, event, now)
        await self._orders.lock(order)
        if order.status not in (OrderStatus.PENDING, OrderStatus.PLACED):
            return order
        items = await self._orders.items(order.id)
        await self._take(order, items, event.provider, now)
        await self._journal.paid(order, items, event.provider, now)
        return order

    async def _take(self, order: Order, items: list[OrderItem], by: str, now: datetime) -> None:
        """What there is of it. Of the rest no stock is taken, so none comes back of it either."""
        while True:
            try:
                await self._stock.take(
                    Holder(order.hash_id, order.buyer), pieces_of(items), Change(order.hash_id, by, now)
                )
                return
            except SoldOut as error:
                log.warning("a shop sold more than there is", order=order.hash_id, provider=by)
                short = {each.stock_id for each in error.short}
                for item in items:
                    if item.stock_id in short:
                        item.stock_id = None
                await self._journal.wrote(order, "out_of_stock", by, now)

    async def _cancelled(self, order: Order, by: str, now: datetime) -> None:
        """Its stock is there again."""
        await self._orders.lock(order)
        if order.status not in (OrderStatus.PENDING, OrderStatus.PLACED, OrderStatus.PAID):
            return
        items = await self._orders.items(order.id)
        if order.status == OrderStatus.PAID:
            back = {stock_id: want.quantity for stock_id, want in pieces_of(items).items()}
            await self._stock.put_back(back, Change(order.hash_id, by, now))
        else:
            await self._stock.let_go(order.hash_id)
        await self._journal.came_to(order, OrderStatus.CANCELLED, by, now)
        await self._journal.tell(order, items, OrderCancelled, now)

    async def _create(self, channel: Channel | None, event: ShopEvent, now: datetime) -> Order:
        """Of one that began in the shop."""
        if channel is None:
            raise Unprocessable.field("eventId", "is required")
        if not event.lines:
            raise Unprocessable.field("lines", "is required")
        if event.currency is None:
            raise Unprocessable.field("currency", "is required")
        prices = [_asked(each.price, event.currency) for each in event.lines]
        total = sum(price * each.quantity for price, each in zip(prices, event.lines, strict=True))
        order = Order(
            seller_id=channel.owner_id,
            channel_id=channel.id,
            provider=event.provider,
            status=OrderStatus.PENDING,
            currency=event.currency,
            subtotal=total,
            discount=0,
            total=total,
            refunded=0,
            buyer=event.provider,
            name=event.name,
            email=event.email,
            address=event.address,
            locale="en",
            reference=f"{event.provider}:{event.reference}",
            created_at=now,
        )
        await self._orders.add(order)
        named = {each.product for each in event.lines if each.product is not None}
        articles = await self._articles.on(channel.id, named, now)
        items = []
        for each, price in zip(event.lines, prices, strict=True):
            article = articles.get((each.product, each.variant)) if each.product is not None else None
            items.append(_item(order, each, price, article.stock_id if article else None))
        evidence = await self._evidence.of(order.id, channel.id, event.view, None, None, now)
        await self._orders.add(evidence, *items)
        return order

    async def forget(self, now: datetime) -> None:
        """Events that no shop tells again any more."""
        await self._db.execute(delete(ShopHeard).where(ShopHeard.heard_at < now - KEPT))


def _answer(order: Order | None, *, heard: bool) -> ShopAnswer:
    return ShopAnswer(order.hash_id if order else None, order.status if order else None, heard)


def _item(order: Order, said: ShopLine, price: int, stock_id: int | None) -> OrderItem:
    return OrderItem(
        order_id=order.id,
        product_id=said.product if stock_id is not None else None,
        variant_id=said.variant if stock_id is not None else None,
        stock_id=stock_id,
        name=said.name,
        price=price,
        quantity=said.quantity,
        refunded_quantity=0,
    )


def _asked(price: Amount, currency: str) -> int:
    try:
        minor = Money.asked(price, currency).minor
    except ValueError as error:
        raise Unprocessable.field("lines", str(error)) from error
    if minor < 0:
        raise Unprocessable.field("lines", "has a price below 0")
    return minor
