"""Carts over HTTP, from the first article to the checkout."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Annotated, TypeVar

from litestar import Controller, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.models import Channel
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.carts.answers import show_cart
from storecast.domains.orders.carts.models import Cart
from storecast.domains.orders.carts.schemas import CartAddition, CartChange, CartView
from storecast.domains.orders.carts.service import CartState
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused, PaymentsDown
from storecast.domains.orders.checkout.payments import Terms
from storecast.domains.orders.checkout.schemas import Checkout
from storecast.domains.orders.errors import BeingPaid, CartItemNotFound, CouponRefused, NoSuchProvider
from storecast.domains.orders.models import NATIVE, Order, OrderStatus
from storecast.kit.envelope import Data
from storecast.kit.errors import TooManyRequests, Unprocessable
from storecast.kit.ids import row_id
from storecast.wiring.unit import Unit

LOOK_UPS = "20/minute"  # of one checkout, at its provider
MOST_STEPS_BACK = 5  # for one change, of whose buyer asks for a checkout again and again meanwhile
T = TypeVar("T")
CouponCode = Annotated[str | None, QueryParameter(name="coupon", max_length=40, description="See what it takes off.")]


class Visit(Struct, frozen=True):
    """Somebody at a seller's counter. What is known of it beforehand need not be asked while stock is locked."""

    channel: Channel
    buyer: Buyer
    native: bool
    """The seller takes payments."""
    terms: Terms | None

    async def state(self, unit: Unit, cart: Cart | None, order: Order | None = None) -> CartState:
        """Of the cart, as it stands, or as it was ordered."""
        order_id = None if order is None else order.hash_id
        return await unit.carts.state(self.channel, cart, self.buyer, unit.now, order_id=order_id)


class CartController(Controller):
    path = "/events/event/{channel_ref:str}/cart"
    tags = ("Cart",)
    opt = {"scope": Scope.ORDERS, "who": Who.GUEST}  # noqa: RUF012

    @get("/", operation_id="showCart")
    async def show(
        self, channel_ref: FromPath[str], unit: NamedDependency[Unit], coupon: CouponCode = None
    ) -> Data[CartView]:
        """The caller's cart on a channel as it stands: today's prices, and whether each line can still be had.

        Where it is being paid, the provider is asked; once it is paid, the cart is empty and `order` says so.
        """
        visit = await _shopping(unit, channel_ref)
        cart = await unit.carts.of(visit.channel, visit.buyer)
        order = None if cart is None else await _came_back(unit, cart)
        if order is not None and order.placed_at is not None:
            cart = None
        return await _answer(unit, visit, await visit.state(unit, cart, order), order, coupon)

    @post("/", operation_id="addToCart", status_code=200)
    async def add(
        self, channel_ref: FromPath[str], data: JSONBody[CartAddition], unit: NamedDependency[Unit]
    ) -> Data[CartView]:
        """Put something in the cart, which is made with its first line; what is held is held as the channel says.

        With `guest_token` what that guest had comes along, and nothing need be added.
        """
        if data.guest_token is None:
            if data.product is None:
                raise Unprocessable.field("productId", "is required")
            return await add_to_cart(unit, channel_ref, data, data.product)
        visit = await _shopping(unit, channel_ref)
        found = unit.tokens.guest_of_late(data.guest_token, unit.now)
        if found is None:
            raise Unprocessable.field("guest_token", "is no guest's token")
        guest = Buyer.of(found, unit.network, unit.locale)
        move = partial(unit.carts.move, visit.channel, guest, visit.buyer, unit.now)
        cart = await _changed(unit, visit, move, of=(visit.buyer, guest))
        if data.product is not None:
            return await _answer(unit, visit, await _add(unit, visit, data, data.product))
        order = None if cart is None else await unit.checkout.pending_of(cart)
        return await _answer(unit, visit, await visit.state(unit, cart, order), order)

    @put("/{first:str}/{second:str}", operation_id="checkOut")
    async def check_out(
        self,
        channel_ref: FromPath[str],
        first: FromPath[str],
        second: FromPath[str],
        unit: NamedDependency[Unit],
        data: JSONBody[Checkout | None] = None,
    ) -> Data[CartView]:
        """Check a cart out; the path ends in the provider, `native`, and the cart's id. Safe to repeat.

        Where the seller takes payments it is paid at `checkout_url`, or inside the page with `client_secret`; its stock
        is held meanwhile. Where not, an order goes to the seller.
        """
        if first != NATIVE:
            raise NoSuchProvider(first)
        asked = Checkout() if data is None else data
        visit = await _shopping(unit, channel_ref)
        channel, buyer = visit.channel, visit.buyer
        cart = await unit.carts.find(channel, second, buyer)
        pending = await unit.checkout.pending_of(cart)
        if pending is not None and pending.ui != asked.ui:
            await unit.checkout.step_back(pending, buyer.subject, unit.now)
        order = await unit.checkout.check_out(channel, cart, buyer, asked, unit.now)
        await unit.checkout.open_payment(order, asked, channel, unit.now)
        return await _answer(unit, visit, await visit.state(unit, cart, order), order)

    @patch("/{first:str}/{second:str}", operation_id="changeCartItem")
    async def change(
        self,
        channel_ref: FromPath[str],
        first: FromPath[str],
        second: FromPath[str],
        data: JSONBody[CartChange],
        unit: NamedDependency[Unit],
    ) -> Data[CartView]:
        """Change how many there are of a line; the path ends in the cart's id and the line's."""
        return await _change(unit, channel_ref, first, second, data.quantity)

    @delete("/{first:str}/{second:str}", operation_id="removeCartItem", status_code=200)
    async def remove(
        self, channel_ref: FromPath[str], first: FromPath[str], second: FromPath[str], unit: NamedDependency[Unit]
    ) -> Data[CartView]:
        """Remove a line; the path ends in the cart's id and the line's. What it held is free at once."""
        return await _change(unit, channel_ref, first, second, 0)

    @delete("/{first:str}", operation_id="stepBackFromCheckout", status_code=200)
    async def step_back(
        self, channel_ref: FromPath[str], first: FromPath[str], unit: NamedDependency[Unit]
    ) -> Data[CartView]:
        """Do not pay after all; the path ends in the cart's id. What is in it stays, and can be changed again."""
        visit = await _shopping(unit, channel_ref)
        channel, buyer = visit.channel, visit.buyer
        cart = await unit.carts.find(channel, first, buyer)
        if await _step_back(unit, cart, buyer) and cart.closed_at is None:
            hold_again = partial(unit.carts.hold_again, channel, cart, buyer, unit.now)
            return await _answer(unit, visit, await _changed(unit, visit, hold_again))
        return await _answer(unit, visit, await visit.state(unit, cart), await unit.checkout.pending_of(cart))


