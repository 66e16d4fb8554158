from collections.abc import Sequence

from msgspec import Struct

from storecast.domains.products.stock.values import Count
from storecast.kit.errors import Conflict, FieldMessage, Unprocessable


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


class MoreSold(Unprocessable):
    """The seller says there are fewer than were sold; `short` has each with how many that is."""

    def __init__(self, short: Sequence[tuple[Count, int]]) -> None:
        self.short = short
        messages = [
            FieldMessage(
                "quantity" if count.variant_id is None else "variants", f"must be at least {sold}: so many are sold"
            )
            for count, sold in short
        ]
        super().__init__("; ".join(f"{each.field}: {each.message}" for each in messages), messages=messages)


class StillKept(Unprocessable):
    """Variants are to have no stock of their own, and some of it was sold or is held; each behind its product."""

    def __init__(self, articles: Sequence[tuple[int, int]]) -> None:
        self.articles = articles
        message = FieldMessage("variants", "must have a quantity each of which some were sold or are held")
        super().__init__(f"{message.field}: {message.message}", messages=[message])
