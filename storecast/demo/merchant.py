"""The demo's merchant: an account, a public channel, three products on its shelf, a coupon and a deal."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from storecast.demo import products
from storecast.demo.client import Api, File, Form, Refused, T
from storecast.demo.post import proof_for
from storecast.demo.products import PRODUCTS, Product

EMAIL = "demo@storecast.local"
SLUG = "demo"
NAME = "Studio Lumen"
DESCRIPTION = "Lamps made by hand, shown live from the studio: stoneware, paper, glass and brass."
COLOUR = "#c8775a"
STOCK = 24  # pieces of each product, made anew when few are left
FEW = 12
COUPON = "LUMEN10"
PERCENT = 10  # that it takes off


class DemoImpossible(Exception):
    """The demo cannot be set up here; the message says what stands in its way."""


class _Tokens(Struct):
    access_token: str


class Channel(Struct):
    id: str
    slug: str
    name: str
    thread_id: int
    privacy: int


class _Channel(Struct):
    data: Channel


class _Channels(Struct):
    data: list[Channel]


class Quantity(Struct, frozen=True):
    total: int | None = None
    available: int = 0
    no_limit: bool = True


class ShelfVariant(Struct):
    id: int
    quantity: Quantity


class _Variants(Struct):
    data: list[ShelfVariant] = []


class ShelfProduct(Struct):
    id: int
    name: str
    link: str = ""
    images: list[str] = []
    quantity: Quantity = Quantity()
    variants: _Variants = msgspec.field(default_factory=_Variants)

    @property
    def ways(self) -> list[int | None]:
        """Ids of the variants there are some of; None alone where it has no variants."""
        variants = self.variants.data
        return [each.id for each in variants if each.quantity.available or each.quantity.no_limit] or [None]


class _Product(Struct):
    data: ShelfProduct


class _Shelf(Struct):
    data: list[ShelfProduct]


class Coupon(Struct):
    id: str
    code: str


class _Coupon(Struct):
    data: Coupon


class _Coupons(Struct):
    data: list[Coupon]


class Person(Struct):
    isVerified: bool = False  # noqa: N815 - as the API spells it


class _Person(Struct):
    data: Person


class Ingest(Struct):
    rtmp_url: str


class Stream(Struct):
    id: str
    stream_key: str
    is_live: bool
    ingest: Ingest

    @property
    def address(self) -> str:
        """Where to push the picture, key included."""
        return f"{self.ingest.rtmp_url.rstrip('/')}/{self.stream_key}"


class _Stream(Struct):
    data: Stream


class Message(Struct):
    id: str


class _Message(Struct):
    data: Message


class Merchant:
    """Acts for the demo account. Every method raises `Refused` and `Unreachable`."""

    def __init__(self, api: Api, password: str) -> None:
        self._api = api
        self._password = password
        self._token: str | None = None

    async def sign_in(self) -> None:
        """Sign in, as a new account if there is none yet. Raises `DemoImpossible` if it has another password."""
        credentials = {"email": EMAIL, "password": self._password}
        try:
            tokens = await self._api.call("POST", "/auth/login", _Tokens, body=credentials)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            try:
                await self._api.call("POST", "/auth/register", object, body={**credentials, "full_name": NAME})
            except Refused as taken:
                if taken.status != 422:
                    raise
                raise DemoImpossible(
                    f"The account {EMAIL} exists with a password other than the one kept in this data folder."
                ) from taken
            tokens = await self._api.call("POST", "/auth/login", _Tokens, body=credentials)
        self._token = tokens.access_token

    async def verify(self, mail: Path) -> None:
        """Confirm the address by the mail in the folder `mail`: without that no order is mailed to anybody."""
        if (await self._call("GET", "/profile", _Person)).data.isVerified:
            return
        await self._call("GET", "/profile/send-verification", object)
        proof = await proof_for(EMAIL, mail)
        await self._call("POST", "/auth/verify", object, body={"email": EMAIL, "hash": proof})

    async def channel(self) -> Channel:
        """The demo's channel, made and opened to everyone where it is not yet."""
        own = await self._call("GET", "/events", _Channels)
        found = next((channel for channel in own.data if channel.slug == SLUG), None)
        # A start that broke off before the slug was set left the channel under its name.
        found = found or next((channel for channel in own.data if channel.name == NAME), None)
        if found is None:
            found = (await self._call("POST", "/events", _Channel, body={"name": NAME})).data
        if found.slug == SLUG and found.privacy == 0:
            return found
        opened = {
            "name": NAME,
            "description": DESCRIPTION,
            "slug": SLUG,
            "privacy": 0,
            "free_pass": True,
            "chat_enabled": True,
            "guest_chat_enabled": True,
            "shop_enabled": True,
            "show_online_users": True,
            "attributes": {"channelMainColor": COLOUR},
        }
        try:
            return (await self._call("PUT", f"/events/{found.id}", _Channel, body=opened)).data
        except Refused as refusal:
            if refusal.status != 409:
                raise
            raise DemoImpossible(f"The address `{SLUG}` belongs to a channel of another account.") from refusal

    async def shelf(self, channel: Channel) -> dict[str, ShelfProduct]:
        """Each of `PRODUCTS` by name; those not on the shelf are made and put there, each with its first picture."""
        shelf = await self._call("GET", f"/events/{channel.id}/products", _Shelf)
        found = {product.name: product for product in shelf.data}
        for product in PRODUCTS:
            if product.title not in found:
                fields = {
                    "name": product.title,
                    "link": product.link,
                    "price": product.price,
                    "quantity": str(STOCK),
                    "variants": _variants(product, pictured=False),
                }
                files = [await _picture(product, 0)]
                made = await self._call(
                    "POST", f"/events/{channel.id}/products/add", _Product, form=fields, files=files
                )
                found[product.title] = made.data
        return {product.name: found[product.title] for product in PRODUCTS}

    async def dress(self, product: Product, on_shelf: ShelfProduct) -> ShelfProduct:
        """Give it its other pictures, where it has none yet; answers how it stands then."""
        if len(on_shelf.images) >= len(product.stills):
            return on_shelf
        files = [await _picture(product, number) for number in range(1, len(product.stills))]
        fields: dict[str, str | list[str]] = {
            "name": product.title,
            "link": product.link,
            "images[]": [on_shelf.images[0], *("new" for _ in files)],
            "variants": _variants(product, pictured=True),
        }
        path = f"/profile/products/{on_shelf.id}"
        return (await self._call("POST", path, _Shelf, form=fields, files=files)).data[0]

    async def pin_coupon(self, channel: Channel) -> None:
        """Have viewers claim a coupon, made where there is none yet."""
        known = await self._call("GET", "/coupons", _Coupons)
        coupon = next((each for each in known.data if each.code == COUPON), None)
        if coupon is None:
            body: dict[str, object] = {"code": COUPON, "percent": PERCENT}
            coupon = (await self._call("POST", "/coupons", _Coupon, body=body)).data
        await self._call("POST", f"/events/{channel.id}/coupons/{coupon.id}/pin", object)

    async def start_deal(self, channel: Channel, product_id: int, price: str, seconds: int) -> None:
        """Sell it for less, for so long."""
        path = f"/events/{channel.id}/products/{product_id}/deal"
        await self._call("POST", path, object, body={"price": price, "seconds": seconds})

    async def stream(self, channel: Channel) -> Stream:
        return (await self._call("POST", "/streams", _Stream, body={"event_id": channel.id})).data

    async def new_stream(self, channel: Channel) -> Stream:
        """With a new key: a show that was ended in the studio holds the old one for a while."""
        stream = await self.stream(channel)
        await self._call("DELETE", f"/streams/{stream.id}", object)
        return await self.stream(channel)

    async def restock(self, channel: Channel, product_id: int) -> None:
        """The studio makes more of what is almost sold out."""
        shelf = await self._call("GET", f"/events/{channel.id}/products", _Shelf)
        for product in shelf.data:
            stock = product.quantity
            if product.id == product_id and stock.total is not None and stock.available < FEW:
                fields = {"name": product.name, "link": product.link, "quantity": stock.total + STOCK}
                await self._call("POST", f"/profile/products/{product_id}", object, body=fields)

    async def promote(self, channel: Channel, product_id: int) -> None:
        await self._call("POST", f"/events/{channel.id}/products/{product_id}/promote", object)

    async def say(self, channel: Channel, text: str, reply_for: str | None) -> str:
        """Post a message as the host; answers its id."""
        body = {"data": text, "thread_id": channel.thread_id, "locale": "en"}
        if reply_for:
            body["reply_for"] = reply_for
        return (await self._call("POST", "/messages", _Message, body=body)).data.id

    async def end(self, channel: Channel) -> None:
        """End the show."""
        await self._call("POST", f"/events/{channel.id}/complete", object)

    async def _call(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        body: dict[str, object] | None = None,
        form: Form | None = None,
        files: Sequence[File] = (),
    ) -> T:
        """Call with the merchant's token, signing in again when it has run out."""
        try:
            return await self._api.call(method, path, answer, token=self._token, body=body, form=form, files=files)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            await self.sign_in()
            return await self._api.call(method, path, answer, token=self._token, body=body, form=form, files=files)


async def _picture(product: Product, number: int) -> File:
    """One of its pictures, drawn while the show is sent."""
    content = await asyncio.to_thread(products.image, product, number)
    return (f"{product.lamp}-{number}.jpg", content, "image/jpeg")


def _variants(product: Product, *, pictured: bool) -> str:
    """Its variants as a form has them, each with its picture where there are all."""
    return msgspec.json.encode(
        [
            {
                "name": variant.name,
                "options": {variant.option: variant.name},
                "price": variant.price,
                "quantity": variant.quantity,
                **({"image_index": variant.still} if pictured else {}),
            }
            for variant in product.variants
        ]
    ).decode()
