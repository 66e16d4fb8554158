"""Questions asked of the variants."""

from collections.abc import Collection

from storecast.domains.products.models import Variant
from storecast.kit.database import Database, columns

_OF = f"""
    SELECT {columns(Variant)} FROM variants
    WHERE product_id = ANY($1) AND deleted_at IS NULL ORDER BY position, id
"""  # noqa: S608 - the model's own columns
_OWNED = f"""
    SELECT {columns(Variant)} FROM variants JOIN products ON products.id = variants.product_id
    WHERE variants.id = $1 AND owner_id = $2 AND variants.deleted_at IS NULL AND products.deleted_at IS NULL
"""  # noqa: S608


class VariantRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, product_ids: Collection[int]) -> dict[int, list[Variant]]:
        """Of each product, in order; deleted ones are left out."""
        found: dict[int, list[Variant]] = {product_id: [] for product_id in product_ids}
        for variant in await self._db.load(Variant, _OF, list(product_ids)):
            found[variant.product_id].append(variant)
        return found

    async def find(self, variant_id: int, owner_id: int) -> Variant | None:
        return next(iter(await self._db.load(Variant, _OWNED, variant_id, owner_id)), None)

    async def add(self, *variants: Variant) -> None:
        self._db.add_all(variants)
        await self._db.flush()
