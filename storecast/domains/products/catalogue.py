"""A user's catalogue: the rules of having products."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from msgspec import UNSET

from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.accounts.models import User
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.access import ChannelAccess
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.deals.service import DealService
from storecast.domains.products.errors import ProductNotFound
from storecast.domains.products.links import checked
from storecast.domains.products.models import Product, Variant
from storecast.domains.products.pictures import arranged, stored
from storecast.domains.products.prices import PriceRepository, asked, in_use
from storecast.domains.products.repository import ProductRepository
from storecast.domains.products.schemas import Offer, ProductCreate, ProductUpdate
from storecast.domains.products.service import ShelfService
from storecast.domains.products.shown import ProductReader, ShownProduct
from storecast.domains.products.stock.service import StockService
from storecast.domains.products.variants.errors import VariantNotFound
from storecast.domains.products.variants.repository import VariantRepository
from storecast.domains.products.variants.schemas import read_variants
from storecast.domains.products.variants.service import VariantService
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.file_deletion import request_deletion
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.money import Money
from storecast.kit.pagination import PageRequest, Slice
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

SEARCH_RESULTS = 100


class CatalogueService:
    def __init__(
        self,
        db: Database,
        channels: ChannelService,
        access: ChannelAccess,
        shelf: ShelfService,
        deals: DealService,
        stock: StockService,
        plans: PlanService,
        storage: Storage,
    ) -> None:
        self._db = db
        self._repository = ProductRepository(db)
        self._prices = PriceRepository(db)
        self._reader = ProductReader(db)
        self._variants = VariantService(db, stock)
        self._channels = channels
        self._access = access
        self._shelf = shelf
        self._deals = deals
        self._stock = stock
        self._plans = plans
        self._storage = storage

    async def find(self, product_id: int, owner: User) -> Product:
        """Raises `ProductNotFound`, for other people's products too."""
        product = await self._repository.find(product_id, owner.id) if 0 < product_id <= MAX_ROW_ID else None
        if product is None:
            raise ProductNotFound
        return product

    async def find_variant(self, variant_id: int, owner: User) -> Variant:
        """Raises `VariantNotFound`, for those of other people's products too."""
        found = await VariantRepository(self._db).find(variant_id, owner.id) if 0 < variant_id <= MAX_ROW_ID else None
        if found is None:
            raise VariantNotFound
        return found

    async def on_sale(self, product_id: int, caller: Caller | None, now: datetime) -> ShownProduct:
        """For whom sees it on a channel, and its owner; ids can be counted through. Raises `ProductNotFound`."""
        product = await self._repository.known(product_id) if 0 < product_id <= MAX_ROW_ID else None
        if product is None:
            raise ProductNotFound
        if not (isinstance(caller, SignedIn) and caller.id == product.owner_id):
            found = await self._channels.by_ids(await self._repository.channels_with([product.id]))
            if not await self._access.seen_by_number([one for one in found.values() if not one.deleted_at], caller):
                raise ProductNotFound
        return (await self.shown([product], now))[0]

    async def shown(self, products: Sequence[Product], now: datetime) -> list[ShownProduct]:
        return await self._reader.catalogue(products, now)

    async def search(self, owner: User, channel: Channel, term: str | None, now: datetime) -> list[ShownProduct]:
        """The owner's products not yet on `channel`, newest first, of a term those most like it."""
        first = PageRequest(1, SEARCH_RESULTS)
        found, _ = await self._repository.catalogue(owner.id, but_on=channel.id, term=term, page=first)
        return await self.shown(found, now)

    async def page_of(
        self, owner: User, channel: Channel, term: str | None, page: PageRequest, now: datetime
    ) -> tuple[list[ShownProduct], Slice]:
        """As `search`, all of them by pages."""
        found, cut = await self._repository.catalogue(owner.id, but_on=channel.id, term=term, page=page)
        return await self.shown(found, now), cut

    async def create(self, data: ProductCreate, owner: User, by: str, now: datetime) -> ShownProduct:
        """Raises `PaymentRequired` at the plan's limit."""
        async with self._made(data, owner, by, now) as product:
            return (await self.shown([product], now))[0]

    async def create_on(
        self, channel: Channel, data: ProductCreate, owner: User, by: str, now: datetime
    ) -> ShownProduct:
        """A new product that stands at the end of the channel's shelf. Raises `PaymentRequired`, `ShelfFull`."""
        async with self._made(data, owner, by, now) as product:
            return await self._shelf.put_on(channel, product, None, now)

    async def update(self, product: Product, data: ProductUpdate, by: str, now: datetime) -> ShownProduct:
        """Of two at once, each changes what it names. Raises `ProductNotFound` when it was deleted meanwhile."""
        if data.currency is not None:
            in_use(data.currency)
        link = checked(data.link)
        pictures = [] if data.image is UNSET else _listed(data.image)
        async with stored(self._storage, pictures) as keys:  # before the lock: S3 may take its time
            await self._hold(product)
            product.name = data.name
            product.link = link
            await self._set_price(product, data, now)
            if keys or data.images is not UNSET:
                await self._replace_pictures(product, arranged(product.image_keys, data.images, keys))
            await self._offer(product, data, by, now)
            await self._db.flush()
            overtaken = await self._deals.end_overtaken([product], now)
            for channel in await self._channels_with(product):
                if (channel.id, product.id) in overtaken:
                    await self._deals.tell(channel, product.id, now)
                await self._shelf.show_anew(channel, product, now)
            return (await self.shown([product], now))[0]

    async def compare_by_law(self, owner: User, bound: bool) -> None:
        """Whether the owner's prices before are at most the lowest of 30 days, as the European Union has it."""
        if await self._repository.compare_by_law(owner.id, bound):
            await self._channels.owner_changed(owner)

    async def delete(self, product: Product, now: datetime) -> None:
        """Off every shelf; the row stays for past orders, its pictures go."""
        await self._hold(product)
        await self._replace_pictures(product, [])
        for channel in await self._channels_with(product):
            await self._shelf.remove(channel, product.id, now)
        product.deleted_at = now

    async def clone(self, product: Product, owner: User, by: str, now: datetime) -> ShownProduct:
        """With its variants, and as many of each as there ever were: nothing of the copy is sold."""
        await self._make_room(owner, now)
        await self._hold(product)
        copy = Product(
            owner_id=owner.id,
            name=f"{product.name[:53]} (copy)",
            link=product.link,
            price=product.price,
            currency=product.currency,
            compare_at=product.compare_at,
            sku=product.sku,
            max_per_buyer=product.max_per_buyer,
            image_keys=list(product.image_keys),
            created_at=now,
        )
        await self._repository.add(copy)
        self._prices.note(copy, now)
        await self._variants.copy(product, copy, by, now)
        return (await self.shown([copy], now))[0]

    @asynccontextmanager
    async def _made(self, data: ProductCreate, owner: User, by: str, now: datetime) -> AsyncGenerator[Product]:
        """A new product, for a block that does more with it; where that fails its pictures go."""
        currency = owner.currency if data.currency is None else in_use(data.currency)
        price = None if data.price is None else asked(data.price, currency).minor
        link = checked(data.link)
        await self._make_room(owner, now)
        async with stored(self._storage, _listed(data.image)) as keys:
            product = Product(
                owner_id=owner.id,
                name=data.name,
                link=link,
                price=price,
                currency=currency,
                image_keys=keys,
                created_at=now,
            )
            await self._repository.add(product)
            self._prices.note(product, now)
            await self._stock.ensure([product.id])
            await self._offer(product, data, by, now)
            yield product

    async def _offer(self, product: Product, data: Offer, by: str, now: datetime) -> None:
        """What `data` says of how it is sold, beyond its price. Raises `Unprocessable`."""
        if data.sku is not UNSET:
            product.sku = data.sku
        if data.max_per_buyer is not UNSET:
            product.max_per_buyer = data.max_per_buyer
        if data.compare_at_price is not UNSET:
            before = data.compare_at_price
            product.compare_at = (
                None if before is None else _compared(product, asked(before, product.currency, _BEFORE))
            )
        if data.quantity is not UNSET or data.variants is not UNSET:
            await self._stock.lock_of([product.id])
        if data.quantity is not UNSET:
            await self._stock.count(product.id, None, data.quantity, by, now)
        if data.variants is not UNSET:
            await self._variants.replace(product, read_variants(data.variants), by, now)

    async def _set_price(self, product: Product, data: ProductUpdate, now: datetime) -> None:
        """The same number where only the currency is another. A former price that is not above it is none."""
        former, price = (product.price, product.currency), data.price
        before = None if product.compare_at is None else Money(product.compare_at, product.currency).major
        if price is None and product.price is not None:
            price = Money(product.price, product.currency).major
        if data.currency is not None and data.currency != product.currency:
            product.currency = data.currency
            await self._variants.change_currency(product, former[1])
            if before is not None and data.compare_at_price is UNSET:
                product.compare_at = asked(before, product.currency, _BEFORE).minor
        if price is not None:
            product.price = asked(price, product.currency).minor
        if (product.price, product.currency) != former:
            self._prices.note(product, now)
            if product.compare_at is not None and product.compare_at <= (product.price or 0):
                product.compare_at = None

    async def _replace_pictures(self, product: Product, keys: list[str]) -> None:
        """The files of those that are gone, and that no copy of the product shows, go."""
        only = await self._repository.only_of(product)
        await request_deletion(self._db, [key for key in only if key not in keys])
        product.image_keys = keys

    async def _hold(self, product: Product) -> None:
        """See `product` as it is now; until this transaction ends nobody changes it, or adds to its owner's catalogue.

        Raises `ProductNotFound` where it is gone.
        """
        await self._plans.lock(product.owner_id, Limit.PRODUCTS)
        await self._db.refresh(product, with_for_update={"key_share": True})
        if product.deleted_at is not None:
            raise ProductNotFound

    async def _make_room(self, owner: User, now: datetime) -> None:
        await self._plans.take(owner, Limit.PRODUCTS, now)

    async def _channels_with(self, product: Product) -> list[Channel]:
        """In an order all keep to: each one's room is locked until the transaction ends."""
        channels = await self._channels.by_ids(await self._repository.channels_with([product.id]))
        return [channels[channel_id] for channel_id in sorted(channels)]


_BEFORE = "compare_at_price"


def _compared(product: Product, before: Money) -> int:
    if product.price is not None and before.minor <= product.price:
        raise Unprocessable.field(_BEFORE, "must be above the price")
    return before.minor


def _listed(image: list[Upload] | Upload) -> list[Upload]:
    return image if isinstance(image, list) else [image]
