"""A merchant sends a show to other platforms, and the studio tells the truth about each."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import av
import pytest
from playwright.async_api import Browser, expect

from tests.broadcast.relay.receivers import Receiver
from tests.e2e.installation import Merchant, publishing
from tests.e2e.test_show import open_studio
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(300)]

KEY = "live_0123456789_secret"


@pytest.fixture
async def receivers() -> AsyncIterator[list[Receiver]]:
    made = [Receiver() for _ in range(3)]
    for receiver in made:
        await receiver.start()
    yield made
    for receiver in made:
        await receiver.stop()


async def test_a_show_goes_to_other_platforms_and_the_studio_says_how(
    browser: Browser, merchant: Merchant, receivers: list[Receiver], tmp_path: Path
) -> None:
    refuses, fails, good = receivers
    refuses.refusal = f"There is no stream {KEY}."
    async with await browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("tab", name="Stream").click()
        card = page.get_by_role("region", name="Simulcast")
        await expect(card.get_by_text("Nowhere else yet")).to_be_visible()
        for name, receiver in (("Refuses", refuses), ("Fails", fails), ("Good", good)):
            await card.get_by_role("button", name="Add a target").click()
            sheet = page.get_by_role("dialog")
            await sheet.get_by_label("Platform").select_option("Another RTMP server")
            await sheet.get_by_label("Name").fill(name)
            await sheet.get_by_label("Server address").fill(receiver.url)
            await sheet.get_by_label("Stream key").fill(KEY)
            await sheet.get_by_role("button", name="Save target").click()
            await expect(sheet).to_be_hidden()
        rows = {name: card.get_by_role("listitem").filter(has_text=name) for name in ("Refuses", "Fails", "Good")}
        await expect(rows["Good"].get_by_text("Ready")).to_be_visible()
        await expect(card.get_by_text("••••cret").first).to_be_visible()
        async with publishing(merchant):
            await expect(rows["Good"].get_by_text("Sending")).to_be_visible(timeout=30_000)
            await expect(rows["Fails"].get_by_text("Sending")).to_be_visible()
            await expect(rows["Refuses"].get_by_text("Refused")).to_be_visible()
            await expect(rows["Refuses"].get_by_text(re.compile("There is no stream …"))).to_be_visible()
            await fails.die()
            await expect(rows["Fails"].get_by_text("Sending")).to_be_hidden()
            await fails.come_back()
            await expect(rows["Fails"].get_by_text("Sending")).to_be_visible(timeout=60_000)
            await rows["Fails"].get_by_text("Send to Fails").click()
            await eventually(lambda: fails.now.unpublished is True)
            await expect(rows["Fails"].get_by_text("Off", exact=True)).to_be_visible()
            assert await merchant.is_live()
            seen = len(good.now.pictures)
            await eventually(lambda: len(good.now.pictures) > seen + 50)
        await eventually(lambda: good.now.unpublished is True)
        await expect(rows["Good"].get_by_text("Ready")).to_be_visible()
        assert len(good.received) == 1, "it was disturbed"
        with av.open(str(good.now.save(tmp_path / "good.flv"))) as film:
            assert sum(1 for _ in film.decode(video=0)) >= len(good.now.pictures) - 2
        await card.get_by_role("button", name="Delete Refuses").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(rows["Refuses"]).to_be_hidden()
        log = (merchant.installation.folder / "log").read_text()
        assert KEY not in log
