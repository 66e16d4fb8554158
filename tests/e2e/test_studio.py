"""The studio under its host's hands: what stays in view, what is taken back, what is typed and not lost."""

import io
import re
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
async def test_picture_chat_and_end_stay_in_view_beside_40_products(
    browser: Browser, merchant: Merchant, device: dict[str, Any]
) -> None:
    for number in range(1, 41):
        await put_on_shelf(merchant, f"Bowl no. {number}")
    async with publishing(merchant), await browser.new_context(**device) as context:
        await eventually(merchant.is_live, 30)
        page = await open_studio(context, merchant)
        await plays(page)
        if device is PHONE:
            await tab(page, "Products")
        await row(page, "Bowl no. 1").last.scroll_into_view_if_needed()
        await expect(row(page, "Bowl no. 1").last).to_be_in_viewport()
        await expect(row(page, "Bowl no. 40")).not_to_be_in_viewport()
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
        await expect(page.get_by_text("Off air")).to_be_visible(timeout=20_000)
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
    ("locale", "labels", "typed", "shown"),
    [
        ("de", ("Produkt hinzufügen", "Preis", "Zur Show hinzufügen"), "1.299,90", "1.299,90"),
        ("ar-EG", ("إضافة منتج", "السعر", "إضافة إلى العرض"), "١٬٢٩٩٫٩٠", "١٬٢٩٩٫٩٠"),
    ],
    ids=["German", "Arabic"],
)
async def test_a_price_is_typed_as_the_language_writes_it(
    browser: Browser, merchant: Merchant, locale: str, labels: tuple[str, str, str], typed: str, shown: str
) -> None:
    title, price, add = labels
    async with await browser.new_context(**DESKTOP, locale=locale) as context:
        await context.add_init_script("localStorage['storecast.language'] ??= 'en'")
        page = await open_studio(context, merchant)
        await speaking(page, locale[:2])
        await page.reload()
        await page.locator("section .button.primary", has=page.locator("svg")).first.click()
        dialog = page.get_by_role("dialog", name=title)
        await dialog.locator("input[type=file]").set_input_files(
            {"name": "bowl.png", "mimeType": "image/png", "buffer": picture("PNG")}
        )
        await dialog.locator("input[name=name]").fill("Schale")
        await dialog.get_by_label(price, exact=True).fill(typed)
        await expect(dialog.get_by_text(shown)).to_be_visible()
        await dialog.locator("input[name=link]").fill("https://shop.test/bowl")
        await dialog.get_by_role("button", name=add).click()
        await expect(dialog).to_be_hidden()
    shelf = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
    assert [product["price"] for product in shelf] == [1299.9]


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

        await page.get_by_role("link", name="All channels").click()
        await page.get_by_text("Evening show").first.click()
        await tab(page, "Settings")
        description = page.get_by_label("Description")
        await description.fill("Lamps made by hand.")
        await tab(page, "Products")
        for leave in (page.get_by_role("link", name="All channels").click, page.go_back):
            await leave()  # however, and however often, somebody goes
            await question.get_by_role("button", name="Cancel").click()
            await expect(question).to_be_hidden()
        await tab(page, "Settings")
        await expect(description).to_have_value("Lamps made by hand.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Settings saved")).to_be_visible()
        await page.get_by_role("link", name="All channels").click()
        await expect(page.get_by_role("heading", name="Channels")).to_be_visible()


async def test_who_is_signed_out_elsewhere_signs_in_again_and_goes_on(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**PHONE) as context:
        page = await open_studio(context, merchant)
        await tab(page, "Settings")
        description = page.get_by_label("Description")
        await description.fill("Lamps made by hand.")
        await merchant.call("DELETE", "profile/sessions")
        # The page may hear of it first: then its dialog stands before the button.
        await page.get_by_role("button", name="Save").dispatch_event("click")
        dialog = page.get_by_role("dialog", name="You are signed out")
        await dialog.get_by_label("Email").fill(f"{merchant.slug}@example.com")
        await dialog.get_by_label("Password", exact=True).fill("a long password")
        await dialog.get_by_role("button", name="Sign in", exact=True).click()
        await expect(dialog).to_be_hidden()
        await expect(description).to_have_value("Lamps made by hand.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Settings saved")).to_be_visible()


async def test_tabs_are_turned_by_the_arrow_keys(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**PHONE) as context:
        page = await open_studio(context, merchant)

        async def turned(key: str, to: str) -> None:
            await page.keyboard.press(key)
            await expect(page.get_by_role("tab", name=to)).to_be_focused()
            await expect(page.get_by_role("tabpanel", name=to)).to_be_visible()

        await page.get_by_role("tablist", name="Sections of the channel").get_by_role("tab", name="Chat").focus()
        await turned("ArrowRight", "Products")
        await turned("End", "Settings")
        await turned("ArrowRight", "Chat")
        await speaking(page, "ar")
        await page.reload()
        await page.get_by_role("tab", name="الدردشة").focus()
        await turned("ArrowLeft", "المنتجات")


