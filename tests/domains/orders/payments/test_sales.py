"""Carts paid by Stripe, from the checkout to the money given back."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.factories.accounts import Member, guest
from tests.factories.channels import Json
from tests.factories.payments import Shop, paying_shop
from tests.factories.platform import Client
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.payments import Payer
from tests.peers.stripe.peer import Fault, StripePeer

GERMAN = Payer(
    email="ana@example.com", name="Ana Pop", phone="+49301234567",
    address={"line1": "Lange Straße 1", "line2": None, "city": "Berlin", "postal_code": "10115", "state": None,
             "country": "DE"},
)  # fmt: skip


async def only_order(shop: Shop) -> Json:
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    found: Json = order
    return found


async def test_embedded_checkout_is_paid_inside_the_page(anyone: Client, shop: Shop, visitor: Client) -> None:
    cart = await shop.check_out(visitor, 2, ui="embedded")
    assert cart["checkout_url"] is None
    assert cart["publishable_key"] == shop.account.publishable_key
    session = shop.account.sessions[shop.session()]
    assert cart["client_secret"] == session["client_secret"]
    assert (session["ui_mode"], session["redirect_on_completion"]) == ("embedded_page", "if_required")
    shop.peer.pay(session["id"], GERMAN)
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["status"], order["total"], order["currency"]) == ("paid", 40, shop.product_currency)
    assert order["buyer"]["email"] == "ana@example.com"
    assert session["client_reference_id"] == order["id"]
    assert shop.account.intents[session["payment_intent"]]["metadata"] == {"order": order["id"]}


async def test_hosted_checkout_is_paid_on_stripes_page_and_leads_back(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    cart = await shop.check_out(visitor, return_path="/watch/lamps?from=card")
    assert cart["client_secret"] is None
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert "Lamp × 1" in (await browser.get(cart["checkout_url"])).text
        back = (await browser.post(cart["checkout_url"], json={})).json()["redirect"]
    assert back == f"http://shop.test:8000/watch/lamps?from=card&order={cart['order']['id']}"
    await shop.bring_all(anyone)
    assert (await only_order(shop))["status"] == "paid"


async def test_shipping_and_tax_are_the_sellers_and_reach_the_order(
    anyone: Client, stripe: StripePeer, owner: Member, visitor: Client
) -> None:
    currency = (await owner.client.get("profile")).json()["data"]["currency"]["data"]["iso_code"]
    rates = [
        {"name": "Post", "price": "4.90", "currency": currency},
        {"name": "Express", "price": 12, "currency": currency},
        {"name": "Tokyo", "price": 900, "currency": "JPY"},
    ]
    shop = await paying_shop(stripe, owner, shipping_countries=["DE", "RO"], shipping_rates=rates, automatic_tax=True)
    await shop.check_out(visitor)
    session = shop.account.sessions[shop.session()]
    assert [option["shipping_amount"] for option in session["shipping_options"]] == [490, 1200]
    assert session["shipping_address_collection"] == {"allowed_countries": ["DE", "RO"]}
    stripe.pay(session["id"], GERMAN)
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["subtotal"], order["shipping"], order["tax"], order["total"]) == (20, 4.9, 3.97, 24.9)
    buyer = order["buyer"]
    assert (buyer["name"], buyer["phone"]) == ("Ana Pop", "+49301234567")
    assert buyer["address"] == "Lange Straße 1\n10115 Berlin\nDE"


async def test_coupon_is_a_discount_at_stripe_too(anyone: Client, shop: Shop, visitor: Client) -> None:
    made = await shop.seller.client.post("coupons", {"code": "SPRING", "percent": 25})
    assert made.status_code == 200, made.text
    cart = await shop.check_out(visitor, 2, coupon="SPRING")
    assert (cart["subtotal"], cart["discount"], cart["total"], cart["coupon"]) == (40, 10, 30, "SPRING")
    session = shop.account.sessions[shop.session()]
    assert (session["amount_subtotal"], session["amount_total"]) == (4000, 3000)
    shop.peer.pay(session["id"])
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["discount"], order["total"]) == (10, 30)


async def test_what_costs_nothing_is_paid_without_a_payment(anyone: Client, shop: Shop, visitor: Client) -> None:
    await shop.seller.client.post("coupons", {"code": "GIFT", "percent": 100})
    await shop.check_out(visitor, coupon="GIFT")
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["status"], order["total"]) == ("paid", 0)
    assert not shop.account.intents


@pytest.mark.parametrize(("is_paid", "status"), [(True, "paid"), (False, "cancelled")])
async def test_bank_debit_waits_for_the_bank(
    anyone: Client, shop: Shop, visitor: Client, is_paid: bool, status: str
) -> None:
    await shop.check_out(visitor)
    shop.peer.pay(shop.session(), later=True)
    await shop.bring_all(anyone)
    assert (await only_order(shop))["status"] == "placed"
    shop.peer.advance(timedelta(days=3))
    shop.peer.bank_says(shop.session(), paid=is_paid)
    await shop.bring_all(anyone)
    assert (await only_order(shop))["status"] == status


async def test_checkout_that_is_over_is_cancelled_and_cannot_be_paid(
    anyone: Client, shop: Shop, visitor: Client
) -> None:
    first = await shop.check_out(visitor)
    shop.peer.advance(timedelta(minutes=32))
    await shop.bring_all(anyone)
    over = await shop.seller.client.get(f"orders/{first['order']['id']}")
    assert over.json()["data"]["status"] == "cancelled", over.text
    with pytest.raises(Refusal):
        shop.peer.pay(shop.session())


async def test_who_steps_back_can_pay_no_more(shop: Shop, visitor: Client) -> None:
    cart = await shop.check_out(visitor)
    back = await visitor.delete(f"events/event/{shop.channel['id']}/cart/{cart['id']}")
    assert back.status_code == 200, back.text
    assert shop.account.sessions[shop.session()]["status"] == "expired"


async def test_who_paid_while_stepping_back_has_bought_it(shop: Shop, visitor: Client) -> None:
    """Nothing was told yet: that the session cannot be expired any more says it."""
    cart = await shop.check_out(visitor)
    shop.peer.pay(shop.session())
    await visitor.delete(f"events/event/{shop.channel['id']}/cart/{cart['id']}")
    assert (await only_order(shop))["status"] == "paid"


async def test_asked_again_after_a_lost_answer_it_is_one_checkout(shop: Shop, visitor: Client) -> None:
    shop.peer.faults.append(Fault.LOST)
    cart = await shop.check_out(visitor)
    [session] = shop.account.sessions.values()
    assert cart["checkout_url"] == session["url"]
    again = await visitor.put(f"events/event/{shop.channel['id']}/cart/native/{cart['id']}", {})
    assert again.json()["data"]["checkout_url"] == session["url"]
    assert len(shop.account.sessions) == 1


async def test_stripe_that_was_down_can_be_asked_again_with_another_wish(shop: Shop, visitor: Client) -> None:
    shop.peer.faults.extend([Fault.LOST] * 3)
    carts = f"events/event/{shop.channel['id']}/cart"
    cart = (await visitor.post(carts, {"productId": shop.product})).json()["data"]
    down = await visitor.put(f"{carts}/native/{cart['id']}", {})
    assert (down.status_code, down.headers["Retry-After"]) == (503, "10")
    again = await visitor.put(f"{carts}/native/{cart['id']}", {"return_path": "/watch/elsewhere"})
    assert again.status_code == 200, again.text
    assert again.json()["data"]["checkout_url"] == shop.account.sessions[shop.session()]["url"]


async def test_seller_whose_key_was_taken_back_cannot_be_paid(shop: Shop, visitor: Client) -> None:
    shop.account.expired_keys.add(shop.account.secret_key)
    shop.account.secret_key = "sk_test_another"
    carts = f"events/event/{shop.channel['id']}/cart"
    cart = (await visitor.post(carts, {"productId": shop.product})).json()["data"]
    refused = await visitor.put(f"{carts}/native/{cart['id']}", {})
    assert refused.status_code == 409
    assert refused.json()["error"]["message"] == "The seller cannot take payments now"


@pytest.mark.parametrize(
    ("currency", "price", "amount", "refund", "refunded"),
    [
        ("JPY", "1200", 1200, 200, 200),
        ("KWD", "5.120", 5120, 1.01, 1010),
        ("ISK", "500", 50_000, 100, 10_000),
        ("UGX", "9000", 900_000, 1000, 100_000),
        ("HUF", "990.50", 99_050, 0.5, 50),
        ("TWD", "99", 9900, 9, 900),
        ("LAK", "12000", 1_200_000, 2000, 200_000),
    ],
)
async def test_each_currency_is_charged_and_refunded_as_stripe_counts_it(
    anyone: Client, shop: Shop, visitor: Client, currency: str, price: str, amount: int, refund: Any, refunded: int
) -> None:
    from tests.factories.products import catalogue_product

    product = await catalogue_product(shop.seller.client, price=price, currency=currency)
    added = await shop.seller.client.post(f"events/{shop.channel['id']}/products/{product['id']}/enable")
    assert added.status_code == 200, added.text
    shop.product = product["id"]
    await shop.check_out(visitor)
    assert shop.account.sessions[shop.session()]["amount_total"] == amount
    shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    order = await only_order(shop)
    assert (order["currency"], order["total"]) == (currency, float(price))
    back = await shop.seller.client.post(f"orders/{order['id']}/refund", {"amount": refund})
    assert back.status_code == 200, back.text
    assert [each["amount"] for each in shop.account.refunds.values()] == [refunded]
    assert (await only_order(shop))["refunded"] == refund


async def test_amount_that_stripe_cannot_have_is_refused_in_words(shop: Shop, visitor: Client) -> None:
    from tests.factories.products import catalogue_product

    product = await catalogue_product(shop.seller.client, price="5.124", currency="KWD")
    await shop.seller.client.post(f"events/{shop.channel['id']}/products/{product['id']}/enable")
    carts = f"events/event/{shop.channel['id']}/cart"
    cart = (await visitor.post(carts, {"productId": product["id"]})).json()["data"]
    refused = await visitor.put(f"{carts}/native/{cart['id']}", {})
    assert refused.status_code == 422
    assert "Stripe takes no KWD 5.124" in refused.json()["error"]["message"]
    assert not shop.account.sessions


async def test_less_than_stripe_charges_is_refused_in_words(stripe: StripePeer, owner: Member, visitor: Client) -> None:
    shop = await paying_shop(stripe, owner, price="0.20")
    carts = f"events/event/{shop.channel['id']}/cart"
    cart = (await visitor.post(carts, {"productId": shop.product})).json()["data"]
    refused = await visitor.put(f"{carts}/native/{cart['id']}", {})
    assert refused.status_code == 422
    assert "must add up to at least" in refused.json()["error"]["message"]


async def test_two_buyers_pay_two_sessions(anyone: Client, shop: Shop) -> None:
    for _ in range(2):
        await shop.check_out(await guest(anyone))
        shop.peer.pay(shop.session())
    await shop.bring_all(anyone)
    orders = (await shop.seller.client.get("orders")).json()["data"]
    assert sorted(order["number"] for order in orders) == [1, 2]


async def test_buyer_whose_address_is_known_pays_with_it(anyone: Client, shop: Shop, visitor: Client) -> None:
    await shop.check_out(visitor, email="ada@example.com")
    assert shop.account.sessions[shop.session()]["customer_email"] == "ada@example.com"
    shop.peer.pay(shop.session(), GERMAN)
    await shop.bring_all(anyone)
    assert (await only_order(shop))["buyer"]["email"] == "ada@example.com"
