"""What a room hears of its shelf."""

from storecast.contracts.bus import Kind
from storecast.domains.products.schemas import ProductView
from storecast.kit.events import EVERYBODY, RoomEvent

SHOWN = (Kind.SHELF, Kind.PRODUCTS, Kind.DETAILS)


class ProductEnabled(RoomEvent, name="product.enabled", to=EVERYBODY, stale=SHOWN):
    """A product stands on the shelf, new there or changed."""

    product: ProductView


class ProductDisabled(RoomEvent, name="product.disabled", to=EVERYBODY, stale=SHOWN):
    product_id: int


class ProductPromoted(RoomEvent, name="product.promoted", to=EVERYBODY, stale=SHOWN):
    """`at` is when the host promoted it, ISO 8601; a player matches it with the picture's programme time."""

    product: ProductView
    at: str


class ProductUnpromoted(RoomEvent, name="product.unpromoted", to=EVERYBODY, stale=SHOWN):
    """No product is promoted any longer: `at` is when the host took it back, or the show ended, ISO 8601."""

    product_id: int
    at: str
