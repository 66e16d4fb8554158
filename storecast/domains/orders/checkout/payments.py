"""The seam to sellers' accounts at whoever takes the money, filled by `orders/payments`."""

from typing import Protocol

from msgspec import Struct

from storecast.domains.orders.checkout.provider import CheckoutProvider


class Terms(Struct, frozen=True):
    """What a buyer is to know before they pay, in the seller's words; empty where they say nothing."""

    imprint: str = ""
    terms: str = ""
    returns: str = ""
    eu: bool = False
    """The rules of the European Union are kept: a price before is the lowest of 30 days."""


class Payments(Protocol):
    async def provider(self, seller_id: int) -> CheckoutProvider | None:
        """What begins checkouts. None where the seller has none set: then orders are requests."""
        ...

    async def settling(self, seller_id: int) -> CheckoutProvider | None:
        """What looks up, expires and refunds them, also those begun by keys that were taken back or changed since.

        None where there are no such keys any more.
        """
        ...
