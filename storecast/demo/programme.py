"""Where the show is: which product the picture shows, and since when."""

import asyncio
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
    """Follows the publisher: the products come in turn from the moment it last started."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is the length of the show, all products once."""
        self._slot_seconds = seconds / len(PRODUCTS)
        self._began: float | None = None
        self._starts = asyncio.Event()

    def start(self, now: float) -> None:
        """The show starts from its beginning."""
        self._began = now
        self._starts.set()

    async def started(self) -> None:
        """Wait for the first start."""
        await self._starts.wait()

    def slot(self, now: float) -> Slot:
        """What is shown at `now`."""
        if self._began is None or now < self._began:
            raise ValueError("the show has not started yet")
        count = int((now - self._began) / self._slot_seconds)
        product = PRODUCTS[count % len(PRODUCTS)]
        return Slot(product, count // len(PRODUCTS), self._began + count * self._slot_seconds, self._slot_seconds)
