"""What the waitlist takes and answers."""

from msgspec import Struct, field

from storecast.domains.orders.carts.schemas import RowId
from storecast.kit.emails import Email


class Waiting(Struct):
    variant: RowId | None = field(name="variantId", default=None)
    """Which of its variants, where it has any."""
    email: Email | None = None
    """Where the offer is mailed to; left out, the account's own address. The page hears of it in any case."""


class PlaceView(Struct):
    joined: bool
    """Whether the caller waits for it."""
    position: int | None
    """How many wait with them, up to and with themselves."""
    offered_until: str | None
    """Until when a piece is held for them, ISO 8601: put it in the cart."""
