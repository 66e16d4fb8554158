"""What a merchant's studio says of the stream that arrives."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.installation import H264, HEVC, Merchant, publishing
from tests.e2e.test_show import open_studio

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

RARE_KEYFRAMES = (*H264, "-sc_threshold", "0")


async def test_the_studio_says_that_all_is_well_and_what_is_not(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("tab", name="Stream").click()
        card = page.get_by_role("region", name="Stream health")
        await expect(card.get_by_text("Once you stream")).to_be_visible()
        async with publishing(merchant, video=RARE_KEYFRAMES, keyframes=10_000) as encoder:
            await expect(card.get_by_text("All is well")).to_be_visible(timeout=30_000)
            await expect(card.get_by_text(re.compile(r"^25(\.\d)? fps$"))).to_be_visible(timeout=15_000)
            await expect(card.get_by_text(re.compile(r"^[1-9]\d* kbit/s$"))).to_be_visible()
            await expect(card.get_by_text("320 × 180")).to_be_visible()
            await expect(card.get_by_text("H.264, AAC")).to_be_visible()
            trouble = card.get_by_role("listitem").filter(has_text="No keyframe for over 10 seconds")
            await expect(trouble).to_be_visible(timeout=30_000)
            encoder.kill()
        await expect(card.get_by_text("Waiting for your encoder")).to_be_visible(timeout=15_000)
        async with publishing(merchant, video=HEVC):
            trouble = card.get_by_role("listitem").filter(has_text="Many browsers cannot play this video")
            await expect(trouble).to_be_visible(timeout=30_000)
        await expect(card.get_by_text("Once you stream")).to_be_visible(timeout=15_000)