async def add_to_cart(unit: Unit, channel_ref: str, data: CartAddition, product_id: int) -> Data[CartView]:
    """What most requests for a cart are about."""
    visit = await _shopping(unit, channel_ref)
    return await _answer(unit, visit, await _add(unit, visit, data, product_id))


async def _add(unit: Unit, visit: Visit, data: CartAddition, product_id: int) -> CartState:
    return await _changed(unit, visit, partial(unit.carts.add, visit.channel, visit.buyer, data, product_id, unit.now))


async def _changed(unit: Unit, visit: Visit, change: Callable[[], Awaitable[T]], of: Sequence[Buyer] = ()) -> T:
    """What `change` answers. A cart that is being paid, of the visitor or `of` these, is so no longer before it."""
    for _ in range(MOST_STEPS_BACK):
        try:
            return await change()
        except BeingPaid:
            await unit.db.settle()  # the provider is asked with nothing locked
            for whose in of or (visit.buyer,):
                cart = await unit.carts.of(visit.channel, whose)
                if cart is not None:
                    await _step_back(unit, cart, whose)
    raise PaymentsDown


async def _shopping(unit: Unit, channel_ref: str) -> Visit:
    channel = await unit.access.watchable(channel_ref, unit.caller, unit.now)
    buyer = Buyer.of(unit.participant, unit.network, unit.locale)
    native, terms = await unit.payments.counter(channel.owner_id)
    return Visit(channel, buyer, native, terms)


async def _change(unit: Unit, channel_ref: str, cart_id: str, item: str, quantity: int) -> Data[CartView]:
    visit = await _shopping(unit, channel_ref)
    cart = await unit.carts.find(visit.channel, cart_id, visit.buyer)
    item_id = row_id(item)
    if item_id is None:
        raise CartItemNotFound
    change = partial(unit.carts.change, visit.channel, cart, item_id, quantity, visit.buyer, unit.now)
    return await _answer(unit, visit, await _changed(unit, visit, change))


async def _step_back(unit: Unit, cart: Cart, buyer: Buyer) -> bool:
    """Whether the cart was being paid, which it is no longer."""
    pending = await unit.checkout.pending_of(cart)
    if pending is not None:
        await unit.checkout.step_back(pending, buyer.subject, unit.now)
    return pending is not None


async def _came_back(unit: Unit, cart: Cart) -> Order | None:
    """What the cart is becoming, or is: its buyer may be back from paying before the provider has told of it."""
    order = await unit.checkout.pending_of(cart)
    if order is None:
        return None
    with suppress(TooManyRequests, PaymentsDown, PaymentKeysRefused, PaymentRefused):
        await unit.limits.hit(LOOK_UPS, "checkout", order.hash_id)
        await unit.checkout.look_up(order, unit.now)
    return None if order.status == OrderStatus.CANCELLED else order


async def _answer(
    unit: Unit, visit: Visit, state: CartState, order: Order | None = None, coupon: str | None = None
) -> Data[CartView]:
    """Where something was put in it, others wait for the same stock: no more is asked for that."""
    channel, buyer = visit.channel, visit.buyer
    discount, good, error = None, None, None
    if coupon and state.lines and order is None:
        try:
            found, discount = await unit.coupons.quote(channel.owner_id, coupon, state.subtotal, buyer, unit.now)
            good = found.code
        except CouponRefused as refused:
            error = refused.why
    view = show_cart(
        state,
        currency=await unit.currency_of(channel) if state.cart is None else state.cart.currency,
        hold=channel.hold_policy,
        payment="stripe" if visit.native else "request",
        terms=visit.terms,
        discount=discount,
        coupon=good,
        coupon_error=error,
        order=order,
        order_url="" if order is None else f"{unit.urls.base}/purchases/{unit.order_mails.purchase_token(order)}",
        urls=unit.urls,
    )
    return Data(view)
