"""Articles: what can be put in a cart on a channel, a product or one of its variants, and what it costs there now."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from storecast.domains.products.errors import NotForSale, NotOnShelf, VariantNeeded
from storecast.domains.products.stock.repository import StockRepository
from storecast.kit.database import Database
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.money import Money

_ARTICLES = """
    SELECT products.id, variants.id, products.name, variants.name, products.currency,
        coalesce(variants.price, products.price), max_per_buyer,
        coalesce(
            CASE WHEN variants.image_key = ANY(image_keys) THEN variants.image_key END, thumbnail_key, image_keys[1]
        ), coalesce(variants.sku, products.sku),
        coalesce(own.id, shared.id),
        deals.id, deals.price, deals.quantity, deals.ends_at
    FROM shelf JOIN products ON products.id = shelf.product_id AND products.deleted_at IS NULL
    LEFT JOIN variants ON variants.product_id = products.id AND variants.deleted_at IS NULL
        AND NOT variants.id = ANY(hidden_variants)
    LEFT JOIN stocks AS shared ON shared.product_id = products.id AND shared.variant_id IS NULL
    LEFT JOIN stocks AS own ON own.variant_id = variants.id
    LEFT JOIN deals ON deals.channel_id = shelf.channel_id AND deals.product_id = products.id
        AND deals.currency = products.currency AND deals.ended_at IS NULL
        AND (deals.ends_at IS NULL OR deals.ends_at > $3)
    WHERE shelf.channel_id = $1 AND shelf.product_id = ANY($2)
"""

Key = tuple[int, int | None]
"""A product's id, and its variant's where it has any."""


class GoingDeal(Struct, frozen=True):
    id: int
    price: Money
    quantity: int | None  # pieces there are at this price; None: as many as there are
    ends_at: datetime | None


class Article(Struct, frozen=True):
    product_id: int
    variant_id: int | None
    name: str
    variant: str | None
    price: Money  # without a deal
    max_per_buyer: int | None  # of the product, all variants together
    image_key: str | None
    sku: str | None
    stock_id: int
    deal: GoingDeal | None

    @property
    def key(self) -> Key:
        return self.product_id, self.variant_id


class ArticleService:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def on(self, channel_id: int, product_ids: Collection[int], now: datetime) -> dict[Key, Article]:
        """Of these products, what can be bought on the channel: nothing off its shelf, nothing without a price.

        A product with variants is bought as one of them.
        """
        rows = await self._db.rows(_ARTICLES, channel_id, list(product_ids), now)
        if any(row[9] is None for row in rows):  # made while an older release still ran
            for product_id in {row[0] for row in rows}:
                await StockRepository(self._db).ensure(product_id, None)
            rows = await self._db.rows(_ARTICLES, channel_id, list(product_ids), now)
        found: dict[Key, Article] = {}
        for product_id, variant_id, name, variant, currency, price, most, image, sku, stock_id, *deal in rows:
            if price is None:
                continue
            going = None if deal[0] is None else GoingDeal(deal[0], Money(deal[1], currency), deal[2], deal[3])
            money = Money(price, currency)
            article = Article(product_id, variant_id, name, variant, money, most, image, sku, stock_id, going)
            found[article.key] = article
        return found

    async def one(self, channel_id: int, product_id: int, variant_id: int | None, now: datetime) -> Article:
        """Raises `NotOnShelf`; `VariantNeeded` where one has to be chosen; `NotForSale` without a price."""
        found = await self.on(channel_id, [product_id], now) if product_id <= MAX_ROW_ID else {}
        article = found.get((product_id, variant_id))
        if article is not None:
            return article
        if variant_id is None and found:
            raise VariantNeeded
        if (
            not found
            and product_id <= MAX_ROW_ID
            and await self._db.value(
                "SELECT 1 FROM shelf JOIN products ON id = product_id AND deleted_at IS NULL"
                " WHERE channel_id = $1 AND product_id = $2",
                channel_id,
                product_id,
            )
        ):
            raise NotForSale
        raise NotOnShelf
