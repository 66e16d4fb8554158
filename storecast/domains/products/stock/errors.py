from msgspec import Struct

from storecast.kit.errors import Conflict


class Short(Struct, frozen=True):
    """An article of which somebody asked for more than there is."""

    stock_id: int
    available: int


class SoldOut(Conflict):
    title = "Not enough left"

    def __init__(self, short: list[Short]) -> None:
        self.short = short
        left = short[0].available
        super().__init__(f"Only {left} left." if left else "Sold out.")


class TooManyHeld(Conflict):
    """Of one person, or of all guests of one network."""

    title = "Too much held"
