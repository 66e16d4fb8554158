"""Questions asked of the deals."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from storecast.domains.products.models import Deal
from storecast.kit.database import Database, columns
from storecast.kit.money import Money

# A deal goes while nobody ended it, its time is to come, and the product is in its currency; nothing has to be done.
_GOING = "started_at <= $3 AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > $3)"
_SOLD = """
    (SELECT coalesce(sum(CASE kind WHEN 'returned' THEN -deal_quantity ELSE deal_quantity END), 0)
        FROM stock_movements WHERE deal_id = deals.id)
"""
_TAKEN = f"""
    ((SELECT coalesce(sum(deal_quantity), 0) FROM reservations
        WHERE deal_id = deals.id AND (reserved_until IS NULL OR reserved_until > $3)) + {_SOLD})
"""  # noqa: S608 - made of constants
_SHOWN = f"""
    SELECT channel_id, product_id, deals.id, deals.price, deals.currency, ends_at, quantity,
        CASE WHEN quantity IS NOT NULL THEN greatest(0, quantity - {_TAKEN}) END::int AS pieces_left
    FROM deals JOIN products ON products.id = deals.product_id AND products.currency = deals.currency
    WHERE channel_id = ANY($1) AND product_id = ANY($2) AND {_GOING}
"""  # noqa: S608
_ROWS = f"""
    SELECT {columns(Deal)} FROM deals JOIN products ON products.id = deals.product_id
        AND products.currency = deals.currency
    WHERE channel_id = $1 AND product_id = ANY($2) AND {_GOING}
"""  # noqa: S608
_UNENDED = f"SELECT {columns(Deal)} FROM deals WHERE product_id = ANY($1) AND ended_at IS NULL"  # noqa: S608
_END = """
    UPDATE deals SET ended_at = least($3, coalesce(ends_at, $3))
    WHERE channel_id = $1 AND product_id = ANY($2) AND ended_at IS NULL RETURNING id
"""
_END_SOLD_OUT = f"""
    UPDATE deals SET ended_at = $2 WHERE product_id = ANY($1) AND ended_at IS NULL AND quantity <= {_SOLD}
    RETURNING channel_id, product_id
"""  # noqa: S608


class GoingDeal(Struct, frozen=True):
    """A deal that goes, as viewers see it."""

    id: int
    price: Money
    ends_at: datetime | None
    quantity: int | None  # pieces there are at this price
    left: int | None  # of them, that nobody bought or holds


class DealRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def going(
        self, channel_ids: Collection[int], product_ids: Collection[int], now: datetime
    ) -> dict[tuple[int, int], GoingDeal]:
        """By channel and product."""
        rows = await self._db.rows(_SHOWN, list(channel_ids), list(product_ids), now)
        return {(row[0], row[1]): GoingDeal(row[2], Money(row[3], row[4]), *row[5:]) for row in rows}

    async def rows_going(self, channel_id: int, product_ids: Collection[int], now: datetime) -> list[Deal]:
        return await self._db.load(Deal, _ROWS, channel_id, list(product_ids), now)

    async def unended(self, product_ids: Collection[int]) -> list[Deal]:
        """On whatever channel, those whose time is over included."""
        return await self._db.load(Deal, _UNENDED, list(product_ids))

    async def end(self, channel_id: int, product_ids: Collection[int], now: datetime) -> bool:
        """Whether there were any that nobody had ended."""
        return bool(await self._db.within(_END, channel_id, list(product_ids), now))

    async def end_sold_out(self, product_ids: Collection[int], now: datetime) -> set[tuple[int, int]]:
        """Answers on which channels, of which products."""
        return {(row[0], row[1]) for row in await self._db.within(_END_SOLD_OUT, list(product_ids), now)}

    async def find(self, deal_id: int) -> Deal | None:
        return await self._db.get(Deal, deal_id, with_for_update=True)

    async def add(self, deal: Deal) -> None:
        self._db.add(deal)
        await self._db.flush()
