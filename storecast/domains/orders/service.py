"""The seller's side of orders: seeing them, sending them, calling them off, and recording what was sold elsewhere."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

from storecast.adapters.email.messages import MailKind
from storecast.domains.accounts.models import User
from storecast.domains.orders.checkout.service import CheckoutService
from storecast.domains.orders.errors import NotNow, OrderNotFound
from storecast.domains.orders.events import OrderCancelled, OrderFulfilled
from storecast.domains.orders.journal import Journal
from storecast.domains.orders.models import NATIVE, OUTSIDE, Order, OrderItem, OrderStatus
from storecast.domains.orders.outside import read_transaction
from storecast.domains.orders.repository import OrderFilter, OrderRepository
from storecast.domains.orders.schemas import AttributionView, Details
from storecast.domains.products.models import Product
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Change, Holder, Want
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest

PURCHASES = 100
DOWNLOADED_AT_ONCE = 500
SENT = {OrderStatus.PLACED, OrderStatus.PAID, OrderStatus.PARTLY_REFUNDED}


class OrderService:
    def __init__(self, db: Database, stock: StockService, checkout: CheckoutService, journal: Journal) -> None:
        self._db = db
        self._repository = OrderRepository(db)
        self._stock = stock
        self._checkout = checkout
        self._journal = journal

    async def by_hash_id(self, hash_id: str) -> Order:
        """Raises `OrderNotFound`. Whoever asks is to be asked who they are."""
        order = await self._repository.by_hash_id(hash_id)
        if order is None:
            raise OrderNotFound
        return order

    async def by_reference(self, seller_id: int, reference: str) -> Order | None:
        return await self._repository.by_reference(seller_id, reference)

    async def by_payment(self, seller_id: int, payment: str) -> Order | None:
        return await self._repository.by_payment(seller_id, payment)

    async def page(self, seller_id: int, wanted: OrderFilter, page: PageRequest) -> tuple[list[Details], int]:
        orders, total = await self._repository.page(seller_id, wanted, page)
        return await self.details(orders), total

    async def purchases(self, buyer: str) -> list[Details]:
        """What this person bought, newest first."""
        return await self.details(await self._repository.purchases(buyer, PURCHASES))

    async def every(self, seller_id: int, wanted: OrderFilter) -> AsyncGenerator[list[Details], None]:
        """All of them, some at a time, newest first."""
        before: int | None = None
        while orders := await self._repository.before(seller_id, wanted, before, DOWNLOADED_AT_ONCE):
            yield await self.details(orders)
            before = orders[-1].id

    async def details(self, orders: Sequence[Order]) -> list[Details]:
        """With all that hangs on them, in a fixed number of queries."""
        ids = [order.id for order in orders]
        items = await self._repository.items_of(ids)
        steps = await self._repository.steps_of(ids)
        refunds = await self._repository.refunds_of(ids)
        evidence = await self._repository.evidence_of(ids)
        channels = await self._repository.channels([order.channel_id for order in orders if order.channel_id])
        found = []
        for order in orders:
            channel = channels.get(order.channel_id or 0)
            seen = evidence.get(order.id)
            attribution = None
            if seen is not None:
                pins = list(dict.fromkeys(int(str(pin["product_id"])) for pin in seen.pins))
                attribution = AttributionView(
                    channel,
                    seen.session_id,
                    seen.seconds_watched,
                    seen.media_id,
                    seen.media_at,
                    pins,
                    seen.referrer,
                    seen.coupon,
                )
            found.append(Details(order, items[order.id], steps[order.id], refunds[order.id], attribution, channel))
        return found

    async def fulfil(self, order: Order, by: str, note: str | None, now: datetime) -> None:
        """It is on its way. Safe to repeat. Raises `NotNow`."""
        await self._repository.lock(order)
        if order.status == OrderStatus.FULFILLED:
            return
        if order.status not in SENT or (order.provider == NATIVE and order.paid_at is None):
            raise NotNow(order.status)
        items = await self._repository.items(order.id)
        await self._journal.came_to(order, OrderStatus.FULFILLED, by, now, note=note)
        await self._journal.tell(order, items, OrderFulfilled, now)
        await self._journal.mail_buyer(MailKind.ORDER_FULFILLED, order, items)

    async def cancel(self, order: Order, by: str, note: str | None, now: datetime) -> None:
        """Call it off; its stock is there again. Safe to repeat. One that was paid is refunded instead: `NotNow`."""
        if order.provider == NATIVE:
            await self._checkout.step_back(order, by, now)
        await self._repository.lock(order)
        if order.status == OrderStatus.CANCELLED:
            return
        if order.status != OrderStatus.PLACED or order.provider == NATIVE:
            raise NotNow(order.status)
        items = await self._repository.items(order.id)
        pieces: dict[int, int] = {}
        for item in items:
            left = item.quantity - item.refunded_quantity
            if item.stock_id is not None and left:
                pieces[item.stock_id] = pieces.get(item.stock_id, 0) + left
        await self._stock.put_back(pieces, Change(order.hash_id, by, now))
        await self._checkout.give_coupon_back(order)
        await self._journal.came_to(order, OrderStatus.CANCELLED, by, now, note=note)
        await self._journal.tell(order, items, OrderCancelled, now)
        await self._journal.mail_buyer(MailKind.ORDER_CANCELLED, order, items)

    async def record(self, product: Product, json: str, seller: User, by: str, now: datetime) -> Order:
        """A sale that happened elsewhere: its stock is taken. Raises `SoldOut`, `Unprocessable`."""
        sale = read_transaction(json, product)
        order = Order(
            seller_id=seller.id,
            channel_id=None,
            provider=OUTSIDE,
            status=OrderStatus.PENDING,
            currency=sale.price.currency,
            subtotal=sale.price.minor * sale.quantity,
            discount=0,
            total=sale.price.minor * sale.quantity,
            refunded=0,
            buyer=OUTSIDE,
            name=sale.name,
            email=sale.email,
            note=sale.note,
            locale=seller.locale,
            created_at=now,
        )
        await self._repository.add(order)
        stock = (await self._stock.levels([product.id], now))[product.id]
        stock_id = next((level.stock_id for level in stock if level.variant_id is None), None)
        item = OrderItem(
            order_id=order.id,
            product_id=product.id,
            stock_id=stock_id,
            name=product.name,
            sku=product.sku,
            image_key=product.image_keys[0] if product.image_keys else None,
            price=sale.price.minor,
            quantity=sale.quantity,
            refunded_quantity=0,
        )
        await self._repository.add(item)
        if stock_id is not None:
            await self._stock.take(
                Holder(order.hash_id, by), {stock_id: Want(sale.quantity)}, Change(order.hash_id, by, now)
            )
        await self._journal.paid(order, [item], by, now)
        await self._journal.wrote(order, "transaction", by, now, note=json[:1000])
        return order
