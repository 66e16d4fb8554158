"""Sales of a show as the API shows them."""

from msgspec import Struct

from storecast.kit.money import Money


class RevenueView(Struct):
    amount: float | int
    """Major units of `currency`, less what was given back."""
    currency: str
    """An ISO 4217 code."""


class Taken(Struct, frozen=True):
    """Orders in one currency, and what they come to in its minor units."""

    currency: str
    orders: int
    minor: int

    @property
    def view(self) -> RevenueView:
        return RevenueView(Money(self.minor, self.currency).major, self.currency)


class ProductSales(Struct):
    product_id: int
    """The product's number."""
    sold: int
    """Pieces sold since then on this channel, less those given back."""
    reserved: int
    """Pieces in carts, and of those who are paying."""
    available: int | None
    """Pieces left that nobody holds; null where no stock is kept."""


class SalesView(Struct):
    since: str
    """From when on it is counted, ISO 8601: when the show began; off air, 24 hours ago."""
    carts_open: int
    """Carts with something in them."""
    orders: int
    """How many orders were placed, those cancelled left out."""
    revenue: list[RevenueView]
    """What they come to, an entry a currency; `[]` where nothing was sold."""
    products: list[ProductSales]
    """Of each product on the shelf, in its order."""
