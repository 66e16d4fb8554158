"""Sellers' own Stripe keys: checked with Stripe, sealed, and shown masked."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.factories.accounts import Member
from tests.factories.oauth import consent, exchange, oauth_client
from tests.factories.payments import Shop, keys_of, paying_shop
from tests.factories.platform import Client
from tests.peers.stripe.peer import StripePeer


async def test_keys_are_shown_masked_with_the_address_for_stripe_to_tell(stripe: StripePeer, owner: Member) -> None:
    account = stripe.account()
    assert (await owner.client.get("payments/stripe")).status_code == 404
    rates = [{"name": "Post", "price": "4.90", "currency": "EUR"}]
    given = keys_of(account, shipping_countries=["RO", "DE", "DE"], shipping_rates=rates, automatic_tax=True)
    put = await owner.client.put("payments/stripe", given)
    assert put.status_code == 200, put.text
    shown = put.json()["data"]
    assert shown == (await owner.client.get("payments/stripe")).json()["data"]
    url = shown.pop("webhook_url")
    assert url.startswith("http://shop.test:8000/api/v1/orders/stripe/")
    assert len(url.rpartition("/")[2]) == 32
    assert "checkout.session.completed" in shown.pop("webhook_events")
    assert shown == {
        "publishable_key": account.publishable_key,
        "secret_key": f"sk_test_…{account.secret_key[-4:]}",
        "webhook_secret": None,
        "mode": "test",
        "ready": False,
        "shipping_countries": ["DE", "RO"],
        "shipping_rates": [{"name": "Post", "price": 4.9, "currency": "EUR"}],
        "automatic_tax": True,
    }


async def test_secrets_left_out_stay_and_are_sealed(stripe: StripePeer, owner: Member, database_url: str) -> None:
    account = stripe.account()
    endpoint = account.endpoint()
    await owner.client.put("payments/stripe", keys_of(account))
    url = (await owner.client.get("payments/stripe")).json()["data"]["webhook_url"]
    given = {"publishable_key": account.publishable_key, "webhook_secret": endpoint.secret}
    ready = (await owner.client.put("payments/stripe", given)).json()["data"]
    assert (ready["ready"], ready["webhook_url"]) == (True, url)
    again = await owner.client.put("payments/stripe", {"publishable_key": account.publishable_key})
    assert again.json()["data"]["ready"] is True
    with psycopg.connect(database_url) as connection:
        [row] = connection.execute("SELECT stripe_accounts::text FROM stripe_accounts").fetchall()
    assert account.secret_key not in row[0]
    assert endpoint.secret not in row[0]


async def test_how_it_is_shipped_stays_where_only_the_webhook_secret_is_put(stripe: StripePeer, owner: Member) -> None:
    account = stripe.account()
    rates = [{"name": "Post", "price": 5, "currency": "EUR"}]
    shipping = {"shipping_countries": ["DE"], "shipping_rates": rates, "automatic_tax": True}
    await owner.client.put("payments/stripe", keys_of(account, **shipping))
    secret = {"publishable_key": account.publishable_key, "webhook_secret": account.endpoint().secret}
    shown = (await owner.client.put("payments/stripe", secret)).json()["data"]
    assert {name: shown[name] for name in shipping} == shipping
    refused = await owner.client.put("payments/stripe", {**secret, "shipping_countries": []})
    assert refused.json()["error"]["messages"][0]["field"] == "shipping_countries"
    nothing = {"shipping_countries": [], "shipping_rates": [], "automatic_tax": False}
    shown = (await owner.client.put("payments/stripe", {**secret, **nothing})).json()["data"]
    assert {name: shown[name] for name in nothing} == nothing


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"secret_key": "sk_test_nobodys"}, "secret_key"),
        ({"secret_key": "sk_live_51abcdef"}, "secret_key"),
        ({"secret_key": "pk_test_51abcdef"}, "secret_key"),
        ({"secret_key": None}, "secret_key"),
        ({"publishable_key": "pk_test_nobodys"}, "publishable_key"),
        ({"publishable_key": "pk_live_51abcdef", "secret_key": "sk_live_51abcdef"}, "secret_key"),
        ({"publishable_key": "sk_test_51abcdef"}, "publishable_key"),
        ({"webhook_secret": "secret"}, "webhook_secret"),
        ({"shipping_countries": ["KP"]}, "shipping_countries"),
        ({"shipping_countries": ["XX"]}, "shipping_countries"),
        ({"shipping_rates": [{"name": "Post", "price": 5, "currency": "EUR"}]}, "shipping_countries"),
        ({"shipping_countries": ["DE"], "shipping_rates": [{"name": "P", "price": 5, "currency": "XXY"}]},
         "shipping_rates"),
        ({"shipping_countries": ["DE"], "shipping_rates": [{"name": "P", "price": -5, "currency": "EUR"}]},
         "shipping_rates"),
        ({"shipping_countries": ["DE"], "shipping_rates": [{"name": "P", "price": 5.001, "currency": "EUR"}]},
         "shipping_rates"),
        ({"shipping_countries": ["DE"], "shipping_rates": [{"name": "P", "price": 5, "currency": "EUR"}] * 6},
         "shipping_rates"),
    ],
)  # fmt: skip
async def test_wrong_keys_are_refused_by_name_and_nothing_is_kept(
    stripe: StripePeer, owner: Member, wrong: dict[str, Any], field: str
) -> None:
    answer = await owner.client.put("payments/stripe", keys_of(stripe.account()) | wrong)
    assert answer.status_code == 422, answer.text
    assert {message["field"].split(".")[0].split("[")[0] for message in answer.json()["error"]["messages"]} == {field}
    assert (await owner.client.get("payments/stripe")).status_code == 404


async def test_restricted_key_that_may_not_sell_is_refused_and_one_that_may_is_taken(
    stripe: StripePeer, owner: Member
) -> None:
    account = stripe.account()
    for without, status in (("/v1/checkout", 422), ("/v1/account", 200)):
        given = keys_of(account) | {"secret_key": account.restricted_key(without=without)}
        assert (await owner.client.put("payments/stripe", given)).status_code == status


async def test_down_stripe_is_said_to_be_down(stripe: StripePeer, owner: Member) -> None:
    stripe.is_down = True
    answer = await owner.client.put("payments/stripe", keys_of(stripe.account()))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


async def test_only_the_seller_signed_in_themselves_changes_keys(
    anyone: Client, stripe: StripePeer, owner: Member, stranger: Member, visitor: Client
) -> None:
    given = keys_of(stripe.account())
    app = await oauth_client(owner.client)
    granted = await exchange(anyone, app, await consent(owner.client, app, "orders"))
    token = anyone.with_token(granted["access_token"])
    for client, status in ((anyone, 401), (visitor, 401), (token, 403)):
        assert (await client.put("payments/stripe", given)).status_code == status
        assert (await client.delete("payments/stripe")).status_code == status
    await owner.client.put("payments/stripe", given)
    assert (await stranger.client.get("payments/stripe")).status_code == 404
    assert (await stranger.client.delete("payments/stripe")).status_code == 404
    assert (await token.get("payments/stripe")).status_code == 200


async def test_two_changes_at_once_leave_one_account(stripe: StripePeer, owner: Member, database_url: str) -> None:
    first, second = stripe.account(), stripe.account()
    puts = [owner.client.put("payments/stripe", keys_of(account)) for account in (first, second) * 3]
    assert {answer.status_code for answer in await asyncio.gather(*puts)} == {200}
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT account FROM stripe_accounts WHERE removed_at IS NULL").fetchall()
        every = connection.execute("SELECT account FROM stripe_accounts").fetchall()
    assert len(rows) == 1
    assert sorted(account for (account,) in every) == sorted([first.id, second.id])


async def test_rolled_key_of_the_same_account_keeps_its_webhook(stripe: StripePeer, owner: Member) -> None:
    shop = await paying_shop(stripe, owner)
    account = shop.account
    account.secret_key = "sk_test_rolled1234"
    rolled = (await owner.client.put("payments/stripe", keys_of(account))).json()["data"]
    assert rolled["webhook_url"].endswith(shop.webhook)
    assert rolled["ready"]


async def test_sales_begun_with_keys_taken_back_are_still_settled(anyone: Client, shop: Shop, visitor: Client) -> None:
    await shop.check_out(visitor)
    session = shop.session()
    assert (await shop.seller.client.delete("payments/stripe")).status_code == 204
    assert (await shop.seller.client.get("payments/stripe")).status_code == 404
    shop.peer.pay(session)
    await shop.bring_all(anyone)
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    assert order["status"] == "paid"
    refunded = await shop.seller.client.post(f"orders/{order['id']}/refund", {})
    assert refunded.status_code == 200, refunded.text
    assert sum(refund["amount"] for refund in shop.account.refunds.values()) == 2000


async def test_sales_of_the_former_account_are_settled_there_after_another_is_put(
    anyone: Client, stripe: StripePeer, shop: Shop, visitor: Client
) -> None:
    await shop.check_out(visitor)
    session = shop.session()
    other = stripe.account()
    put = await shop.seller.client.put("payments/stripe", keys_of(other, webhook_secret=other.endpoint().secret))
    assert not put.json()["data"]["webhook_url"].endswith(shop.webhook)
    stripe.pay(session)
    await shop.bring_all(anyone)
    [order] = (await shop.seller.client.get("orders")).json()["data"]
    assert order["status"] == "paid"
    back = await shop.seller.client.put("payments/stripe", keys_of(shop.account))
    assert back.json()["data"]["webhook_url"].endswith(shop.webhook)


async def test_change_of_keys_is_in_the_security_log(shop: Shop) -> None:
    await shop.seller.client.delete("payments/stripe")
    kinds = [event["kind"] for event in (await shop.seller.client.get("profile/security-events")).json()["data"]]
    assert {"payment_keys_changed", "payment_keys_removed"} <= set(kinds)
