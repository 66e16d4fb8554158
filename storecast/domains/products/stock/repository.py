"""Questions asked of the ledger."""

from collections.abc import Collection, Mapping
from datetime import datetime

from storecast.domains.products.stock.models import MovementKind
from storecast.domains.products.stock.values import Change, Difference, Holder, Level, Want
from storecast.kit.database import Database

_LIVE = "(reserved_until IS NULL OR reserved_until > $2)"
# `stocks.reserved` has what ran out, too, until it is tidied away: few rows, where the good ones may be thousands.
# Between two moments PostgreSQL expects few rows whatever $2 is, and needs no plan of its own for each.
_ENDED = """(
            SELECT coalesce(sum(quantity), 0) FROM reservations
            WHERE stock_id = stocks.id AND reserved_until BETWEEN '-infinity' AND $2
        )"""
# What others committed while a statement waited for its lock only the next one sees: none locks and reads. Nor does one
# lock and change: PostgreSQL then waits for the row twice, and finds itself in a ring with who waits for it, too.
_LOCK = """
    SELECT id FROM stocks WHERE id = ANY($1 || ARRAY(SELECT stock_id FROM reservations WHERE holder = ANY($2)))
    ORDER BY id FOR NO KEY UPDATE
"""
_LOCK_OF = """
    SELECT id FROM stocks WHERE (product_id = ANY($1) AND variant_id IS NULL)
        OR (product_id = ANY($1) AND variant_id IS NOT NULL)
    ORDER BY id FOR NO KEY UPDATE
"""
_LET_GO = """
    WITH gone AS (DELETE FROM reservations WHERE holder = $1 RETURNING stock_id, quantity)
    UPDATE stocks SET untold = true, reserved = reserved - quantity FROM gone WHERE id = stock_id
"""
_FORGET_ENDED = """
    WITH gone AS (
        DELETE FROM reservations WHERE stock_id = ANY($1) AND reserved_until <= $2 RETURNING stock_id, quantity
    )
    UPDATE stocks SET untold = true, reserved = reserved - quantity
    FROM (SELECT stock_id, sum(quantity) AS quantity FROM gone GROUP BY stock_id) AS gone WHERE id = stock_id
"""
_STANDING = f"""
    SELECT stocks.id, product_id, variant_id, unlimited, total, sold, (reserved - {_ENDED} - (
            SELECT coalesce(sum(quantity), 0) FROM reservations
            WHERE holder = $3 AND stock_id = stocks.id AND {_LIVE}
        ))::int,
        (
            SELECT coalesce(sum(quantity), 0)::int FROM reservations
            WHERE subject = $4 AND stock_id = stocks.id AND {_LIVE} AND holder <> $3
        ),
        CASE WHEN $5 = '' THEN 0 ELSE (
            SELECT coalesce(sum(quantity), 0)::int FROM reservations
            WHERE network = $5 AND network <> '' AND stock_id = stocks.id AND {_LIVE} AND holder <> $3
        ) END
    FROM stocks WHERE stocks.id = """  # noqa: S608 - made of constants
