"""A channel's cover and background: chosen, dropped, taken away and brought back in the studio, and seen by viewers."""

import base64
import io

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from tests.e2e.installation import Installation, Merchant, publishing, running
from tests.e2e.test_show import open_studio, plays, watch
from tests.e2e.test_studio import DESKTOP, PHONE, tab
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

DROPPED = """
(target, [name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, { type: "image/png" }));
    for (const type of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
}
"""


def drawn(colour: str, width: int = 2000, height: int = 1125) -> bytes:
    made = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(made).ellipse((width // 3, height // 4, 2 * width // 3, 3 * height // 4), fill="white")
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def file(colour: str) -> FilePayload:
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": drawn(colour)}


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)


async def width_of(image: Locator) -> int:
    """Pixels across of the file that the browser chose, once it is there."""

    async def is_there() -> bool:
        return bool(await image.evaluate("image => image.complete && image.naturalWidth > 0"))

    await eventually(is_there)
    source = str(await image.evaluate("image => image.currentSrc"))
    return int(source.rpartition("/")[2].removesuffix(".webp"))


async def test_cover_is_sent_replaced_taken_away_and_brought_back(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(**PHONE) as context:
        page = await open_studio(context, merchant)
        await tab(page, "Settings")
        cover = field(page, "Cover")
        chooser = cover.get_by_label("Choose a cover")
        await chooser.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"notes"})
        await expect(cover.get_by_role("alert")).to_contain_text("is not a picture Storecast can use")
        await chooser.set_input_files({"name": "torn.png", "mimeType": "image/png", "buffer": drawn("red")[:900]})
        await expect(cover.get_by_role("alert")).to_be_visible()
        await expect(cover.locator("img")).to_be_hidden()

        await chooser.set_input_files(file("teal"))
        await expect(page.get_by_text("The picture is shown")).to_be_visible()
        await expect(cover.get_by_role("alert")).to_be_hidden()
        assert await width_of(cover.locator("img")) < 1920  # of the sizes there are one that is enough
        await page.evaluate("() => document.activeElement.blur()")
        first = await cover.locator("img").get_attribute("src")
        await chooser.set_input_files(file("maroon"))
        await expect(cover.locator("img")).not_to_have_attribute("src", first or "")

        remove = cover.get_by_role("button", name="Remove the cover")
        await remove.focus()
        await page.keyboard.press("Enter")
        undo = cover.get_by_role("button", name="Undo")
        await expect(undo).to_be_focused()
        assert (await merchant.details())["banner_sizes"] == []
        await page.keyboard.press("Enter")
        await expect(cover.locator("img")).to_be_visible()
        await expect(undo).to_be_hidden()
        assert len((await merchant.details())["banner_sizes"]) == 3


async def test_background_is_dropped_and_lies_behind_the_player_on_wide_screens(
    browser: Browser, merchant: Merchant
) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await tab(page, "Settings")
        background = field(page, "Background")
        content = base64.b64encode(drawn("navy")).decode()
        await background.locator("label").evaluate(DROPPED, ["navy.png", content])
        await expect(background.locator("img")).to_be_visible()
        await field(page, "Cover").get_by_label("Choose a cover").set_input_files(file("teal"))
        await expect(field(page, "Cover").locator("img")).to_be_visible()
    shown = await merchant.details()
    behind, cover = shown["background_url"], shown["banner_top"]
    for device, seen in ((DESKTOP, 1), (PHONE, 0)):
        async with await browser.new_context(**device) as context:
            page = await watch(context, merchant)
            await expect(page.locator(f'img[src="{cover}"]')).to_be_visible()
            await expect(page.locator(f'img[src="{behind}"]')).to_have_count(seen)


async def test_minutes_left_are_seen_where_the_plan_bounds_them(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bounded")
    async with running(folder, plans="enforced") as bounded:
        await minutes_are_seen(browser, bounded)


async def minutes_are_seen(browser: Browser, bounded: Installation) -> None:
    merchant = await bounded.merchant("bounded")
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await expect(page.get_by_text("30 streaming minutes left this month")).to_be_visible()
        async with publishing(merchant):
            await plays(page)
            await expect(page.get_by_text("29:5")).to_be_visible()
