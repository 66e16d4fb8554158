"""The studio under its host's hands: what stays in view, what is taken back, what is typed and not lost."""

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.installation import Merchant, publishing
from tests.e2e.test_show import open_studio, plays, put_on_shelf, watch
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
OUT_OF_VIEW = """() => {
    const width = document.documentElement.clientWidth;
    const shown = (element) => element.checkVisibility() && !element.closest(".sr-only, svg, [hidden]");
    return [...document.querySelectorAll("main *, dialog *")]
        .filter((element) => shown(element) && element.getBoundingClientRect().width > 0)
        .filter((element) => {
            const { left, right } = element.getBoundingClientRect();
            // What its own box cuts with an ellipsis is not pushed out.
            const cut = getComputedStyle(element.parentElement).textOverflow === "ellipsis";
            return !cut && (left < -1 || right > width + 1);
        })
        .map((element) => element.outerHTML.slice(0, 120));
}"""


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (200, 200), "teal").save(content, kind)
    return content.getvalue()


async def speaking(page: Page, language: str) -> None:
    """From the next page on."""
    await page.evaluate("language => localStorage.setItem('storecast.language', language)", language)


async def tab(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).click()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Products").get_by_role("listitem").filter(has_text=name)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_picture_chat_and_end_stay_in_view_beside_60_products(
    browser: Browser, merchant: Merchant, device: dict[str, Any]
) -> None:
    for number in range(1, 61):
        await put_on_shelf(merchant, f"Bowl no. {number}")
    async with publishing(merchant), await browser.new_context(**device) as context:
        await eventually(merchant.is_live, 30)
        page = await open_studio(context, merchant)
        await plays(page)
        if device is PHONE:
            await tab(page, "Products")
        await row(page, "Bowl no. 1").last.scroll_into_view_if_needed()
        await expect(row(page, "Bowl no. 1").last).to_be_in_viewport()
        await expect(row(page, "Bowl no. 60")).not_to_be_in_viewport()
        staying = [page.locator("video"), page.get_by_role("button", name="End show")]
        if device is DESKTOP:
            staying.append(page.get_by_role("textbox", name="Message"))
        for part in staying:
            await expect(part).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        if device is PHONE:
            await tab(page, "Chat")
            await expect(page.get_by_role("textbox", name="Message")).to_be_in_viewport(ratio=1)
            await tab(page, "Stream")
            await expect(page.get_by_role("button", name="End show")).to_be_in_viewport(ratio=1)
            await page.get_by_role("textbox", name="Stream key").scroll_into_view_if_needed()
            await expect(page.get_by_role("textbox", name="Stream key")).to_be_in_viewport()


async def test_products_are_found_by_name_and_ordered_by_price(browser: Browser, merchant: Merchant) -> None:
    names = ["Walnut lamp", "Café table", "Oak chair", "Oak shelf", "Rug"]
    for price, name in enumerate(names):
        await put_on_shelf(merchant, name, price=str(90 - price))
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        titles = page.get_by_role("region", name="Products").get_by_role("listitem").get_by_role("heading")
        await expect(titles).to_have_text(["Rug", "Oak shelf", "Oak chair", "Café table", "Walnut lamp"])
        await page.get_by_role("searchbox", name="Search products").fill("OAK")
        await expect(titles).to_have_text(["Oak shelf", "Oak chair"])
        await page.get_by_role("combobox", name="Order").select_option("Name")
        await expect(titles).to_have_text(["Oak chair", "Oak shelf"])
        await page.get_by_role("searchbox", name="Search products").fill("cafe")
        await expect(titles).to_have_text(["Café table"])
        await page.get_by_role("searchbox", name="Search products").fill("sofa")
        await expect(page.get_by_text("No product is called that.")).to_be_visible()


