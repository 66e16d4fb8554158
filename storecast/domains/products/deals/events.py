"""What a room hears of deals."""

from storecast.domains.products.events import SHOWN
from storecast.kit.events import EVERYBODY, RoomEvent


class DealStarted(RoomEvent, name="deal.started", to=EVERYBODY, stale=SHOWN):
    """A product costs less: until `ends_at`, ISO 8601, or for `quantity` pieces. Prices are in major units.

    `before_at_most` bounds what may be shown as the price before, as it does in the deal of a product.
    """

    product_id: int
    price: float | int
    currency: str
    ends_at: str | None
    quantity: int | None
    before_at_most: float | int | None


class DealEnded(RoomEvent, name="deal.ended", to=EVERYBODY, stale=SHOWN):
    """A product costs what it did before."""

    product_id: int
