"""What happened to orders. Whoever may see a channel's orders hears it; who bought is asked for, not told."""

from msgspec import Struct

from storecast.domains.channels.access import Act
from storecast.domains.orders.models import Order, OrderItem
from storecast.kit.events import RoomEvent
from storecast.kit.money import Money


class OrderLine(Struct):
    product_id: int | None
    variant_id: int | None
    name: str
    quantity: int


class OrderHeard(Struct):
    """An order without its buyer: the log that carries it outlasts what is kept of people."""

    id: str
    number: int | None
    status: str
    provider: str
    total: float | int
    refunded: float | int
    currency: str
    items: list[OrderLine]


class OrderEvent(RoomEvent):
    order: OrderHeard


class OrderCreated(OrderEvent, name="order.created", to=Act.SEE_ORDERS):
    """It was placed: its number is given, its stock is taken."""


class OrderPaid(OrderEvent, name="order.paid", to=Act.SEE_ORDERS):
    """Its money is there."""


class OrderFulfilled(OrderEvent, name="order.fulfilled", to=Act.SEE_ORDERS):
    """It was sent, or handed over."""


class OrderCancelled(OrderEvent, name="order.cancelled", to=Act.SEE_ORDERS):
    """Nothing comes of it."""


class OrderRefunded(OrderEvent, name="order.refunded", to=Act.SEE_ORDERS):
    """Money went back: all, or some of it."""


class OrderDisputed(OrderEvent, name="order.disputed", to=Act.SEE_ORDERS):
    """The buyer's bank asks for the money back, or has decided."""


def heard(order: Order, items: list[OrderItem]) -> OrderHeard:
    return OrderHeard(
        id=order.hash_id,
        number=order.number,
        status=order.status,
        provider=order.provider,
        total=Money(order.total, order.currency).major,
        refunded=Money(order.refunded, order.currency).major,
        currency=order.currency,
        items=[OrderLine(item.product_id, item.variant_id, item.name, item.quantity) for item in items],
    )
