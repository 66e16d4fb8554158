"""Orders as the API takes and shows them."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.orders.models import Order, OrderItem, OrderStatus, OrderStep, Refund, RefundState
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.money import Amount, Money
from storecast.kit.names import Worded, line, paragraphs
from storecast.kit.urls import Urls


class OrderItemView(Struct):
    id: int
    """Its number."""
    product_id: int | None
    """The product, while there is one."""
    variant_id: int | None
    """Its variant, where it has any."""
    name: str
    """The product's name as it was ordered."""
    variant: str | None
    """The variant's name."""
    sku: str | None
    """The seller's own number of it."""
    image: str
    """Address of a picture; empty where there is none."""
    quantity: int
    """How many."""
    refunded_quantity: int
    """How many of them were given back."""
    price: float | int
    """Of one, in major units of the order's currency."""
    total: float | int
    """Of all of them."""


class BuyerView(Struct):
    name: str | None
    """Who ordered."""
    email: str | None
    """Their address."""
    phone: str | None
    """Their telephone."""
    address: str | None
    """Where it goes, line by line."""
    note: str | None
    """What they wrote to the seller."""


class OrderStepView(Struct):
    at: str
    """When, ISO 8601."""
    what: str
    """A status it came to, or what else happened: `refund`, `refund_failed`, `dispute`."""
    by: str
    """Who did it: `buyer`, `seller`, or the provider's name."""
    amount: float | int | None
    """Of what money, where it is about some."""
    note: str | None
    """What was said of it."""


class AttributionView(Struct):
    """What is known of how the order came about."""

    channel: str | None
    """The channel's id."""
    session: str | None
    """The show it was bought in."""
    seconds_watched: int
    """How long its view had gone on."""
    media: str | None
    """The video it was bought in; null for none."""
    media_at: float | None
    """At which second of it."""
    pins: list[int]
    """Products that were on screen."""
    referrer: str | None
    """Where the viewer had come from."""
    coupon: str | None
    """The code they used."""


class OrderView(Struct):
    id: str
    """The order's id."""
    number: int | None
    """The seller's number of it, without gaps; null before it is placed."""
    status: OrderStatus
    """How it stands."""
    provider: str
    """`native`: paid here. `request`: sent to the seller. `outside`: recorded by them. Else the shop's name."""
    currency: str
    """Of every amount; an ISO 4217 code."""
    subtotal: float | int
    """Of all lines."""
    discount: float | int
    """What the coupon took off."""
    shipping: float | int
    """What sending it costs."""
    tax: float | int
    """Tax, in the prices or on top of them."""
    total: float | int
    """What was, or is, to pay."""
    refunded: float | int
    """How much of it was given back."""
    refunding: float | int
    """How much is on its way back: decided on, and not yet confirmed."""
    coupon: str | None
    """The code that was used."""
    items: Data[list[OrderItemView]]
    """What was ordered."""
    buyer: BuyerView
    """Who ordered."""
    history: Data[list[OrderStepView]]
    """What happened to it."""
    attribution: AttributionView | None
    """How it came about; for the seller alone."""
    dispute: str | None
    """How a dispute stands, in the provider's word."""
    event: str | None
    """The channel's id."""
    created_at: str
    """When it was begun, ISO 8601."""
    placed_at: str | None
    """When it was placed, ISO 8601."""
    paid_at: str | None
    """When it was paid, ISO 8601."""


class OrderNote(Worded):
    note: Annotated[str, paragraphs(500, 10)] | None = None
    """What to remember of it, as a parcel's number; the buyer reads it."""


class RefundPiece(Struct):
    id: Annotated[int, Meta(ge=1, le=MAX_ROW_ID)]
    """Which line: the item's `id`."""
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]
    """How many of it."""


class RefundOrder(Worded):
    """All that is left of it, where neither `amount` nor `items` is given."""

    amount: Amount | None = None
    """How much, in major units of the order's currency."""
    items: Annotated[list[RefundPiece], Meta(min_length=1, max_length=100)] | None = None
    """Which pieces: what they cost, less their share of the discount."""
    restock: bool = False
    """Whether the pieces can be sold again."""
    note: Annotated[str, paragraphs(500, 10)] | None = None
    """Why; the buyer reads it."""


class OutsideTransaction(Struct):
    product: Annotated[int, Meta(ge=1, le=MAX_ROW_ID)] = field(name="productId")
    """What was sold."""
    json: Annotated[str, Meta(min_length=1, max_length=10_000)]
    """It as JSON. Of an object, `quantity`, `price`, `currency`, `name`, `email`, `note` are understood."""


BuyerName = Annotated[str, line(100)]
BuyerAddress = Annotated[str, paragraphs(500, 10)]
BuyerNote = Annotated[str, paragraphs(1000, 30)]


class Details(Struct, frozen=True):
    """An order with all that hangs on it."""

    order: Order
    items: list[OrderItem]
    steps: list[OrderStep]
    refunds: list[Refund]
    attribution: AttributionView | None
    channel: str | None  # public id


def show_order(details: Details, urls: Urls, *, to_seller: bool) -> OrderView:
    order = details.order

    def major(minor: int) -> float | int:
        return Money(minor, order.currency).major

    return OrderView(
        id=order.hash_id,
        number=order.number,
        status=OrderStatus(order.status),
        provider=order.provider,
        currency=order.currency,
        subtotal=major(order.subtotal),
        discount=major(order.discount),
        shipping=major(order.shipping),
        tax=major(order.tax),
        total=major(order.total),
        refunded=major(order.refunded),
        refunding=major(sum(each.amount for each in details.refunds if each.state == RefundState.PENDING)),
        coupon=order.coupon,
        items=Data(
            [
                OrderItemView(
                    id=item.id,
                    product_id=item.product_id,
                    variant_id=item.variant_id,
                    name=item.name,
                    variant=item.variant,
                    sku=item.sku,
                    image=urls.file(item.image_key) if item.image_key else "",
                    quantity=item.quantity,
                    refunded_quantity=item.refunded_quantity,
                    price=major(item.price),
                    total=major(item.price * item.quantity),
                )
                for item in details.items
            ]
        ),
        buyer=BuyerView(order.name, order.email, order.phone, order.address, order.note),
        history=Data(
            [
                OrderStepView(
                    at=iso(step.at),
                    what=step.what,
                    by=_actor(step.by, order),
                    amount=None if step.amount is None else major(step.amount),
                    note=step.note,
                )
                for step in details.steps
            ]
        ),
        attribution=details.attribution if to_seller else None,
        dispute=order.disputed,
        event=details.channel,
        created_at=iso(order.created_at),
        placed_at=iso(order.placed_at) if order.placed_at else None,
        paid_at=iso(order.paid_at) if order.paid_at else None,
    )


def _actor(by: str, order: Order) -> str:
    """Nobody learns another's subject."""
    if by == order.buyer:
        return "buyer"
    return "seller" if by.partition(":")[0] in ("user", "guest") else by
