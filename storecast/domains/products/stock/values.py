"""What is asked of the ledger, and what it says."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct


class Holder(Struct, frozen=True):
    """Who holds pieces: the cart, the order or the place in line by its public id, and whose it is."""

    id: str
    subject: str
    network: str = ""
    """A guest's; empty for people with an account, whose network bounds nothing."""


class Want(Struct, frozen=True):
    """Pieces of one stock, all lines of it added together; so many of them at the price of a deal."""

    quantity: int
    deal_id: int | None = None
    deal_quantity: int = 0


class Level(Struct, frozen=True):
    """How a stock stands at one moment."""

    stock_id: int
    product_id: int
    variant_id: int | None
    unlimited: bool
    total: int
    sold: int
    reserved: int
    by_subject: int = 0
    """Of the reserved, what the person holds who asks."""
    by_network: int = 0
    """Of the reserved, what guests of their network hold."""

    @property
    def available(self) -> int:
        """0 where no stock is kept, as documented; ask `unlimited` first. Never below 0."""
        return 0 if self.unlimited else max(0, self.total - self.sold - self.reserved)

    def covers(self, quantity: int) -> bool:
        return self.unlimited or quantity <= self.available


class Quantity(Struct, frozen=True):
    """Stock as it is shown; `no_limit` where the seller keeps none."""

    total: int | None
    """How many there ever were; null where no stock is kept."""
    sold: int
    """How many were sold."""
    available: int
    """How many are left that nobody holds."""
    reserved: int
    """How many are held, in carts and by those who are paying."""
    no_limit: bool
    """Whether no stock is kept."""

    @classmethod
    def of(cls, levels: Sequence[Level]) -> "Quantity":
        """Of several together: where one has no limit, they have none."""
        sold, reserved = sum(level.sold for level in levels), sum(level.reserved for level in levels)
        if any(level.unlimited for level in levels):
            return cls(None, sold, 0, reserved, no_limit=True)
        return cls(
            sum(level.total for level in levels),
            sold,
            sum(level.available for level in levels),
            reserved,
            no_limit=False,
        )


class VariantStock(Struct, frozen=True):
    """What is left of a variant."""

    id: int
    """The variant's number."""
    available: int
    """How many are left that nobody holds; 0 where no stock is kept, as with `quantity`."""
    reserved: int
    """How many are held."""
    no_limit: bool
    """Whether no stock is kept."""


class Count(Struct, frozen=True):
    """How many the seller says there are of a product, or of a variant with its own stock; None: none is kept."""

    product_id: int
    variant_id: int | None
    total: int | None


class Difference(Struct, frozen=True):
    """A number of the ledger that its rows do not bear out."""

    stock_id: int
    product_id: int
    what: str
    kept: int
    reckoned: int


class Change(Struct, frozen=True):
    """Who changed it for good, for what, and when."""

    holder: str | None
    by: str | None
    at: datetime