async def test_a_second_tap_takes_the_feature_back_and_the_end_of_the_show_does_too(
    browser: Browser, merchant: Merchant
) -> None:
    await put_on_shelf(merchant, "Walnut lamp")
    async with await browser.new_context(**DESKTOP) as one, await browser.new_context(**DESKTOP) as two:
        async with publishing(merchant):
            await eventually(merchant.is_live, 30)
            page, viewer = await open_studio(one, merchant), await watch(two, merchant)
            await plays(viewer)
            card = viewer.get_by_role("status", name="Featured product").get_by_text("Walnut lamp", exact=True)
            toggle = row(page, "Walnut lamp").get_by_role("button", name=re.compile("Feature"))
            await expect(toggle).to_have_attribute("aria-pressed", "false")
            await toggle.click()
            await expect(toggle).to_have_attribute("aria-pressed", "true")
            await expect(card).to_be_visible(timeout=15_000)
            await toggle.click()
            await expect(toggle).to_have_attribute("aria-pressed", "false")
            await expect(card).to_be_hidden(timeout=15_000)
            await toggle.click()
            await expect(page.get_by_role("button", name="Stop featuring")).to_be_visible()
        await expect(page.get_by_text("You are not live")).to_be_visible(timeout=20_000)
        await expect(toggle).to_have_attribute("aria-pressed", "false")
        await expect(page.get_by_role("button", name="Stop featuring")).to_be_hidden()


async def test_the_host_is_told_that_the_signal_is_lost_and_how_long_it_may_be(
    browser: Browser, merchant: Merchant
) -> None:
    async with await browser.new_context(**PHONE) as context:
        async with publishing(merchant) as encoder:
            await eventually(merchant.is_live, 30)
            page = await open_studio(context, merchant)
            preview = page.get_by_role("region", name="Preview")
            await expect(preview.get_by_text("LIVE", exact=True).last).to_be_visible()
            encoder.kill()
        left = preview.get_by_text(re.compile(r"^\d+ s to come back$"))
        await expect(left).to_be_visible(timeout=20_000)
        await expect(preview.get_by_text("Signal lost").first).to_be_visible()
        first = int((await left.inner_text()).split()[0])
        assert 0 < first <= 30

        async def counted_down() -> bool:
            return int((await left.inner_text()).split()[0]) < first

        await eventually(counted_down, 10)
        async with publishing(merchant):
            await expect(left).to_be_hidden(timeout=20_000)
            await expect(page.get_by_role("button", name="End show")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "labels", "typed", "shown"),
    [
        ("de", ("Produkt hinzufügen", "Preis", "Zur Show hinzufügen"), "1.299,90", "1.299,90"),
        ("en", ("Add a product", "Price", "Add to the show"), "1,299.90", "1,299.90"),
        ("ar", ("إضافة منتج", "السعر", "إضافة إلى العرض"), "١٬٢٩٩٫٩٠", "1,299.90"),
    ],
)
async def test_a_price_is_typed_as_the_language_writes_it(
    browser: Browser, merchant: Merchant, language: str, labels: tuple[str, str, str], typed: str, shown: str
) -> None:
    title, price, add = labels
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await speaking(page, language)
        await page.reload()
        await page.locator("section .button.primary", has=page.locator("svg")).first.click()
        dialog = page.get_by_role("dialog", name=title)
        await dialog.locator("input[type=file]").set_input_files(
            {"name": "bowl.png", "mimeType": "image/png", "buffer": picture("PNG")}
        )
        await dialog.locator("input[name=name]").fill("Schale")
        await dialog.get_by_label(price).fill(typed)
        await expect(dialog.get_by_text(shown)).to_be_visible()
        await dialog.locator("input[name=link]").fill("https://shop.test/bowl")
        await dialog.get_by_role("button", name=add).click()
        await expect(dialog).to_be_hidden()
    shelf = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
    assert [product["price"] for product in shelf] == [1299.9]


