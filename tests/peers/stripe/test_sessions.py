"""Checkout Sessions of the peer, asked for by Stripe's own library."""

from datetime import timedelta
from typing import Any

import pytest
from stripe import APIError, AuthenticationError, IdempotencyError, InvalidRequestError, StripeClient

from tests.peers.stripe.account import Account
from tests.peers.stripe.asked import embedded, session
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.payments import DECLINED, Payer
from tests.peers.stripe.peer import Fault, StripePeer


def line(**price: Any) -> Any:
    return [{"price_data": {"currency": "eur", **price}, "quantity": 1}]


async def test_hosted_session_is_paid_and_shows_all_it_came_to(peer: StripePeer, client: StripeClient) -> None:
    rate = {"type": "fixed_amount", "display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}}
    made = await client.v1.checkout.sessions.create_async(
        session(
            peer.clock,
            shipping_address_collection={"allowed_countries": ["DE", "RO"]},
            shipping_options=[{"shipping_rate_data": {**rate, "tax_behavior": "inclusive"}}],
            automatic_tax={"enabled": True},
            metadata={"order": "7"},
        )
    )
    assert (made.status, made.payment_status, made.amount_total) == ("open", "unpaid", 4498)
    assert made.url
    assert made.client_secret is None
    peer.pay(made.id, Payer(address={**Payer().address, "country": "DE"}))
    paid = await client.v1.checkout.sessions.retrieve_async(made.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.total_details
    assert (paid.total_details.amount_shipping, paid.total_details.amount_tax) == (500, 718)
    assert not isinstance(paid.payment_intent, str)
    assert paid.payment_intent
    assert paid.payment_intent.amount_received == 4498
    assert paid.collected_information
    assert paid.collected_information.shipping_details
    assert paid.collected_information.shipping_details.address.country == "DE"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"cart_id": "7"}, "cart_id"),
        ({"ui_mode": "embedded"}, "ui_mode"),
        ({"locale": "xx"}, "locale"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"return_url": "https://shop.example"}, "return_url"),
        ({"line_items": line(unit_amount=5)}, "line_items[0][price_data][product_data]"),
        ({"line_items": line(unit_amount=9.9, product_data={"name": "Rug"})}, "line_items[0][price_data][unit_amount]"),
        ({"line_items": line(product_data={"title": "Rug"})}, "line_items[0][price_data][product_data][title]"),
    ],
)  # fmt: skip
async def test_what_stripe_does_not_document_is_refused(
    peer: StripePeer, client: StripeClient, wrong: Any, param: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(session(peer.clock, **wrong))
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("currency", "amount", "is_fine"),
    [
        ("eur", 49, False), ("eur", 50, True), ("jpy", 50, True), ("jpy", 49, False), ("huf", 17400, False),
        ("kwd", 5124, False), ("kwd", 5120, True), ("isk", 550, False), ("isk", 500, True), ("ugx", 50_050, False),
        ("xxx", 500, False), ("eur", 100_000_000, False), ("eur", -1, False), ("eur", 0, True),
    ],
)  # fmt: skip
async def test_amounts_follow_the_rules_of_their_currency(
    peer: StripePeer, client: StripeClient, currency: str, amount: int, is_fine: bool
) -> None:
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Rug"}}
    asked = session(peer.clock, line_items=[{"price_data": price, "quantity": 1}])
    if is_fine:
        assert (await client.v1.checkout.sessions.create_async(asked)).amount_total == amount
    else:
        with pytest.raises(InvalidRequestError):
            await client.v1.checkout.sessions.create_async(asked)


async def test_sessions_live_between_half_an_hour_and_a_day(peer: StripePeer, client: StripeClient) -> None:
    for seconds in (29 * 60, 25 * 60 * 60):
        with pytest.raises(InvalidRequestError) as refused:
            await client.v1.checkout.sessions.create_async(session(peer.clock, expires_at=peer.clock.now() + seconds))
        assert refused.value.param == "expires_at"
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    peer.advance(timedelta(minutes=32))
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "expired"
    with pytest.raises(Refusal):
        peer.pay(made.id)


async def test_only_open_sessions_can_be_expired(peer: StripePeer, client: StripeClient) -> None:
    made = await client.v1.checkout.sessions.create_async(embedded(peer.clock))
    assert made.client_secret
    assert made.url is None
    assert (await client.v1.checkout.sessions.expire_async(made.id)).status == "expired"
    paid = await client.v1.checkout.sessions.create_async(session(peer.clock))
    peer.pay(paid.id)
    for over in (made, paid):
        with pytest.raises(InvalidRequestError):
            await client.v1.checkout.sessions.expire_async(over.id)


async def test_declined_card_leaves_the_session_open(peer: StripePeer, client: StripeClient) -> None:
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    with pytest.raises(Refusal) as declined:
        peer.pay(made.id, Payer(card=DECLINED))
    assert declined.value.status == 402
    assert (await client.v1.checkout.sessions.retrieve_async(made.id)).status == "open"


async def test_coupon_of_an_amount_is_off_the_sum(peer: StripePeer, client: StripeClient) -> None:
    coupon = await client.v1.coupons.create_async({"amount_off": 998, "currency": "eur", "max_redemptions": 1})
    made = await client.v1.checkout.sessions.create_async(session(peer.clock, discounts=[{"coupon": coupon.id}]))
    assert (made.amount_subtotal, made.amount_total) == (3998, 3000)
    peer.pay(made.id)
    with pytest.raises(InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(session(peer.clock, discounts=[{"coupon": coupon.id}]))
    assert refused.value.code == "coupon_expired"


async def test_asked_again_with_the_same_key_it_is_the_same_session(
    peer: StripePeer, client: StripeClient, seller: Account
) -> None:
    asked, options = session(peer.clock), {"idempotency_key": "order-7"}
    first = await client.v1.checkout.sessions.create_async(asked, options)  # type: ignore[arg-type]
    assert (await client.v1.checkout.sessions.create_async(asked, options)).id == first.id  # type: ignore[arg-type]
    assert len(seller.sessions) == 1
    with pytest.raises(IdempotencyError):
        await client.v1.checkout.sessions.create_async({**asked, "client_reference_id": "8"}, options)  # type: ignore[arg-type]


async def test_answer_that_was_lost_was_done_all_the_same(
    peer: StripePeer, client: StripeClient, seller: Account
) -> None:
    patient = StripeClient(
        seller.secret_key, base_addresses={"api": peer.url}, http_client=client._requestor._client,
        max_network_retries=1,
    )  # fmt: skip
    peer.faults.append(Fault.LOST)
    made = await patient.v1.checkout.sessions.create_async(session(peer.clock))
    assert list(seller.sessions) == [made.id]


async def test_keys_are_asked_for_and_known(peer: StripePeer, client: StripeClient, seller: Account) -> None:
    assert (await client.v1.accounts.retrieve_current_async()).id == seller.id
    stranger = peer.account()
    made = await client.v1.checkout.sessions.create_async(session(peer.clock))
    http = client._requestor._client
    for key, error in (
        ("sk_test_nobodys", AuthenticationError),
        (stranger.secret_key, InvalidRequestError),  # has no such session
    ):
        other = StripeClient(key, base_addresses={"api": peer.url}, http_client=http, max_network_retries=0)
        with pytest.raises(error):
            await other.v1.checkout.sessions.retrieve_async(made.id)
    peer.is_down = True
    with pytest.raises(APIError):
        await client.v1.accounts.retrieve_current_async()
