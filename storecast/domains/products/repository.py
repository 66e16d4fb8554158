"""Questions asked of the products tables."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import delete, func, select, update

from storecast.domains.products.models import Product, Promotion, ShelfEntry
from storecast.kit.database import Database
from storecast.kit.money import Money

_SHELVES = """
    SELECT shelf.channel_id, products.id, name, link, price, currency, image_keys, thumbnail_key, promotions.at
    FROM shelf JOIN products ON products.id = shelf.product_id
    LEFT JOIN promotions ON promoted AND ended_at IS NULL
        AND promotions.channel_id = shelf.channel_id AND promotions.product_id = shelf.product_id
    WHERE shelf.channel_id = ANY($1) AND deleted_at IS NULL ORDER BY position, shelf.product_id
"""
_COUNTS = "SELECT owner_id, count(*) FROM products WHERE owner_id = ANY($1) AND deleted_at IS NULL GROUP BY owner_id"


class ShelfProduct(Struct, frozen=True):
    """A product as it stands on a shelf, or in the catalogue only."""

    id: int
    name: str
    link: str
    price: Money | None  # in `currency`; None: no price shown
    currency: str
    image_keys: list[str]
    thumbnail_key: str | None = None
    promoted_at: datetime | None = None  # since when it is bumped

    @classmethod
    def of(
        cls, product: Product, entry: ShelfEntry | None = None, promoted_at: datetime | None = None
    ) -> "ShelfProduct":
        price = _money(product.price, product.currency)
        facts = (product.id, product.name, product.link, price, product.currency, product.image_keys)
        return cls(*facts) if entry is None else cls(*facts, entry.thumbnail_key, promoted_at)


class ProductRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, product_id: int, owner_id: int) -> Product | None:
        where = (Product.id == product_id, Product.owner_id == owner_id, Product.deleted_at.is_(None))
        return (await self._db.execute(select(Product).where(*where))).scalar_one_or_none()

    async def catalogue(self, owner_id: int, *, but_on: int, term: str | None, limit: int) -> list[Product]:
        """The owner's products that are not on channel `but_on`, newest first."""
        shelved = select(ShelfEntry.product_id).where(ShelfEntry.channel_id == but_on)
        query = select(Product).where(
            Product.owner_id == owner_id, Product.deleted_at.is_(None), Product.id.not_in(shelved)
        )
        if term is not None:
            query = query.where(Product.name.icontains(term, autoescape=True))
        return list((await self._db.execute(query.order_by(Product.id.desc()).limit(limit))).scalars())

    async def shelves(self, channel_ids: Collection[int]) -> dict[int, list[ShelfProduct]]:
        """Each channel's shelf in order."""
        shelves: dict[int, list[ShelfProduct]] = {channel_id: [] for channel_id in channel_ids}
        rows = await self._db.rows(_SHELVES, list(channel_ids))
        for channel_id, product_id, name, link, price, currency, *shown in rows:
            product = ShelfProduct(product_id, name, link, _money(price, currency), currency, *shown)
            shelves[channel_id].append(product)
        return shelves

    async def entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        return await self._db.get(ShelfEntry, (channel_id, product_id))

    async def lock_shelf(self, channel_id: int) -> None:
        await self._db.execute(select(func.pg_advisory_xact_lock(func.hashtext("shelf"), channel_id % 2**31)))

    async def shelf_end(self, channel_id: int) -> tuple[int, int]:
        """How many products stand on the shelf, and the position after the last."""
        query = select(func.count(), func.coalesce(func.max(ShelfEntry.position) + 1, 0))
        count, end = (await self._db.execute(query.where(ShelfEntry.channel_id == channel_id))).one()
        return count, end

    async def channels_with(self, product_id: int) -> list[int]:
        query = select(ShelfEntry.channel_id).where(ShelfEntry.product_id == product_id)
        return list((await self._db.execute(query)).scalars())

    async def remove_entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        where = (ShelfEntry.channel_id == channel_id, ShelfEntry.product_id == product_id)
        removed = await self._db.execute(delete(ShelfEntry).where(*where).returning(ShelfEntry))
        return removed.scalar_one_or_none()

    async def promote(self, channel_id: int, product_id: int) -> None:
        """Bump the product, where no other is bumped."""
        bump = update(ShelfEntry).where(ShelfEntry.channel_id == channel_id, ShelfEntry.product_id == product_id)
        await self._db.execute(bump.values(promoted=True))

    async def promoted(self, channel_id: int) -> int | None:
        """The id of the shelf's promoted product."""
        query = select(ShelfEntry.product_id).where(ShelfEntry.channel_id == channel_id, ShelfEntry.promoted)
        return (await self._db.execute(query)).scalar_one_or_none()

    async def promoted_at(self, entry: ShelfEntry) -> datetime | None:
        """Since when the product is bumped; None where it is not."""
        if not entry.promoted:
            return None
        query = select(Promotion.at).where(
            Promotion.channel_id == entry.channel_id,
            Promotion.product_id == entry.product_id,
            Promotion.ended_at.is_(None),
        )
        return (await self._db.execute(query)).scalar_one_or_none()

    async def end_promotions(self, channel_id: int, now: datetime) -> None:
        shelf = update(ShelfEntry).where(ShelfEntry.channel_id == channel_id, ShelfEntry.promoted)
        await self._db.execute(shelf.values(promoted=False))
        going = update(Promotion).where(Promotion.channel_id == channel_id, Promotion.ended_at.is_(None))
        await self._db.execute(going.values(ended_at=func.greatest(Promotion.at, now)))

    async def add(self, *rows: Product | ShelfEntry | Promotion) -> None:
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

    async def pictures_of(self, owner_id: int) -> list[str]:
        """Storage keys of the pictures of the owner's products, on shelves too."""
        keys = [key for product in await self.every_of(owner_id) for key in product.image_keys]
        thumbnails = select(ShelfEntry.thumbnail_key).join(Product, Product.id == ShelfEntry.product_id)
        thumbnails = thumbnails.where(Product.owner_id == owner_id, ShelfEntry.thumbnail_key.is_not(None))
        return [*keys, *(key for key in (await self._db.execute(thumbnails)).scalars() if key is not None)]


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


async def products_used(db: Database, owner_ids: Collection[int], _: datetime) -> dict[int, int]:
    """How many products each of these owners has in their catalogue."""
    return {row[0]: row[1] for row in await db.rows(_COUNTS, list(owner_ids))}
