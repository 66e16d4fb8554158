"""Orders as a table for spreadsheets."""

import csv
import io
import re

from storecast.domains.orders.schemas import Details
from storecast.kit.clock import iso
from storecast.kit.money import Money

COLUMNS = (
    "number", "placed_at", "paid_at", "status", "currency", "subtotal", "discount", "shipping", "tax", "total",
    "refunded", "coupon", "name", "email", "phone", "address", "note", "channel", "product", "variant", "sku",
    "quantity", "price", "id",
)  # fmt: skip
_RECKONED = re.compile(r"(^|[;\t\r\n])(?=[ \t\r]*[=+\-@＝＋－＠])")


def header() -> str:
    return "\ufeff" + _line(COLUMNS)  # by this mark spreadsheets know it is UTF-8


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
        _line((*whole, item.name, item.variant, item.sku, item.quantity, amount(item.price), order.hash_id))
        for item in details.items
    )


def _line(cells: tuple[object, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_safe(cell) for cell in cells])
    return text.getvalue()


def _safe(cell: object) -> object:
    """A text that a spreadsheet would reckon with is written as a text (OWASP, CSV injection).

    One that expects semicolons begins a cell behind each, and a row behind each line's end.
    """
    return _RECKONED.sub(r"\1'", cell) if isinstance(cell, str) else "" if cell is None else cell
