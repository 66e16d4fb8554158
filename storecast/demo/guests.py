"""The people who watch: some chat and buy, all send the player's heartbeat."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from storecast.demo.client import Api, Refused, T
from storecast.demo.merchant import Channel
from storecast.demo.script import Guest

BEAT = 10  # seconds between heartbeats, as the player sends them
SILENT = 4  # viewers who only watch


class _Token(Struct):
    token: str


class _TokenAnswer(Struct):
    data: _Token


class _Message(Struct):
    id: str


class _MessageAnswer(Struct):
    data: _Message


class _Cart(Struct):
    id: str


class _CartAnswer(Struct):
    data: _Cart


class Viewer:
    """One open player. Its methods raise `Refused` and `Unreachable`."""

    def __init__(self, api: Api, channel: Channel) -> None:
        self._api = api
        self._channel = channel
        self._viewer = secrets.token_hex(16)
        self._view = secrets.token_hex(16)

    async def beat(self, now: datetime) -> None:
        body = {
            "eventId": self._channel.id,
            "viewerHash": self._viewer,
            "viewHash": self._view,
            "date": now.astimezone(UTC).isoformat(),
        }
        await self._api.call("POST", "/events/heartbeat", object, body=body)


class Chatter(Viewer):
    """A viewer who takes part as a guest under a display name: chats, and buys."""

    def __init__(self, api: Api, channel: Channel, guest: Guest) -> None:
        super().__init__(api, channel)
        self.guest = guest
        self._token: str | None = None
        self._path = f"/events/event/{channel.id}/cart"
        self._cart: str | None = None
        self._orders = 0

    async def join(self) -> None:
        """Take a guest's token, the same guest's again if there was one, and enter the thread."""
        self._token = (await self._api.call("GET", "/jwt", _TokenAnswer, token=self._token)).data.token
        body = {"threadSlug": self._channel.slug, "name": self.guest.name}
        await self._api.call("POST", "/thread/participant", object, token=self._token, body=body)

    async def say(self, text: str) -> str:
        """Post a message; answers its id."""
        body = {"data": text, "thread_id": self._channel.thread_id, "locale": "en"}
        return (await self._known("POST", "/messages/guest", body, _MessageAnswer)).data.id

    async def take(self, product_id: int, variant_id: int | None, quantity: int) -> None:
        """Put so many of a product in the cart."""
        line = {"productId": product_id, "variantId": variant_id, "quantity": quantity, "viewHash": self._view}
        self._cart = (await self._known("POST", self._path, line, _CartAnswer)).data.id

    async def order(self, coupon: str | None) -> None:
        """Send the merchant an order for what is in the cart."""
        if self._cart is None:
            return
        cart, self._cart = self._cart, None
        self._orders += 1
        buyer = {
            "name": self.guest.name,
            # One address has but so many mails an hour.
            "email": f"{self.guest.name.split()[0].lower()}.{self._orders}@example.com",
            "address": self.guest.address,
            "coupon": coupon,
            "viewHash": self._view,
        }
        await self._known("PUT", f"{self._path}/native/{cart}", buyer, object)

    async def _known(self, method: str, path: str, body: Mapping[str, object], answer: type[T]) -> T:
        """A call as the guest, whose token lives a quarter of an hour."""
        if self._token is None:
            await self.join()
        try:
            return await self._api.call(method, path, answer, token=self._token, body=body)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            await self.join()
            return await self._api.call(method, path, answer, token=self._token, body=body)
