"""What carts take and answer."""

from typing import Annotated

from msgspec import Meta, Struct, field

from storecast.kit.envelope import Data
from storecast.kit.ids import MAX_ROW_ID

MOST_PIECES = 1_000
Quantity = Annotated[int, Meta(ge=1, le=MOST_PIECES)]
RowId = Annotated[int, Meta(ge=1, le=MAX_ROW_ID)]
ViewHash = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]
Referrer = Annotated[str, Meta(max_length=500, pattern=r"^https?://[^\s/]+")]


class CartAddition(Struct):
    product: RowId | None = field(name="productId", default=None)
    """What is added; left out only with `guest_token`."""
    variant: RowId | None = field(name="variantId", default=None)
    """Which of its variants, where it has any."""
    quantity: Quantity = 1
    """How many more."""
    view: ViewHash | None = field(name="viewHash", default=None)
    """The view it is added in, as heartbeats name it: evidence of what led to the sale."""
    referrer: Referrer | None = None
    """Where the viewer came from, as their browser says."""
    guest_token: Annotated[str, Meta(max_length=4096)] | None = None
    """Of somebody who has just signed in: the token they had before. What that guest's cart holds comes along."""


class CartChange(Struct):
    quantity: Annotated[int, Meta(ge=0, le=MOST_PIECES)]
    """How many there are to be; 0 removes the line."""


class CartItemView(Struct):
    id: int
    """Its number."""
    product_id: int
    """The product."""
    variant_id: int | None
    """Its variant, where it has any."""
    name: str
    """The product's name."""
    variant: str | None
    """The variant's name."""
    image: str
    """Address of a picture; empty where there is none."""
    quantity: int
    """How many."""
    price: float | int
    """Of one, now; major units of the cart's currency."""
    previous_price: float | int | None
    """Of one, as the buyer was told before, where that has changed."""
    total: float | int
    """Of all of them."""
    deal: bool
    """Whether it is at a deal's price."""
    available: bool
    """Whether they can be had as things stand: held, or enough left."""
    left: int | None
    """How many this buyer could have; null without end."""


class CartOrderView(Struct):
    """The order a cart is becoming."""

    id: str
    """The order's id."""
    number: int | None
    """The seller's number of it, once it is placed."""
    status: str
    """As `GET orders` has it."""
    url: str
    """The buyer's own page of it, as mails have it."""


class CartTermsView(Struct):
    """What a buyer is to know before they pay, as the seller says it."""

    imprint: str
    """Who sells."""
    terms: str
    """On which terms."""
    returns: str
    """How to send something back."""
    eu: bool
    """Whether the rules of the European Union are kept."""


class CartView(Struct):
    id: str | None
    """The cart's id; null while there is none."""
    type: str
    """`native`: checked out here."""
    currency: str
    """Of every amount; an ISO 4217 code."""
    items: Data[list[CartItemView]]
    """What is in it."""
    subtotal: float | int
    """Of all lines."""
    discount: float | int
    """What the coupon takes off."""
    total: float | int
    """To pay, without shipping."""
    coupon: str | None
    """The coupon that was asked about, where it is good."""
    coupon_error: str | None
    """Why that coupon is not good."""
    hold: str
    """`hold`: the pieces are held until `expires_at`; `first_paid`: nothing is held before it is checked out."""
    expires_at: str | None
    """Until when its pieces are held, ISO 8601."""
    payment: str
    """`stripe`: it is paid here. `request`: an order is sent to the seller, who says how to pay."""
    terms: CartTermsView | None
    """What is to be shown before paying; null where the seller says nothing."""
    checkout_url: str | None
    """Where to pay, once it is checked out."""
    client_secret: str | None
    """For the payment inside the page; only once it was asked for."""
    publishable_key: str | None
    """Goes with `client_secret`."""
    order: CartOrderView | None
    """What it becomes, once it is checked out."""
