"""The rules of orders that shops report. The shop is right about what was paid; what there is of it here is taken."""

from datetime import datetime

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from storecast.domains.channels.access import ChannelAccess
from storecast.domains.orders.checkout.settlement import pieces_of
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
        """Have the order stand as the shop says. Raises `Unprocessable`, `ChannelNotFound`: then it is not heard."""
        order = await self._known(event)
        if not await self._is_news(event, now):
            return ShopAnswer(order.hash_id if order else None, order.status if order else None, False)
        match event.kind:
            case ShopReport.PAID:
                order = await self._paid(order, event, now)
            case ShopReport.CANCELLED if order is not None:
                await self._cancelled(order, event.provider, now)
            case ShopReport.REFUNDED if order is not None and order.refunded < order.total:
                await self._refunds.ask(order, RefundOrder(amount=event.amount), event.provider, now)
        return ShopAnswer(order.hash_id if order else None, order.status if order else None, True)

    async def _known(self, event: ShopEvent) -> Order | None:
        if event.order is not None:
            order = await self._orders.by_hash_id(event.order)
            return order if order is not None and order.provider == event.provider else None
        return await self._orders.by_shop(event.provider, event.reference)

    async def _is_news(self, event: ShopEvent, now: datetime) -> bool:
        """With all that comes of it: whoever tells it meanwhile waits."""
        values = {"provider": event.provider, "event_id": event.event, "heard_at": now}
        noted = insert(ShopHeard).values(values).on_conflict_do_nothing().returning(ShopHeard.event_id)
        return (await self._db.execute(noted)).scalar_one_or_none() is not None

    async def _paid(self, order: Order | None, event: ShopEvent, now: datetime) -> Order | None:
        if order is None:
            order = await self._create(event, now)
        if order is None:
            return None
        await self._orders.lock(order)
        if order.status not in (OrderStatus.PENDING, OrderStatus.PLACED):
            return order
        items = await self._orders.items(order.id)
        change = Change(order.hash_id, event.provider, now)
        try:
            await self._stock.take(Holder(order.hash_id, order.buyer), pieces_of(items), change)
        except SoldOut:
            log.warning("a shop sold more than there is", order=order.hash_id, provider=event.provider)
            await self._stock.let_go(order.hash_id)
            await self._journal.wrote(order, "out_of_stock", event.provider, now)
        await self._journal.paid(order, items, event.provider, now)
        return order

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

    async def _create(self, event: ShopEvent, now: datetime) -> Order | None:
        """Of one that began in the shop; None where it is put down to no channel."""
        if event.channel is None or not event.lines:
            return None
        if event.currency is None:
            raise Unprocessable.field("currency", "is required")
        channel = await self._access.known(event.channel, now)
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

    async def forget(self, before: datetime) -> None:
        await self._db.execute(delete(ShopHeard).where(ShopHeard.heard_at < before))


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
