"""Buyers who pay: the browser, the webhooks and the seller, all at the same moment."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import httpx
import psycopg
import pytest

from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.accounts import guest, member
from tests.factories.channels import Json
from tests.factories.payments import Shop
from tests.factories.platform import Client
from tests.factories.products import catalogue_product
from tests.peers.stripe.errors import Refusal


async def every_order(shop: Shop) -> list[Json]:
    found: list[Json] = (await shop.seller.client.get("orders")).json()["data"]
    return found


def count(database_url: str, query: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


def let_mails_go(database_url: str) -> None:
    """Buyers have mails of sellers alone whose own address is verified."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE users SET verified_at = now()")


def mails(database_url: str, kind: str) -> int:
    return count(
        database_url,
        f"SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.send' AND args->>'kind' = '{kind}'",
    )


async def stock_of(shop: Shop, pieces: int) -> None:
    """The shop sells so many of something else, and of that alone."""
    product = await catalogue_product(shop.seller.client, quantity=str(pieces), price="20")
    put = await shop.seller.client.post(f"events/{shop.channel['id']}/products/{product['id']}/enable")
    assert put.status_code == 200, put.text
    shop.product = product["id"]


async def sold(shop: Shop) -> tuple[int, int, int]:
    shown = (await shop.seller.client.get(f"events/{shop.channel['id']}/sales")).json()["data"]["products"]
    [found] = [each for each in shown if each["product_id"] == shop.product]
    return found["sold"], found["reserved"], found["available"]


def cart_of(shop: Shop) -> str:
    return f"events/event/{shop.channel['id']}/cart"


async def give_back(anyone: Client, shop: Shop) -> None:
    """As the worker does, what is still to go back of the only order."""
    [order] = await every_order(shop)
    async with unit_of_work(process_of(anyone.app)) as unit:
        [details] = await unit.orders.details([await unit.orders.by_hash_id(order["id"])])
        for refund in details.refunds:
            await unit.refunds.give_back(refund.id, unit.now)


@pytest.mark.parametrize("seed", range(3))
async def test_browser_and_webhook_at_once_make_one_order(
    anyone: Client, shop: Shop, visitor: Client, database_url: str, seed: int
) -> None:
    """medusa#4798: both completed the payment. Twenty of each here, each webhook twice, in any order."""
    let_mails_go(database_url)
    await stock_of(shop, 5)
    await shop.check_out(visitor, 2)
    shop.peer.pay(shop.session())
    told = [delivery for delivery in shop.account.deliveries for _ in range(2)]
    answers = [shop.bring(anyone, told[at % len(told)]) for at in range(20)]
    answers += [visitor.get(cart_of(shop)) for _ in range(20)]
    random.Random(seed).shuffle(answers)
    found = await asyncio.gather(*answers)
    assert {answer.status_code for answer in found} == {200}, [answer.text for answer in found]
    [order] = await every_order(shop)
    assert (order["status"], order["number"]) == ("paid", 1)
    assert [step["what"] for step in order["history"]["data"]] == ["pending", "paid"]
    assert (mails(database_url, "order_paid"), mails(database_url, "new_order")) == (1, 1)
    assert await sold(shop) == (2, 0, 3)
    assert count(database_url, "SELECT sum(quantity) FROM stock_movements WHERE kind = 'sold'") == 2


async def test_who_comes_back_before_the_webhook_is_told_that_it_is_paid(shop: Shop, visitor: Client) -> None:
    await shop.check_out(visitor)
    assert (await visitor.get(cart_of(shop))).json()["data"]["order"]["status"] == "pending"
    shop.peer.pay(shop.session())
    back = (await visitor.get(cart_of(shop))).json()["data"]
    assert (back["id"], back["order"]["status"], back["order"]["number"]) == (None, "paid", 1)
    assert (await visitor.get(cart_of(shop))).json()["data"]["order"] is None


async def test_who_comes_back_while_stripe_is_down_sees_the_cart(shop: Shop, visitor: Client) -> None:
    cart = await shop.check_out(visitor)
    shop.peer.is_down = True
    seen = await visitor.get(cart_of(shop))
    assert (seen.status_code, seen.json()["data"]["id"]) == (200, cart["id"])


