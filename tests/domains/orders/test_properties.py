"""Whatever buyers and sellers do, in whatever order: sums agree, and nothing is negative or more than there is."""

import random
from collections.abc import Awaitable, Callable

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.domains.orders.amounts import part, shares
from storecast.domains.orders.coupons.models import Coupon
from storecast.domains.orders.coupons.service import off
from storecast.kit.money import Money
from tests.clock import Clock
from tests.domains.orders.soundness import broken
from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client
from tests.factories.selling import CONTACT, Json, shop, stocked

MOST = 10**12
CART = "events/event/lamps/cart"
SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(4, 200))]
STEPS = 30


@given(st.lists(st.integers(0, MOST), min_size=1, max_size=20), st.data())
def test_shares_of_a_discount_add_up(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    parts = shares(amount, weights)
    assert sum(parts) == amount
    largest = max(range(len(weights)), key=lambda at: weights[at])
    for at, (share, weight) in enumerate(zip(parts, weights, strict=True)):
        exact = amount * weight / (sum(weights) or 1)
        assert at == largest or abs(share - exact) <= 0.5 + exact / 10**9


@given(st.integers(0, MOST), st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_what_pieces_of_a_line_cost_adds_up(amount: int, taken: list[int]) -> None:
    before, parts = 0, []
    for pieces in taken:
        parts.append(part(amount, before, pieces, sum(taken)))
        before += pieces
    assert sum(parts) == amount
    assert min(parts) >= 0


@given(st.integers(0, MOST), st.integers(1, 100))
def test_percent_takes_off_its_share_rounded_half_up(subtotal: int, percent: int) -> None:
    taken = off(Coupon(percent=percent, amount=None), Money(subtotal, "EUR")).minor
    assert 0 <= taken <= subtotal
    assert -50 < 100 * taken - subtotal * percent <= 50


@given(st.integers(0, MOST), st.integers(1, MOST))
def test_amount_takes_off_no_more_than_there_is(subtotal: int, amount: int) -> None:
    assert off(Coupon(percent=None, amount=amount), Money(subtotal, "EUR")).minor == min(subtotal, amount)


class Shopping:
    """Two buyers and a seller who do whatever comes to mind."""

    def __init__(
        self, anyone: Client, owner: Member, products: list[Json], clock: Clock, chance: random.Random
    ) -> None:
        self.anyone, self.owner, self.products, self.clock, self.chance = anyone, owner, products, clock, chance
        self.buyers: list[Client] = []

    def acts(self) -> list[Callable[[], Awaitable[None]]]:
        return [self.add, self.add, self.change, self.remove, self.wait, self.check_out, self.check_out, self.cancel,
                self.refund, self.refund, self.count]  # fmt: skip

    async def arrive(self) -> None:
        self.buyers = [(await guest(self.anyone)).at(f"198.18.0.{at}") for at in (1, 2)]

    async def add(self) -> None:
        body = {"productId": self.chance.choice(self.products)["id"], "quantity": self.chance.randint(1, 3)}
        answer = await self.chance.choice(self.buyers).post(CART, body)
        assert answer.status_code in (200, 409), answer.text

    async def change(self) -> None:
        await self._line(self.chance.randint(1, 6))

    async def remove(self) -> None:
        await self._line(0)

    async def wait(self) -> None:
        """Carts hold nothing any more afterwards."""
        self.clock.move(minutes=self.chance.choice((1, 16)))
        renewed = (await self.anyone.post("auth/login/refresh", {"refresh_token": self.owner.refresh_token})).json()
        self.owner.client = self.anyone.with_token(renewed["access_token"])
        self.owner.refresh_token = renewed["refresh_token"]
        await self.arrive()

    async def check_out(self) -> None:
        buyer = self.chance.choice(self.buyers)
        cart = (await buyer.get(CART)).json()["data"]
        if cart["id"] is not None:
            coupon = self.chance.choice(({}, {"coupon": "TEN"}, {"coupon": "SOME"}))
            answer = await buyer.put(f"{CART}/native/{cart['id']}", CONTACT | coupon)
            assert answer.status_code in (200, 409, 422), answer.text

    async def cancel(self) -> None:
        if order := await self._order():
            answer = await self.owner.client.post(f"orders/{order['id']}/cancel")
            assert answer.status_code in (200, 409), answer.text

    async def refund(self) -> None:
        if order := await self._order():
            item = self.chance.choice(order["items"]["data"])
            back = self.chance.choice((
                {},
                {"amount": self.chance.randint(1, 4_000) / 100},
                {"items": [{"id": item["id"], "quantity": self.chance.randint(1, item["quantity"])}], "restock": True},
            ))  # fmt: skip
            answer = await self.owner.client.post(f"orders/{order['id']}/refund", back)
            assert answer.status_code in (200, 409, 422), answer.text

    async def count(self) -> None:
        product = self.chance.choice(self.products)
        form = {"name": product["name"], "link": "https://shop.test/lamp", "price": "7.77",
                "quantity": str(self.chance.randint(0, 12))}  # fmt: skip
        answer = await self.owner.client.post(f"profile/products/{product['id']}", data=form)
        assert answer.status_code in (200, 422), answer.text

    async def _line(self, quantity: int) -> None:
        buyer = self.chance.choice(self.buyers)
        cart = (await buyer.get(CART)).json()["data"]
        if cart["items"]["data"]:
            line = self.chance.choice(cart["items"]["data"])
            answer = await buyer.patch(f"{CART}/{cart['id']}/{line['id']}", {"quantity": quantity})
            assert answer.status_code in (200, 409), answer.text

    async def _order(self) -> Json | None:
        found = (await self.owner.client.get("orders")).json()["data"]
        return self.chance.choice(found) if found else None


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_done_the_sums_agree(anyone: Client, clock: Clock, database_url: str, seed: int) -> None:
    owner = await member(anyone)
    await shop(owner, hold_policy=("hold", "first_paid")[seed % 2])
    products = [await stocked(owner, 8, name=name, price="7.77") for name in ("Lamp", "Mug")]
    for code in ({"code": "TEN", "percent": 10, "uses": 3}, {"code": "SOME", "amount": "9.99"}):
        assert (await owner.client.post("coupons", code)).status_code == 200
    shopping = Shopping(anyone, owner, products, clock, random.Random(seed))
    await shopping.arrive()
    done = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(STEPS):
            act = shopping.chance.choice(shopping.acts())
            await act()
            done.append(act.__name__)
            assert not broken(connection), done
