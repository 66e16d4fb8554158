"""Paying inside the show by the seller's own Stripe: the picture plays on, and the order is confirmed beside it."""

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.e2e.installation import Installation, Merchant
from tests.e2e.test_shop import FOLLOW, PHONE, STILL, drawer, orders, pin, watching
from tests.e2e.test_show import put_on_shelf
from tests.factories.payments import keys_of
from tests.peers.stripe.peer import StripePeer

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(300)]

TERMS = {"imprint": "Lamps Ltd, 1 Lane", "terms": "We deliver.", "returns": "https://lamps.test/returns"}


@pytest.fixture(scope="module")
async def seller(installation: Installation, stripe: StripePeer) -> Merchant:
    merchant = await installation.merchant("paying")
    account = stripe.account()
    await merchant.call("PUT", "payments/terms", TERMS)
    keys = keys_of(account)
    hooks = (await merchant.call("PUT", "payments/stripe", keys))["data"]["webhook_url"]
    endpoint = account.endpoint(hooks)
    await merchant.call("PUT", "payments/stripe", keys | {"webhook_secret": endpoint.secret})
    return merchant


async def begin_to_pay(page: Page, merchant: Merchant) -> FrameLocator:
    lamp = await put_on_shelf(merchant, "Walnut lamp", "20")
    await pin(merchant, lamp)
    await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
    sheet = drawer(page)
    await sheet.get_by_role("button", name="Add to cart").click()
    await sheet.get_by_role("button", name="Cart: 1 piece").click()
    await sheet.get_by_role("button", name="Check out").click()
    await expect(sheet.get_by_text("Lamps Ltd, 1 Lane")).to_be_visible()
    await expect(sheet.get_by_text("Tax included.")).to_be_visible()
    await sheet.get_by_text("Returns", exact=True).click()
    await expect(sheet.get_by_role("link", name="https://lamps.test/returns")).to_be_visible()
    await sheet.get_by_role("button", name="Pay", exact=True).click()
    return page.frame_locator("iframe[name=embedded-checkout]")


async def pay(form: FrameLocator) -> None:
    for label, text in (("Email", "zoe@example.com"), ("Full name", "Zoe"), ("Address", "1 Rue de la Paix"),
                        ("City", "Paris"), ("Postal code", "75002")):  # fmt: skip
        await form.get_by_label(label).fill(text)
    await form.get_by_role("button", name="Pay").click()


async def test_it_is_paid_beside_the_picture_after_second_thoughts(browser: Browser, seller: Merchant) -> None:
    async with watching(browser, seller, PHONE) as page:
        await page.evaluate(FOLLOW)
        form = await begin_to_pay(page, seller)
        await expect(form.get_by_label("Card number")).to_be_visible(timeout=20_000)
        sheet = drawer(page)
        await sheet.get_by_role("button", name="Do not pay now").click()
        await sheet.get_by_role("button", name="One more").click(timeout=15_000)
        await expect(sheet.get_by_text("Total: $40")).to_be_attached()
        await sheet.get_by_role("button", name="Check out").click()
        await sheet.get_by_role("button", name="Pay", exact=True).click()
        await expect(form.locator("#total")).to_contain_text("40", timeout=20_000)
        await pay(form)
        await expect(sheet.get_by_text("Your order is paid")).to_be_visible(timeout=30_000)
        paid = [order for order in await orders(seller) if order["status"] == "paid"]
        assert [(order["total"], order["buyer"]["email"]) for order in paid] == [(40, "zoe@example.com")]
        picture = await page.evaluate("() => window.picture")
        assert not picture["back"]
        assert picture["still"] < STILL


async def test_a_payment_that_was_begun_is_there_again_after_a_reload(browser: Browser, seller: Merchant) -> None:
    async with watching(browser, seller) as page:
        form = await begin_to_pay(page, seller)
        await expect(form.get_by_label("Card number")).to_be_visible(timeout=20_000)
        await page.reload()
        await page.get_by_role("button", name="Cart: 1 piece").first.click(timeout=20_000)
        await expect(form.get_by_label("Card number")).to_be_visible(timeout=20_000)
        await pay(form)
        await expect(drawer(page).get_by_text("Your order is paid")).to_be_visible(timeout=30_000)
