"""What a shop's adapter reports of an order."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.domains.orders.carts.schemas import RowId, ViewHash
from storecast.domains.orders.schemas import BuyerAddress, BuyerName
from storecast.kit.emails import Email
from storecast.kit.money import Amount
from storecast.kit.names import Worded, line


class ShopReport(StrEnum):
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class ShopLine(Worded):
    name: Annotated[str, line(200)]
    """As the shop calls it."""
    price: Amount
    """Of one, in major units of `currency`."""
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]
    """How many."""
    product: RowId | None = field(name="productId", default=None)
    """The product here, where it is one: its stock is taken."""
    variant: RowId | None = field(name="variantId", default=None)
    """Which of its variants."""


class ShopEvent(Worded):
    """`order` names an order that is known here; else `channel` says whose it is, and `lines` tell of a new one."""

    event: Annotated[str, Meta(min_length=1, max_length=255)]
    """The event's own id in the seller's shop: told twice, it changes nothing."""
    provider: Annotated[str, Meta(pattern=r"^[a-z]{2,20}(?!\n)$")]
    """The shop's name, as `shopify`."""
    kind: ShopReport
    """What happened."""
    reference: Annotated[str, Meta(min_length=1, max_length=255)]
    """The id of the order in the seller's shop."""
    order: Annotated[str, Meta(min_length=32, max_length=32)] | None = None
    """The order's id here."""
    channel: Annotated[str, Meta(max_length=40)] | None = field(name="eventId", default=None)
    """The channel it is put down to: its id, slug or number. Required without `order`: its owner is the seller."""
    view: ViewHash | None = field(name="viewHash", default=None)
    """The view that led to it."""
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}(?!\n)$")] | None = None
    """An ISO 4217 code."""
    amount: Amount | None = None
    """Of a refund: how much; left out, all that is left."""
    lines: Annotated[list[ShopLine], Meta(max_length=100)] = field(default_factory=list)
    """What was bought."""
    name: BuyerName | None = None
    """Who bought."""
    email: Email | None = None
    """Their address."""
    address: BuyerAddress | None = None
    """Where it goes."""


class ShopAnswer(Struct):
    order: str | None
    """The order's id; null where it is nobody's here."""
    status: str | None
    """How it stands now."""
    heard: bool
    """Whether this was news."""
