"""Sales that happened elsewhere, as their sellers tell of them: a chain's transfer, a sale at the counter."""

from typing import Annotated

import msgspec
from msgspec import Struct

from storecast.domains.orders.carts.schemas import MOST_PIECES
from storecast.domains.products.models import Product
from storecast.kit import emails
from storecast.kit.emails import Email
from storecast.kit.errors import Unprocessable
from storecast.kit.http.failures import struct_messages
from storecast.kit.money import Amount, Money
from storecast.kit.names import Worded, line, paragraphs


class Sale(Struct, frozen=True):
    price: Money  # of one
    quantity: int
    name: str | None
    email: str | None
    note: str | None


class _Known(Worded):
    quantity: int = 1
    price: Amount | None = None
    currency: str | None = None
    name: Annotated[str, line(500, shortest=0)] | None = None
    email: Email | None = None
    note: Annotated[str, paragraphs(500, 30, shortest=0)] | None = None


def read_transaction(json: str, product: Product) -> Sale:
    """What is understood of it. Raises `Unprocessable` naming `json`."""
    try:
        raw = msgspec.json.decode(json)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unprocessable.field("json", "is not valid JSON") from error
    body = raw if isinstance(raw, dict) else {}
    if wrong := struct_messages(body, _Known):
        raise Unprocessable.field("json", f"{wrong[0].field} {wrong[0].message}")
    known = msgspec.convert(body, _Known, strict=False)
    if not 1 <= known.quantity <= MOST_PIECES:
        raise Unprocessable.field("json", f"quantity must be 1 to {MOST_PIECES}")
    currency = known.currency or product.currency
    try:
        if known.price is None:
            price = Money(product.price or 0, product.currency)
        else:
            price = Money.asked(known.price, currency)
        _ = price * known.quantity  # which is no amount beyond 15 digits either
    except (ValueError, ArithmeticError) as error:
        raise Unprocessable.field("json", f"price {error}") from error
    if price.minor < 0:
        raise Unprocessable.field("json", "price must not be negative")
    try:
        email = None if known.email is None else emails.normal(known.email)
    except ValueError as error:
        raise Unprocessable.field("json", f"email {error}") from error
    return Sale(price, known.quantity, known.name, email, known.note)
