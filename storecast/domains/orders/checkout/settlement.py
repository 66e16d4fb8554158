"""What becomes of a checkout: paid, waited for, or nothing; and then its stock and its coupon are free."""

from datetime import datetime

import structlog

from storecast.adapters.email.messages import MailKind
from storecast.domains.orders.carts.models import Cart
from storecast.domains.orders.carts.repository import CartRepository
from storecast.domains.orders.checkout.provider import CheckoutOutcome, CheckoutState
from storecast.domains.orders.coupons.service import CouponService
from storecast.domains.orders.events import OrderCancelled
from storecast.domains.orders.jobs import GiveBack
from storecast.domains.orders.journal import SYSTEM, Journal
from storecast.domains.orders.models import NATIVE, Order, OrderItem, OrderStatus, Refund
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.products.stock.errors import SoldOut
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Change, Holder, Want
from storecast.kit.database import Database
from storecast.kit.jobs import defer

log = structlog.get_logger()


class Settlement:
    def __init__(self, db: Database, stock: StockService, coupons: CouponService, journal: Journal) -> None:
        self._db = db
        self._orders = OrderRepository(db)
        self._carts = CartRepository(db)
        self._stock = stock
        self._coupons = coupons
        self._journal = journal

    async def settle(self, order: Order, outcome: CheckoutOutcome, now: datetime, *, by: str) -> None:
        """Have the order stand as the provider says it does. The same said twice changes nothing."""
        await self._orders.lock(order)
        if order.reference != outcome.reference:
            return
        cart = None if order.cart_id is None else await self._carts.by_id(order.cart_id)
        if cart is not None:
            await self._carts.lock(cart)  # before the stock, as whoever buys does
            # All at once: in their order, and before the seller's numbers and rooms.
            pieces = pieces_of(await self._orders.items(order.id))
            await self._stock.lock(pieces, order.hash_id, cart.hash_id)
        match outcome.state:
            case CheckoutState.PAID:
                if await self._paid(order, outcome, by, now):
                    await self._close_cart(cart, now)
            case CheckoutState.PENDING if order.status == OrderStatus.PENDING:
                _fill(order, outcome)
                items = await self._orders.items(order.id)
                await self._journal.placed(order, items, by, now)
                await self._journal.mailed_placed(order, items)
                await self._close_cart(cart, now)
            case CheckoutState.FAILED | CheckoutState.EXPIRED:
                await self.cancel(order, by, now)

    async def cancel(self, order: Order, by: str, now: datetime) -> None:
        """Nothing comes of it: its stock and its coupon are free, and its cart can be gone on with. Safe to repeat."""
        await self._orders.lock(order)
        if not waits(order):
            return
        placed = order.status == OrderStatus.PLACED
        order.asked = None
        await self._stock.let_go(order.hash_id)
        await self._coupons.give_back(order.id)
        await self._journal.came_to(order, OrderStatus.CANCELLED, by, now)
        if placed:
            items = await self._orders.items(order.id)
            await self._journal.tell(order, items, OrderCancelled, now)
            await self._journal.mail_buyer(MailKind.ORDER_CANCELLED, order, items)
        await self._db.flush()

    async def _paid(self, order: Order, outcome: CheckoutOutcome, by: str, now: datetime) -> bool:
        """Whether it was not known before."""
        late = order.status == OrderStatus.CANCELLED and order.paid_at is None
        if not waits(order) and not late:
            return False
        _fill(order, outcome)
        items = await self._orders.items(order.id)
        holder = Holder(order.hash_id, order.buyer)
        change = Change(order.hash_id, by, now)
        in_vain = False
        try:
            if late:  # its stock was let go: there may still be some
                await self._stock.take(holder, pieces_of(items), change)
                if order.coupon is not None:
                    about = (order.seller_id, order.coupon, order.buyer, order.email)
                    await self._coupons.take_late(order.id, *about, now)
            else:
                await self._stock.sell(holder, change)
        except SoldOut:
            in_vain = True
            await self._stock.let_go(order.hash_id)
        if in_vain:
            await self._in_vain(order, items, by, now)
        else:
            await self._journal.paid(order, items, by, now)
        return True

    async def _in_vain(self, order: Order, items: list[OrderItem], by: str, now: datetime) -> None:
        """Paid, and out of stock: the money goes back by itself, and both are told."""
        log.warning("paid and out of stock: the money goes back", order=order.hash_id)
        await self._coupons.give_back(order.id)  # before the number, as whoever buys
        await self._journal.noted_paid(order, items, by, now)
        await self._journal.wrote(order, "out_of_stock", SYSTEM, now)
        pieces = {str(item.id): item.quantity for item in items}
        for item in items:
            item.stock_id = None  # none of it was taken: none comes back, whatever becomes of the money
        if order.total > 0:
            refund = Refund(
                order_id=order.id, amount=order.total, pieces=pieces, restock=False, by=SYSTEM, note=None, at=now
            )
            await self._orders.add(refund)
            await defer(self._db, GiveBack(refund.id))
        await self._journal.mail_buyer(MailKind.ORDER_IN_VAIN, order, items)
        await self._journal.mail_seller(MailKind.NEW_ORDER_IN_VAIN, order, items)

    async def _close_cart(self, cart: Cart | None, now: datetime) -> None:
        if cart is not None and cart.closed_at is None:
            await self._stock.let_go(cart.hash_id)
            await self._carts.close(cart, now)


def waits(order: Order) -> bool:
    """Whether it is still to be paid to the provider."""
    return order.provider == NATIVE and order.status in (OrderStatus.PENDING, OrderStatus.PLACED)


def pieces_of(items: list[OrderItem]) -> dict[int, Want]:
    found: dict[int, int] = {}
    for item in items:
        if item.stock_id is not None:
            found[item.stock_id] = found.get(item.stock_id, 0) + item.quantity
    return {stock_id: Want(quantity) for stock_id, quantity in found.items()}


def _fill(order: Order, outcome: CheckoutOutcome) -> None:
    """What the provider knows better: what was paid, by whom, and where it goes."""
    order.payment = outcome.payment
    order.subtotal = outcome.subtotal.minor
    order.discount = outcome.discount.minor
    order.shipping = outcome.shipping.minor
    order.tax = outcome.tax.minor
    order.total = outcome.total.minor
    buyer = outcome.buyer
    if buyer is None:
        return
    order.name = buyer.name or order.name
    order.email = buyer.email or order.email
    order.phone = buyer.phone or order.phone
    if buyer.address is not None:
        place = buyer.address
        town = " ".join(part for part in (place.postal_code, place.city, place.state) if part)
        order.address = "\n".join(part for part in (place.line1, place.line2, town, place.country) if part) or None
