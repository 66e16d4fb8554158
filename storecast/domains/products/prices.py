"""Prices as they are asked, and as they were: the lowest of late is what a price may be compared with."""

from collections.abc import Collection
from datetime import datetime, timedelta

from storecast.domains.products.models import PriceChange, Product
from storecast.kit import currencies
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Amount, Money

MAX_PRICE = 9_999_999  # major units
LOOKED_BACK = timedelta(days=30)  # Directive 98/6/EC, Article 6a

# `asked` is when the price of now came to be: the newest change, or the deal that goes. A price counts that was asked
# at any time in the 30 days before that, one from before them which still stood, too; so does each deal that was on.
_LOWEST = """
    SELECT products.id, products.currency, (
        SELECT min(price) FROM (
            SELECT was.price, was.currency, was.at AS since,
                lead(was.at) OVER (ORDER BY was.at, was.id) AS until
            FROM price_changes AS was WHERE was.product_id = products.id AND was.at < asked.at
            UNION ALL
            SELECT deals.price, deals.currency, started_at, least(ended_at, ends_at)
            FROM deals WHERE deals.product_id = products.id AND started_at < asked.at
        ) AS prices
        WHERE prices.currency = products.currency AND coalesce(until, asked.at) > asked.at - $3::interval
    )
    FROM products, LATERAL (
        SELECT coalesce(
            (SELECT min(started_at) FROM deals WHERE product_id = products.id AND started_at <= $2
                AND ended_at IS NULL AND (ends_at IS NULL OR ends_at > $2) AND deals.currency = products.currency),
            (SELECT max(at) FROM price_changes WHERE product_id = products.id AND at <= $2),
            products.created_at
        ) AS at
    ) AS asked
    WHERE products.id = ANY($1)
"""


class PriceRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def lowest(self, product_ids: Collection[int], now: datetime) -> dict[int, Money]:
        """The lowest price asked for each in the 30 days before the price of now; those of which none is known lack."""
        rows = await self._db.rows(_LOWEST, list(product_ids), now, LOOKED_BACK)
        return {row[0]: Money(row[2], row[1]) for row in rows if row[2] is not None}

    def note(self, product: Product, now: datetime) -> None:
        """That its price is another from now on."""
        self._db.add(PriceChange(product_id=product.id, price=product.price, currency=product.currency, at=now))


def asked(price: Amount, currency: str, field: str = "price") -> Money:
    """What is asked for a product. Raises `Unprocessable` naming `field`."""
    try:
        money = Money.asked(price, currency)
    except ValueError as error:
        raise Unprocessable.field(field, str(error)) from error
    if not 0 <= money.major <= MAX_PRICE:
        raise Unprocessable.field(field, f"must be between 0 and {MAX_PRICE}")
    return money


def in_use(currency: str) -> str:
    """Raises `Unprocessable` naming `currency`."""
    if not currencies.exists(currency):
        raise Unprocessable.field("currency", "is not a currency in use; GET /currencies lists them")
    return currency
