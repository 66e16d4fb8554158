"""Deals as they are asked for."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.products.schemas import Price
from storecast.domains.products.variants.schemas import MOST_PIECES

LONGEST = 7 * 24 * 3600  # seconds


class DealGiven(Struct):
    """A price for so long, or for so many pieces: one of the two."""

    price: Price
    """Below the product's, and below those of its variants."""
    seconds: Annotated[int, Meta(ge=1, le=LONGEST)] | None = None
    """How long it goes, by the server's clock."""
    quantity: Annotated[int, Meta(ge=1, le=MOST_PIECES)] | None = None
    """How many pieces there are at this price."""
