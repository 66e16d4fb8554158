"""Where the show is: which product the picture shows, and since when."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from storecast.demo.products import PRODUCTS, Product


@dataclass(frozen=True)
class Slot:
    """One showing of a product. Times are the event loop's clock."""

    product: Product
    turn: int  # how many times the product was shown before
    begins: float
    seconds: float

    @property
    def ends(self) -> float:
        return self.begins + self.seconds

    def moment(self, share: float) -> float:
        """When `share` (0 to 1) of it has passed."""
        return self.begins + share * self.seconds


class Programme:
    """Follows the publisher, who says which part of the show begins: one part a product, in the order of `PRODUCTS`."""

    def __init__(self) -> None:
        self._slot: Slot | None = None
        self._turns: Counter[str] = Counter()
        self._turned = asyncio.Event()

    def turn(self, part: int, begins: float, seconds: float) -> None:
        """The picture turns to the product number `part`, for `seconds` from `begins`."""
        product = PRODUCTS[part]
        self._slot = Slot(product, self._turns[product.name], begins, seconds)
        self._turns[product.name] += 1
        self._turned.set()

    async def next(self) -> Slot:
        """Wait for the next turn; where there were several since the last call, the newest."""
        while self._slot is None:
            self._turned.clear()
            await self._turned.wait()
        slot, self._slot = self._slot, None
        return slot
