"""What Stripe tells: believed if signed for this seller, followed once, in whatever order it comes."""

import asyncio
import itertools
import time
from typing import Any

import httpx
import psycopg
import pytest

from tests.factories.accounts import Member, member
from tests.factories.channels import Json
from tests.factories.payments import Shop, paying_shop
from tests.factories.platform import Client
from tests.peers.stripe.events import SIGNATURE, Delivery, Event, signature
from tests.peers.stripe.peer import StripePeer

HOUR = 3_600


async def only_order(shop: Shop) -> Json:
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    found: Json = order
    return found


async def paid(shop: Shop, buyer: Client) -> str:
    """The session of an order that Stripe has yet to tell of."""
    await shop.check_out(buyer)
    shop.peer.pay(shop.session())
    return shop.session()


def mails_to_buyers(database_url: str) -> int:
    query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.send' AND args->>'to' LIKE 'buyer@%'"
    with psycopg.connect(database_url) as connection:
        [(count,)] = connection.execute(query).fetchall()
    return int(count)


def completed(shop: Shop) -> Delivery:
    return next(each for each in shop.account.deliveries if each.event.kind == "checkout.session.completed")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=abc",
        "nonsense",
        "t=soon,v1=abc",
        "t=1,v1=ü",
        f"t=1,v1={'a' * 4000}",
    ],
)
async def test_forged_webhook_is_refused_and_changes_nothing(
    anyone: Client, shop: Shop, visitor: Client, header: str
) -> None:
    await paid(shop, visitor)
    body = completed(shop).body
    refused = await anyone.post(shop.webhook, content=body, headers={SIGNATURE: header.encode("latin-1")})
    assert refused.status_code == 401, refused.text
    assert "Stripe-Signature" in refused.json()["error"]["message"]
    assert (await shop.seller.client.get("orders")).json()["data"] == []


async def test_signature_of_another_body_secret_or_hour_is_refused(
    anyone: Client, stripe: StripePeer, shop: Shop, visitor: Client
) -> None:
    await paid(shop, visitor)
    other = await paying_shop(stripe, await member(anyone))
    delivery, now = completed(shop), time.time()
    secret = shop.endpoint.secret
    for signed in (
        signature(delivery.body + b" ", secret, now),
        signature(delivery.body, other.endpoint.secret, now),
        signature(delivery.body, secret, now - HOUR),
    ):
        refused = await shop.bring(anyone, delivery, **{SIGNATURE: signed})
        assert refused.status_code == 401, refused.text
    assert (await shop.bring(anyone, delivery)).status_code == 200


async def test_either_of_two_signatures_is_enough_while_a_secret_is_rolled(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    await paid(shop, visitor)
    delivery, now = completed(shop), time.time()
    old = signature(delivery.body, "whsec_former", now)
    new = signature(delivery.body, shop.endpoint.secret, now).partition(",")[2]
    assert (await shop.bring(anyone, delivery, **{SIGNATURE: f"{old},{new}"})).status_code == 200


async def test_unknown_webhook_is_not_there(anyone: Client, shop: Shop, visitor: Client) -> None:
    await paid(shop, visitor)
    delivery = completed(shop)
    for account in ("x" * 32, "x", shop.webhook.rpartition("/")[2] + "x"):
        path = f"/api/v1/orders/stripe/{account}"
        answer = await anyone.post(path, content=delivery.body, headers=delivery.headers())
        assert answer.status_code == 404


EVENT = b'{"id": "evt_1", "type": "charge.refunded", "livemode": false, "data": {"object": {"id": "ch_1"}}}'
NUL = b"\\u0000"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b"\xff\xfe", b'{"id": 7}', b'{"object": "v2.core.event"}'),
        *(EVENT.replace(name, name + NUL) for name in (b"evt_1", b"charge.refunded", b"ch_1")),
    ],
)
async def test_signed_body_that_is_no_event_is_refused(anyone: Client, shop: Shop, body: bytes) -> None:
    header = {SIGNATURE: signature(body, shop.endpoint.secret, time.time())}
    assert (await anyone.post(shop.webhook, content=body, headers=header)).status_code == 401


async def test_body_that_is_too_large_is_refused(anyone: Client, shop: Shop) -> None:
    answer = await anyone.post(shop.webhook, content=b"x" * (256 * 1024 + 1), headers={SIGNATURE: "t=1,v1=a"})
    assert answer.status_code == 413


async def test_kinds_nobody_asked_for_and_sales_made_elsewhere_are_answered(anyone: Client, shop: Shop) -> None:
    for kind, about in (
        ("customer.created", {"id": "cus_1"}),
        ("checkout.session.completed", {"id": "cs_test_elsewhere"}),
        ("charge.refunded", {"id": "ch_1", "payment_intent": "pi_elsewhere"}),
        ("charge.dispute.created", {"id": "du_1", "payment_intent": "pi_elsewhere"}),
        ("refund.updated", {"id": "re_1", "payment_intent": None}),
        ("payout.paid", {"object": "payout"}),
    ):
        happened = Event(f"evt_{kind}", kind, about, 1, {})
        assert (await shop.bring(anyone, Delivery(happened, shop.endpoint))).status_code == 200


