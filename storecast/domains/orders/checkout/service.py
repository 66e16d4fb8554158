"""Checking out: a cart becomes an order, whose its stock is until it is paid or nothing comes of it.

Whoever takes the money is asked over the network, so no lock is held meanwhile: `check_out` and `open_payment` are two
transactions, and so are `step_back` and what it brings.
"""

from datetime import datetime, timedelta

import structlog

from storecast.domains.channels.models import Channel
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.carts.lines import Line, Pricing, wants_of
from storecast.domains.orders.carts.models import Cart
from storecast.domains.orders.carts.repository import CartRepository
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused, PaymentsDown
from storecast.domains.orders.checkout.opening import Opening
from storecast.domains.orders.checkout.payments import Payments
from storecast.domains.orders.checkout.provider import SHORTEST
from storecast.domains.orders.checkout.requests import Requests
from storecast.domains.orders.checkout.schemas import Checkout
from storecast.domains.orders.checkout.settlement import Settlement, waits
from storecast.domains.orders.coupons.service import CouponService
from storecast.domains.orders.errors import (
    ArticleGone,
    CartEmpty,
    CartNotFound,
    PricesChanged,
    ShopClosed,
    TooManyForOne,
)
from storecast.domains.orders.evidence import EvidenceService
from storecast.domains.orders.jobs import ExpireCheckout
from storecast.domains.orders.journal import SYSTEM, Journal
from storecast.domains.orders.models import NATIVE, REQUEST, Order, OrderItem, OrderStatus
from storecast.domains.orders.repository import OrderRepository
from storecast.domains.products.articles import ArticleService
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Change
from storecast.kit import emails
from storecast.kit.database import Database
from storecast.kit.errors import FieldMessage, Unprocessable
from storecast.kit.jobs import defer
from storecast.kit.money import Money
from storecast.kit.rate_limits import RateLimits
from storecast.kit.urls import Urls

ORDERS = "60/hour"  # of one person
ORDERS_OF_NETWORK = "1200/hour"  # of all guests of it
LOOKED_UP_AFTER = timedelta(minutes=2)  # once a checkout's time is over, and again while the provider is away
WAITING_LOOKED_UP_AFTER = timedelta(hours=6)  # a bank may take days; its webhook is the faster way
LOOKED_UP_AGAIN_AFTER = timedelta(minutes=30)
# Who cannot be asked for so long is not asked any more: the stock is for others.
PENDING_GIVEN_UP = timedelta(days=1)
WAITING_GIVEN_UP = timedelta(days=30)

log = structlog.get_logger()


