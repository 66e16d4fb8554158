"""Everybody buys within the same seconds, parts of the installation die, and nothing is sold twice."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.buyers import Buyer, Race, Want, all_at_once, racing
from tests.e2e.installation import Installation, Json, Merchant
from tests.factories.products import upload
from tests.peers.stripe.payments import DECLINED
from tests.peers.stripe.peer import StripePeer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]

FEW = pytest.param((64, 6), id="64 for 6")
MANY = pytest.param((500, 50), id="500 for 50", marks=pytest.mark.soak)
SIZES = pytest.mark.parametrize("size", [FEW, MANY])
POLICIES = pytest.mark.parametrize("policy", ["hold", "first_paid"])
SEEN_EVERY = 0.3  # seconds between two looks of the seller


@pytest.fixture
def market(installation: Installation) -> Installation:
    """What dies in it is back when somebody has bought, and so before the next test."""
    return installation


@pytest.fixture
async def seller(market: Installation, request: pytest.FixtureRequest) -> Merchant:
    return await market.merchant(f"sale-{abs(hash(request.node.nodeid)) % 10**6}")


async def offered(seller: Merchant, name: str, pieces: int | None, variants: str = "[]") -> Json:
    form = {"name": name, "link": "https://shop.test/lamp", "price": "23.60", "variants": variants}
    if pieces is not None:
        form["quantity"] = str(pieces)
    answer = await seller.call("POST", f"events/{seller.slug}/products/add", data=form, files={"image": upload()})
    data: Json = answer["data"]
    return data


async def sales(seller: Merchant) -> dict[int, Json]:
    """What the seller sees of each product."""
    answer = await seller.call("GET", f"events/{seller.slug}/sales")
    return {product["product_id"]: product for product in answer["data"]["products"]}


async def end_when_sold_out(race: Race, seller: Merchant) -> None:
    while not race.over.is_set():
        with suppress(httpx.TransportError, AssertionError):  # it is being killed
            shown = (await sales(seller)).values()
            if all(product["available"] == product["reserved"] == 0 for product in shown):
                race.over.set()
        await asyncio.sleep(SEEN_EVERY)


async def kill_api(race: Race, after: int) -> None:
    """Once so many have bought; it is started again."""
    while race.placed < after:
        await asyncio.sleep(0.01)
    killed = race.installation.child("api")
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    race.told["killed"] += 1
    await asyncio.Event().wait()


async def every_order(seller: Merchant) -> list[Json]:
    found: list[Json] = []
    page = 1
    while True:
        answer = await seller.call("GET", f"orders?page={page}")
        found += answer["data"]
        if len(found) >= answer["meta"]["pagination"]["total"]:
            return found
        page += 1


def pieces_of(orders: Sequence[Json]) -> Counter[int]:
    sold: Counter[int] = Counter()
    for order in orders:
        for item in order["items"]["data"]:
            sold[item["product_id"]] += item["quantity"]
    return sold


async def require_sound(installation: Installation) -> None:
    """`storecast check stock` has nothing to say, and no two ever waited for each other."""
    check = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "storecast.entrypoints.cli", "check", "stock", "--data"),
        str(installation.folder / "data"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await asyncio.wait_for(check.communicate(), 60)
    assert (check.returncode, said.decode()) == (0, ""), (said.decode(), wrong.decode())
    said_database = (installation.folder / "data" / "postgres.log").read_text(errors="replace")
    _, _, deadlock = said_database.partition("deadlock detected")
    assert not deadlock, deadlock[:2_000]


def require_told_rightly(race: Race, buyers: Sequence[Buyer], orders: Sequence[Json]) -> None:
    """Nobody has ordered twice, or in vain: whoever was told of an order has it, and nobody else has one."""
    assert race.odd == []
    assert {order["buyer"]["name"]: order["id"] for order in orders} == {
        buyer.name: buyer.order["id"] for buyer in buyers if buyer.order is not None
    }
    names = [order["buyer"]["name"] for order in orders]
    assert len(names) == len(set(names))
    assert sorted(order["number"] for order in orders) == list(range(1, len(orders) + 1))


@POLICIES
@SIZES
async def test_no_piece_is_ordered_twice(
    market: Installation, seller: Merchant, size: tuple[int, int], policy: str
) -> None:
    """Two products: some buy both, half of them in the other order; some have one product on two lines of its stock."""
    count, pieces = size
    await seller.call("PUT", f"events/{seller.slug}", {"hold_policy": policy})
    lamp = await offered(seller, "Lamp", pieces, '[{"name": "Brass"}, {"name": "Steel"}]')
    brass, steel = (Want(lamp["id"], variant["id"]) for variant in lamp["variants"]["data"])
    mug = Want((await offered(seller, "Mug", pieces))["id"])
    wishes = ([brass], [brass, steel], [steel, mug], [mug, steel], [mug])
    async with racing(market, seller.slug) as race:
        buyers = [
            Buyer(race, number, wishes[number % len(wishes)], hesitates=number % 7 == 0) for number in range(count)
        ]
        await all_at_once(buyers, end_when_sold_out(race, seller), kill_api(race, pieces // 3), buy=Buyer.buy)
    assert race.told["killed"] == 1
    orders = await every_order(seller)
    require_told_rightly(race, buyers, orders)
    assert {order["status"] for order in orders} == {"placed"}
    assert pieces_of(orders) == {lamp["id"]: pieces, mug.product: pieces}
    for shown in (await sales(seller)).values():
        assert (shown["sold"], shown["reserved"], shown["available"]) == (pieces, 0, 0)
    await require_sound(market)


@SIZES
async def test_no_coupon_is_used_more_often_than_it_may_be(
    market: Installation, seller: Merchant, size: tuple[int, int]
) -> None:
    count, uses = size
    mug = Want((await offered(seller, "Mug", None))["id"])
    await seller.call("POST", "coupons", {"code": "FIRST", "percent": 50, "uses": uses, "uses_per_buyer": 1})

    async def claim(buyer: Buyer) -> None:
        cart = await buyer.fill()
        assert cart is not None
        answer = await buyer.check_out(cart, coupon="first")
        if answer.status_code == 200:
            buyer.order = answer.json()["data"]["order"]
            buyer.race.placed += 1
        else:
            assert answer.json()["error"]["message"] == "coupon: is used up", answer.text
            await buyer.empty(cart)

    async with racing(market, seller.slug) as race:
        buyers = [Buyer(race, number, [mug]) for number in range(count)]
        await all_at_once(buyers, kill_api(race, uses // 3), buy=claim)
    orders = await every_order(seller)
    require_told_rightly(race, buyers, orders)
    assert [order["total"] for order in orders] == [11.8] * uses
    [coupon] = (await seller.call("GET", "coupons"))["data"]
    assert coupon["used"] == uses
    await require_sound(market)


@POLICIES
@SIZES
async def test_nobody_pays_twice_or_in_vain(
    market: Installation, stripe: StripePeer, seller: Merchant, size: tuple[int, int], policy: str
) -> None:
    """On Stripe's page, while webhooks find the API dead. Some step back instead, some find their card declined."""
    count, pieces = size
    await seller.call("PUT", f"events/{seller.slug}", {"hold_policy": policy})
    account = stripe.account()
    keys = {"publishable_key": account.publishable_key, "secret_key": account.secret_key}
    shown = (await seller.call("PUT", "payments/stripe", keys))["data"]
    endpoint = account.endpoint(market.url + urlsplit(shown["webhook_url"]).path)
    await seller.call("PUT", "payments/stripe", keys | {"webhook_secret": endpoint.secret})
    lamp = Want((await offered(seller, "Lamp", pieces))["id"])

    async def pay(buyer: Buyer, cart: Json) -> bool:
        if buyer.hesitant():
            buyer.expect(await buyer.cart("DELETE", f"/{cart['id']}"), 200)
            return False
        filled_in = {"name": buyer.name, "email": f"buyer{buyer.number}@example.com"}
        if buyer.number % 5 == 0:
            declined = await browser.post(cart["checkout_url"], json=filled_in | {"card": DECLINED})
            assert declined.status_code == 402, declined.text
        paid = await browser.post(cart["checkout_url"], json=filled_in)
        assert paid.status_code == 200, paid.text
        return True

    async with httpx.AsyncClient(timeout=30, trust_env=False) as browser, racing(market, seller.slug) as race:
        buyers = [Buyer(race, number, [lamp], hesitates=number % 7 == 0) for number in range(count)]

        async def buy(buyer: Buyer) -> None:
            await buyer.buy(pay)

        await all_at_once(buyers, end_when_sold_out(race, seller), kill_api(race, pieces // 3), buy=buy)
    orders = await every_order(seller)
    require_told_rightly(race, buyers, orders)
    assert [order["status"] for order in orders] == ["paid"] * pieces
    assert pieces_of(orders) == {lamp.product: pieces}
    assert not account.refunds
    paid_for = [session["client_reference_id"] for session in account.sessions.values() if session["payment_intent"]]
    assert sorted(paid_for) == sorted(order["id"] for order in orders)
    # Everybody has bought or stepped back: nothing is left to be paid, also of what was begun while the API died.
    assert Counter(session["status"] for session in account.sessions.values())["open"] == 0
    await require_sound(market)
