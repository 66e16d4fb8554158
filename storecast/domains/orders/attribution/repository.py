"""The questions that a rule asks of the evidence."""

from datetime import datetime

from storecast.domains.orders.attribution.schemas import ShareView
from storecast.kit.database import Database
from storecast.kit.money import Money

_SHARES = """
    WITH judged AS (
        SELECT orders.currency, orders.total - orders.refunded AS revenue, orders.buyer,
            evidence.last_watched_at IS NOT NULL AND evidence.seconds_watched >= $4
                AND orders.placed_at - evidence.last_watched_at <= make_interval(days => $3) AS led,
            orders.channel_id, evidence.session_id
        FROM orders LEFT JOIN order_evidence AS evidence ON evidence.order_id = orders.id
        WHERE orders.seller_id = $1 AND ($2::bigint IS NULL OR orders.channel_id = $2)
            AND orders.placed_at >= $5 AND orders.placed_at < $6 AND orders.status <> 'cancelled'
    )
    SELECT channels.hash_id, CASE WHEN led THEN session_id END AS session, currency,
        count(*)::int, sum(revenue)::bigint, count(DISTINCT buyer)::int
    FROM judged LEFT JOIN channels ON led AND channels.id = channel_id
    GROUP BY 1, 2, 3 ORDER BY channels.hash_id IS NULL, 4 DESC, 5 DESC, 3 LIMIT 1000
"""


class AttributionRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def shares(
        self, seller_id: int, channel_id: int | None, days: int, seconds: int, since: datetime, until: datetime
    ) -> list[ShareView]:
        """Of orders placed between the two: those that a view led to, by its show, and the others."""
        rows = await self._db.rows(_SHARES, seller_id, channel_id, days, seconds, since, until)
        return [
            ShareView(channel, session, currency, orders, Money(revenue, currency).major, buyers)
            for channel, session, currency, orders, revenue, buyers in rows
        ]
