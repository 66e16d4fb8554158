"""Products as they are shown, with all that belongs to them, loaded for all of an answer at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from storecast.domains.channels.models import Channel
from storecast.domains.products.deals.repository import DealRepository, GoingDeal
from storecast.domains.products.models import PinSize, Product, Variant
from storecast.domains.products.prices import PriceRepository
from storecast.domains.products.repository import ProductRepository, ProductRow, ShelfRow
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.stock.values import Level, Quantity
from storecast.domains.products.variants.repository import VariantRepository
from storecast.kit.database import Database
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.money import Money


class ShownVariant(Struct, frozen=True):
    """A variant with the stock it is sold from, its own or the product's."""

    row: Variant
    level: Level
    price: Money | None  # its own; None: the product's
    image_key: str | None

    @property
    def keeps_own(self) -> bool:
        return self.level.variant_id is not None


class ShownProduct(Struct, frozen=True):
    """A product as it stands on a shelf, or in the catalogue only (`entry` None)."""

    id: int
    name: str
    link: str
    price: Money | None  # in `currency`; None: no price shown
    currency: str
    compare_at: Money | None
    sku: str | None
    max_per_buyer: int | None
    image_keys: list[str]
    for_sale: bool
    entry: ShelfRow | None = None
    variants: tuple[ShownVariant, ...] = ()  # on a shelf, those shown there
    all_variants: int = 0
    own_level: Level | None = None  # None where it was never put into the ledger
    deal: GoingDeal | None = None
    lowest: Money | None = None  # in the 30 days before its price came to be, where that is known

    @property
    def promoted_at(self) -> datetime | None:
        """Since when it is the large one."""
        return self.entry.pinned_at if self.entry is not None and self.entry.pinned is PinSize.LARGE else None

    @property
    def before_at_most(self) -> Money | None:
        """The most its deal may be compared with, where the seller is bound by the law (`prices.py`)."""
        return self.lowest if self.entry is not None and self.entry.compared_by_law else None

    @property
    def quantity(self) -> Quantity:
        """Of all the stock it is sold from."""
        levels = {variant.level.stock_id: variant.level for variant in self.variants}
        if not levels and self.own_level is not None:
            levels = {self.own_level.stock_id: self.own_level}
        return Quantity.of(list(levels.values())) if levels else Quantity(None, 0, 0, 0, no_limit=True)

    @classmethod
    def of(cls, product: Product | ProductRow, *, for_sale: bool) -> "ShownProduct":
        return cls(
            product.id,
            product.name,
            product.link,
            money(product.price, product.currency),
            product.currency,
            money(product.compare_at, product.currency),
            product.sku,
            product.max_per_buyer,
            product.image_keys,
            for_sale and product.price is not None,
        )


class ProductReader:
    def __init__(self, db: Database) -> None:
        self._repository = ProductRepository(db)
        self._variants = VariantRepository(db)
        self._stock = StockService(db)
        self._deals = DealRepository(db)
        self._prices = PriceRepository(db)

    async def shelves(
        self, channels: Collection[Channel], now: datetime, *, only: Collection[int] | None = None
    ) -> dict[int, list[ShownProduct]]:
        """Each channel's shelf in order, by its id; of `only` these products."""
        on_sale = {channel.id: channel.shop_enabled for channel in channels}
        if only is not None:
            only = [product_id for product_id in only if 0 < product_id <= MAX_ROW_ID]
        rows = await self._repository.shelves(on_sale, only)
        bare = [replace(ShownProduct.of(product, for_sale=on_sale[row.channel_id]), entry=row) for row, product in rows]
        shelves: dict[int, list[ShownProduct]] = {channel_id: [] for channel_id in on_sale}
        for shown in await self._filled(bare, now):
            if shown.entry is not None and (shown.variants or not shown.all_variants):
                shelves[shown.entry.channel_id].append(shown)
        return shelves

    async def catalogue(self, products: Sequence[Product], now: datetime) -> list[ShownProduct]:
        """Products by themselves, in the order given."""
        return await self._filled([ShownProduct.of(product, for_sale=True) for product in products], now)

    async def _filled(self, bare: list[ShownProduct], now: datetime) -> list[ShownProduct]:
        if not bare:
            return []
        ids = {shown.id for shown in bare}
        levels = await self._stock.levels(ids, now)
        variants = await self._variants.of(ids)
        channels = {shown.entry.channel_id for shown in bare if shown.entry is not None}
        deals = await self._deals.going(channels, ids, now) if channels else {}
        compared = {shown.id for shown in bare if shown.compare_at is not None or _deal_of(deals, shown) is not None}
        lowest = await self._prices.lowest(compared, now) if compared else {}
        return [
            replace(
                _by_law(shown, lowest.get(shown.id)),
                variants=_variants_of(shown, variants[shown.id], levels[shown.id]),
                all_variants=len(variants[shown.id]),
                own_level=next((level for level in levels[shown.id] if level.variant_id is None), None),
                deal=_deal_of(deals, shown),
                lowest=lowest.get(shown.id),
            )
            for shown in bare
        ]


def money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _by_law(shown: ShownProduct, lowest: Money | None) -> ShownProduct:
    """Where the seller is bound by it, a price before is at most the lowest of 30 days; none where that is no more."""
    if shown.entry is None or not shown.entry.compared_by_law or shown.compare_at is None or lowest is None:
        return shown
    before = min(shown.compare_at, lowest)
    return replace(shown, compare_at=before if shown.price is None or before > shown.price else None)


def _deal_of(deals: dict[tuple[int, int], GoingDeal], shown: ShownProduct) -> GoingDeal | None:
    return None if shown.entry is None else deals.get((shown.entry.channel_id, shown.id))


def _variants_of(shown: ShownProduct, variants: list[Variant], levels: list[Level]) -> tuple[ShownVariant, ...]:
    """A variant without stock of its own is sold from the product's."""
    by_variant = defaultdict(lambda: _UNKEPT, {level.variant_id: level for level in levels})
    hidden = set(shown.entry.hidden_variants) if shown.entry is not None else set()
    return tuple(
        ShownVariant(
            variant,
            by_variant[variant.id] if variant.id in by_variant else by_variant[None],
            money(variant.price, shown.currency),
            variant.image_key if variant.image_key in shown.image_keys else None,
        )
        for variant in variants
        if variant.id not in hidden
    )


_UNKEPT = Level(0, 0, None, unlimited=True, total=0, sold=0, reserved=0)
