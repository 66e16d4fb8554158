"""Checkouts whose time is over: the worker asks what became of them, and lets go what nobody bought."""

from datetime import timedelta

import httpx

from storecast.domains.orders.jobs import ExpireCheckout
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import guest
from tests.factories.payments import Shop
from tests.factories.platform import Client
from tests.factories.selling import add

PAST = timedelta(minutes=40)


async def over(anyone: Client, order_id: str, after: timedelta = PAST) -> None:
    """As the worker does, so long from now."""
    process = process_of(anyone.app)
    async with unit_of_work(process) as unit:
        row = (await unit.orders.by_hash_id(order_id)).id
    async with unit_of_work(process, utcnow() + after) as unit:
        await unit.checkout.expire(ExpireCheckout(row), unit.now)


async def pieces(shop: Shop) -> tuple[int, int]:
    """Left, and held."""
    answer: httpx.Response = await shop.seller.client.get(f"products/{shop.product}/available")
    data = answer.json()["data"]
    return data["available"], data["reserved"]


async def counted(shop: Shop, total: int) -> None:
    fields = {"name": "Lamp", "link": "https://shop.test/lamp", "quantity": total}
    answer = await shop.seller.client.post(f"profile/products/{shop.product}", fields)
    assert answer.status_code == 200, answer.text


async def test_what_nobody_paid_is_free_again(anyone: Client, shop: Shop, visitor: Client) -> None:
    await counted(shop, 10)
    cart = await shop.check_out(visitor, 2)
    assert await pieces(shop) == (8, 2)
    await over(anyone, cart["order"]["id"])
    assert await pieces(shop) == (10, 0)
    assert (await shop.seller.client.get("orders")).json()["data"] == []


async def test_what_was_paid_and_never_told_of_is_an_order(anyone: Client, shop: Shop, visitor: Client) -> None:
    await counted(shop, 10)
    cart = await shop.check_out(visitor, 2)
    shop.peer.pay(shop.session())
    await over(anyone, cart["order"]["id"])
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    assert (order["id"], order["status"]) == (cart["order"]["id"], "paid")
    assert await pieces(shop) == (8, 0)


async def test_stripe_that_does_not_answer_is_asked_again_and_not_for_ever(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await counted(shop, 10)
    cart = await shop.check_out(visitor, 2)
    shop.peer.is_down = True
    await over(anyone, cart["order"]["id"])
    assert await pieces(shop) == (8, 2)
    await over(anyone, cart["order"]["id"], timedelta(days=2))
    assert await pieces(shop) == (10, 0)


async def test_what_is_paid_after_it_was_given_up_has_its_pieces_and_its_coupon_again(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await counted(shop, 10)
    await shop.seller.client.post("coupons", {"code": "ONCE", "percent": 10, "uses": 1})
    cart = await shop.check_out(visitor, 2, coupon="ONCE")
    shop.peer.pay(shop.session())
    shop.peer.is_down = True
    await over(anyone, cart["order"]["id"], timedelta(days=2))
    assert await pieces(shop) == (10, 0)
    shop.peer.is_down = False
    await shop.bring_all(anyone)
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    assert (order["status"], order["total"]) == ("paid", 36)
    assert await pieces(shop) == (8, 0)
    [coupon] = (await shop.seller.client.get("coupons")).json()["data"]
    assert coupon["used"] == 1


async def test_a_coupon_of_what_was_paid_late_is_used_by_that_mailbox(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await shop.seller.client.post("coupons", {"code": "ONCE", "percent": 10, "uses_per_buyer": 1})
    cart = await shop.check_out(visitor, coupon="ONCE", email="ada+late@example.com")
    shop.peer.pay(shop.session())
    shop.peer.is_down = True
    await over(anyone, cart["order"]["id"], timedelta(days=2))
    shop.peer.is_down = False
    await shop.bring_all(anyone)
    other = await guest(anyone)
    again = await add(other, {"id": shop.product}, on=str(shop.channel["id"]))
    path = f"events/event/{shop.channel['id']}/cart/native/{again['id']}"
    refused = await other.put(path, {"coupon": "ONCE", "email": "ada@example.com"})
    assert refused.json()["error"]["messages"][0]["field"] == "coupon"


async def test_what_is_paid_after_somebody_else_had_its_coupon_is_paid_all_the_same(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await shop.seller.client.post("coupons", {"code": "ONCE", "percent": 10, "uses": 1})
    cart = await shop.check_out(visitor, coupon="ONCE")
    shop.peer.pay(shop.session())
    shop.peer.is_down = True
    await over(anyone, cart["order"]["id"], timedelta(days=2))
    shop.peer.is_down = False
    await shop.check_out(await guest(anyone), coupon="ONCE")
    await shop.bring_all(anyone)
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    assert (order["status"], order["total"]) == ("paid", 18)
    [coupon] = (await shop.seller.client.get("coupons")).json()["data"]
    assert coupon["used"] == 1
