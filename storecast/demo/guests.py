"""The people who watch: some chat and buy, all send the player's heartbeat."""

import secrets
from datetime import UTC, datetime

from msgspec import Struct

from storecast.demo.client import Api, Refused
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

    async def join(self) -> None:
        """Take a guest's token, the same guest's again if there was one, and enter the thread."""
        self._token = (await self._api.call("GET", "/jwt", _TokenAnswer, token=self._token)).data.token
        body = {"threadSlug": self._channel.slug, "name": self.guest.name}
        await self._api.call("POST", "/thread/participant", object, token=self._token, body=body)

    async def say(self, text: str) -> str:
        """Post a message; answers its id."""
        if self._token is None:
            await self.join()
        try:
            return await self._post(text)
        except Refused as refusal:
            if refusal.status != 401:  # the token lives a quarter of an hour
                raise
            await self.join()
            return await self._post(text)

    async def buy(self, product_id: int, quantity: int) -> None:
        """Send the merchant an order for so many of a product."""
        if self._token is None:
            await self.join()
        try:
            await self._order(product_id, quantity)
        except Refused as refusal:
            if refusal.status != 401:
                raise
            await self.join()
            await self._order(product_id, quantity)

    async def _order(self, product_id: int, quantity: int) -> None:
        path = f"/events/event/{self._channel.id}/cart"
        line = {"productId": product_id, "quantity": quantity, "viewHash": self._view}
        cart = await self._api.call("POST", path, _CartAnswer, token=self._token, body=line)
        buyer = {
            "name": self.guest.name,
            "email": f"{self.guest.name.split()[0].lower()}@example.com",
            "address": self.guest.address,
        }
        await self._api.call("PUT", f"{path}/native/{cart.data.id}", object, token=self._token, body=buyer)

    async def _post(self, text: str) -> str:
        body = {"data": text, "thread_id": self._channel.thread_id, "locale": "en"}
        return (await self._api.call("POST", "/messages/guest", _MessageAnswer, token=self._token, body=body)).data.id
