"""Sales that happened elsewhere, as their sellers tell of them: a chain's transfer, a sale at the counter."""

from decimal import Decimal

import msgspec
from msgspec import Struct

from storecast.domains.orders.carts.schemas import MOST_PIECES
from storecast.domains.products.models import Product
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Money


class Sale(Struct, frozen=True):
    price: Money  # of one
    quantity: int
    name: str | None
    email: str | None
    note: str | None
    raw: object


class _Known(Struct):
    quantity: int = 1
    price: float | int | str | None = None
    currency: str | None = None
    name: str | None = None
    email: str | None = None
    note: str | None = None


def read_transaction(json: str, product: Product) -> Sale:
    """What is understood of it. Raises `Unprocessable` naming `json`."""
    try:
        raw = msgspec.json.decode(json)
        known = msgspec.convert(raw, _Known) if isinstance(raw, dict) else _Known()
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Unprocessable.field("json", f"is not understood: {error}") from error
    if not 1 <= known.quantity <= MOST_PIECES:
        raise Unprocessable.field("json", f"quantity must be 1 to {MOST_PIECES}")
    currency = known.currency or product.currency
    try:
        if known.price is None:
            price = Money(product.price or 0, product.currency)
        else:
            price = Money.of(Decimal(str(known.price)), currency)
    except (ValueError, ArithmeticError) as error:
        raise Unprocessable.field("json", f"price {error}") from error
    if price.minor < 0:
        raise Unprocessable.field("json", "price must not be negative")
    texts = (known.name, known.email, known.note)
    if any(text is not None and len(text) > 500 for text in texts):
        raise Unprocessable.field("json", "texts in it have at most 500 characters")
    return Sale(price, known.quantity, *texts, raw)
