"""Orders as a table for spreadsheets."""

from storecast.domains.orders.schemas import Details
from storecast.kit.clock import iso
from storecast.kit.money import Money
from storecast.kit.spreadsheets import UTF_8, line

COLUMNS = (
    "number", "placed_at", "paid_at", "status", "currency", "subtotal", "discount", "shipping", "tax", "total",
    "refunded", "coupon", "name", "email", "phone", "address", "note", "channel", "product", "variant", "sku",
    "quantity", "price", "id",
)  # fmt: skip


def header() -> str:
    return UTF_8 + line(COLUMNS)


def lines(details: Details) -> str:
    """A line an article; what is of the order stands on each."""
    order = details.order

    def amount(minor: int) -> str:
        return Money(minor, order.currency).digits

    whole = (
        order.number,
        iso(order.placed_at) if order.placed_at else "",
        iso(order.paid_at) if order.paid_at else "",
        order.status,
        order.currency,
        *(amount(minor) for minor in (order.subtotal, order.discount, order.shipping, order.tax, order.total)),
        amount(order.refunded),
        *(order.coupon, order.name, order.email, order.phone, order.address, order.note, details.channel),
    )
    return "".join(
        line((*whole, item.name, item.variant, item.sku, item.quantity, amount(item.price), order.hash_id))
        for item in details.items
    )