class CheckoutService:
    def __init__(
        self,
        db: Database,
        articles: ArticleService,
        stock: StockService,
        coupons: CouponService,
        payments: Payments,
        evidence: EvidenceService,
        journal: Journal,
        settlement: Settlement,
        limits: RateLimits,
        urls: Urls,
    ) -> None:
        self._db = db
        self._orders = OrderRepository(db)
        self._carts = CartRepository(db)
        self._articles = articles
        self._stock = stock
        self._coupons = coupons
        self._payments = payments
        self._evidence = evidence
        self._journal = journal
        self._settlement = settlement
        self._limits = limits
        self._requests = Requests(db, stock)
        self._opening = Opening(db, urls)

    async def pending_of(self, cart: Cart) -> Order | None:
        return await self._orders.pending_of(cart.id)

    async def check_out(self, channel: Channel, cart: Cart, buyer: Buyer, data: Checkout, now: datetime) -> Order:
        """The order the cart becomes: pending, with its stock held, or placed with the seller.

        Asked again it is the same one. Raises `CartEmpty`, `PricesChanged`, `ArticleGone`, `SoldOut`, `TooManyForOne`,
        `TooManyWaiting`, `CouponRefused`, `Unprocessable`.
        """
        await self._carts.lock(cart)
        present = await self._orders.last_of(cart.id)
        if present is not None and (present.status == OrderStatus.PENDING or cart.closed_at is not None):
            return present
        if cart.closed_at is not None:
            raise CartNotFound
        if not channel.shop_enabled:
            raise ShopClosed
        native = await self._payments.provider(channel.owner_id) is not None
        email = None if data.email is None else _spelled(data.email)
        if not native:
            _require_contact(data)
        await self._slow_down(buyer)
        lines = await self._lines(cart, now, agreed=data.total is not None)
        await self._bound(channel, lines, buyer, email or buyer.email)
        order = await self._create(channel, cart, buyer, data, email or buyer.email, lines, native, now)
        if not native:
            await self._requests.bound(order, wants_of(lines), buyer, now)
        items = await self._orders.items(order.id)
        holder = buyer.holding(order.hash_id)
        sold = None if native else Change(order.hash_id, buyer.subject, now)
        await self._stock.hand_over(cart.hash_id, holder, wants_of(lines), now, sold=sold)
        # The cart holds nothing any more; it is at the prices it was ordered at.
        await self._carts.tell(cart, None, {line.item.id: (line.price.minor, line.deal_id) for line in lines})
        await self._discount(order, data, now)
        if data.total is not None and _asked(data.total, order.currency) != order.total:
            raise PricesChanged
        if native:
            await self._journal.wrote(order, OrderStatus.PENDING, buyer.subject, now)
            await defer(self._db, ExpireCheckout(order.id), at=now + SHORTEST + LOOKED_UP_AFTER)
        else:
            await self._journal.placed(order, items, buyer.subject, now)
            await self._journal.mailed_placed(order, items, requested_from=buyer.network)
            await self._carts.close(cart, now)
        return order

    async def _slow_down(self, buyer: Buyer) -> None:
        """An order costs its sender nothing, and takes stock: programs are to get tired before shelves do."""
        await self._limits.hit(ORDERS, "orders", buyer.subject)
        if buyer.is_guest:
            await self._limits.hit(ORDERS_OF_NETWORK, "orders of network", buyer.network)

    async def open_payment(self, order: Order, data: Checkout, channel: Channel, now: datetime) -> None:
        """Have the provider open it, once it is committed. Of a new one that is refused nothing is left.

        Raises `PaymentRefused`, `PaymentKeysRefused`, and `PaymentsDown`, after which it can be asked for again.
        """
        if order.status != OrderStatus.PENDING or order.reference is not None:
            return
        provider = await self._payments.provider(order.seller_id)
        if provider is None:
            await self.step_back(order, SYSTEM, now)
            raise PaymentKeysRefused("The seller takes no payments any more.")
        try:
            await self._opening.open(order, provider, data, channel, now)
        except (PaymentRefused, PaymentKeysRefused):
            await self._settlement.cancel(order, SYSTEM, now)
            await self._db.settle()
            raise

    async def step_back(self, order: Order, by: str, now: datetime) -> None:
        """The buyer goes on shopping: nobody can pay it any more, and its stock is free at once.

        Raises `PaymentsDown`: then it stands as it did.
        """
        if order.status != OrderStatus.PENDING:
            return
        provider = await self._payments.settling(order.seller_id)
        if provider is not None:
            await self._opening.find(order, provider)
        if order.reference is not None and provider is not None:
            reference = order.reference
            await self._db.settle()
            await self._settlement.settle(order, await provider.expire(reference), now, by=by)
        else:
            await self._settlement.cancel(order, by, now)
        await self._db.settle()

    async def look_up(self, order: Order, now: datetime) -> None:
        """Ask the provider how it stands, and have it so here. Raises `PaymentsDown`, `PaymentKeysRefused`."""
        provider = await self._payments.settling(order.seller_id)
        if order.reference is None or provider is None or order.provider != NATIVE:
            return
        await self._db.settle()
        await self._settlement.settle(order, await provider.look_up(order.reference), now, by="stripe")

    async def give_coupon_back(self, order: Order) -> None:
        """Of one that was called off."""
        await self._coupons.give_back(order.id)

    async def expire(self, job: ExpireCheckout, now: datetime) -> None:
        """The job's work: a checkout whose time is over has come to something, or does now."""
        order = await self._orders.by_id(job.order_id)
        if order is None or not waits(order):
            return
        pending = order.status == OrderStatus.PENDING
        try:
            if pending:
                await self.step_back(order, SYSTEM, now)
            else:
                await self.look_up(order, now)
        except (PaymentsDown, PaymentKeysRefused, PaymentRefused) as error:
            log.warning("what became of a checkout is not known yet", order=order.hash_id, error=str(error))
        if not waits(order):
            return
        if now - order.created_at > (PENDING_GIVEN_UP if pending else WAITING_GIVEN_UP):
            await self._settlement.cancel(order, SYSTEM, now)
        else:
            await defer(self._db, job, at=now + (LOOKED_UP_AGAIN_AFTER if pending else WAITING_LOOKED_UP_AFTER))

    async def _lines(self, cart: Cart, now: datetime, *, agreed: bool) -> list[Line]:
        """What is bought, at today's prices. Raises `CartEmpty`, `ArticleGone`; `PricesChanged` since the buyer saw."""
        items = await self._carts.items(cart.id)
        if not items:
            raise CartEmpty
        articles = await self._articles.on(cart.channel_id, {item.product_id for item in items}, now)
        # All at once: in their order. And before an order's lines point at them, while a seller may remove one.
        await self._stock.lock({article.stock_id for article in articles.values()}, cart.hash_id)
        holds = cart.held_until is not None and cart.held_until > now
        held = await self._stock.held(cart.hash_id) if holds else {}
        lines = await Pricing(self._stock, cart.hash_id, held, now).lines(items, articles, cart.currency)
        if any(line.article is None for line in lines):
            raise ArticleGone
        if not agreed and any(line.changed for line in lines):
            raise PricesChanged
        return lines

    async def _bound(self, channel: Channel, lines: list[Line], buyer: Buyer, email: str | None) -> None:
        most = {
            line.article.product_id: line.article.max_per_buyer
            for line in lines
            if line.article is not None and line.article.max_per_buyer is not None
        }
        if not most:
            return
        bought = await self._carts.bought(channel.owner_id, list(most), buyer.subject, email)
        for product_id, bound in most.items():
            wanted = sum(line.item.quantity for line in lines if line.item.product_id == product_id)
            if wanted + bought.get(product_id, 0) > bound:
                raise TooManyForOne(bound)

    async def _create(
        self,
        channel: Channel,
        cart: Cart,
        buyer: Buyer,
        data: Checkout,
        email: str | None,
        lines: list[Line],
        native: bool,
        now: datetime,
    ) -> Order:
        subtotal = sum((line.total for line in lines), Money(0, cart.currency))
        order = Order(
            seller_id=channel.owner_id,
            channel_id=channel.id,
            cart_id=cart.id,
            provider=NATIVE if native else REQUEST,
            status=OrderStatus.PENDING,
            currency=cart.currency,
            subtotal=subtotal.minor,
            discount=0,
            total=subtotal.minor,
            refunded=0,
            buyer=buyer.subject,
            name=data.name,
            email=email,
            address=data.address,
            note=data.note,
            locale=buyer.locale,
            ui=data.ui if native else None,
            created_at=now,
        )
        await self._orders.add(order)
        evidence = await self._evidence.of(
            order.id, channel.id, data.view or cart.view_hash, cart.referrer, data.coupon, now
        )
        await self._orders.add(evidence, *(_item(order, line) for line in lines))
        return order

    async def _discount(self, order: Order, data: Checkout, now: datetime) -> None:
        """Taken with the stock, and under its lock. Raises `CouponRefused`."""
        if data.coupon is None:
            return
        subtotal = Money(order.subtotal, order.currency)
        coupon, _ = await self._coupons.discount(order.seller_id, data.coupon, subtotal, order.buyer, order.email, now)
        taken_off = await self._coupons.take(coupon, order.id, subtotal, order.buyer, order.email, now)
        order.coupon = coupon.code
        order.discount = taken_off.minor
        order.total = order.subtotal - order.discount
        await self._db.flush()


def _require_contact(data: Checkout) -> None:
    """An order request goes to a person: who, and where to. Raises `Unprocessable`."""
    missing = [name for name in ("name", "email", "address") if getattr(data, name) is None]
    if missing:
        messages = [FieldMessage(name, "is required") for name in missing]
        raise Unprocessable(f"{missing[0]}: is required", messages=messages)


def _spelled(email: str) -> str:
    try:
        return emails.normal(email)
    except ValueError as error:
        raise Unprocessable.field("email", str(error)) from error


def _asked(total: str | float, currency: str) -> int:
    try:
        return Money.asked(total, currency).minor
    except ValueError as error:
        raise Unprocessable.field("total", str(error)) from error


def _item(order: Order, line: Line) -> OrderItem:
    article = line.article
    if article is None:
        raise ArticleGone
    return OrderItem(
        order_id=order.id,
        product_id=article.product_id,
        variant_id=article.variant_id,
        stock_id=article.stock_id,
        name=article.name,
        variant=article.variant,
        sku=article.sku,
        image_key=article.image_key,
        price=line.price.minor,
        quantity=line.item.quantity,
        refunded_quantity=0,
    )
