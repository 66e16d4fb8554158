"""A seller with Stripe, two buyers and a bank, who do whatever comes to mind: one act at a time, through the door."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import LiteralString

import httpx
import psycopg

from storecast.domains.orders.checkout.errors import PaymentsDown
from storecast.domains.orders.jobs import ExpireCheckout
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.clock import Clock
from tests.factories.accounts import guest
from tests.factories.payments import Shop
from tests.factories.platform import Client
from tests.factories.selling import Json
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.payments import DECLINED, Payer
from tests.peers.stripe.peer import Fault

TRIES = 3  # of one request, by Stripe's library
FINE = (200, 409, 422)
WAITS = (timedelta(minutes=1), timedelta(minutes=16), timedelta(minutes=32), timedelta(days=2))

ACTS = (
    *("add", "add", "change", "remove", "check_out", "order", "order", "order", "step_back", "come_back"),
    *("pay", "pay", "buy", "buy", "pay_later", "bank_says", "be_declined", "expire_at_stripe", "lose_answers"),
    *("tell", "tell_all", "tell_again", "wait", "work", "settle_up", "be_cut_off"),
    *("refund", "refund", "refund_at_stripe", "bank_refuses", "dispute", "cancel", "fulfil"),
    *("count", "start_deal", "stop_deal"),
)


class Trading:
    """Whatever is asked is answered in order, and whether it is done is for the rules to say."""

    def __init__(
        self,
        anyone: Client,
        shop: Shop,
        products: list[Json],
        clock: Clock,
        chance: random.Random,
        connection: psycopg.Connection,
    ) -> None:
        self.anyone, self.shop, self.products, self.clock, self.chance = anyone, shop, products, clock, chance
        self.peer, self.account, self.seller = shop.peer, shop.account, shop.seller
        self.connection = connection
        self.losing = False
        self.cart = f"events/event/{shop.channel['id']}/cart"
        self.buyers: list[Client] = []

    async def do(self, act: str) -> None:
        doing: Callable[[], Awaitable[None]] = getattr(self, act)
        await doing()

    async def arrive(self) -> None:
        self.buyers = [(await guest(self.anyone)).at(f"198.18.0.{at}") for at in (1, 2)]

    # Buyers.

    async def add(self, buyer: Client | None = None) -> None:
        product = self.chance.choice(self.products)
        body = {"productId": product["id"], "quantity": self.chance.randint(1, 3)}
        if variants := product["variants"]["data"]:
            body["variantId"] = self.chance.choice(variants)["id"]
        await self._tried((buyer or self._buyer()).post(self.cart, body))

    async def change(self) -> None:
        await self._line(self.chance.randint(1, 6))

    async def remove(self) -> None:
        await self._line(0)

    async def order(self) -> None:
        buyer = self._buyer()
        await self.add(buyer)
        await self.check_out(buyer)

    async def buy(self) -> None:
        await self.order()
        await self.pay()
        await self.tell_all()

    async def check_out(self, buyer: Client | None = None) -> None:
        buyer = buyer or self._buyer()
        cart = (await buyer.get(self.cart)).json()["data"]
        if cart["id"] is not None:
            how = {"ui": self.chance.choice(("hosted", "embedded"))}
            how |= self.chance.choice(({}, {}, {}, {"coupon": "TEN"}, {"coupon": "SOME"}, {"coupon": "ALL"}))
            await self._tried(buyer.put(f"{self.cart}/native/{cart['id']}", how))

    async def step_back(self) -> None:
        buyer = self._buyer()
        cart = (await buyer.get(self.cart)).json()["data"]
        if cart["id"] is not None:
            await self._tried(buyer.delete(f"{self.cart}/{cart['id']}"))

    async def come_back(self) -> None:
        await self._tried(self._buyer().get(self.cart))

    async def pay(self) -> None:
        if session := self._session(status="open"):
            self.peer.pay(session)

    async def pay_later(self) -> None:
        if session := self._session(status="open"):
            self.peer.pay(session, later=True)

    async def be_declined(self) -> None:
        if session := self._session(status="open"):
            with suppress(Refusal):
                self.peer.pay(session, Payer(card=DECLINED))

    async def lose_answers(self) -> None:
        """The next request is done at Stripe, and nobody here hears of it."""
        self.losing = True
        self.peer.faults.extend([self.chance.choice((Fault.LOST, Fault.DOWN))] * TRIES)
        await self.chance.choice((self.check_out, self.check_out, self.step_back, self.refund, self.remove))()
        self.peer.faults.clear()
        self.losing = False

    async def be_cut_off(self) -> None:
        """For days nothing comes from Stripe, or goes to it, while buyers pay on its pages: it is given up."""
        self.peer.is_down = True
        await self.pay()
        await self.wait(timedelta(days=2))
        await self.work()
        self.peer.is_down = False

    # Banks and Stripe.

    async def bank_says(self) -> None:
        waiting = [
            session["id"]
            for session in self.account.sessions.values()
            if session["payment_intent"] and self._intent(session)["status"] == "processing"
        ]
        if waiting:
            self.peer.bank_says(self.chance.choice(waiting), paid=self.chance.random() < 0.5)

    async def bank_refuses(self) -> None:
        """A refund comes back."""
        if gone := [each["id"] for each in self.account.refunds.values() if each["status"] != "failed"]:
            self.peer.bank_refunds(self.chance.choice(gone), succeeded=False)

    async def expire_at_stripe(self) -> None:
        if session := self._session(status="open"):
            self.peer.expire(session)

    async def tell(self) -> None:
        """One thing, whichever."""
        if waiting := [each for each in self.account.deliveries if not each.is_done]:
            delivery = self.chance.choice(waiting)
            delivery.answers.append((await self.shop.bring(self.anyone, delivery)).status_code)

    async def tell_again(self) -> None:
        if self.account.deliveries:
            answer = await self.shop.bring(self.anyone, self.chance.choice(self.account.deliveries))
            assert answer.status_code == 200, answer.text

    async def tell_all(self) -> None:
        await self.shop.bring_all(self.anyone)

    # Time, and what is done later.

    async def wait(self, by: timedelta | None = None) -> None:
        by = by or self.chance.choice(WAITS)
        self.clock.move(seconds=by.total_seconds())
        self.peer.settle()
        renewed = (await self.anyone.post("auth/login/refresh", {"refresh_token": self.seller.refresh_token})).json()
        self.seller.client = self.anyone.with_token(renewed["access_token"])
        self.seller.refresh_token = renewed["refresh_token"]
        for at, buyer in enumerate(self.buyers):
            token = (await buyer.get("jwt")).json()["data"]["token"]
            self.buyers[at] = self.anyone.with_token(token).at(f"198.18.0.{at + 1}")

    async def work(self) -> None:
        """As the worker does, what is due."""
        over = "status IN ('pending', 'placed') AND created_at < %s"
        for order_id in self._ids(over, self.clock() - timedelta(minutes=33)):
            async with unit_of_work(process_of(self.anyone.app), self.clock()) as unit:
                await unit.checkout.expire(ExpireCheckout(order_id), unit.now)
        going = "SELECT id FROM order_refunds WHERE state = 'pending' AND order_id = ANY(%s)"
        for (refund_id,) in self.connection.execute(going, [self._ids("true")]).fetchall():
            async with unit_of_work(process_of(self.anyone.app), self.clock()) as unit:
                with suppress(PaymentsDown):
                    await unit.refunds.give_back(refund_id, unit.now)

    async def settle_up(self) -> None:
        """All that happened is told, and done."""
        await self.tell_all()
        await self.work()
        await self.tell_all()

    async def end(self) -> None:
        """Banks have spoken, and nobody comes back."""
        for session in self.account.sessions.values():
            if session["payment_intent"] and self._intent(session)["status"] == "processing":
                self.peer.bank_says(session["id"], paid=self.chance.random() < 0.5)
        await self.wait(timedelta(hours=1))
        await self.settle_up()

    # The seller.

    async def cancel(self) -> None:
        if order := await self._order():
            await self._tried(self.seller.client.post(f"orders/{order['id']}/cancel"))

    async def fulfil(self) -> None:
        if order := await self._order():
            await self._tried(self.seller.client.post(f"orders/{order['id']}/fulfil"))

    async def refund(self) -> None:
        if order := await self._order():
            item = self.chance.choice(order["items"]["data"])
            piece = {"id": item["id"], "quantity": self.chance.randint(1, item["quantity"])}
            back = self.chance.choice((
                {},
                {"restock": True},
                {"amount": self.chance.randint(1, 4_000) / 100},
                {"items": [piece], "restock": self.chance.random() < 0.5},
                {"items": [piece, piece]},
            ))  # fmt: skip
            await self._tried(self.seller.client.post(f"orders/{order['id']}/refund", back))

    async def refund_at_stripe(self) -> None:
        if session := self._session(payment_status="paid"):
            with suppress(Refusal):  # beyond what is left
                self.peer.refund(session, self.chance.choice((None, self.chance.randint(1, 3_000))))

    async def dispute(self) -> None:
        if going := [each["id"] for each in self.account.disputes.values() if each["status"] == "needs_response"]:
            self.peer.close_dispute(self.chance.choice(going), won=self.chance.random() < 0.5)
        elif session := self._session(payment_status="paid"):
            self.peer.dispute(session)

    async def count(self) -> None:
        product = self.chance.choice(self.products)
        form = {"name": product["name"], "link": "https://shop.test/lamp", "price": "7.77",
                "quantity": str(self.chance.randint(0, 12))}  # fmt: skip
        await self._tried(self.seller.client.post(f"profile/products/{product['id']}", data=form))

    async def start_deal(self) -> None:
        product = self.chance.choice(self.products)["id"]
        bound = self.chance.choice(({"quantity": self.chance.randint(1, 4)}, {"seconds": 600}))
        deal = {"price": self.chance.choice(("3.33", "5"))} | bound
        await self._tried(self.seller.client.post(f"events/{self.shop.channel['id']}/products/{product}/deal", deal))

    async def stop_deal(self) -> None:
        product = self.chance.choice(self.products)["id"]
        path = f"events/{self.shop.channel['id']}/products/{product}/deal"
        await self._tried(self.seller.client.delete(path), 404)

    # What of.

    def _buyer(self) -> Client:
        return self.chance.choice(self.buyers)

    def _session(self, **like: str) -> str | None:
        self.peer.settle()
        found = [each["id"] for each in self.account.sessions.values() if all(each[k] == v for k, v in like.items())]
        return self.chance.choice(found) if found else None

    async def _line(self, quantity: int) -> None:
        buyer = self._buyer()
        cart = (await buyer.get(self.cart)).json()["data"]
        if cart["items"]["data"]:
            line = self.chance.choice(cart["items"]["data"])
            await self._tried(buyer.patch(f"{self.cart}/{cart['id']}/{line['id']}", {"quantity": quantity}), 404)

    async def _order(self) -> Json | None:
        """Whichever, also of those that nobody has placed yet."""
        every = self._ids("true")
        if not every:
            return None
        query = "SELECT hash_id FROM orders WHERE id = %s"
        [(order_id,)] = self.connection.execute(query, [self.chance.choice(every)]).fetchall()
        answer = await self.seller.client.get(f"orders/{order_id}")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()["data"]
        return found

    def _ids(self, where: LiteralString, *values: object) -> list[int]:
        """Of the seller's orders."""
        query = "SELECT id FROM orders WHERE channel_id = (SELECT id FROM channels WHERE hash_id = %s) AND " + where
        rows = self.connection.execute(query, [self.shop.channel["id"], *values]).fetchall()
        return [row[0] for row in rows]

    def _intent(self, session: Json) -> Json:
        return self.account.intents[session["payment_intent"]]

    async def _tried(self, asked: Awaitable[httpx.Response], *also: int) -> None:
        answer = await asked
        fine = (*FINE, *also, *((503,) if self.losing else ()))
        assert answer.status_code in fine, (answer.request.method, answer.request.url.path, answer.text)
