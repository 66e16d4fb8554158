"""Questions asked of a channel's carts and orders while its show goes on."""

from collections.abc import Collection
from datetime import datetime

from storecast.domains.orders.sales.schemas import Taken
from storecast.kit.database import Database

_CARTS = """
    SELECT count(*) FROM carts WHERE channel_id = $1 AND closed_at IS NULL AND touched_at >= $2
        AND EXISTS (SELECT FROM cart_items WHERE cart_id = carts.id)
"""
_PLACED = "orders.channel_id = $1 AND placed_at >= $2 AND status NOT IN ('pending', 'cancelled')"
_TAKEN = f"""
    SELECT currency, count(*), sum(total - refunded)::bigint FROM orders WHERE {_PLACED}
    GROUP BY currency ORDER BY count(*) DESC, currency
"""  # noqa: S608 - made of constants
_SOLD = f"""
    SELECT product_id, sum(quantity - refunded_quantity)::int FROM order_items
        JOIN orders ON orders.id = order_id AND {_PLACED}
    WHERE product_id IS NOT NULL GROUP BY product_id
"""  # noqa: S608
_OF_SESSIONS = """
    SELECT session_id, currency, count(*), sum(total - refunded)::bigint
    FROM orders JOIN order_evidence ON order_id = orders.id
    WHERE session_id = ANY($1) AND status NOT IN ('pending', 'cancelled')
    GROUP BY session_id, currency ORDER BY count(*) DESC, currency
"""
_SHELF = "SELECT product_id FROM shelf WHERE channel_id = $1 ORDER BY position"


class SalesRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def carts_open(self, channel_id: int, since: datetime) -> int:
        """Carts with something in them that were touched since then, and are no orders yet."""
        return int(str(await self._db.value(_CARTS, channel_id, since)))

    async def taken(self, channel_id: int, since: datetime) -> list[Taken]:
        """Orders and money by currency, the one most orders are in first; what was given back is gone."""
        return [Taken(*row) for row in await self._db.rows(_TAKEN, channel_id, since)]

    async def of_sessions(self, session_ids: Collection[str]) -> dict[str, list[Taken]]:
        """As `taken`, of orders that were placed during these shows."""
        found: dict[str, list[Taken]] = {session_id: [] for session_id in session_ids}
        for session_id, *taken in await self._db.rows(_OF_SESSIONS, list(session_ids)):
            found[session_id].append(Taken(*taken))
        return found

    async def sold(self, channel_id: int, since: datetime) -> dict[int, int]:
        """Pieces that were ordered and not given back, by product."""
        return {row[0]: row[1] for row in await self._db.rows(_SOLD, channel_id, since)}

    async def on_shelf(self, channel_id: int) -> list[int]:
        return [row[0] for row in await self._db.rows(_SHELF, channel_id)]
