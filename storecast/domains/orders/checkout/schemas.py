"""What a checkout takes."""

from typing import Annotated

from msgspec import Meta, field

from storecast.domains.orders.carts.schemas import ViewHash
from storecast.domains.orders.checkout.provider import CheckoutUi
from storecast.domains.orders.coupons.schemas import Code
from storecast.domains.orders.schemas import BuyerAddress, BuyerName, BuyerNote
from storecast.kit.emails import Email
from storecast.kit.money import Amount
from storecast.kit.names import Worded


class Checkout(Worded):
    """Who buys, where it is not asked while paying: `name`, `email` and `address` are needed for an order request."""

    name: BuyerName | None = None
    """Who it is for."""
    email: Email | None = None
    """Where mails about the order go."""
    address: BuyerAddress | None = None
    """Where it is sent to, line by line."""
    note: BuyerNote | None = None
    """What the seller should know."""
    coupon: Code | None = None
    """A coupon's code."""
    ui: CheckoutUi = CheckoutUi.HOSTED
    """Where it is paid: on the provider's page, or inside the caller's."""
    view: ViewHash | None = field(name="viewHash", default=None)
    """The view it is bought in, as heartbeats name it: evidence of what led to the sale."""
    total: Annotated[Amount, Meta(description="The total the buyer agreed to; else 409 where a price has changed.")] | (
        None
    ) = None
    return_path: Annotated[str, Meta(max_length=500, pattern=r"^/(?![/\\])[^\s\\]*(?!\n)$")] | None = None
    """Where on this site the buyer comes back to; left out, the channel's page."""
