"""A cart as its buyer is shown it."""

from storecast.domains.orders.carts.lines import Line
from storecast.domains.orders.carts.schemas import CartItemView, CartOrderView, CartTermsView, CartView
from storecast.domains.orders.carts.service import CartState
from storecast.domains.orders.checkout.payments import Terms
from storecast.domains.orders.models import NATIVE, Order
from storecast.domains.products.stock.values import Level
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.money import Money
from storecast.kit.urls import Urls


def show_cart(
    state: CartState,
    *,
    currency: str,
    hold: str,
    payment: str,
    terms: Terms | None,
    discount: Money | None,
    coupon: str | None,
    coupon_error: str | None,
    order: Order | None,
    order_url: str,
    urls: Urls,
) -> CartView:
    """`currency` is the cart's, or that of one that is not there yet; `order` what it is becoming, at its sums."""
    cart = state.cart
    subtotal = sum((line.total for line in state.lines if line.article is not None), Money(0, currency))
    off = Money(0, currency) if discount is None else discount
    if order is not None and cart is not None:
        subtotal, off = Money(order.subtotal, order.currency), Money(order.discount, order.currency)
        coupon, coupon_error = order.coupon, None
    return CartView(
        id=None if cart is None else cart.hash_id,
        type=NATIVE,
        currency=currency,
        items=Data([_item(line, state, urls) for line in state.lines]),
        subtotal=subtotal.major,
        discount=off.major,
        total=(subtotal - off).major,
        coupon=coupon,
        coupon_error=coupon_error,
        hold=hold,
        expires_at=iso(cart.held_until) if cart is not None and cart.held_until else None,
        payment=payment,
        terms=None if terms is None else CartTermsView(terms.imprint, terms.terms, terms.returns, terms.eu),
        checkout_url=order.checkout_url if order else None,
        client_secret=order.client_secret if order else None,
        publishable_key=order.publishable_key if order else None,
        order=CartOrderView(order.hash_id, order.number, order.status, order_url) if order else None,
    )


def _item(line: Line, state: CartState, urls: Urls) -> CartItemView:
    article, item = line.article, line.item
    level = None if article is None else state.levels.get(article.stock_id)
    return CartItemView(
        id=item.id,
        product_id=item.product_id,
        variant_id=item.variant_id,
        name=item.name if article is None else article.name,
        variant=None if article is None else article.variant,
        image=urls.file(article.image_key) if article is not None and article.image_key else "",
        quantity=item.quantity,
        price=line.price.major,
        previous_price=Money(item.price, line.price.currency).major if line.changed else None,
        total=line.total.major,
        deal=line.deal_id is not None,
        available=level is not None and level.covers(item.quantity),
        left=_left(level),
    )


def _left(level: Level | None) -> int | None:
    if level is None:
        return 0
    return None if level.unlimited else level.available
