"""Questions asked of the products and of the shelves."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import BigInteger, Text, any_, cast, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from storecast.domains.products.models import PinSize, PriceChange, Product, Promotion, ShelfEntry, Variant
from storecast.domains.products.promotions.values import Pinned
from storecast.kit.database import Database
from storecast.kit.pagination import PageRequest, Slice

_SHELVES = """
    SELECT shelf.channel_id, number, thumbnail_key, hidden_variants, size, promotions.at,
        EXISTS (SELECT FROM compared_by_law WHERE user_id = products.owner_id),
        products.id, name, link, price, currency, compare_at, sku, max_per_buyer, image_keys
    FROM shelf JOIN products ON products.id = shelf.product_id
    LEFT JOIN promotions ON ended_at IS NULL
        AND promotions.channel_id = shelf.channel_id AND promotions.product_id = shelf.product_id
    WHERE shelf.channel_id = ANY($1) AND deleted_at IS NULL AND ($2::bigint[] IS NULL OR shelf.product_id = ANY($2))
    ORDER BY position, shelf.product_id
"""
_PINNED_BETWEEN = """
    SELECT product_id, products.name, size, at, coalesce(ended_at, $3)
    FROM promotions JOIN products ON products.id = product_id
    WHERE channel_id = $1 AND at < $3 AND (ended_at IS NULL OR ended_at > $2) ORDER BY at, promotions.id LIMIT 1000
"""
_CATALOGUE = """
    SELECT id FROM products WHERE owner_id = $1 AND deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM shelf WHERE channel_id = $2 AND product_id = products.id)
    ORDER BY id DESC
"""
# First what has the term in it as it stands, then by how many of the term's trigrams are found.
_SEARCH = """
    WITH asked AS MATERIALIZED (SELECT trigrams($3) AS parts), compared AS (
        SELECT id, name ILIKE $4 OR coalesce(sku, '') ILIKE $4 AS literal, (
            SELECT count(*) FROM unnest(products.trigrams) AS part WHERE part = ANY(asked.parts)
        ) / greatest(1.0, cardinality(asked.parts)) AS likeness
        FROM products, asked WHERE owner_id = $1 AND deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM shelf WHERE channel_id = $2 AND product_id = products.id)
            AND (products.trigrams && asked.parts OR name ILIKE $4 OR sku ILIKE $4)
    )
    SELECT id FROM compared
    WHERE literal OR likeness >= CASE WHEN (SELECT bool_or(literal) FROM compared) THEN $5::numeric ELSE $6::numeric END
    ORDER BY literal DESC, likeness DESC, id DESC
"""
ALIKE = Decimal("0.6")  # beside what has the term itself
LIKE_ENOUGH = Decimal("0.4")  # where nothing has: one wrong letter in a word of four leaves two trigrams of five

_COUNTS = "SELECT owner_id, count(*) FROM products WHERE owner_id = ANY($1) AND deleted_at IS NULL GROUP BY owner_id"
_SORT = """
    UPDATE shelf SET position = sorted.position
    FROM unnest($2::bigint[]) WITH ORDINALITY AS sorted (product_id, position)
    WHERE channel_id = $1 AND shelf.product_id = sorted.product_id
"""


class ProductRow(Struct, frozen=True):
    """What is shown of a product; `price` and `compare_at` in minor units of `currency`."""

    id: int
    name: str
    link: str
    price: int | None
    currency: str
    compare_at: int | None
    sku: str | None
    max_per_buyer: int | None
    image_keys: list[str]


class ShelfRow(Struct, frozen=True):
    """A product's place on a shelf."""

    channel_id: int
    number: int
    thumbnail_key: str | None
    hidden_variants: list[int]
    pinned: PinSize | None
    pinned_at: datetime | None
    compared_by_law: bool


class ProductRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, product_id: int, owner_id: int) -> Product | None:
        where = (Product.id == product_id, Product.owner_id == owner_id, Product.deleted_at.is_(None))
        return (await self._db.execute(select(Product).where(*where))).scalar_one_or_none()

    async def hold(self, product_id: int) -> None:
        """Until this transaction ends nobody changes the product."""
        await self._db.execute(select(Product.id).where(Product.id == product_id).with_for_update(read=True))

    async def known(self, product_id: int) -> Product | None:
        """Whoever's it is."""
        where = (Product.id == product_id, Product.deleted_at.is_(None))
        return (await self._db.execute(select(Product).where(*where))).scalar_one_or_none()

    async def catalogue(
        self, owner_id: int, *, but_on: int | None, term: str | None, page: PageRequest
    ) -> tuple[list[Product], Slice]:
        """The owner's products that are not on channel `but_on`: newest first, of `term` those most like it."""
        if term is None:
            rows = await self._db.rows(_CATALOGUE, owner_id, but_on)
        else:
            literal = re.sub(r"([\\%_])", r"\\\1", term)
            rows = await self._db.rows(_SEARCH, owner_id, but_on, term, f"%{literal}%", ALIKE, LIKE_ENOUGH)
        ids = [row[0] for row in rows]
        wanted = ids[page.offset :][: page.size]
        found = {product.id: product for product in await self.by_ids(wanted)}
        return [found[product_id] for product_id in wanted if product_id in found], Slice(len(ids), page)

    async def held_of(self, owner_id: int, ids: Collection[int], skus: Collection[str]) -> list[Product]:
        """The owner's products of these numbers, or these SKUs; until this transaction ends nobody changes them."""
        query = select(Product).where(
            Product.owner_id == owner_id,
            Product.deleted_at.is_(None),
            or_(
                Product.id == any_(cast(list(ids), ARRAY(BigInteger))),
                Product.sku == any_(cast(list(skus), ARRAY(Text))),
            ),
        )
        held = query.order_by(Product.id).with_for_update(key_share=True).execution_options(populate_existing=True)
        return list((await self._db.execute(held)).scalars())

    async def batch(self, owner_id: int, after: int, size: int) -> list[Product]:
        """The owner's products past a number, in the order of their numbers."""
        query = select(Product).where(Product.owner_id == owner_id, Product.deleted_at.is_(None), Product.id > after)
        return list((await self._db.execute(query.order_by(Product.id).limit(size))).scalars())

    async def by_ids(self, ids: Collection[int]) -> list[Product]:
        return list((await self._db.execute(select(Product).where(Product.id.in_(ids)))).scalars())

    async def shelves(
        self, channel_ids: Collection[int], only: Collection[int] | None = None
    ) -> list[tuple[ShelfRow, ProductRow]]:
        """Each channel's shelf in order; of `only` these products."""
        found = await self._db.rows(_SHELVES, list(channel_ids), None if only is None else list(only))
        return [
            (
                ShelfRow(row[0], row[1], row[2], row[3], PinSize(row[4]) if row[4] else None, row[5], row[6]),
                ProductRow(*row[7:]),
            )
            for row in found
        ]

    async def compare_by_law(self, owner_id: int, bound: bool) -> bool:
        """Whether that is another than before."""
        if bound:
            change = "INSERT INTO compared_by_law (user_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING user_id"
        else:
            change = "DELETE FROM compared_by_law WHERE user_id = $1 RETURNING user_id"
        return bool(await self._db.within(change, owner_id))

    async def entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        return await self._db.get(ShelfEntry, (channel_id, product_id))

    async def lock_shelf(self, channel_id: int) -> None:
        await self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext("shelf"), channel_id % 2**31)))

    async def shelf_end(self, channel_id: int) -> tuple[int, int, int]:
        """How many products stand on the shelf, the position after the last, and the next number."""
        query = select(
            func.count(),
            func.coalesce(func.max(ShelfEntry.position) + 1, 0),
            func.coalesce(func.max(ShelfEntry.number) + 1, 1),
        )
        count, end, number = (await self._db.execute(query.where(ShelfEntry.channel_id == channel_id))).one()
        return count, end, number

    async def shelf_order(self, channel_id: int) -> list[int]:
        query = select(ShelfEntry.product_id).where(ShelfEntry.channel_id == channel_id)
        return list((await self._db.execute(query.order_by(ShelfEntry.position, ShelfEntry.product_id))).scalars())

    async def sort_shelf(self, channel_id: int, product_ids: Sequence[int]) -> None:
        await self._db.within(_SORT, channel_id, list(product_ids))

    async def channels_with(self, product_ids: Collection[int]) -> list[int]:
        """Those that have one of these products on their shelf."""
        query = select(ShelfEntry.channel_id).where(ShelfEntry.product_id.in_(product_ids)).distinct()
        return list((await self._db.execute(query)).scalars())

    async def remove_entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        where = (ShelfEntry.channel_id == channel_id, ShelfEntry.product_id == product_id)
        removed = await self._db.execute(delete(ShelfEntry).where(*where).returning(ShelfEntry))
        return removed.scalar_one_or_none()

    async def promotions(self, channel_id: int) -> dict[int, PinSize]:
        """The products pinned there now."""
        query = select(Promotion.product_id, Promotion.size).where(
            Promotion.channel_id == channel_id, Promotion.ended_at.is_(None)
        )
        return {row[0]: PinSize(row[1]) for row in await self._db.execute(query.order_by(Promotion.id))}

    async def pinned_between(self, channel_id: int, since: datetime, until: datetime) -> list[Pinned]:
        """What was pinned at any time between the two, the first first."""
        return [Pinned(*row) for row in await self._db.rows(_PINNED_BETWEEN, channel_id, since, until)]

    async def end_promotions(self, channel_id: int, product_ids: Collection[int], now: datetime) -> None:
        going = update(Promotion).where(
            Promotion.channel_id == channel_id, Promotion.product_id.in_(product_ids), Promotion.ended_at.is_(None)
        )
        await self._db.execute(going.values(ended_at=func.greatest(Promotion.at, now)))

    async def add(self, *rows: Product | ShelfEntry | Promotion | PriceChange) -> None:
        self._db.add_all(rows)
        await self._db.flush()

    async def only_of(self, product: Product) -> list[str]:
        """Storage keys of the product's pictures that no copy of it shows."""
        others = select(func.unnest(Product.image_keys)).where(
            Product.owner_id == product.owner_id, Product.id != product.id, Product.deleted_at.is_(None)
        )
        others = others.where(Product.image_keys.overlap(product.image_keys))
        shown = set((await self._db.execute(others)).scalars())
        return [key for key in product.image_keys if key not in shown]

    async def every_of(self, owner_id: int) -> list[Product]:
        """All the owner ever had, deleted ones included."""
        return list((await self._db.execute(select(Product).where(Product.owner_id == owner_id))).scalars())

    async def variants_of(self, owner_id: int) -> list[Variant]:
        """Of all the owner ever had, deleted ones included."""
        query = select(Variant).join(Product, Product.id == Variant.product_id).where(Product.owner_id == owner_id)
        return list((await self._db.execute(query.order_by(Variant.id))).scalars())

    async def pictures_of(self, owner_id: int) -> list[str]:
        """Storage keys of the pictures of the owner's products, on shelves too."""
        keys = [key for product in await self.every_of(owner_id) for key in product.image_keys]
        thumbnails = select(ShelfEntry.thumbnail_key).join(Product, Product.id == ShelfEntry.product_id)
        thumbnails = thumbnails.where(Product.owner_id == owner_id, ShelfEntry.thumbnail_key.is_not(None))
        return [*keys, *(key for key in (await self._db.execute(thumbnails)).scalars() if key is not None)]


async def products_used(db: Database, owner_ids: Collection[int], _: datetime) -> dict[int, int]:
    """How many products each of these owners has in their catalogue."""
    return {row[0]: row[1] for row in await db.rows(_COUNTS, list(owner_ids))}