async def test_a_checkout_asked_for_many_times_at_once_is_one_to_pay(shop: Shop, visitor: Client) -> None:
    added = await visitor.post(cart_of(shop), {"productId": shop.product, "quantity": 1})
    path = f"{cart_of(shop)}/native/{added.json()['data']['id']}"
    answers = await asyncio.gather(*(visitor.put(path, {"return_path": f"/watch/lamps?{at}"}) for at in range(10)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    urls = {answer.json()["data"]["checkout_url"] for answer in answers}
    payable = {session["url"] for session in shop.account.sessions.values() if session["status"] == "open"}
    assert len(urls) == 1
    assert urls == payable


async def test_who_steps_back_while_it_is_opened_leaves_nothing_to_pay(
    anyone: Client, shop: Shop, database_url: str
) -> None:
    for turn in range(6):
        buyer = await guest(anyone)
        added = await buyer.post(cart_of(shop), {"productId": shop.product, "quantity": 1})
        cart = added.json()["data"]["id"]
        asked = [buyer.put(f"{cart_of(shop)}/native/{cart}", {}), buyer.delete(f"{cart_of(shop)}/{cart}")]
        await asyncio.gather(*(asked if turn % 2 else reversed(asked)))
        await buyer.delete(f"{cart_of(shop)}/{cart}")
    assert [session["status"] for session in shop.account.sessions.values() if session["status"] != "expired"] == []
    assert count(database_url, "SELECT count(*) FROM orders WHERE status <> 'cancelled'") == 0


async def test_asked_with_a_key_a_checkout_is_answered_as_before(shop: Shop, visitor: Client) -> None:
    added = await visitor.post(cart_of(shop), {"productId": shop.product, "quantity": 1})
    path, key = f"{cart_of(shop)}/native/{added.json()['data']['id']}", {"Idempotency-Key": "one"}
    first = await visitor.put(path, {}, headers=key)
    assert first.status_code == 200, first.text
    assert (await visitor.put(path, {}, headers=key)).json() == first.json()


async def test_charged_and_out_of_stock_goes_back_by_itself_and_both_are_told(
    anyone: Client, shop: Shop, visitor: Client, database_url: str
) -> None:
    """vendure#3065. It cannot be but by the seller's own hand, who counts fewer than are being paid."""
    let_mails_go(database_url)
    await stock_of(shop, 2)
    await shop.check_out(visitor, 2)
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "20", "quantity": "1"}
    counted = await shop.seller.client.post(f"profile/products/{shop.product}", data=form)
    assert counted.status_code == 200, counted.text
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    [order] = await every_order(shop)
    assert "out_of_stock" in [step["what"] for step in order["history"]["data"]]
    assert (mails(database_url, "order_in_vain"), mails(database_url, "new_order_in_vain")) == (1, 1)
    for told in ("order.created", "order.paid"):
        assert count(database_url, f"SELECT count(*) FROM room_events WHERE event = '{told}'") == 1, told
    assert count(database_url, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'orders.give_back'") == 1
    assert count(database_url, "SELECT sum(sold) FROM stocks") == 0
    assert count(database_url, "SELECT count(*) FROM reservations") == 0


async def test_stock_is_held_while_it_is_paid_and_nobody_is_charged_for_nothing(anyone: Client, shop: Shop) -> None:
    """vendure#3065, from the buyers' side: whoever gets as far as paying has it."""
    await stock_of(shop, 3)
    buyers = [(await guest(anyone)).at(f"198.18.0.{at + 1}") for at in range(9)]

    async def check_out(buyer: Client) -> httpx.Response:
        added = await buyer.post(cart_of(shop), {"productId": shop.product, "quantity": 1})
        if added.status_code != 200:
            return added
        return await buyer.put(f"{cart_of(shop)}/native/{added.json()['data']['id']}", {})

    answers = await asyncio.gather(*(check_out(buyer) for buyer in buyers))
    assert Counter(answer.status_code for answer in answers) == {200: 3, 409: 6}
    for session in list(shop.account.sessions):
        shop.peer.pay(session)
    told = [shop.bring(anyone, delivery) for delivery in shop.account.deliveries]
    assert {answer.status_code for answer in await asyncio.gather(*told)} == {200}
    found = await every_order(shop)
    assert [order["status"] for order in found] == ["paid"] * 3
    assert sorted(order["number"] for order in found) == [1, 2, 3]
    assert await sold(shop) == (3, 0, 0)


async def test_paying_and_stepping_back_at_once_is_one_of_the_two(
    anyone: Client, shop: Shop, database_url: str
) -> None:
    await shop.seller.client.post("coupons", {"code": "TEN", "percent": 10, "uses": 50})
    await stock_of(shop, 20)
    for _ in range(5):
        buyer = await guest(anyone)
        cart = await shop.check_out(buyer, coupon="TEN")
        session = shop.session()
        paying = asyncio.create_task(asyncio.to_thread(_pay, shop, session))
        await buyer.delete(f"{cart_of(shop)}/{cart['id']}")
        await paying
        await asyncio.gather(shop.bring_all(anyone), *(buyer.get(cart_of(shop)) for _ in range(3)))
        state = shop.account.sessions[session]["status"]
        order = (await shop.seller.client.get(f"orders/{cart['order']['id']}")).json()["data"]
        assert (state, order["status"]) in {("complete", "paid"), ("expired", "cancelled")}
    paid = count(database_url, "SELECT count(*) FROM orders WHERE status = 'paid'")
    assert (await sold(shop))[0] == paid
    assert (await shop.seller.client.get("coupons")).json()["data"][0]["used"] == paid
    assert count(database_url, "SELECT count(*) FROM coupon_uses") == paid


def _pay(shop: Shop, session: str) -> None:
    with suppress(Refusal):
        shop.peer.pay(session)


async def test_a_refund_asked_for_many_times_at_once_goes_back_once(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await shop.check_out(visitor, 2)
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    [order] = await every_order(shop)
    answers = await asyncio.gather(*(shop.seller.client.post(f"orders/{order['id']}/refund") for _ in range(6)))
    codes = Counter(answer.status_code for answer in answers)
    assert codes[200] == 1, codes
    await shop.bring_all(anyone)
    assert [refund["amount"] for refund in shop.account.refunds.values()] == [4000]
    [order] = await every_order(shop)
    assert (order["status"], order["refunded"]) == ("refunded", 40)


async def test_a_refund_whose_answer_does_not_come_is_decided_on_once(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await shop.check_out(visitor, 2)
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    [order] = await every_order(shop)
    shop.peer.is_down = True
    asked = {"json": {"amount": 10}, "headers": {"Idempotency-Key": "refund-1"}}
    answers = [await shop.seller.client.call("POST", f"orders/{order['id']}/refund", **asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    shown = [answer.json()["data"] for answer in answers]
    assert [(each["refunded"], each["refunding"]) for each in shown] == [(0, 10), (0, 10)]
    shop.peer.is_down = False
    await give_back(anyone, shop)
    assert [each["amount"] for each in shop.account.refunds.values()] == [1000]
    [order] = await every_order(shop)
    assert (order["status"], order["refunded"], order["refunding"]) == ("partly_refunded", 10, 0)


@pytest.mark.parametrize("told_first", [True, False])
async def test_what_goes_back_by_itself_and_by_hand_is_all_there_was(
    anyone: Client, shop: Shop, visitor: Client, told_first: bool
) -> None:
    """Paid in vain, its whole is to go back; the seller gives some back in Stripe's pages before that is done."""
    await stock_of(shop, 2)
    await shop.check_out(visitor, 2)
    form = {"name": "Lamp", "link": "https://shop.test/lamp", "price": "20", "quantity": "1"}
    await shop.seller.client.post(f"profile/products/{shop.product}", data=form)
    shop.peer.pay(shop.session())
    await visitor.get(cart_of(shop))
    shop.peer.refund(shop.session(), 1500)
    if told_first:
        await shop.bring_all(anyone)
        [order] = await every_order(shop)
        assert (order["refunded"], order["refunding"]) == (15, 25)
    await give_back(anyone, shop)
    await shop.bring_all(anyone)
    [order] = await every_order(shop)
    at_stripe = sum(refund["amount"] for refund in shop.account.refunds.values())
    assert (at_stripe, order["refunded"], order["refunding"], order["status"]) == (4000, 40, 0, "refunded")


@pytest.mark.parametrize("change", ["more", "fewer", "none", "moved"])
async def test_a_cart_changed_while_it_is_checked_out_is_what_is_paid(anyone: Client, shop: Shop, change: str) -> None:
    """Whichever comes first: what can be paid is what the cart shows."""
    await stock_of(shop, 1000)
    for turn in range(8):
        buyer = await guest(anyone)
        added = await buyer.post(cart_of(shop), {"productId": shop.product, "quantity": 2})
        cart = added.json()["data"]
        line = f"{cart_of(shop)}/{cart['id']}/{cart['items']['data'][0]['id']}"
        account = (await member(anyone)).client if change == "moved" else buyer
        wishes = {
            "more": buyer.post(cart_of(shop), {"productId": shop.product, "quantity": 1}),
            "fewer": buyer.patch(line, {"quantity": 1}),
            "none": buyer.delete(line),
            "moved": account.post(cart_of(shop), {"guest_token": buyer.token}),
        }
        paying = asyncio.create_task(buyer.put(f"{cart_of(shop)}/native/{cart['id']}", {}))
        for _ in range(turn * 4):
            await asyncio.sleep(0)
        changed = await wishes[change]
        assert changed.status_code == 200, changed.text
        for name, unwished in wishes.items():
            if name != change:
                unwished.close()
        assert (await paying).status_code in (200, 404, 409), (await paying).text
        seen = (await account.get(cart_of(shop))).json()["data"]
        payable = [session for session in shop.account.sessions.values() if session["status"] == "open"]
        assert [session["amount_total"] for session in payable] in ([], [seen["total"] * 100])
        assert [session["url"] for session in payable] in ([], [seen["checkout_url"]])
        pieces = {"more": 3, "fewer": 1, "none": 0, "moved": 2}[change]
        assert sum(each["quantity"] for each in seen["items"]["data"]) == pieces
        if payable:
            await account.delete(f"{cart_of(shop)}/{seen['id']}")