async def test_a_picture_is_refused_with_words_before_it_is_sent(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
        dialog = page.get_by_role("dialog")
        chooser = dialog.locator("input[type=file]")
        await chooser.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"})
        await expect(dialog.get_by_text("is not a picture Storecast can use")).to_be_visible()
        await chooser.set_input_files({"name": "big.png", "mimeType": "image/png", "buffer": bytes(13 << 20)})
        await expect(dialog.get_by_text("is too large: pictures can be up to 12 MB")).to_be_visible()
        await chooser.set_input_files({"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"})
        await expect(dialog.get_by_text("cannot be read")).to_be_visible()
        await chooser.set_input_files({"name": "bowl.webp", "mimeType": "image/webp", "buffer": picture("WEBP")})
        await expect(dialog.locator("img")).to_be_visible()
        await expect(dialog.get_by_role("alert")).to_be_hidden()


async def test_what_is_typed_is_not_lost_without_a_question(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
        name = page.get_by_role("dialog", name="Add a product").get_by_label("Name")
        await name.fill("Walnut lamp")
        await name.press("Escape")
        question = page.get_by_role("dialog", name="Discard your changes?")
        await question.get_by_role("button", name="Cancel").click()
        await expect(name).to_have_value("Walnut lamp")
        await name.press("Escape")
        await question.get_by_role("button", name="Discard").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)

        await tab(page, "Settings")
        description = page.get_by_label("Description")
        await description.fill("Lamps made by hand.")
        await tab(page, "Products")
        await page.get_by_role("link", name="All channels").click()
        await question.get_by_role("button", name="Cancel").click()
        await tab(page, "Settings")
        await expect(description).to_have_value("Lamps made by hand.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Settings saved")).to_be_visible()
        await page.get_by_role("link", name="All channels").click()
        await expect(page.get_by_role("heading", name="Channels")).to_be_visible()


async def test_tabs_are_turned_by_the_arrow_keys(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**PHONE) as context:
        page = await open_studio(context, merchant)

        async def turned(key: str, to: str) -> None:
            await page.keyboard.press(key)
            await expect(page.get_by_role("tab", name=to)).to_be_focused()
            await expect(page.get_by_role("tabpanel", name=to)).to_be_visible()

        await page.get_by_role("tab", name="Chat").focus()
        await turned("ArrowRight", "Products")
        await turned("End", "Settings")
        await turned("ArrowRight", "Chat")
        await speaking(page, "ar")
        await page.reload()
        await page.get_by_role("tab", name="الدردشة").focus()
        await turned("ArrowLeft", "المنتجات")


HOSTILE = ("W" * 51, "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "مصباح خشبي مصنوع يدويًا من خشب الجوز مع قاعدة")


@pytest.mark.parametrize("width", [320, 390, 1366])
async def test_long_names_push_nothing_out_of_the_studio(browser: Browser, merchant: Merchant, width: int) -> None:
    products = [await put_on_shelf(merchant, name) for name in HOSTILE]
    await merchant.call("POST", f"events/{merchant.slug}/products/{products[0]}/promote")
    await merchant.call(
        "PUT", f"events/{merchant.channel['id']}", {"name": HOSTILE[0], "description": "D" * 200, "slug": merchant.slug}
    )

    async with await browser.new_context(viewport={"width": width, "height": 844}) as context:
        page = await open_studio(context, merchant, HOSTILE[0])
        for language in ("en", "de", "ar"):
            await speaking(page, language)
            await each_place(page, merchant)


async def each_place(page: Page, merchant: Merchant) -> None:
    async def fits(open_it: Callable[[], Awaitable[object]] | None = None) -> None:
        if open_it:
            await open_it()
        await page.evaluate("document.fonts.ready")
        assert await page.evaluate(OUT_OF_VIEW) == [], page.url

    site = f"{merchant.installation.url}/studio"
    await page.goto(site)
    await page.get_by_text(HOSTILE[0]).first.wait_for()
    await fits()
    for name in ("chat", "products", "stream", "settings"):
        await page.goto(f"{site}/{merchant.channel['id']}/{name}")
        await page.get_by_role("heading", level=1).wait_for()
        await fits()
    await page.goto(f"{site}/{merchant.channel['id']}/products")
    await page.locator("li", has_text=HOSTILE[1]).first.wait_for()
    await fits(page.locator("li", has_text=HOSTILE[1]).locator("button").last.click)
    await expect(page.get_by_role("dialog").locator("input[name=name]")).to_have_value(HOSTILE[1])
