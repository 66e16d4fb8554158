"""What is asked of the ledger, and what it says."""

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
