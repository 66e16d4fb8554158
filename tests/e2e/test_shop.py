"""Buying in a show: the picture plays on, whoever buys is told what they bought, and the seller has the order."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.installation import Json, Merchant, publishing
from tests.e2e.test_show import plays, put_on_shelf
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SIZES = [
    {"name": "S", "options": {"Size": "S"}, "quantity": 0},
    {"name": "M", "options": {"Size": "M"}, "quantity": 2, "price": 42},
]

# The longest the picture stood still, in ms; looked at with each frame that is drawn.
FOLLOW = """() => {
    const video = document.querySelector("video");
    const seen = {still: 0, back: false, time: video.currentTime, at: performance.now()};
    window.picture = seen;
    const look = (now) => {
        if (document.querySelector("video") !== video || video.currentTime < seen.time) seen.back = true;
        if (video.currentTime !== seen.time) [seen.time, seen.at] = [video.currentTime, now];
        seen.still = Math.max(seen.still, now - seen.at);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""
STILL = 3000  # ms: two cores draw, cut and encode


@asynccontextmanager
async def watching(
    browser: Browser, merchant: Merchant, size: ViewportSize = DESKTOP, video: str = "320x180"
) -> AsyncIterator[Page]:
    """A live show as somebody sees it who has not been here before."""
    touch = size["width"] < 900
    async with (
        publishing(merchant, size=video),
        await browser.new_context(viewport=size, is_mobile=touch, has_touch=touch, reduced_motion="reduce") as context,
    ):
        await eventually(merchant.is_live, 30)
        page = await context.new_page()
        await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        await plays(page)
        yield page


async def with_sizes(merchant: Merchant, name: str = "Linen apron") -> int:
    product = await put_on_shelf(merchant, name, "39.50")
    data = {"name": name, "link": "https://shop.test/lamp", "price": "39.50", "variants": json.dumps(SIZES)}
    await merchant.call("POST", f"profile/products/{product}", data=data, files={"none": ("", b"")})
    return product


async def pin(merchant: Merchant, product: int) -> None:
    await merchant.call("POST", f"events/{merchant.slug}/products/{product}/promote")


async def keep(merchant: Merchant, product: int, quantity: int) -> None:
    """Have so many of it in all."""
    data = {"name": "Walnut lamp", "link": "https://shop.test/lamp", "price": "19.90", "quantity": str(quantity)}
    await merchant.call("POST", f"profile/products/{product}", data=data, files={"none": ("", b"")})


async def orders(merchant: Merchant) -> list[Json]:
    found: list[Json] = (await merchant.call("GET", "orders"))["data"]
    return found


def drawer(page: Page) -> Locator:
    return page.locator("dialog.drawer")


async def write_who(page: Page) -> None:
    await drawer(page).get_by_label("Name", exact=True).fill("Zoe Zhang")
    await drawer(page).get_by_label("Email", exact=True).fill("zoe@example.com")
    await drawer(page).get_by_label("Address", exact=True).fill("1 Rue de la Paix\nParis")


@pytest.mark.parametrize(("size", "video"), [(DESKTOP, "320x180"), (PHONE, "180x320")], ids=["desktop", "phone"])
async def test_who_buys_in_a_show_misses_nothing_of_it(
    browser: Browser, merchant: Merchant, size: ViewportSize, video: str
) -> None:
    apron = await with_sizes(merchant)
    async with watching(browser, merchant, size, video) as page:
        await page.evaluate(FOLLOW)
        await pin(merchant, apron)
        card = page.get_by_role("status", name="Featured product")
        await card.get_by_role("button", name="Show Linen apron").click(timeout=20_000)

        sheet = drawer(page)
        await expect(sheet.get_by_text("from $39.50")).to_be_visible()
        await sheet.get_by_role("button", name="Add to cart").click()
        await expect(sheet.get_by_text("Choose: Size")).to_be_visible()
        await expect(sheet.get_by_role("radio", name="S · Sold out")).to_be_attached()
        await sheet.get_by_role("radio", name="M", exact=True).check()
        await expect(sheet.get_by_text("$42", exact=True)).to_be_visible()
        await expect(sheet.get_by_text("Only 2 left")).to_be_visible()
        await sheet.get_by_role("button", name="Add to cart").click()
        await expect(page.get_by_text("Linen apron is in your cart.").first).to_be_visible()

        await sheet.get_by_role("button", name="Cart: 1 piece").click()
        await expect(sheet.get_by_role("heading", name="Your cart")).to_be_focused()
        await expect(sheet.get_by_text("Kept for you for")).to_be_visible()
        await sheet.get_by_role("button", name="One more").click()
        await expect(sheet.get_by_text("Total: $84")).to_be_attached()
        await sheet.get_by_role("button", name="Check out").click()
        await expect(sheet.get_by_role("button", name="Send order")).to_be_in_viewport(ratio=1)
        await write_who(page)
        await sheet.get_by_role("button", name="Send order").click()
        await expect(sheet.get_by_text("Your order is sent")).to_be_visible(timeout=15_000)
        await expect(sheet.get_by_role("heading", name="Your order", exact=True)).to_be_focused()
        await expect(sheet.get_by_text("Linen apron M × 2")).to_be_visible()
        await expect(sheet.get_by_text("$84").last).to_be_visible()

        (order,) = await orders(merchant)
        assert (order["status"], order["total"], order["buyer"]["name"]) == ("placed", 84, "Zoe Zhang")
        assert order["items"]["data"][0] | {"variant": "M", "quantity": 2} == order["items"]["data"][0]

        async with page.expect_popup() as opened:
            await sheet.get_by_role("link", name="See your order").click()
        own = await opened.value
        await expect(own.get_by_text("Order 1").first).to_be_visible()
        await expect(own.get_by_text("1 Rue de la Paix")).to_be_visible()
        await own.close()

        await sheet.get_by_role("button", name="Close").click()
        await expect(sheet).to_be_hidden()
        picture = await page.evaluate("() => window.picture")
        assert not picture["back"]
        assert picture["still"] < STILL


async def test_a_whole_purchase_by_keyboard_alone(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    async with watching(browser, merchant) as page:
        await page.evaluate(FOLLOW)
        await pin(merchant, lamp)
        shop = page.get_by_role("status", name="Featured product").get_by_role("button", name="Show Walnut lamp")
        await expect(shop).to_be_visible(timeout=20_000)

        async def reach(wanted: Locator) -> None:
            """By Tab, as somebody does who has no mouse."""

            async def there() -> bool:
                if await wanted.evaluate("element => element === document.activeElement"):
                    return True
                await page.keyboard.press("Tab")
                return False

            await eventually(there, 20)

        await reach(shop)
        await page.keyboard.press("Enter")
        sheet = drawer(page)
        await expect(sheet.get_by_role("heading", name="Walnut lamp").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await expect(shop).to_be_focused()
        await page.keyboard.press("Enter")

        await reach(sheet.get_by_role("button", name="Add to cart"))
        await page.keyboard.press("Enter")
        await reach(sheet.get_by_role("button", name="Cart: 1 piece"))
        await page.keyboard.press("Enter")
        await reach(sheet.get_by_role("button", name="Check out"))
        await page.keyboard.press("Enter")
        for label, text in (("Name", "Zoe"), ("Email", "zoe@example.com"), ("Address", "1 Rue de la Paix")):
            await reach(sheet.get_by_label(label, exact=True))
            await page.keyboard.type(text)
        await reach(sheet.get_by_role("button", name="Send order"))
        await page.keyboard.press("Enter")
        await expect(sheet.get_by_text("Your order is sent")).to_be_visible(timeout=15_000)
        assert len(await orders(merchant)) == 1
        picture = await page.evaluate("() => window.picture")
        assert not picture["back"]
        assert picture["still"] < STILL


async def test_the_cart_is_kept_over_a_reload_and_what_was_removed_comes_back(
    browser: Browser, merchant: Merchant
) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    async with watching(browser, merchant) as page:
        await pin(merchant, lamp)
        await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
        await drawer(page).get_by_role("button", name="Add to cart").click()
        await page.get_by_role("button", name="Cart: 1 piece").first.wait_for()
        await page.reload()
        await page.get_by_role("button", name="Cart: 1 piece").first.click(timeout=20_000)
        await drawer(page).get_by_role("button", name="Remove Walnut lamp").click()
        await expect(drawer(page).get_by_text("Your cart is empty")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await drawer(page).get_by_role("button", name="Remove Walnut lamp").click()
        await expect(drawer(page).get_by_text("Your cart is empty")).to_be_visible()
        await page.keyboard.press("Escape")  # though what had the focus is gone
        await expect(drawer(page)).to_be_hidden()


async def test_a_guests_cart_comes_along_to_their_account(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    await merchant.installation.merchant(f"fan-{merchant.slug}"[:15])
    async with watching(browser, merchant) as page:
        await pin(merchant, lamp)
        await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
        await drawer(page).get_by_role("button", name="Add to cart").click()
        await page.get_by_role("button", name="Cart: 1 piece").first.wait_for()
        await drawer(page).get_by_role("button", name="Close").click()
        await page.get_by_role("banner").get_by_role("button", name="Sign in").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Email").fill(f"fan-{merchant.slug}"[:15] + "@example.com")
        await dialog.get_by_label("Password", exact=True).fill("a long password")
        await dialog.get_by_role("button", name="Sign in", exact=True).click()
        await expect(dialog).to_be_hidden()
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        await page.get_by_role("button", name="Cart: 1 piece").first.click(timeout=10_000)
        await expect(drawer(page).get_by_role("heading", name="Walnut lamp")).to_be_visible()


async def test_sold_out_is_said_in_the_open_sheet_and_one_may_wait_for_more(
    browser: Browser, merchant: Merchant
) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    await keep(merchant, lamp, 1)
    async with watching(browser, merchant) as page:
        await pin(merchant, lamp)
        await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
        sheet = drawer(page)
        await expect(sheet.get_by_text("Only 1 left")).to_be_visible()
        await merchant.call("POST", f"events/event/{merchant.slug}/cart", {"productId": lamp, "quantity": 1})
        await expect(sheet.get_by_text("Sold out")).to_be_visible(timeout=10_000)
        await expect(sheet.get_by_role("button", name="Add to cart")).to_have_count(0)
        await sheet.get_by_role("button", name="Tell me when it is back").click()
        await expect(sheet.get_by_text("You are on the list: number 1.")).to_be_visible()

        await page.reload()
        card = page.get_by_role("status", name="Featured product")
        await expect(card.get_by_text("View", exact=True)).to_be_attached(timeout=20_000)  # there is none to shop for
        await card.get_by_role("button", name="Show Walnut lamp").click()
        await expect(sheet.get_by_text("You are on the list: number 1.")).to_be_visible()
        await expect(sheet.get_by_role("button", name="Tell me when it is back")).to_have_count(0)

        await keep(merchant, lamp, 2)
        await expect(page.get_by_text("Walnut lamp is back: a piece is kept for you.").first).to_be_visible(
            timeout=20_000
        )
        await page.reload()
        await expect(page.get_by_text("Walnut lamp is back: a piece is kept for you.").first).to_be_visible(
            timeout=20_000
        )
        await expect(drawer(page)).to_have_count(0)
        await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}?product={lamp}")  # as the mail has it
        await expect(sheet.get_by_text("It is yours for a while: add it to your cart now.")).to_be_visible(
            timeout=20_000
        )
        assert "product" not in page.url
        await sheet.get_by_role("button", name="Add to cart").click()
        await expect(page.get_by_text("Walnut lamp is in your cart.").first).to_be_visible()


async def test_a_pinned_coupon_is_claimed_and_taken_off(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp", "20")
    coupon = (await merchant.call("POST", "coupons", {"code": "SAVE10", "percent": 10}))["data"]
    async with watching(browser, merchant, PHONE) as page:
        await merchant.call("POST", f"events/{merchant.slug}/coupons/{coupon['id']}/pin")
        await page.get_by_role("status", name="Coupon").get_by_role("button", name="Claim").click(timeout=20_000)
        await pin(merchant, lamp)
        await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
        await drawer(page).get_by_role("button", name="Add to cart").click()
        await drawer(page).get_by_role("button", name="Cart: 1 piece").click()
        await expect(drawer(page).get_by_text("SAVE10 is applied.")).to_be_visible()
        await expect(drawer(page).get_by_text("Total: $18")).to_be_attached()


async def test_small_pins_stand_beside_the_large_one(browser: Browser, merchant: Merchant) -> None:
    lamp, mug = await put_on_shelf(merchant, "Walnut lamp"), await put_on_shelf(merchant, "Enamel mug")
    async with watching(browser, merchant) as page:
        await pin(merchant, lamp)
        await merchant.call("POST", f"events/{merchant.slug}/products/{mug}/promote", {"size": "small"})
        small = page.get_by_role("list", name="Also in the show")
        await expect(small.get_by_text("Enamel mug", exact=True)).to_be_visible(timeout=20_000)
        await expect(
            page.get_by_role("status", name="Featured product").get_by_text("Walnut lamp").first
        ).to_be_visible()
        await small.get_by_role("button", name="Show Enamel mug").click()
        await expect(drawer(page).get_by_role("heading", name="Enamel mug").first).to_be_visible()


async def test_a_price_that_changed_is_said_before_anything_is_ordered(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp", "20")
    async with watching(browser, merchant) as page:
        await pin(merchant, lamp)
        await page.get_by_role("button", name="Show Walnut lamp").first.click(timeout=20_000)
        sheet = drawer(page)
        await sheet.get_by_role("button", name="Add to cart").click()
        await sheet.get_by_role("button", name="Cart: 1 piece").click()
        await sheet.get_by_role("button", name="Check out").click()
        await write_who(page)
        data = {"name": "Walnut lamp", "link": "https://shop.test/lamp", "price": "30"}
        await merchant.call("POST", f"profile/products/{lamp}", data=data, files={"none": ("", b"")})
        await sheet.get_by_role("button", name="Send order").click()
        await expect(sheet.get_by_role("alert").get_by_text("A price has changed")).to_be_visible()
        await expect(sheet.get_by_text("Total: $30")).to_be_attached()
        assert await orders(merchant) == []
        await sheet.get_by_role("button", name="Send order").click()
        await expect(sheet.get_by_text("Your order is sent")).to_be_visible(timeout=15_000)
        assert [order["total"] for order in await orders(merchant)] == [30]
