"""What a session comes to: lines, discount, shipping and tax, in Stripe's minor units."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

TAX = {"DE": 19, "FR": 20, "AT": 20, "ES": 21}  # percent, by where it goes; elsewhere none is due


@dataclass(frozen=True)
class Sums:
    subtotal: int
    discount: int
    shipping: int
    tax: int
    shipping_tax: int
    total: int


def sums(session: dict[str, Any], country: str | None) -> Sums:
    lines = session["_lines"]
    subtotal = sum(line["unit"] * line["quantity"] for line in lines)
    discount = _discount(session["_coupon"], subtotal)
    chosen = session["_chosen_shipping"]
    shipping = chosen["fixed_amount"]["amount"] if chosen else 0
    rate = TAX.get(country or "", 0) if session["automatic_tax"]["enabled"] else 0
    inclusive = all(line["tax_behavior"] == "inclusive" for line in lines)
    tax = _tax(subtotal - discount, rate, inclusive=inclusive)
    shipping_inclusive = bool(chosen) and chosen["tax_behavior"] == "inclusive"
    shipping_tax = _tax(shipping, rate, inclusive=shipping_inclusive)
    on_top = (0 if inclusive else tax) + (0 if shipping_inclusive else shipping_tax)
    total = subtotal - discount + shipping + on_top
    return Sums(subtotal, discount, shipping, tax + shipping_tax, shipping_tax, total)


def _discount(coupon: dict[str, Any] | None, subtotal: int) -> int:
    if coupon is None:
        return 0
    if coupon["amount_off"] is not None:
        return min(coupon["amount_off"], subtotal)
    return _half_up(Fraction(subtotal) * Fraction(coupon["percent_off"]) / 100)


def _tax(amount: int, rate: int, *, inclusive: bool) -> int:
    return _half_up(Fraction(amount * rate, 100 + rate if inclusive else 100))


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
