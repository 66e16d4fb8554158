"""Checkouts that Stripe made and nobody was told of: a process died, or the answer did. None is left to be paid."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from storecast.domains.orders.jobs import ExpireCheckout
from storecast.entrypoints import dependencies
from storecast.kit.clock import utcnow
from storecast.wiring.process import process_of
from storecast.wiring.unit import unit_of_work
from tests.factories.channels import Json
from tests.factories.payments import Shop, keys_of
from tests.factories.platform import Client
from tests.peers.stripe.peer import Fault

TRIES = 3  # of one request, by Stripe's library


def cart_of(shop: Shop) -> str:
    return f"events/event/{shop.channel['id']}/cart"


def payable(shop: Shop) -> list[str]:
    return [each["url"] for account in shop.peer.accounts for each in account.sessions.values()
            if each["status"] == "open"]  # fmt: skip


async def lost(shop: Shop, buyer: Client, fault: Fault = Fault.LOST) -> Json:
    """The cart of a checkout whose answer did not come."""
    added = await buyer.post(cart_of(shop), {"productId": shop.product})
    cart: Json = added.json()["data"]
    shop.peer.faults.extend([fault] * TRIES)
    answer = await buyer.put(f"{cart_of(shop)}/native/{cart['id']}", {})
    assert answer.status_code == 503, answer.text
    assert not shop.peer.faults
    return cart


@pytest.fixture
def later(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Here and at Stripe."""
    ahead = timedelta()

    def move(**by: float) -> None:
        nonlocal ahead
        ahead += timedelta(**by)
        shop.peer.advance(timedelta(**by))

    def now() -> datetime:
        return utcnow() + ahead

    monkeypatch.setattr(dependencies, "utcnow", now)
    return move


async def by_stepping_back(shop: Shop, buyer: Client, cart: Json) -> None:
    answer = await buyer.delete(f"{cart_of(shop)}/{cart['id']}")
    assert answer.status_code == 200, answer.text


async def by_emptying_the_cart(shop: Shop, buyer: Client, cart: Json) -> None:
    [line] = cart["items"]["data"]
    answer = await buyer.delete(f"{cart_of(shop)}/{cart['id']}/{line['id']}")
    assert answer.status_code == 200, answer.text


async def by_adding_more(shop: Shop, buyer: Client, cart: Json) -> None:
    answer = await buyer.post(cart_of(shop), {"productId": shop.product})
    assert answer.status_code == 200, answer.text


async def by_the_time_that_is_over(shop: Shop, buyer: Client, cart: Json) -> None:
    pending = (await buyer.get(cart_of(shop))).json()["data"]["order"]["id"]
    async with unit_of_work(process_of(buyer.app), utcnow() + timedelta(minutes=34)) as unit:
        order = await unit.orders.by_hash_id(pending)
        await unit.checkout.expire(ExpireCheckout(order.id), unit.now)


@pytest.mark.parametrize("given_up", [by_stepping_back, by_emptying_the_cart, by_adding_more, by_the_time_that_is_over])
async def test_what_is_given_up_can_be_paid_by_nobody(
    shop: Shop, visitor: Client, given_up: Callable[[Shop, Client, Json], Awaitable[None]]
) -> None:
    cart = await lost(shop, visitor)
    assert payable(shop)
    await given_up(shop, visitor, cart)
    assert [each["status"] for each in shop.account.sessions.values()] == ["expired"]


async def test_what_stripe_never_heard_of_is_given_up_too(shop: Shop, visitor: Client) -> None:
    cart = await lost(shop, visitor, Fault.DOWN)
    await by_stepping_back(shop, visitor, cart)
    assert not payable(shop)


async def test_while_stripe_does_not_answer_nothing_is_given_up(shop: Shop, visitor: Client) -> None:
    cart = await lost(shop, visitor)
    shop.peer.is_down = True
    refused = await visitor.delete(f"{cart_of(shop)}/{cart['id']}")
    assert refused.status_code == 503, refused.text
    shop.peer.is_down = False
    await by_stepping_back(shop, visitor, cart)
    assert not payable(shop)


@pytest.mark.parametrize("minutes", [0, 5])
async def test_asked_for_again_it_is_the_one_that_was_made(
    shop: Shop, visitor: Client, later: Callable[..., None], minutes: int
) -> None:
    cart = await lost(shop, visitor)
    later(minutes=minutes)
    again = await visitor.put(f"{cart_of(shop)}/native/{cart['id']}", {"return_path": "/watch/elsewhere"})
    assert again.status_code == 200, again.text
    assert [again.json()["data"]["checkout_url"]] == payable(shop)
    assert len(shop.account.sessions) == 1


async def test_asked_for_later_what_was_never_made_is_made_then(
    shop: Shop, visitor: Client, later: Callable[..., None]
) -> None:
    """Its first words end too soon for Stripe by then."""
    cart = await lost(shop, visitor, Fault.DOWN)
    later(minutes=5)
    again = await visitor.put(f"{cart_of(shop)}/native/{cart['id']}", {})
    assert again.status_code == 200, again.text
    assert [again.json()["data"]["checkout_url"]] == payable(shop)


@pytest.mark.parametrize("another", [False, True], ids=["other terms", "another account"])
async def test_what_the_seller_changes_meanwhile_loses_nothing(shop: Shop, visitor: Client, another: bool) -> None:
    cart = await lost(shop, visitor)
    account = shop.peer.account() if another else shop.account
    keys = keys_of(account, webhook_secret=account.endpoint().secret, shipping_countries=["DE"])
    assert (await shop.seller.client.put("payments/stripe", keys)).status_code == 200
    again = await visitor.put(f"{cart_of(shop)}/native/{cart['id']}", {})
    assert [again.json()["data"]["checkout_url"]] == payable(shop)
    await by_stepping_back(shop, visitor, cart)
    assert not payable(shop)


async def test_seller_who_takes_the_keys_back_leaves_nothing_to_pay(shop: Shop, visitor: Client) -> None:
    cart = await lost(shop, visitor)
    assert (await shop.seller.client.delete("payments/stripe")).status_code == 204
    refused = await visitor.put(f"{cart_of(shop)}/native/{cart['id']}", {})
    assert refused.status_code == 409, refused.text
    assert not payable(shop)


async def test_a_failure_that_stripe_keeps_holds_nobody_up(shop: Shop, visitor: Client) -> None:
    """Asked again with the same key it answers the same failure, for a day."""
    cart = (await visitor.post(cart_of(shop), {"productId": shop.product})).json()["data"]
    shop.peer.faults.append(Fault.BROKEN)
    path = f"{cart_of(shop)}/native/{cart['id']}"
    refused = await visitor.put(path, {})
    assert refused.status_code == 422, refused.text
    again = await visitor.put(path, {})
    assert [again.json()["data"]["checkout_url"]] == payable(shop)


async def test_many_who_give_up_and_ask_at_once_leave_one_to_pay_or_none(shop: Shop, visitor: Client) -> None:
    cart = await lost(shop, visitor)
    path = f"{cart_of(shop)}/native/{cart['id']}"
    asked = [visitor.put(path, {}) for _ in range(4)]
    answers = await asyncio.gather(*asked, visitor.delete(f"{cart_of(shop)}/{cart['id']}"))
    assert {answer.status_code for answer in answers} <= {200, 409}, [answer.text for answer in answers]
    now = (await visitor.get(cart_of(shop))).json()["data"]
    assert payable(shop) == ([now["checkout_url"]] if now["order"] else [])