# PostgreSQL expects ten of any list, and makes a plan of its own for one: meanwhile others wait for the stock all want.
_LEVEL, _LEVELS = f"{_STANDING} $1", f"{_STANDING} ANY($1)"
_OF_PRODUCTS = f"""
    SELECT id, product_id, variant_id, unlimited, total, sold, (reserved - {_ENDED})::int
    FROM stocks WHERE (product_id = ANY($1) AND variant_id IS NULL) OR (product_id = ANY($1) AND variant_id IS NOT NULL)
"""  # noqa: S608 - in two parts, as the indexes are
_HOLD = """
    WITH gone AS (
        DELETE FROM reservations WHERE holder = $1 AND stock_id <> ALL($5::bigint[])
    ), wanted AS (
        SELECT * FROM unnest($5::bigint[], $6::int[], $7::bigint[], $8::int[])
            AS wanted (stock_id, quantity, deal_id, deal_quantity)
    ), told AS (
        UPDATE stocks SET untold = true, reserved = reserved + more
        FROM (
            SELECT stock_id, sum(quantity) AS more FROM (
                SELECT stock_id, quantity FROM wanted
                UNION ALL SELECT stock_id, -quantity FROM reservations WHERE holder = $1
            ) AS each GROUP BY stock_id
        ) AS change WHERE id = stock_id
    )
    INSERT INTO reservations (stock_id, holder, subject, network, quantity, reserved_until, deal_id, deal_quantity)
    SELECT stock_id, $1, $2, $3, quantity, $4, nullif(deal_id, 0), deal_quantity FROM wanted
    ON CONFLICT (holder, stock_id) DO UPDATE SET quantity = excluded.quantity, subject = excluded.subject,
        network = excluded.network, reserved_until = excluded.reserved_until,
        deal_id = excluded.deal_id, deal_quantity = excluded.deal_quantity
"""
# Who has nothing yet needs nothing read: the row is locked as it is changed.
_HOLD_FIRST = """
    WITH told AS (
        UPDATE stocks SET untold = true, reserved = reserved + $6
        WHERE id = $5 AND (unlimited OR total - sold - reserved >= $6) RETURNING id
    )
    INSERT INTO reservations (stock_id, holder, subject, network, quantity, reserved_until, deal_id, deal_quantity)
    SELECT id, $1, $2, $3, $6, $4, $7, $8 FROM told RETURNING stock_id
"""
_DEAL_TAKEN = f"""
    SELECT (SELECT coalesce(sum(deal_quantity), 0) FROM reservations
        WHERE deal_id = $1 AND {_LIVE} AND holder <> $3)
    + (SELECT coalesce(sum(CASE kind WHEN 'returned' THEN -deal_quantity ELSE deal_quantity END), 0)
        FROM stock_movements WHERE deal_id = $1)
"""  # noqa: S608
_SELL = """
    WITH gone AS (
        DELETE FROM reservations WHERE holder = $1 RETURNING stock_id, quantity, deal_id, deal_quantity
    ), written AS (
        INSERT INTO stock_movements (stock_id, kind, quantity, holder, deal_id, deal_quantity, by, at)
        SELECT stock_id, 'sold', quantity, $2, deal_id, deal_quantity, $3, $4 FROM gone
    )
    UPDATE stocks SET sold = sold + quantity, reserved = reserved - quantity, untold = true
    FROM gone WHERE stocks.id = stock_id
"""
# With the deal's pieces of what the holder bought, once all others of theirs are back.
_RETURN = """
    INSERT INTO stock_movements (stock_id, kind, quantity, holder, deal_id, deal_quantity, by, at)
    SELECT $1, $6, $2::int, $3, deal_id, greatest(0, least(dealt, $2::int - others)), $4, $5
    FROM (
        SELECT max(deal_id) AS deal_id,
            coalesce(sum(CASE kind WHEN 'returned' THEN -deal_quantity ELSE deal_quantity END), 0) AS dealt,
            coalesce(sum((quantity - deal_quantity) * CASE kind WHEN 'returned' THEN -1 ELSE 1 END), 0) AS others
        FROM stock_movements WHERE holder = $3 AND stock_id = $1
    ) AS theirs
"""
_DIFFERENCES = """
    SELECT id, product_id, what, kept, reckoned FROM (
        SELECT stocks.id, product_id, 1 AS place, 'total' AS what, total::bigint AS kept,
            coalesce(sum(quantity) FILTER (WHERE kind = 'counted'), 0) AS reckoned
        FROM stocks LEFT JOIN stock_movements ON stock_id = stocks.id GROUP BY stocks.id
        UNION ALL
        SELECT stocks.id, product_id, 2, 'sold', sold,
            coalesce(sum(CASE kind WHEN 'sold' THEN quantity WHEN 'returned' THEN -quantity END), 0)
        FROM stocks LEFT JOIN stock_movements ON stock_id = stocks.id GROUP BY stocks.id
        UNION ALL
        SELECT stocks.id, product_id, 3, 'reserved', reserved, coalesce(sum(quantity), 0)
        FROM stocks LEFT JOIN reservations ON stock_id = stocks.id GROUP BY stocks.id
        UNION ALL  -- more came back from somebody than they had
        SELECT stocks.id, product_id, 4, 'returned by ' || holder,
            coalesce(sum(quantity) FILTER (WHERE kind = 'returned'), 0),
            coalesce(sum(quantity) FILTER (WHERE kind = 'sold'), 0)
        FROM stocks JOIN stock_movements ON stock_id = stocks.id WHERE holder IS NOT NULL
        GROUP BY stocks.id, holder
        HAVING sum(CASE kind WHEN 'returned' THEN quantity ELSE -quantity END) > 0
        UNION ALL  -- more went at a deal's price than there were
        SELECT min(stock_id), deals.product_id, 5, 'sold by deal ' || deals.id,
            sum(CASE kind WHEN 'returned' THEN -deal_quantity ELSE deal_quantity END), deals.quantity
        FROM deals JOIN stock_movements ON deal_id = deals.id WHERE deals.quantity IS NOT NULL
        GROUP BY deals.id
        HAVING sum(CASE kind WHEN 'returned' THEN -deal_quantity ELSE deal_quantity END) > deals.quantity
    ) AS found WHERE kept <> reckoned ORDER BY id, place
"""
_ENSURE = """
    INSERT INTO stocks (product_id, variant_id, unlimited, total, sold, untold)
    SELECT product_id, nullif(variant_id, 0), true, 0, 0, false
    FROM unnest($1::bigint[], $2::bigint[]) AS wanted (product_id, variant_id) ON CONFLICT DO NOTHING
"""
_COUNT = """
    WITH counted AS (
        SELECT stocks.id, stocks.total AS before, greatest(wanted.total, 0) AS total, wanted.total < 0 AS unlimited
        FROM unnest($1::bigint[], $2::bigint[]) AS wanted (id, total) JOIN stocks USING (id)
    ), written AS (
        INSERT INTO stock_movements (stock_id, kind, quantity, holder, deal_quantity, by, at)
        SELECT id, 'counted', total - before, NULL, 0, $3, $4 FROM counted WHERE total <> before
    )
    UPDATE stocks SET total = counted.total, unlimited = counted.unlimited, untold = true
    FROM counted WHERE stocks.id = counted.id
"""
_TELLING = "SELECT pg_try_advisory_xact_lock(hashtext('stock news'))"
_UNTOLD = """
    SELECT id FROM stocks WHERE untold AND NOT EXISTS (
        SELECT FROM stocks AS told WHERE told_at > $1::timestamptz - interval '1 second' AND (
            (told.product_id = stocks.product_id AND told.variant_id IS NULL)
            OR (told.product_id = stocks.product_id AND told.variant_id IS NOT NULL)
        )
    ) ORDER BY id LIMIT 500 FOR NO KEY UPDATE
"""
_TOLD = "UPDATE stocks SET untold = false, told_at = $1 WHERE id = ANY($2) RETURNING product_id"
_DROP_UNUSED = f"""
    DELETE FROM stocks WHERE id = ANY($1) AND sold = 0
        AND NOT EXISTS (
            SELECT FROM reservations WHERE stock_id = stocks.id AND {_LIVE}
        )
        AND NOT EXISTS (SELECT FROM stock_movements WHERE stock_id = stocks.id AND kind <> 'counted')
    RETURNING variant_id
"""  # noqa: S608 - made of constants


class StockRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def lock(self, stock_ids: Collection[int], *holder_ids: str) -> None:
        """With those of which these holders have any, in the order of their ids, as everybody does."""
        await self._run(_LOCK, list(stock_ids), list(holder_ids))

    async def lock_of(self, product_ids: Collection[int]) -> None:
        """Every stock of these products and their variants."""
        await self._run(_LOCK_OF, list(product_ids))

    async def levels(self, stock_ids: Collection[int], now: datetime, holder: Holder) -> dict[int, Level]:
        """By id, as they stand for this holder: what it has reserved itself is not counted."""
        values = (holder.id, holder.subject, holder.network)
        asked = list(stock_ids)
        statement, ids = (_LEVEL, asked[0]) if len(asked) == 1 else (_LEVELS, asked)
        return {row[0]: Level(*row) for row in await self._db.rows(statement, ids, now, *values)}

    async def of_products(self, product_ids: Collection[int], now: datetime) -> list[Level]:
        """Every stock of these products and their variants."""
        return [Level(*row) for row in await self._db.rows(_OF_PRODUCTS, list(product_ids), now)]

    async def deal_taken(self, deal_id: int, now: datetime, *, but: str) -> int:
        """Pieces of the deal that are sold, or held by others than `but`."""
        return int(str(await self._db.value(_DEAL_TAKEN, deal_id, now, but)))

    async def hold(self, holder: Holder, wants: Mapping[int, Want], until: datetime | None) -> None:
        """The holder has these pieces, and no longer what it had before."""
        ids = sorted(wants)
        found = [wants[stock_id] for stock_id in ids]
        await self._run(
            _HOLD,
            holder.id,
            holder.subject,
            holder.network,
            until,
            ids,
            [want.quantity for want in found],
            [want.deal_id or 0 for want in found],
            [want.deal_quantity for want in found],
        )

    async def hold_first(self, holder: Holder, stock_id: int, want: Want, until: datetime | None) -> bool:
        """The same for a holder that never had anything; False, and nothing, where what ran out has to be counted."""
        values = (want.quantity, want.deal_id, want.deal_quantity)
        whose = (holder.id, holder.subject, holder.network, until)
        return bool(await self._db.within(_HOLD_FIRST, *whose, stock_id, *values))

    async def held(self, holder_id: str) -> dict[int, Want]:
        """What the holder has reserved, run out or not, by stock."""
        rows = await self._db.rows(
            "SELECT stock_id, quantity, deal_id, deal_quantity FROM reservations WHERE holder = $1", holder_id
        )
        return {row[0]: Want(row[1], row[2], row[3]) for row in rows}

    async def let_go(self, holder_id: str) -> None:
        await self._run(_LET_GO, holder_id)

    async def sell(self, holder_id: str, change: Change) -> None:
        """What the holder has is sold."""
        await self._run(_SELL, holder_id, change.holder, change.by, change.at)

    async def put_back(self, stock_id: int, quantity: int, change: Change) -> None:
        values = (change.holder, change.by, change.at, MovementKind.RETURNED)
        await self._run(_RETURN, stock_id, quantity, *values)
        await self._run("UPDATE stocks SET sold = sold - $2, untold = true WHERE id = $1", stock_id, quantity)

    async def count(self, totals: Mapping[int, int | None], change: Change) -> None:
        """How many there are in all, by stock; None: no stock is kept."""
        kept = [-1 if total is None else total for total in totals.values()]
        await self._run(_COUNT, list(totals), kept, change.by, change.at)

    async def ensure(self, product_id: int, variant_id: int | None) -> None:
        """There is a row to lock; a new one keeps no stock."""
        await self.ensure_all([(product_id, variant_id)])

    async def ensure_all(self, wanted: Collection[tuple[int, int | None]]) -> None:
        """The same for each product, and variant if one is named."""
        await self._run(_ENSURE, [each[0] for each in wanted], [each[1] or 0 for each in wanted])

    async def take_untold(self, now: datetime) -> set[int]:
        """The products viewers are to be told of; none while another process tells."""
        [(telling,)] = await self._db.within(_TELLING)
        ready = [row[0] for row in await self._db.within(_UNTOLD, now)] if telling else []
        return {row[0] for row in await self._db.within(_TOLD, now, ready)} if ready else set()

    async def drop_unused(self, stock_ids: Collection[int], now: datetime) -> set[int]:
        """Those of variants from which nothing was ever sold or is held. Answers whose they were."""
        return {row[0] for row in await self._db.within(_DROP_UNUSED, list(stock_ids), now)}

    async def differences(self) -> list[Difference]:
        return [
            Difference(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in await self._db.rows(_DIFFERENCES)
        ]

    async def ended(self, now: datetime) -> list[int]:
        """Stocks with reservations that ran out."""
        rows = await self._db.rows("SELECT DISTINCT stock_id FROM reservations WHERE reserved_until <= $1", now)
        return [row[0] for row in rows]

    async def forget_ended(self, stock_ids: Collection[int], now: datetime) -> None:
        await self._run(_FORGET_ENDED, list(stock_ids), now)

    async def _run(self, statement: str, *values: object) -> None:
        """In the transaction: `rows` alone would begin none, and its lock be gone with it."""
        await self._db.within(statement, *values)
