"""Coupons as the API takes and shows them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.orders.coupons.models import Coupon
from storecast.kit.clock import iso
from storecast.kit.money import Amount, Money

Code = Annotated[
    str, Meta(min_length=3, max_length=40, pattern=r"^[A-Za-z0-9_-]+(?!\n)$", description="In any case the same.")
]


class CouponChanges(Struct):
    """A coupon, whole: what is left out is not set. Either `percent` or `amount`."""

    code: Code
    """What buyers enter."""
    percent: Annotated[int, Meta(ge=1, le=100)] | None = None
    """Percent of the order's lines that it takes off."""
    amount: Amount | None = None
    """What it takes off, in major units of `currency`."""
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}(?!\n)$")] | None = None
    """Of `amount` and `minimum`, an ISO 4217 code; left out, the seller's own."""
    minimum: Amount | None = None
    """What the order's lines must come to at least."""
    starts_at: datetime | None = None
    """From when it is good."""
    ends_at: datetime | None = None
    """Until when it is good."""
    uses: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    """How often it can be used in all; left out, without end."""
    uses_per_buyer: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    """How often by one buyer; left out, without end."""


class CouponView(Struct):
    id: str
    """The coupon's id."""
    code: str
    """What buyers enter."""
    percent: int | None
    """Percent it takes off."""
    amount: float | int | None
    """What it takes off, major units of `currency`."""
    currency: str | None
    """Of `amount` and `minimum`."""
    minimum: float | int | None
    """What the order's lines must come to at least."""
    starts_at: str | None
    """From when it is good, ISO 8601."""
    ends_at: str | None
    """Until when it is good, ISO 8601."""
    uses: int | None
    """How often it can be used in all."""
    uses_per_buyer: int | None
    """How often by one buyer."""
    used: int
    """How often it is used, open checkouts included."""


class PinnedCouponView(Struct):
    """A coupon as viewers may claim it."""

    code: str
    """What buyers enter."""
    percent: int | None
    """Percent it takes off."""
    amount: float | int | None
    """What it takes off, major units of `currency`."""
    currency: str | None
    """Of `amount` and `minimum`."""
    minimum: float | int | None
    """What the order's lines must come to at least."""
    ends_at: str | None
    """Until when it is good, ISO 8601."""
    left: int | None
    """How often it can still be used; null without end."""


def show_coupon(coupon: Coupon) -> CouponView:
    return CouponView(
        id=coupon.hash_id,
        code=coupon.code,
        percent=coupon.percent,
        amount=_major(coupon.amount, coupon.currency),
        currency=coupon.currency,
        minimum=_major(coupon.minimum, coupon.currency),
        starts_at=iso(coupon.starts_at) if coupon.starts_at else None,
        ends_at=iso(coupon.ends_at) if coupon.ends_at else None,
        uses=coupon.uses,
        uses_per_buyer=coupon.uses_per_buyer,
        used=coupon.used,
    )


def show_pinned(coupon: Coupon) -> PinnedCouponView:
    return PinnedCouponView(
        code=coupon.code,
        percent=coupon.percent,
        amount=_major(coupon.amount, coupon.currency),
        currency=coupon.currency,
        minimum=_major(coupon.minimum, coupon.currency),
        ends_at=iso(coupon.ends_at) if coupon.ends_at else None,
        left=None if coupon.uses is None else coupon.uses - coupon.used,
    )


def _major(minor: int | None, currency: str | None) -> float | int | None:
    return None if minor is None or currency is None else Money(minor, currency).major
