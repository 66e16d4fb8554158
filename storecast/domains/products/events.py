"""What a room hears of its shelf."""

from storecast.contracts.bus import Kind
from storecast.domains.products.models import PinSize
from storecast.domains.products.schemas import ProductView
from storecast.domains.products.stock.values import Quantity, VariantStock
from storecast.kit.events import EVERYBODY, RoomEvent

SHOWN = (Kind.SHELF, Kind.PRODUCTS, Kind.DETAILS)


class ProductEnabled(RoomEvent, name="product.enabled", to=EVERYBODY, stale=SHOWN):
    """A product stands on the shelf, new there or changed."""

    product: ProductView


class ProductDisabled(RoomEvent, name="product.disabled", to=EVERYBODY, stale=SHOWN):
    product_id: int


class ShelfOrdered(RoomEvent, name="shelf.ordered", to=EVERYBODY, stale=SHOWN):
    """The shelf stands in another order: all its products, in it."""

    product_ids: list[int]


class ProductStock(RoomEvent, name="product.stock", to=EVERYBODY, stale=SHOWN):
    """Stock of a product on the shelf has changed; at most once a second for a product."""

    product_id: int
    quantity: Quantity
    variants: list[VariantStock]


class ProductPromoted(RoomEvent, name="product.promoted", to=EVERYBODY, stale=SHOWN):
    """`at` is when the host promoted it, ISO 8601; a player matches it with the picture's programme time.

    A `large` one takes the place of the large one; a `small` one stands beside it.
    """

    product: ProductView
    at: str
    size: PinSize


class ProductUnpromoted(RoomEvent, name="product.unpromoted", to=EVERYBODY, stale=SHOWN):
    """A product is promoted no longer: `at` is when the host took it back, or the show ended, ISO 8601."""

    product_id: int
    at: str
    size: PinSize
