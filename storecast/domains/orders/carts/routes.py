"""Carts over HTTP, from the first article to the checkout."""

from contextlib import suppress
from typing import Annotated

from litestar import Controller, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.models import Channel
from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.carts.answers import show_cart
from storecast.domains.orders.carts.models import Cart
from storecast.domains.orders.carts.schemas import CartAddition, CartChange, CartView
from storecast.domains.orders.checkout.errors import PaymentKeysRefused, PaymentRefused, PaymentsDown
from storecast.domains.orders.checkout.schemas import Checkout
from storecast.domains.orders.errors import CartItemNotFound, CouponRefused, NoSuchProvider
from storecast.domains.orders.models import NATIVE, Order
from storecast.kit.envelope import Data
from storecast.kit.errors import TooManyRequests, Unprocessable
from storecast.kit.ids import row_id
from storecast.wiring.unit import Unit

LOOK_UPS = "20/minute"  # of one checkout, at its provider
CouponCode = Annotated[str | None, QueryParameter(name="coupon", max_length=40, description="See what it takes off.")]


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
        channel, buyer = await _shopping(unit, channel_ref)
        cart = await unit.carts.of(channel, buyer)
        placed = None if cart is None else await _came_back(unit, cart)
        return await _answer(unit, channel, None if placed else cart, buyer, coupon, order=placed)

    @post("/", operation_id="addToCart", status_code=200)
    async def add(
        self, channel_ref: FromPath[str], data: JSONBody[CartAddition], unit: NamedDependency[Unit]
    ) -> Data[CartView]:
        """Put something in the cart, which is made with its first line; what is held is held as the channel says.

        With `guest_token` what that guest had comes along, and nothing need be added.
        """
        channel, buyer = await _shopping(unit, channel_ref)
        cart = await unit.carts.of(channel, buyer)
        if cart is not None:
            await _step_back(unit, cart, buyer)
        if data.guest_token is not None:
            guest = unit.tokens.guest_of_late(data.guest_token, unit.now)
            if guest is None:
                raise Unprocessable.field("guest_token", "is no guest's token")
            cart = await unit.carts.move(channel, Buyer.of(guest, unit.network, unit.locale), buyer, unit.now)
        if data.product is not None:
            cart = await unit.carts.add(channel, buyer, data, data.product, unit.now)
        elif data.guest_token is None:
            raise Unprocessable.field("productId", "is required")
        return await _answer(unit, channel, cart, buyer)

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
        channel, buyer = await _shopping(unit, channel_ref)
        cart = await unit.carts.find(channel, second, buyer)
        pending = await unit.checkout.pending_of(cart)
        if pending is not None and pending.ui != asked.ui:
            await unit.checkout.step_back(pending, buyer.subject, unit.now)
        order = await unit.checkout.check_out(channel, cart, buyer, asked, unit.now)
        await unit.checkout.open_payment(order, asked, channel, unit.now)
        return await _answer(unit, channel, cart, buyer, order=order)

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
        channel, buyer = await _shopping(unit, channel_ref)
        cart = await unit.carts.find(channel, first, buyer)
        if await _step_back(unit, cart, buyer) and cart.closed_at is None:
            await unit.carts.hold_again(channel, cart, buyer, unit.now)
        return await _answer(unit, channel, cart, buyer)


async def _shopping(unit: Unit, channel_ref: str) -> tuple[Channel, Buyer]:
    channel = await unit.access.watchable(channel_ref, unit.caller, unit.now)
    return channel, Buyer.of(unit.participant, unit.network, unit.locale)


async def _change(unit: Unit, channel_ref: str, cart_id: str, item: str, quantity: int) -> Data[CartView]:
    channel, buyer = await _shopping(unit, channel_ref)
    cart = await unit.carts.find(channel, cart_id, buyer)
    item_id = row_id(item)
    if item_id is None:
        raise CartItemNotFound
    await _step_back(unit, cart, buyer)
    await unit.carts.change(channel, cart, item_id, quantity, buyer, unit.now)
    return await _answer(unit, channel, cart, buyer)


async def _step_back(unit: Unit, cart: Cart, buyer: Buyer) -> bool:
    """A cart that is being paid is so no longer once its buyer changes it."""
    pending = await unit.checkout.pending_of(cart)
    if pending is not None:
        await unit.checkout.step_back(pending, buyer.subject, unit.now)
    return pending is not None


async def _came_back(unit: Unit, cart: Cart) -> Order | None:
    """What the cart has become, where its buyer is back from paying before the provider has told of it."""
    pending = await unit.checkout.pending_of(cart)
    if pending is None:
        return None
    with suppress(TooManyRequests, PaymentsDown, PaymentKeysRefused, PaymentRefused):
        await unit.limits.hit(LOOK_UPS, "checkout", pending.hash_id)
        await unit.checkout.look_up(pending, unit.now)
    return pending if pending.placed_at is not None else None


async def _answer(
    unit: Unit,
    channel: Channel,
    cart: Cart | None,
    buyer: Buyer,
    coupon: str | None = None,
    *,
    order: Order | None = None,
) -> Data[CartView]:
    if order is None and cart is not None:
        order = await unit.checkout.pending_of(cart)
    state = await unit.carts.state(channel, cart, buyer, unit.now)
    discount, good, error = None, None, None
    if coupon and state.lines:
        try:
            found, discount = await unit.coupons.discount(
                channel.owner_id, coupon, state.subtotal, buyer.subject, buyer.email, unit.now
            )
            good = found.code
        except CouponRefused as refused:
            error = refused.why
    view = show_cart(
        state,
        currency=await unit.currency_of(channel),
        hold=channel.hold_policy,
        payment="stripe" if await unit.payments.provider(channel.owner_id) else "request",
        terms=await unit.payments.terms(channel.owner_id),
        discount=discount,
        coupon=good,
        coupon_error=error,
        order=order,
        urls=unit.urls,
    )
    return Data(view)
