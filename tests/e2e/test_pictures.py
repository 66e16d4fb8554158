"""Pictures in the studio: refused with words, sorted, left out, and given to variants."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.e2e.installation import Merchant
from tests.e2e.test_show import open_studio
from tests.e2e.test_studio import DESKTOP, PHONE, picture, tab

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_picture_is_refused_with_words_before_it_is_sent(
    browser: Browser, merchant: Merchant, tmp_path: Path
) -> None:
    big = tmp_path / "big.png"
    big.touch()
    os.truncate(big, 13 << 20)
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
        dialog = page.get_by_role("dialog")
        chooser = dialog.locator("input[type=file]")
        await chooser.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"})
        await expect(dialog.get_by_text("is not a picture Storecast can use")).to_be_visible()
        await chooser.set_input_files(big)
        await expect(dialog.get_by_text("is too large: pictures can be up to 12 MB")).to_be_visible()
        await chooser.set_input_files({"name": "torn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"})
        await expect(dialog.get_by_text("cannot be read")).to_be_visible()
        await chooser.set_input_files({"name": "bowl.webp", "mimeType": "image/webp", "buffer": picture("WEBP")})
        await expect(dialog.locator("img")).to_be_visible()
        await expect(dialog.get_by_role("alert")).to_be_hidden()


async def test_pictures_are_sorted_left_out_and_given_to_variants(browser: Browser, merchant: Merchant) -> None:
    async def images() -> tuple[list[str], list[str | None]]:
        [product] = (await merchant.call("GET", f"events/{merchant.slug}/products"))["data"]
        return product["images"], [variant["image"] for variant in product["variants"]["data"]]

    async with await browser.new_context(**PHONE) as context:
        page = await open_studio(context, merchant)
        await tab(page, "Products")
        await page.get_by_role("region", name="Products").get_by_role("button", name="Add").click()
        dialog = page.get_by_role("dialog")
        files: list[FilePayload] = [
            {"name": f"{name}.png", "mimeType": "image/png", "buffer": picture("PNG")} for name in "abc"
        ]
        await dialog.locator("input[type=file]").set_input_files(files)
        await dialog.get_by_label("Name", exact=True).fill("Bowl")
        await dialog.get_by_label("Price", exact=True).fill("20")
        await dialog.get_by_role("button", name="Add to the show").click()
        await expect(dialog).to_be_hidden()
        [first, second, third], _ = await images()

        await page.get_by_role("button", name="Edit Bowl").click()
        await expect(dialog.get_by_label("Link")).to_have_value("")  # it is sold here
        later = dialog.get_by_role("button", name="Move picture 1 back")
        await later.focus()
        await page.keyboard.press("Enter")
        await expect(dialog.get_by_role("button", name="Move picture 2 back")).to_be_focused()
        await page.keyboard.press("Enter")  # the first is the last now
        await dialog.locator("li").nth(1).drag_to(dialog.locator("li").nth(0))
        await dialog.locator("input[type=file]").set_input_files(files[:1])
        await dialog.get_by_role("button", name="Remove picture 2").click()
        await dialog.get_by_text("Stock, bounds and variants").click()
        for number, shown in ((1, "Picture 3"), (2, "Picture 1"), (3, "None of its own")):
            await dialog.get_by_role("button", name="Add a variant").click()
            variant = dialog.get_by_role("group", name=f"Variant {number}")
            await variant.get_by_role("radio", name=shown).check(force=True)
            await variant.get_by_label("Name").fill(f"Size {number}")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_be_hidden()
        [one, two, fresh], variants = await images()
        assert [one, two] == [third, first]
        assert fresh not in (first, second, third)
        assert variants == [fresh, third, None]

        await page.get_by_role("button", name="Edit Bowl").click()
        size = dialog.get_by_role("group", name="Size 1")
        await expect(size.get_by_role("radio", name="Picture 3")).to_be_checked()
        await size.get_by_role("radio", name="None of its own").check(force=True)
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_be_hidden()
        assert await images() == ([third, first, fresh], [None, third, None])