async def test_anothers_webhook_settles_nothing_of_this_seller(
    anyone: Client, stripe: StripePeer, shop: Shop, visitor: Client
) -> None:
    await paid(shop, visitor)
    other = await paying_shop(stripe, await member(anyone))
    theirs = Delivery(completed(shop).event, other.endpoint)
    assert (await other.bring(anyone, theirs)).status_code == 200
    assert (await shop.seller.client.get("orders")).json()["data"] == []


async def test_told_twenty_times_at_once_with_the_buyer_coming_back_it_is_one_order(
    anyone: Client, shop: Shop, visitor: Client, database_url: str
) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE users SET verified_at = now()")  # no mail goes out for who is not
    session = await paid(shop, visitor)
    carts = f"events/event/{shop.channel['id']}/cart"
    cart = (await visitor.get(carts)).json()["data"]
    told = [shop.bring(anyone, delivery) for delivery in shop.account.deliveries for _ in range(10)]
    back: list[Any] = [visitor.get(carts), visitor.put(f"{carts}/native/{cart['id']}", {})]
    answers = await asyncio.gather(*told, *back)
    assert {answer.status_code for answer in answers[: len(told)]} == {200}
    order = await only_order(shop)
    assert (order["status"], order["number"]) == ("paid", 1)
    assert [step["what"] for step in order["history"]["data"]].count("paid") == 1
    assert mails_to_buyers(database_url) == 1
    with psycopg.connect(database_url) as connection:
        heard = connection.execute("SELECT count(*) FROM stripe_events").fetchone()
    assert heard == (1,)
    assert session == shop.session()


async def test_told_again_stripe_is_not_asked_again(anyone: Client, shop: Shop, visitor: Client) -> None:
    await paid(shop, visitor)
    await shop.bring(anyone, completed(shop))
    asked = len(shop.peer.requests)
    assert (await shop.bring(anyone, completed(shop))).status_code == 200
    assert len(shop.peer.requests) == asked


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_whatever_comes_first_the_order_stands_as_stripe_says(
    anyone: Client, shop: Shop, visitor: Client, order: tuple[int, ...]
) -> None:
    await shop.check_out(visitor)
    session = shop.session()
    shop.peer.pay(session, later=True)
    shop.peer.bank_says(session, paid=True)
    shop.peer.refund(session, 500)
    kinds = ("checkout.session.completed", "checkout.session.async_payment_succeeded", "refund.created")
    told = [next(each for each in shop.account.deliveries if each.event.kind == kinds[place]) for place in order]
    for delivery in told:
        assert (await shop.bring(anyone, delivery)).status_code == 200
    stands = await only_order(shop)
    assert (stands["status"], stands["refunded"]) == ("partly_refunded", 5)


async def test_stripe_that_is_down_tells_again(anyone: Client, shop: Shop, visitor: Client) -> None:
    await paid(shop, visitor)
    shop.peer.is_down = True
    down = await shop.bring(anyone, completed(shop))
    assert (down.status_code, down.headers["Retry-After"]) == (503, "10")
    shop.peer.is_down = False
    assert (await shop.bring(anyone, completed(shop))).status_code == 200
    assert (await only_order(shop))["status"] == "paid"


async def test_refunds_made_at_stripe_reach_the_order(anyone: Client, shop: Shop, visitor: Client) -> None:
    session = await paid(shop, visitor)
    await shop.bring_all(anyone)
    shop.peer.refund(session, 500)
    shop.peer.refund(session, 1500)
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["status"], order["refunded"]) == ("refunded", 20)


async def test_own_refund_told_by_stripe_is_counted_once(anyone: Client, shop: Shop, visitor: Client) -> None:
    await paid(shop, visitor)
    await shop.bring_all(anyone)
    order = await only_order(shop)
    await shop.seller.client.post(f"orders/{order['id']}/refund", {"amount": 5})
    await shop.bring_all(anyone)
    assert (await only_order(shop))["refunded"] == 5


async def test_refund_the_bank_sends_back_can_be_given_again(anyone: Client, shop: Shop, visitor: Client) -> None:
    session = await paid(shop, visitor)
    await shop.bring_all(anyone)
    shop.peer.refunds_wait = True
    refund = shop.peer.refund(session)
    await shop.bring_all(anyone)
    shop.peer.bank_refunds(refund["id"], succeeded=False)
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["status"], order["refunded"]) == ("paid", 0)


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
async def test_disputes_are_shown_as_they_stand(
    anyone: Client, shop: Shop, visitor: Client, won: bool, status: str
) -> None:
    session = await paid(shop, visitor)
    await shop.bring_all(anyone)
    dispute = shop.peer.dispute(session)
    await shop.bring_all(anyone)
    assert (await only_order(shop))["dispute"] == "needs_response"
    shop.peer.close_dispute(dispute["id"], won=won)
    begun, closed = shop.account.deliveries[-2:]
    await shop.bring(anyone, closed)
    await shop.bring(anyone, Delivery(Event("evt_late", begun.event.kind, begun.event.about, 1, {}), shop.endpoint))
    assert (await only_order(shop))["dispute"] == status


async def test_live_tokens_and_idempotency_keys_are_nothing_to_it(
    anyone: Client, shop: Shop, visitor: Client, stranger: Member
) -> None:
    """Whoever brings it: its signature alone counts."""
    await paid(shop, visitor)
    answer: httpx.Response = await shop.bring(stranger.client, completed(shop), **{"Idempotency-Key": "same"})
    assert answer.status_code == 200
    assert (await only_order(shop))["status"] == "paid"
