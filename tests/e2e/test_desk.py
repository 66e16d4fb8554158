"""The seller's desk while people buy: orders that come in by themselves, what is done with them, and coupons."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.buying import ordered
from tests.e2e.installation import Merchant
from tests.e2e.test_show import open_studio, put_on_shelf

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
async def desktop(browser: Browser) -> AsyncIterator[BrowserContext]:
    async with await browser.new_context(accept_downloads=True, **DESKTOP) as context:
        yield context


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    async with await browser.new_context(**PHONE) as context:
        yield context


async def open_orders(context: BrowserContext, merchant: Merchant) -> Page:
    page = await open_studio(context, merchant, "orders")
    await expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("listitem")


async def test_an_order_comes_in_by_itself_is_sent_and_partly_refunded(
    phone: BrowserContext, merchant: Merchant
) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp", price="20")
    page = await open_orders(phone, merchant)
    await expect(page.get_by_text("No orders yet")).to_be_visible()
    await ordered(merchant, lamp, quantity=3)
    await expect(rows(page)).to_have_count(1, timeout=15_000)
    await expect(rows(page)).to_contain_text("3 × Walnut lamp")
    await expect(rows(page)).to_contain_text("Placed")
    await ordered(merchant, lamp, quantity=1)
    await expect(rows(page)).to_have_count(2, timeout=15_000)
    await expect(rows(page).first).to_contain_text("#2")
    await expect(page.get_by_role("status").filter(has_text="Order 2 has come in")).to_be_attached()

    await rows(page).last.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Order 1", exact=True)).to_be_visible()
    await expect(page.get_by_text("12 Mill Lane")).to_be_visible()
    await expect(page.get_by_text("Wrap it, please")).to_be_visible()
    await page.get_by_role("button", name="Mark as sent").click()
    await page.get_by_role("textbox", name="Note").fill("Parcel 42")
    await page.get_by_role("dialog").get_by_role("button", name="Mark as sent").click()
    await expect(page.get_by_text("Order 1 is marked as sent")).to_be_visible()
    await expect(page.get_by_text("Parcel 42")).to_be_visible()
    await expect(page.get_by_role("button", name="Mark as sent")).to_be_hidden()

    await page.get_by_role("button", name="Refund", exact=True).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="Some pieces").check()
    await dialog.get_by_role("spinbutton", name="3 × Walnut lamp").fill("4")
    await dialog.get_by_role("button", name="Refund", exact=True).click()
    await expect(dialog.get_by_text("Enter a number from 0 to 3")).to_be_visible()
    await dialog.get_by_role("spinbutton", name="3 × Walnut lamp").fill("2")
    await dialog.get_by_text("Back into stock").click()
    await dialog.get_by_role("button", name="Refund", exact=True).click()
    await expect(page.get_by_text("Partly refunded")).to_be_visible()
    await expect(page.get_by_text("2 given back")).to_be_visible()
    first = (await merchant.call("GET", "orders"))["data"][1]
    assert (first["status"], first["refunded"], first["items"]["data"][0]["refunded_quantity"]) == (
        "partly_refunded",
        40,
        2,
    )


async def test_an_order_is_found_filtered_and_called_off(desktop: BrowserContext, merchant: Merchant) -> None:
    lamp, mug = await put_on_shelf(merchant, "Walnut lamp"), await put_on_shelf(merchant, "Mug")
    await ordered(merchant, lamp)
    await ordered(merchant, mug)
    page = await open_orders(desktop, merchant)
    await expect(rows(page)).to_have_count(2)
    await page.get_by_role("searchbox").fill("mug")
    await expect(rows(page)).to_have_count(1)
    await rows(page).get_by_role("link").click()
    await page.get_by_role("button", name="Cancel the order").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel the order").click()
    await expect(page.get_by_text("Order 2 is cancelled")).to_be_visible()
    await page.get_by_role("link", name="All orders").click()
    await expect(page.get_by_role("searchbox")).to_have_value("mug")
    await expect(rows(page)).to_contain_text("Cancelled")
    await page.get_by_role("searchbox").fill("")
    await page.get_by_role("combobox", name="Status").select_option("Placed")
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("Walnut lamp")
    await page.get_by_role("searchbox").fill("nothing like it")
    await expect(page.get_by_text("No order is like that.")).to_be_visible()


async def test_orders_are_downloaded_and_a_slip_is_printed_without_prices(
    desktop: BrowserContext, merchant: Merchant
) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp", price="19.90")
    await ordered(merchant, lamp, quantity=2)
    page = await open_orders(desktop, merchant)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download CSV").click()
    content = (await (await download.value).path()).read_text(encoding="utf-8-sig")
    assert re.fullmatch(r"orders-\d{4}-\d{2}-\d{2}\.csv", (await download.value).suggested_filename)
    assert "Walnut lamp" in content
    assert "39.80" in content
    await rows(page).get_by_role("link").click()
    await page.get_by_role("link", name="Packing slip").click()
    slip = page.get_by_role("article")
    await expect(slip.get_by_role("heading", name="Packing slip for order 1")).to_be_visible()
    await expect(slip.get_by_role("row").last).to_contain_text("Walnut lamp")
    await expect(slip).to_contain_text("Ada Byron")
    assert "19.90" not in await slip.inner_text()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()
    await expect(page.get_by_role("navigation")).to_have_count(0)
    height = await page.evaluate("document.documentElement.scrollHeight")
    assert height < 1123  # of a sheet of A4, in CSS pixels


async def test_the_host_sees_the_sale_go_on_and_steers_it(phone: BrowserContext, merchant: Merchant) -> None:
    lamp, mug = await put_on_shelf(merchant, "Walnut lamp", price="20"), await put_on_shelf(merchant, "Mug")
    coupon = (await merchant.call("POST", "coupons", {"code": "SAVE10", "percent": 10}))["data"]
    page = await open_studio(phone, merchant, f"{merchant.channel['id']}/products")
    shelf = page.get_by_role("region", name="Products")
    figures = shelf.get_by_role("region", name="Sales of the last 24 hours")
    await expect(figures.get_by_role("definition").first).to_have_text("0")
    await ordered(merchant, lamp, quantity=2)
    await expect(figures.get_by_role("definition").first).to_have_text("1", timeout=15_000)
    await expect(figures).to_contain_text("40")
    row = shelf.get_by_role("listitem").filter(has_text="Walnut lamp")
    await expect(row).to_contain_text("2 sold")

    await row.get_by_role("button", name="Pin and deal").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="Small, beside it").check()
    await expect(row.get_by_text("Small", exact=True)).to_be_attached()
    await dialog.get_by_role("textbox", name="Price in").fill("25")
    await dialog.get_by_role("button", name="Start the deal").click()
    await expect(dialog.get_by_text("Enter a price below")).to_be_visible()
    await dialog.get_by_role("textbox", name="Price in").fill("15")
    await dialog.get_by_role("button", name="Start the deal").click()
    await expect(dialog.get_by_role("button", name="End the deal")).to_be_visible()
    shown = {each["id"]: each for each in (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]}
    assert (shown[lamp]["pinned"], shown[lamp]["deal"]["price"], shown[mug]["deal"]) == ("small", 15, None)
    await dialog.get_by_role("button", name="End the deal").click()
    await expect(dialog.get_by_role("button", name="Start the deal")).to_be_visible()
    await page.keyboard.press("Escape")

    await figures.get_by_role("button", name="Coupon").click()
    await dialog.get_by_role("button", name="Pin SAVE10").click()
    await expect(page.get_by_text("SAVE10 is pinned")).to_be_visible()
    await dialog.get_by_role("button", name="Unpin SAVE10").click()
    await expect(dialog.get_by_role("button", name="Pin SAVE10", exact=True)).to_be_visible()
    await merchant.call("POST", f"events/{merchant.slug}/coupons/{coupon['id']}/pin")
    await page.keyboard.press("Escape")
    await figures.get_by_role("button", name="Coupon").click()
    await expect(dialog.get_by_role("button", name="Unpin SAVE10")).to_be_visible()


async def test_a_product_is_given_pieces_bounds_and_variants(desktop: BrowserContext, merchant: Merchant) -> None:
    lamp = await put_on_shelf(merchant, "Walnut lamp", price="20")
    page = await open_studio(desktop, merchant, f"{merchant.channel['id']}/products")
    shelf = page.get_by_role("region", name="Products")
    edit, dialog = shelf.get_by_role("button", name="Edit Walnut lamp"), page.get_by_role("dialog")
    await edit.click()
    await dialog.get_by_text("Stock, bounds and variants").click()
    await dialog.get_by_role("textbox", name="Pieces in all").fill("1.5")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Enter a whole number, 0 or more")).to_be_visible()
    await dialog.get_by_role("textbox", name="Pieces in all").fill("7")
    await dialog.get_by_role("textbox", name="Most per buyer").fill("2")
    await dialog.get_by_role("textbox", name="Price before").fill("25")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    await expect(shelf.get_by_role("listitem")).to_contain_text("7 left")
    await ordered(merchant, lamp, quantity=2)
    await expect(shelf.get_by_role("listitem")).to_contain_text("5 left", timeout=15_000)
    await edit.click()
    await dialog.get_by_text("Stock, bounds and variants").click()
    for name in ("Red", "Blue"):
        await dialog.get_by_role("button", name="Add a variant").click()
        variant = dialog.get_by_role("group").last
        await variant.get_by_role("textbox", name="Name").fill(name)
        await variant.get_by_role("textbox", name="Pieces in all").fill("3")
    await dialog.get_by_role("button", name="Move Blue up").click()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_be_hidden()
    [shown] = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
    variants = [(each["name"], each["available"]) for each in shown["variants"]["data"]]
    assert (variants, shown["max_per_buyer"], shown["compare_at_price"]) == ([("Blue", 3), ("Red", 3)], 2, 25)


async def test_the_shelf_is_sorted_by_keyboard(desktop: BrowserContext, merchant: Merchant) -> None:
    for name in ("Lamp", "Mug", "Rug"):
        await put_on_shelf(merchant, name)
    page = await open_studio(desktop, merchant, f"{merchant.channel['id']}/products")
    await page.get_by_role("button", name="Sort").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Move Rug up").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("listitem")).to_have_text(["Rug", "Lamp", "Mug"])
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The shelf is sorted")).to_be_visible()
    shown = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
    assert [each["name"] for each in shown] == ["Rug", "Lamp", "Mug"]


async def test_a_coupon_is_made_changed_and_deleted(phone: BrowserContext, merchant: Merchant) -> None:
    page = await open_studio(phone, merchant, "coupons")
    await page.get_by_role("button", name="Create a coupon").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Save coupon").click()
    await expect(dialog.get_by_text("3 to 40 letters, digits, _ or -")).to_be_visible()
    await dialog.get_by_role("textbox", name="Code").fill("SAVE10")
    await dialog.get_by_role("textbox", name="Percent").fill("10")
    await dialog.get_by_role("textbox", name="Uses in all").fill("50")
    await dialog.get_by_label("Good until").fill("2099-01-01T10:30")
    await dialog.get_by_role("button", name="Save coupon").click()
    await expect(rows(page)).to_contain_text("10% off")
    await expect(rows(page)).to_contain_text("used 0 of 50 times")
    await expect(rows(page)).to_contain_text(re.compile("until .*2099"))
    await page.get_by_role("button", name="Edit SAVE10").click()
    await expect(dialog.get_by_label("Good until")).to_have_value("2099-01-01T10:30")
    await dialog.get_by_role("textbox", name="Percent").fill("20")
    await dialog.get_by_role("button", name="Save coupon").click()
    await expect(rows(page)).to_contain_text("20% off")
    await page.get_by_role("button", name="New coupon").click()
    await dialog.get_by_role("textbox", name="Code").fill("save10")
    await dialog.get_by_role("textbox", name="Percent").fill("5")
    await dialog.get_by_role("button", name="Save coupon").click()
    await expect(dialog.get_by_text("Another coupon has this code.")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Discard").click()
    await page.get_by_role("button", name="Delete SAVE10").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No coupons yet")).to_be_visible()


async def test_a_table_is_looked_at_before_its_products_are_taken_in(
    desktop: BrowserContext, merchant: Merchant
) -> None:
    page = await open_studio(desktop, merchant, f"{merchant.channel['id']}/products")
    await page.get_by_role("button", name="Catalogue", exact=True).click()
    await page.get_by_role("button", name="Import or export").click()
    table = page.get_by_role("dialog", name="Products as a table")
    take = table.get_by_role("button", name="Take them in")
    await expect(take).to_be_disabled()
    wrong = "name;link;price;quantity\nOak stool;https://shop.test/1;12,50;3\nAsh bench;https://shop.test/2;free;2\n"
    await table.get_by_label("CSV file").set_input_files(
        {"name": "wrong.csv", "mimeType": "text/csv", "buffer": wrong.encode()}
    )
    await expect(table.get_by_text("Row 3:")).to_be_visible()
    await expect(take).to_be_disabled()
    right = wrong.replace("free", "80")
    await table.get_by_label("CSV file").set_input_files(
        {"name": "right.csv", "mimeType": "text/csv", "buffer": right.encode()}
    )
    await expect(table.get_by_text("2 new, 0 changed")).to_be_visible()
    await take.click()
    await expect(table).to_be_hidden()
    catalogue = page.get_by_role("dialog", name="Your catalogue")
    await expect(catalogue.get_by_role("heading", name="Ash bench")).to_be_visible()
    await expect(catalogue.get_by_role("heading", name="Oak stool")).to_be_visible()


async def test_a_name_in_latin_letters_begins_where_the_lines_of_an_arabic_page_do(
    browser: Browser, merchant: Merchant
) -> None:
    page_of_it = await ordered(merchant, await put_on_shelf(merchant, "Walnut lamp", "20"))
    async with await browser.new_context(locale="ar-EG") as context:
        page = await context.new_page()
        await page.goto(page_of_it)
        for words in ("Walnut lamp", "12 Mill Lane", "ada@example.com"):
            await expect(page.locator("main").get_by_text(words).first).to_have_css("text-align", "right")
