"""The rules of a product's variants."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from storecast.domains.products.models import Product, Variant
from storecast.domains.products.prices import asked
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Count
from storecast.domains.products.variants.repository import VariantRepository
from storecast.domains.products.variants.schemas import VariantGiven
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.money import Money


class VariantService:
    """Whoever calls holds the product's row, and its stocks where variants are replaced."""

    def __init__(self, db: Database, stock: StockService) -> None:
        self._db = db
        self._repository = VariantRepository(db)
        self._stock = stock

    async def of(self, product: Product) -> list[Variant]:
        return (await self._repository.of([product.id]))[product.id]

    async def replace(self, product: Product, given: Sequence[VariantGiven], by: str, now: datetime) -> None:
        """The product has these variants, matched by id, else by name, and no others; what was sold of those stays.

        Raises `Unprocessable` naming `variants`, `MoreSold`, `StillKept`.
        """
        await self.replace_all([(product, given)], by, now)

    async def replace_all(
        self, products: Sequence[tuple[Product, Sequence[VariantGiven]]], by: str, now: datetime
    ) -> set[int]:
        """The same for each product. Answers which products have other variants now, by id."""
        known = await self._repository.of([product.id for product, _ in products])
        placed: list[tuple[VariantGiven, Variant]] = []
        changed = set()
        for product, given in products:
            rows = self._placed(product, given, known[product.id])
            placed += zip(given, rows, strict=True)
            for gone in known[product.id]:
                if gone not in rows:
                    gone.deleted_at = now
            were = known[product.id]
            if any(row not in were for row in rows) or any(self._db.is_modified(row) for row in were):
                changed.add(product.id)
        await self._repository.add(*(row for _, row in placed))
        counts = [
            Count(row.product_id, row.id, variant.quantity) for variant, row in placed if variant.quantity is not None
        ]
        await self._stock.share([(row.product_id, row.id) for variant, row in placed if variant.quantity is None], now)
        if counts:
            await self._stock.count_all(counts, by, now)
        return changed

    def _placed(self, product: Product, given: Sequence[VariantGiven], known: Sequence[Variant]) -> list[Variant]:
        """The rows of what is given, as it is given. Raises `Unprocessable`."""
        if len({variant.name for variant in given}) < len(given):
            raise Unprocessable.field("variants", "must have different names")
        rows = _matched(known, given)
        for position, (variant, row) in enumerate(zip(given, rows, strict=True)):
            row.product_id = product.id
            row.name = variant.name
            row.options = dict(variant.options or {})
            price = None if variant.price is None else asked(variant.price, product.currency, "variants")
            row.price = None if price is None else price.minor
            row.sku = variant.sku
            row.reference = variant.reference
            if variant.image_index is not UNSET:
                row.image_key = None if variant.image_index is None else _picture(product, variant.image_index)
            row.position = position
        return rows

    async def change_currency(self, product: Product, former: str) -> None:
        """Prices of their own are the same number in the product's currency. Raises `Unprocessable`."""
        for variant in await self.of(product):
            if variant.price is not None:
                variant.price = asked(Money(variant.price, former).major, product.currency, "variants").minor

    async def copy(self, product: Product, copy: Product, by: str, now: datetime) -> None:
        """`copy` has variants like those of `product`, with as many of each as there ever were."""
        levels = (await self._stock.levels([product.id], now))[product.id]
        totals = {level.variant_id: None if level.unlimited else level.total for level in levels}
        copies = {}
        for variant in await self.of(product):
            copies[variant.id] = Variant(
                product_id=copy.id,
                name=variant.name,
                options=dict(variant.options),
                price=variant.price,
                sku=variant.sku,
                reference=variant.reference,
                image_key=variant.image_key,
                position=variant.position,
            )
        await self._repository.add(*copies.values())
        counts = [Count(copy.id, copies[of].id, total) for of, total in totals.items() if of in copies]
        await self._stock.count_all([Count(copy.id, None, totals.get(None)), *counts], by, now)


def _matched(known: Sequence[Variant], given: Sequence[VariantGiven]) -> list[Variant]:
    """For each of `given` the row it changes, or a new one. Raises `Unprocessable`."""
    by_id = {variant.id: variant for variant in known}
    named = {variant.id for variant in given if variant.id is not None}
    by_name = {variant.name: variant for variant in known if variant.id not in named}
    rows = []
    for variant in given:
        if variant.id is not None and variant.id not in by_id:
            raise Unprocessable.field("variants", f"has no {variant.id}")
        rows.append(by_id[variant.id] if variant.id is not None else by_name.get(variant.name) or Variant())
    if len({id(row) for row in rows}) < len(rows):
        raise Unprocessable.field("variants", "must have different names")
    return rows


def _picture(product: Product, index: int) -> str:
    if index >= len(product.image_keys):
        raise Unprocessable.field("variants", f"has no picture {index}")
    return product.image_keys[index]
