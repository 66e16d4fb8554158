"""The watch page on phones, in other languages and with names of any length: everything stays within reach."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.installation import Merchant, publishing
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

PHONE: ViewportSize = {"width": 390, "height": 844}
TURNED: ViewportSize = {"width": 844, "height": 390}
SMALL: ViewportSize = {"width": 320, "height": 568}
DESKTOP: ViewportSize = {"width": 1366, "height": 768}
BEHIND_KEYBOARD: ViewportSize = {"width": 390, "height": 508}
LONG, UNBROKEN = "Handgefertigte Keramikschale mit Goldrand, Durchmesser 32 cm", "X" * 51
DESCRIPTION = f"Alles unter https://shop.test/{'lampe' * 20} und {'Y' * 90}"
SOON_BACK = "The picture will be back in a moment"


@asynccontextmanager
async def watching(
    browser: Browser, merchant: Merchant, size: ViewportSize = PHONE, language: str = "en"
) -> AsyncIterator[Page]:
    touch = size["width"] < 900
    async with await browser.new_context(viewport=size, is_mobile=touch, has_touch=touch, locale=language) as context:
        await context.grant_permissions(["clipboard-write"])  # Chromium's shell, which cannot ask, refuses
        page = await context.new_page()
        await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        yield page


async def on_air(merchant: Merchant) -> None:
    await eventually(merchant.is_live, 30)


async def put_on_shelf(merchant: Merchant, name: str) -> int:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "orange").save(picture, "PNG")
    data = {"name": name, "link": "https://shop.test/lamp", "price": "1299"}
    files = {"image": ("lamp.png", picture.getvalue(), "image/png")}
    answer = await merchant.call("POST", f"events/{merchant.slug}/products/add", data=data, files=files)
    return int(answer["data"]["id"])


async def promote(merchant: Merchant, product: int) -> None:
    await merchant.call("POST", f"events/{merchant.slug}/products/{product}/promote")


async def reachable(*places: Locator) -> None:
    """Seen whole, and nothing lies over it."""
    for place in places:
        await expect(place).to_be_in_viewport(ratio=0.99)
        await place.click(trial=True)


async def fills_the_screen(page: Page) -> bool:
    return bool(
        await page.evaluate("""() => {
            const video = document.querySelector("video");
            if (!video?.videoWidth) return false;
            const {x, y, width, height} = video.getBoundingClientRect();
            const fits = getComputedStyle(video).objectFit === "cover";
            return fits && x === 0 && y === 0 && width === innerWidth && height >= innerHeight;
        }""")
    )


async def test_upright_picture_fills_a_phone_with_everything_over_it(browser: Browser, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp")
    for name in ("Linen shade", "Reed lantern", "Enamel mug"):
        await put_on_shelf(merchant, name)
    async with publishing(merchant, size="180x320"), watching(browser, merchant) as page:
        await on_air(merchant)
        await eventually(lambda: fills_the_screen(page), 30)
        box, send = page.get_by_role("textbox", name="Message"), page.get_by_role("button", name="Send", exact=True)
        bag = page.get_by_role("button", name="Products: 4")
        sound = page.get_by_role("region", name="Video player").get_by_role("button", name="Mute", exact=True)
        unmute = page.get_by_role("button", name="Unmute").first
        await unmute.tap()
        await reachable(box, bag, sound, page.get_by_role("button", name="Follow", exact=True))

        await promote(merchant, lamp)
        shop = page.get_by_role("status", name="Featured product").get_by_role("button", name="Show")
        await expect(shop).to_be_visible(timeout=15_000)
        await reachable(shop, box, bag, sound)

        await bag.tap()
        sheet = page.get_by_role("dialog", name="Products in this show")
        await expect(sheet.get_by_role("button", name="Show")).to_have_count(4)
        await sheet.get_by_role("button", name="Close").tap()

        await page.get_by_role("button", name="Share").tap()
        await expect(page.get_by_role("status").get_by_text("Link copied")).to_be_visible()
        await reachable(shop, box, bag, sound)  # below the note

        await box.tap()
        await box.fill("Is it oak?")
        await page.set_viewport_size(BEHIND_KEYBOARD)
        await reachable(box, send, shop)
        assert await fills_the_screen(page)
        await page.set_viewport_size(TURNED)
        await expect(box).to_have_value("Is it oak?")
        await reachable(box, send, shop, page.get_by_role("button", name="Products: 4"))
        await page.set_viewport_size(PHONE)
        await send.tap()
        await page.get_by_role("dialog").get_by_role("textbox").fill("Zoe")
        await page.get_by_role("button", name="Join the chat").tap()
        await expect(page.get_by_role("log").get_by_text("Is it oak?")).to_be_visible()

        await page.touchscreen.tap(195, 200)
        layer = page.locator(".layer")
        await expect(layer).to_have_css("opacity", "0")
        await expect(layer).to_have_js_property("inert", True)  # out of reach of keys and screen readers, too
        await page.touchscreen.tap(195, 200)
        await reachable(box, bag)


async def test_wide_picture_stands_above_the_chat_and_fills_a_turned_phone(
    browser: Browser, merchant: Merchant
) -> None:
    async with publishing(merchant), watching(browser, merchant) as page:
        await on_air(merchant)
        picture = page.locator("video")
        await expect(picture).to_be_visible(timeout=30_000)
        above, log = await picture.bounding_box(), await page.get_by_role("log").bounding_box()
        assert above
        assert log
        assert above["y"] + above["height"] <= log["y"]
        await page.set_viewport_size(TURNED)

        async def filled() -> bool:
            box = await picture.bounding_box()
            return box == {"x": 0, "y": 0, **TURNED}

        await eventually(filled, 10)
        await reachable(page.get_by_role("textbox", name="Message"))


@pytest.mark.parametrize(("language", "sizes"), [("de", (SMALL, DESKTOP)), ("ar", (PHONE, TURNED))], ids=["de", "ar"])
async def test_names_of_any_length_push_nothing_out(
    browser: Browser, merchant: Merchant, language: str, sizes: tuple[ViewportSize, ...]
) -> None:
    products = [await put_on_shelf(merchant, name) for name in (LONG, UNBROKEN)]
    await merchant.call("PUT", f"events/{merchant.channel['id']}", {"name": "W" * 40, "description": DESCRIPTION})
    async with publishing(merchant, size="180x320"):
        await on_air(merchant)
        await promote(merchant, products[1])
        for size in sizes:
            async with watching(browser, merchant, size, language) as page:
                await nothing_is_pushed_out(page)
                await everything_can_be_read(page, phone=size["width"] < 900)


async def nothing_is_pushed_out(page: Page) -> None:
    await expect(page.locator("video")).to_be_visible(timeout=30_000)
    box, send, card = page.locator("textarea"), page.locator("form button.primary"), page.locator(".promoted")
    await box.fill("M" * 51)
    await send.click()
    await page.get_by_role("dialog").get_by_role("textbox").fill("Wolfeschlegelsteinhausenbergerdorff-Anna")
    await page.get_by_role("dialog").locator("button.primary").click()
    await expect(page.get_by_role("log").get_by_text("M" * 51).last).to_be_visible()
    await expect(card.get_by_text(UNBROKEN, exact=True)).to_be_visible(timeout=15_000)
    await box.fill("N" * 51)
    await reachable(box, send, card.locator(".primary"), page.locator(".follow"))
    for place in (page.locator(".page"), page.get_by_role("log"), card, page.locator("form")):
        assert await place.evaluate("place => place.scrollWidth <= place.clientWidth"), await place.inner_text()
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def everything_can_be_read(page: Page, *, phone: bool) -> None:
    if phone:
        await page.locator("[data-bag]").click()
    name = page.get_by_role("heading", name=LONG)
    await name.scroll_into_view_if_needed()
    await expect(name).to_be_in_viewport(ratio=0.99)
    assert await name.evaluate("name => name.scrollHeight <= name.clientHeight + 1")
    if phone:
        await page.keyboard.press("Escape")
        await page.locator("h1 button").click()
    link = page.get_by_role("link", name="https://shop.test/lampe")
    await expect(link).to_be_visible()
    assert [await link.get_attribute(name) for name in ("target", "href")] == ["_blank", DESCRIPTION.split()[2]]


async def test_viewers_are_told_that_the_picture_will_be_back(browser: Browser, merchant: Merchant) -> None:
    async with watching(browser, merchant) as page:
        async with publishing(merchant) as encoder:
            await on_air(merchant)
            live = page.locator(".badge.live")
            await expect(live).to_be_visible(timeout=30_000)
            await expect(page.get_by_role("region", name="Video player").get_by_text("LIVE")).to_be_visible(
                timeout=20_000
            )
            encoder.kill()
            await expect(page.get_by_text(SOON_BACK)).to_be_visible(timeout=15_000)
            await expect(page.get_by_text("LIVE")).to_have_count(0)
        async with publishing(merchant):
            await expect(page.get_by_text(SOON_BACK)).to_be_hidden(timeout=25_000)
            await expect(live).to_be_visible()
            await expect(page.get_by_role("region", name="Video player").get_by_text("LIVE")).to_be_visible(
                timeout=30_000
            )
