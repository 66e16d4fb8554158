"""Questions asked of the products tables."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storecast.domains.products.models import Product, Promotion, ShelfEntry


class ShelfProduct(Struct, frozen=True):
    """A product as it stands on a shelf; `entry` is None for one in the catalogue only."""

    product: Product
    entry: ShelfEntry | None


class ProductRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, product_id: int, owner_id: int) -> Product | None:
        where = (Product.id == product_id, Product.owner_id == owner_id, Product.deleted_at.is_(None))
        return (await self._session.execute(select(Product).where(*where))).scalar_one_or_none()

    async def catalogue(self, owner_id: int, *, but_on: int, term: str | None, limit: int) -> list[Product]:
        """The owner's products that are not on channel `but_on`, newest first."""
        shelved = select(ShelfEntry.product_id).where(ShelfEntry.channel_id == but_on)
        query = select(Product).where(
            Product.owner_id == owner_id, Product.deleted_at.is_(None), Product.id.not_in(shelved)
        )
        if term is not None:
            query = query.where(Product.name.icontains(term, autoescape=True))
        return list((await self._session.execute(query.order_by(Product.id.desc()).limit(limit))).scalars())

    async def counts(self, owner_ids: Collection[int]) -> dict[int, int]:
        """Products in each owner's catalogue."""
        query = select(Product.owner_id, func.count()).where(Product.owner_id.in_(owner_ids))
        query = query.where(Product.deleted_at.is_(None)).group_by(Product.owner_id)
        found = dict((await self._session.execute(query)).all())
        return {owner_id: found.get(owner_id, 0) for owner_id in owner_ids}

    async def lock_owner(self, owner_id: int) -> None:
        """Let one request at a time count this owner's products and add one."""
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext("products"), owner_id % 2**31)))

    async def shelves(self, channel_ids: Collection[int]) -> dict[int, list[ShelfProduct]]:
        """Each channel's shelf in order."""
        query = select(Product, ShelfEntry).join(ShelfEntry, ShelfEntry.product_id == Product.id)
        query = query.where(ShelfEntry.channel_id.in_(channel_ids), Product.deleted_at.is_(None))
        rows = await self._session.execute(query.order_by(ShelfEntry.position, ShelfEntry.product_id))
        shelves: dict[int, list[ShelfProduct]] = {channel_id: [] for channel_id in channel_ids}
        for product, entry in rows:
            shelves[entry.channel_id].append(ShelfProduct(product, entry))
        return shelves

    async def entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        return await self._session.get(ShelfEntry, (channel_id, product_id))

    async def lock_shelf(self, channel_id: int) -> None:
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext("shelf"), channel_id % 2**31)))

    async def shelf_end(self, channel_id: int) -> tuple[int, int]:
        """How many products stand on the shelf, and the position after the last."""
        query = select(func.count(), func.coalesce(func.max(ShelfEntry.position) + 1, 0))
        count, end = (await self._session.execute(query.where(ShelfEntry.channel_id == channel_id))).one()
        return count, end

    async def channels_with(self, product_id: int) -> list[int]:
        query = select(ShelfEntry.channel_id).where(ShelfEntry.product_id == product_id)
        return list((await self._session.execute(query)).scalars())

    async def remove_entry(self, channel_id: int, product_id: int) -> ShelfEntry | None:
        where = (ShelfEntry.channel_id == channel_id, ShelfEntry.product_id == product_id)
        removed = await self._session.execute(delete(ShelfEntry).where(*where).returning(ShelfEntry))
        return removed.scalar_one_or_none()

    async def promote(self, channel_id: int, product_id: int) -> None:
        """Make this the shelf's one promoted product."""
        bump = update(ShelfEntry).where(ShelfEntry.channel_id == channel_id)
        await self._session.execute(bump.values(promoted=ShelfEntry.product_id == product_id))

    async def add(self, *rows: Product | ShelfEntry | Promotion) -> None:
        self._session.add_all(rows)
        await self._session.flush()

    async def hold(self, product: Product) -> None:
        """See `product` as it is now; until this transaction ends nobody adds to its owner's catalogue."""
        await self.lock_owner(product.owner_id)
        await self._session.refresh(product)

    async def only_of(self, product: Product) -> list[str]:
        """Storage keys of the product's pictures that no copy of it shows."""
        others = select(func.unnest(Product.image_keys)).where(
            Product.owner_id == product.owner_id, Product.id != product.id, Product.deleted_at.is_(None)
        )
        others = others.where(Product.image_keys.overlap(product.image_keys))
        shown = set((await self._session.execute(others)).scalars())
        return [key for key in product.image_keys if key not in shown]

    async def every_of(self, owner_id: int) -> list[Product]:
        """All the owner ever had, deleted ones included."""
        return list((await self._session.execute(select(Product).where(Product.owner_id == owner_id))).scalars())

    async def pictures_of(self, owner_id: int) -> list[str]:
        """Storage keys of the pictures of the owner's products, on shelves too."""
        keys = [key for product in await self.every_of(owner_id) for key in product.image_keys]
        thumbnails = select(ShelfEntry.thumbnail_key).join(Product, Product.id == ShelfEntry.product_id)
        thumbnails = thumbnails.where(Product.owner_id == owner_id, ShelfEntry.thumbnail_key.is_not(None))
        return [*keys, *(key for key in (await self._session.execute(thumbnails)).scalars() if key is not None)]
