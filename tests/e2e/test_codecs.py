"""Shows made of what the viewer's browser cannot play."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.installation import HEVC, Merchant, publishing
from tests.e2e.test_show import plays, put_on_shelf, say, watch
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

PLAYS_HEVC = """() => MediaSource.isTypeSupported('video/mp4; codecs="hvc1.1.6.L93.B0"')"""
WORDS = "This browser cannot play HEVC video."


async def test_a_picture_this_browser_cannot_play_is_named_and_comes_once_it_can_be_played(
    browser: Browser, merchant: Merchant
) -> None:
    await put_on_shelf(merchant, "Walnut lamp")
    async with await browser.new_context(viewport={"width": 390, "height": 844}) as context:
        async with publishing(merchant, video=HEVC) as encoder:
            await eventually(merchant.is_live, 30)
            page = await watch(context, merchant)
            if await page.evaluate(PLAYS_HEVC):
                pytest.skip("this browser plays HEVC")
            told = page.get_by_role("alert").get_by_text(WORDS)
            await expect(told).to_be_visible(timeout=20_000)
            await say(page, "I see no picture")
            name = page.get_by_role("dialog").get_by_role("textbox")
            await name.fill("Zoe")
            await name.press("Enter")
            await expect(page.get_by_role("log").get_by_text("I see no picture")).to_be_visible()
            await page.get_by_role("tab", name="Products").click()
            await expect(page.get_by_text("Walnut lamp").first).to_be_visible()
            await expect(told).to_be_visible()
            encoder.kill()
        async with publishing(merchant) as encoder:
            await plays(page)
            await expect(told).to_be_hidden()
            encoder.kill()
        async with publishing(merchant, video=HEVC):
            await expect(told).to_be_visible(timeout=60_000)
