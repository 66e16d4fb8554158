"""Sellers who are paid by Stripe, and their buyers."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import Client
from tests.factories.products import shelf_product
from tests.peers.stripe.account import Account
from tests.peers.stripe.events import Delivery, Endpoint
from tests.peers.stripe.peer import StripePeer


@dataclass
class Shop:
    """A seller whose carts are paid by Stripe, with one thing to sell."""

    peer: StripePeer
    seller: Member
    account: Account
    endpoint: Endpoint
    webhook: str  # its path
    channel: Json
    product: int
    product_currency: str

    async def check_out(self, buyer: Client, quantity: int = 1, **how: object) -> Json:
        """The cart as it is answered, ready to be paid."""
        carts = f"events/event/{self.channel['id']}/cart"
        added = await buyer.post(carts, {"productId": self.product, "quantity": quantity})
        assert added.status_code == 200, added.text
        answer = await buyer.put(f"{carts}/native/{added.json()['data']['id']}", how)
        assert answer.status_code == 200, answer.text
        data: Json = answer.json()["data"]
        return data

    def session(self) -> str:
        """The id of the one begun last."""
        return list(self.account.sessions)[-1]

    async def bring(self, anyone: Client, delivery: Delivery, **headers: str) -> httpx.Response:
        return await anyone.post(self.webhook, content=delivery.body, headers=delivery.headers() | headers)

    async def bring_all(self, anyone: Client) -> None:
        """What waits, in the order it happened."""
        for delivery in self.account.deliveries:
            if not delivery.is_done:
                answer = await self.bring(anyone, delivery)
                delivery.answers.append(answer.status_code)
                assert answer.status_code == 200, answer.text


def keys_of(account: Account, **more: Any) -> Json:
    return {"publishable_key": account.publishable_key, "secret_key": account.secret_key, **more}


async def paying_shop(peer: StripePeer, seller: Member, price: str = "20", **keys: Any) -> Shop:
    account = peer.account()
    endpoint = account.endpoint()
    given = keys_of(account, webhook_secret=endpoint.secret, **keys)
    put = await seller.client.put("payments/stripe", given)
    assert put.status_code == 200, put.text
    webhook = httpx.URL(put.json()["data"]["webhook_url"]).path
    sells = await channel(seller.client, shop_enabled=True)
    product = await shelf_product(seller.client, sells["id"], price=price)
    return Shop(peer, seller, account, endpoint, webhook, sells, product["id"], product["currency"])
