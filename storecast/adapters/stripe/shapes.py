"""What is asked of Stripe and what it answers, as far as selling needs it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from storecast.kit.money import Money


class SessionLine(Struct, frozen=True):
    name: str
    description: str | None
    image_url: str | None
    unit: Money
    quantity: int


class ShippingRate(Struct, frozen=True):
    name: str
    price: Money


class SessionAsked(Struct, frozen=True):
    """A Checkout Session to make. Prices and rates are with tax."""

    order_id: str
    lines: tuple[SessionLine, ...]
    discount: Money | None
    locale: str
    email: str | None
    is_embedded: bool
    return_url: str
    cancel_url: str
    expires_at: datetime
    countries: tuple[str, ...]  # to ship to; none where nothing is shipped
    rates: tuple[ShippingRate, ...]
    automatic_tax: bool
    key: str  # the same for the same session


class SessionStatus(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class Person(Struct, frozen=True):
    name: str | None
    email: str | None
    phone: str | None


class PostalAddress(Struct, frozen=True):
    line1: str | None
    line2: str | None
    city: str | None
    postal_code: str | None
    state: str | None
    country: str | None


class Session(Struct, frozen=True):
    id: str
    status: SessionStatus
    is_paid: bool  # or there was nothing to pay
    has_failed: bool  # it was to be paid later, and the bank refused
    url: str | None
    client_secret: str | None
    expires_at: datetime
    payment: str | None
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    buyer: Person | None
    recipient: str | None  # whom it is shipped to
    address: PostalAddress | None  # where to, else of the bill


class RefundStatus(StrEnum):
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Refund(Struct, frozen=True):
    id: str
    amount: Money
    status: RefundStatus


class Dispute(Struct, frozen=True):
    id: str
    payment: str | None
    amount: Money
    status: str  # Stripe's word: `needs_response`, `under_review`, `won`, `lost`, `warning_…`
    reason: str  # Stripe's word
