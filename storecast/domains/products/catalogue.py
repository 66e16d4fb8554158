"""A user's catalogue: the rules of having products."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

from msgspec import UNSET

from storecast.domains.accounts.models import User
from storecast.domains.billing.limits import Limit
from storecast.domains.billing.service import PlanService
from storecast.domains.channels.models import Channel
from storecast.domains.channels.service import ChannelService
from storecast.domains.products.errors import ProductNotFound
from storecast.domains.products.models import Product
from storecast.domains.products.pictures import stored
from storecast.domains.products.repository import ProductRepository, ShelfProduct
from storecast.domains.products.schemas import ProductCreate, ProductUpdate
from storecast.domains.products.service import ShelfService
from storecast.kit import currencies
from storecast.kit.database import Database
from storecast.kit.errors import Unprocessable
from storecast.kit.file_deletion import request_deletion
from storecast.kit.ids import MAX_ROW_ID
from storecast.kit.money import Amount, Money
from storecast.kit.storage import Storage
from storecast.kit.uploads import Upload

SEARCH_RESULTS = 100
MAX_PRICE = 9_999_999  # major units


class CatalogueService:
    def __init__(
        self,
        db: Database,
        channels: ChannelService,
        shelf: ShelfService,
        plans: PlanService,
        storage: Storage,
    ) -> None:
        self._db = db
        self._repository = ProductRepository(db)
        self._channels = channels
        self._shelf = shelf
        self._plans = plans
        self._storage = storage

    async def find(self, product_id: int, owner: User) -> Product:
        """Raises `ProductNotFound`, for other people's products too."""
        product = await self._repository.find(product_id, owner.id) if product_id <= MAX_ROW_ID else None
        if product is None:
            raise ProductNotFound
        return product

    async def search(self, owner: User, channel: Channel, term: str | None) -> list[Product]:
        """The owner's products not yet on `channel`, newest first."""
        return await self._repository.catalogue(owner.id, but_on=channel.id, term=term, limit=SEARCH_RESULTS)

    async def create(self, data: ProductCreate, owner: User, now: datetime) -> Product:
        """Raises `PaymentRequired` at the plan's limit."""
        async with self._made(data, owner, now) as product:
            return product

    async def create_on(self, channel: Channel, data: ProductCreate, owner: User, now: datetime) -> ShelfProduct:
        """A new product that stands at the end of the channel's shelf. Raises `PaymentRequired`, `ShelfFull`."""
        async with self._made(data, owner, now) as product:
            return await self._shelf.put_on(channel, product, None, now)

    async def update(self, product: Product, data: ProductUpdate, now: datetime) -> Product:
        """Of two at once, each changes what it names. Raises `ProductNotFound` when it was deleted meanwhile."""
        if data.currency is not None:
            _in_use(data.currency)
        pictures = [] if data.image is UNSET else _listed(data.image)
        async with stored(self._storage, pictures) as keys:  # before the lock: S3 may take its time
            await self._hold(product)
            product.name = data.name
            product.link = data.link
            _set_price(product, data)
            if keys:
                await self._replace_pictures(product, keys)
            await self._db.flush()
            for channel in await self._channels_with(product):
                await self._shelf.show_anew(channel, product, now)
        return product

    async def delete(self, product: Product, now: datetime) -> None:
        """Off every shelf; the row stays for past orders, its pictures go."""
        await self._hold(product)
        await self._replace_pictures(product, [])
        for channel in await self._channels_with(product):
            await self._shelf.remove(channel, product, now)
        product.deleted_at = now

    async def clone(self, product: Product, owner: User, now: datetime) -> Product:
        await self._make_room(owner, now)
        await self._hold(product)
        copy = Product(
            owner_id=owner.id,
            name=f"{product.name[:53]} (copy)",
            link=product.link,
            price=product.price,
            currency=product.currency,
            image_keys=list(product.image_keys),
            created_at=now,
        )
        await self._repository.add(copy)
        return copy

    @asynccontextmanager
    async def _made(self, data: ProductCreate, owner: User, now: datetime) -> AsyncGenerator[Product]:
        """A new product, for a block that does more with it; where that fails its pictures go."""
        currency = owner.currency if data.currency is None else _in_use(data.currency)
        price = None if data.price is None else asked(data.price, currency).minor
        await self._make_room(owner, now)
        async with stored(self._storage, _listed(data.image)) as keys:
            product = Product(
                owner_id=owner.id,
                name=data.name,
                link=data.link,
                price=price,
                currency=currency,
                image_keys=keys,
                created_at=now,
            )
            await self._repository.add(product)
            yield product

    async def _replace_pictures(self, product: Product, keys: list[str]) -> None:
        """The files of those that no copy of the product shows go."""
        await request_deletion(self._db, await self._repository.only_of(product))
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
        channels = await self._channels.by_ids(await self._repository.channels_with(product.id))
        return [channels[channel_id] for channel_id in sorted(channels)]


def asked(price: Amount, currency: str) -> Money:
    """What is asked for a product. Raises `Unprocessable` naming `price`."""
    try:
        money = Money.asked(price, currency)
    except ValueError as error:
        raise Unprocessable.field("price", str(error)) from error
    if not 0 <= money.major <= MAX_PRICE:
        raise Unprocessable.field("price", f"must be between 0 and {MAX_PRICE}")
    return money


def _set_price(product: Product, data: ProductUpdate) -> None:
    price = data.price
    if price is None and product.price is not None:
        price = Money(product.price, product.currency).major
    if data.currency is not None:
        product.currency = data.currency
    if price is not None:
        product.price = asked(price, product.currency).minor


def _in_use(currency: str) -> str:
    if not currencies.exists(currency):
        raise Unprocessable.field("currency", "is not a currency in use; GET /currencies lists them")
    return currency


def _listed(image: list[Upload] | Upload) -> list[Upload]:
    return image if isinstance(image, list) else [image]