async def test_each_product_has_its_currency_asked_with_the_first(browser: Browser, merchant: Merchant) -> None:
    async def shelf() -> list[tuple[float, str]]:
        products = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
        return [(product["price"], product["currency"]) for product in products]

    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
        dialog = page.get_by_role("dialog")
        currency = dialog.get_by_label("Currency")
        await expect(currency).to_have_value("USD")
        await expect(dialog.get_by_text("From your account.")).to_be_visible()
        await dialog.locator("input[type=file]").set_input_files(
            {"name": "bowl.png", "mimeType": "image/png", "buffer": picture("PNG")}
        )
        await dialog.get_by_label("Name").fill("Bowl")
        await dialog.get_by_label("Link").fill("https://shop.test/bowl")
        await dialog.get_by_label("Price", exact=True).fill("24.90")
        await currency.select_option("JPY")
        await dialog.get_by_role("button", name="Add to the show").click()
        await expect(dialog.get_by_text("A price in JPY has no decimals.")).to_be_visible()
        await currency.select_option("EUR")
        await dialog.get_by_role("button", name="Add to the show").click()
        await expect(row(page, "Bowl").get_by_text("€24.90")).to_be_visible()
        assert await shelf() == [(24.9, "EUR")]

        await page.get_by_role("button", name="Edit Bowl").click()
        await expect(currency).to_have_value("EUR")
        await currency.select_option("CHF")
        await dialog.get_by_role("button", name="Save").click()
        await expect(row(page, "Bowl").get_by_text(re.compile(r"^CHF\s24\.90$"))).to_be_visible()
        assert await shelf() == [(24.9, "CHF")]


async def test_a_channel_of_any_name_is_shown_its_address_before_it_is_made(
    browser: Browser, merchant: Merchant
) -> None:
    async def slug_of(name: str) -> str:
        channels = (await merchant.call("GET", "events"))["data"]
        return next(str(channel["slug"]) for channel in channels if channel["name"] == name)

    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        dialog = page.get_by_role("dialog", name="New channel")

        async def begin(name: str) -> None:
            await page.goto(f"{merchant.installation.url}/studio")
            await page.get_by_role("button", name="New channel").click()
            await dialog.get_by_label("Name").fill(name)

        async def make(name: str) -> None:
            await dialog.get_by_role("button", name="Create channel").click()
            await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()

        await begin("Müller & Söhne")
        await expect(dialog.get_by_label("Address")).to_have_value("mueller-soehne")
        await expect(dialog.get_by_text("/watch/mueller-soehne-••••••••")).to_be_visible()
        await make("Müller & Söhne")
        assert re.fullmatch(r"mueller-soehne-[a-z0-9]{8}", await slug_of("Müller & Söhne"))

        await begin("Black Friday: 20% off!")
        await dialog.get_by_label("Public").check()
        await expect(dialog.get_by_text(re.compile("/watch/black-friday-20.?$"))).to_be_visible()
        await make("Black Friday: 20% off!")
        assert await slug_of("Black Friday: 20% off!") == "black-friday-20"

        await begin("मेरी दुकान")
        await dialog.get_by_label("Address").fill(merchant.slug)
        await dialog.get_by_role("button", name="Create channel").click()
        await expect(dialog.get_by_text("Another channel has this address.")).to_be_visible()
        await dialog.get_by_label("Address").fill("meri-dukan")
        await make("मेरी दुकान")
        assert await slug_of("मेरी दुकान") == "meri-dukan"


async def test_a_note_can_be_pressed_over_a_dialog_and_outlives_it(browser: Browser, merchant: Merchant) -> None:
    await put_on_shelf(merchant, "Walnut lamp")
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        note = page.get_by_role("status").filter(has_text="Walnut lamp removed from the show")
        add, catalogue = (page.get_by_role("button", name=name, exact=True) for name in ("Add", "Catalogue"))

        async def take_off() -> None:
            await page.get_by_role("button", name="Edit Walnut lamp").click()
            await page.get_by_role("button", name="Remove from the show").click()

        await take_off()
        await catalogue.click()
        dialog = page.get_by_role("dialog", name="Your catalogue")
        await expect(dialog.get_by_role("status").filter(has=page.get_by_text("removed from the show"))).to_be_visible()
        await note.get_by_role("button", name="Undo").click()
        await dialog.get_by_role("button", name="Close").click()
        await expect(row(page, "Walnut lamp")).to_be_visible()

        await take_off()
        await add.click()
        await page.get_by_role("dialog").get_by_label("Name").fill("Rug")
        await page.keyboard.press("Escape")
        question = page.get_by_role("dialog", name="Discard your changes?")
        await expect(question.get_by_role("status")).to_contain_text("Walnut lamp removed")
        await question.get_by_role("button", name="Discard").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await note.get_by_role("button", name="Undo").click()
        await expect(row(page, "Walnut lamp")).to_be_visible()


async def test_codes_are_offered_wherever_a_show_asks_for_them(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        dialog = page.get_by_role("dialog", name="Share your show")
        for free, offered in ((False, 1), (True, 0)):
            await merchant.call("PUT", f"events/{merchant.channel['id']}", {"privacy": 0, "free_pass": free})
            await page.reload()
            await page.get_by_role("button", name="Share", exact=True).click()
            await expect(dialog.get_by_role("textbox", name="Link", exact=True)).to_be_visible()
            await expect(dialog.get_by_role("button", name="Make a code")).to_have_count(offered)


async def test_a_switch_moves_the_way_the_language_runs(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant, f"{merchant.channel['id']}/settings")
        on = page.get_by_role("switch", checked=True).first
        moved = "input => new DOMMatrix(getComputedStyle(input.nextElementSibling, '::after').transform).m41"
        for language, forward in (("en", 1), ("ar", -1)):
            await speaking(page, language)
            await page.reload()
            await expect(page.locator("html")).to_have_attribute("lang", language)
            await expect(on).to_be_attached()

            async def arrived(there: int = 18 * forward) -> bool:
                return bool(await on.evaluate(moved) == there)

            await eventually(arrived, 5)
