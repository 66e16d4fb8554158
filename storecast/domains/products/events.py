"""What a room hears of its shelf."""

from msgspec import Struct

from storecast.domains.products.views import ProductView


class ProductEnabled(Struct):
    product: ProductView


class ProductDisabled(Struct):
    product_id: int


class ProductPromoted(Struct):
    """`at` is when the host promoted it, ISO 8601; a player matches it with the picture's programme time."""

    product: ProductView
    at: str
