"""A seller's Stripe keys, from the page they are entered on to a cart that is paid by them, in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.installation import Installation
from tests.e2e.person import PASSWORD, Person
from tests.peers.stripe.account import Account
from tests.peers.stripe.peer import StripePeer
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]


async def test_keys_entered_by_a_seller_take_a_buyers_money(ada: Person, stripe: StripePeer) -> None:
    account, page, shopping = stripe.account(), ada.page, ada.installation
    await ada.sign_up()
    await enter_keys(page, ada, account)
    await say_terms(page)
    seller = await signed_in(shopping, ada.address)
    cart = await cart_of(shopping, seller)
    assert cart["terms"]["imprint"] == "Ada Byron, Bristol"
    await pay(page, cart)
    await eventually(lambda: is_paid(shopping, seller))

    # What was begun is settled without keys, too.
    again = await cart_of(shopping, seller)
    await ada.open("/account/payments")
    await page.get_by_role("button", name="Remove the keys").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Remove the keys").press("Enter")
    await expect(page.get_by_text("Carts are paid by Stripe")).to_be_hidden()
    await pay(page, again)
    await eventually(lambda: is_paid(shopping, seller, orders=2))


async def enter_keys(page: Page, ada: Person, account: Account) -> None:
    """By keyboard, in the two steps Stripe makes of it."""
    await ada.open("/account/payments")
    await page.get_by_label("Publishable key").fill("pk_test_nobodys")
    await page.get_by_label("Secret key").fill(account.secret_key)
    await page.get_by_label("Countries you ship to").fill("de, ro")
    await expect(page.get_by_text("Germany, Romania")).to_be_visible()
    await page.get_by_role("button", name="Add a way to ship").press("Enter")
    await page.get_by_label("Name").fill("Post")
    await page.get_by_label("Price", exact=True).fill("4,90")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Stripe does not know this key")).to_be_visible()
    await page.get_by_label("Publishable key").fill(account.publishable_key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The webhook is missing")).to_be_visible()

    endpoint = account.endpoint(await page.get_by_role("textbox", name="Webhook address").input_value())
    events = page.get_by_role("textbox", name="Events it must hear of")
    assert "checkout.session.completed" in await events.input_value()
    await page.get_by_label("Webhook signing secret").fill(endpoint.secret)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Carts are paid by Stripe")).to_be_visible()
    assert account.secret_key not in await page.content()


async def say_terms(page: Page) -> None:
    await page.get_by_label("Imprint").fill("Ada Byron, Bristol")
    await page.get_by_role("button", name="Save").last.press("Enter")
    await expect(page.get_by_role("button", name="Save").last).to_be_disabled()


async def signed_in(shopping: Installation, email: str) -> str:
    body = {"email": email, "password": PASSWORD}
    answer = await shopping.http.post("auth/login", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["access_token"])


async def cart_of(shopping: Installation, token: str) -> dict[str, Any]:
    """Checked out by a guest, on Stripe's page."""

    async def call(method: str, path: str, by: str, body: object = None, **how: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {by}"}
        answer = await shopping.http.request(method, path, json=body, headers=headers, **how)
        assert answer.is_success, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    channel = await call("POST", "events", token, {"name": "Evening show"})
    await call("PUT", f"events/{channel['id']}", token, {"privacy": 0, "free_pass": True})
    answer = await shopping.http.post(
        f"events/{channel['id']}/products/add",
        data={"name": "Lamp", "link": "https://shop.test/lamp", "price": "20"},
        files={"image": ("lamp.png", (Path(__file__).parents[2] / "docs/images/watch.png").read_bytes(), "image/png")},
        headers={"Authorization": f"Bearer {token}"},
    )
    product = answer.json()["data"]
    guest = (await shopping.http.get("jwt")).json()["data"]["token"]
    carts = f"events/event/{channel['id']}/cart"
    cart = await call("POST", carts, guest, {"productId": product["id"]})
    return await call("PUT", f"{carts}/native/{cart['id']}", guest, {"ui": "hosted"})


async def pay(page: Page, cart: dict[str, Any]) -> None:
    await page.goto(cart["checkout_url"])
    for label, value in {
        "Email": "buyer@example.com",
        "Full name": "Ana Pop",
        "Address": "Lange Straße 1",
        "City": "Berlin",
        "Postal code": "10115",
    }.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_label("Country").select_option("DE")
    await page.get_by_role("button", name="Pay").press("Enter")
    await page.wait_for_url("**/watch/**order=*")


async def is_paid(shopping: Installation, token: str, orders: int = 1) -> bool:
    answer = await shopping.http.get("orders", headers={"Authorization": f"Bearer {token}"})
    return [order["status"] for order in answer.json()["data"]] == ["paid"] * orders
