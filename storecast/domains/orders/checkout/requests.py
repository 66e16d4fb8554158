"""Order requests: they cost their sender nothing and take stock for good, so what waits for a seller is bounded.

The person first; then, of those whose address nobody has verified, their network. Who watched the show through a view
of their own may more: a program would have to watch as often as it orders.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from storecast.domains.orders.buyers import Buyer
from storecast.domains.orders.errors import TooManyWaiting
from storecast.domains.orders.models import Order
from storecast.domains.products.stock.service import HELD_BY_PERSON, NETWORK_MINIMUM, NOBODY, StockService
from storecast.domains.products.stock.values import Want
from storecast.kit.database import Database

WATCHED = 60  # seconds

_WAITING = """
    SELECT stock_id,
        coalesce(sum(quantity) FILTER (WHERE buyer = $2 OR email = $3), 0)::int,
        coalesce(sum(quantity) FILTER (WHERE network = $4), 0)::int,
        coalesce(sum(quantity) FILTER (WHERE network = $4 AND NOT has_watched), 0)::int
    FROM orders JOIN order_items ON order_id = orders.id
    WHERE provider = 'request' AND status = 'placed' AND stock_id = ANY($1)
        AND (buyer = $2 OR email = $3 OR network = $4)
    GROUP BY stock_id
"""
# A view vouches for one person.
_HAS_WATCHED = """
    SELECT seconds_watched >= $2 AND NOT EXISTS (
        SELECT FROM order_evidence AS other JOIN orders ON orders.id = other.order_id
        WHERE other.view_hash = own.view_hash AND orders.buyer <> $3
    )
    FROM order_evidence AS own WHERE order_id = $1
"""


class Waiting(Struct, frozen=True):
    """Pieces of a stock in requests that their seller has not answered."""

    of_person: int = 0
    of_network: int = 0
    unwatched: int = 0  # of the network's, by who did not watch


class Requests:
    def __init__(self, db: Database, stock: StockService) -> None:
        self._db = db
        self._stock = stock

    async def bound(self, order: Order, wants: Mapping[int, Want], buyer: Buyer, now: datetime) -> None:
        """Note where a request comes from. Lock the stock before. Raises `TooManyWaiting`."""
        order.network = buyer.network if buyer.email is None else None
        order.has_watched = bool(await self._db.value(_HAS_WATCHED, order.id, WATCHED, order.buyer))
        values = (order.buyer, order.email, order.network)
        rows = await self._db.rows(_WAITING, list(wants), *values)
        waiting = {row[0]: Waiting(*row[1:]) for row in rows}
        levels = await self._stock.levels_for(NOBODY, wants.keys(), now)
        for stock_id, want in wants.items():
            there, level = waiting.get(stock_id, Waiting()), levels[stock_id]
            if there.of_person + want.quantity > HELD_BY_PERSON:
                raise TooManyWaiting(f"At most {HELD_BY_PERSON} pieces can wait in your orders for the seller.")
            if level.unlimited or order.network is None:
                continue
            among = level.total - level.sold + there.of_network
            if there.of_network + want.quantity > max(NETWORK_MINIMUM, among - among // 4) or (
                not order.has_watched and there.unwatched + want.quantity > max(NETWORK_MINIMUM, among - among // 2)
            ):
                raise TooManyWaiting(
                    "Too many orders from your network wait for the seller. Try again later, or sign in with a "
                    "confirmed address."
                )
