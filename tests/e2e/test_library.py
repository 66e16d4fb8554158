"""After the show: its video stands in the studio, and what is done with it there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.installation import Json, Merchant, publishing
from tests.e2e.test_show import open_studio
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


async def videos(merchant: Merchant, query: str = "") -> list[Json]:
    found: list[Json] = (await merchant.call("GET", f"events/{merchant.channel['id']}/media{query}"))["data"]
    return found


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Videos").get_by_role("listitem")


async def end_show(page: Page) -> None:
    await page.get_by_role("button", name="End show").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("The show is recorded")
    await dialog.get_by_role("button", name="End show").click()


async def test_a_show_that_ends_is_a_video_that_is_renamed_hidden_deleted_and_had_back(
    browser: Browser, merchant: Merchant
) -> None:
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("tab", name="Videos").click()
        await expect(page.get_by_text("No videos yet")).to_be_visible()
        await expect(page.get_by_label("Choose videos")).to_have_attribute("type", "file")
        async with publishing(merchant):
            await eventually(merchant.is_live, 30)
            await expect(page.get_by_role("button", name="End show")).to_be_visible()
            await end_show(page)
            await expect(page.get_by_role("heading", name="The replay is here")).to_be_visible()
        await expect(rows(page)).to_have_count(1)

        await page.get_by_role("button", name="Rename Evening show").click()
        await page.get_by_role("textbox", name="Name").fill("Lamps, the first evening")
        await page.keyboard.press("Enter")
        await expect(rows(page).get_by_role("heading")).to_contain_text("Lamps, the first evening")
        await expect(page.get_by_role("button", name="Rename Lamps, the first evening")).to_be_focused()

        switch = rows(page).get_by_role("switch", name="Shown to viewers")
        await expect(switch).to_be_checked()
        await switch.press("Space")
        await expect(switch).not_to_be_checked()

        async def hidden() -> bool:
            return [(video["name"], video["in_playlist"]) for video in await videos(merchant)] == [
                ("Lamps, the first evening", False)
            ]

        await eventually(hidden, 10)
        await page.get_by_role("button", name="Delete Lamps, the first evening").click()
        await expect(page.get_by_text("No videos yet")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await expect(rows(page)).to_have_count(1)
        await page.get_by_role("button", name="Delete Lamps, the first evening").click()
        await page.reload()
        await page.get_by_role("button", name="Deleted").click()
        await page.get_by_role("button", name="Restore Lamps, the first evening").click()
        await expect(page.get_by_text("Nothing was deleted")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(rows(page)).to_have_count(1)
        assert len(await videos(merchant)) == 1
        assert await videos(merchant, "?deleted=true") == []


async def test_a_video_plays_in_the_studio_and_is_trimmed_by_the_keyboard(browser: Browser, merchant: Merchant) -> None:
    async def long_enough() -> bool:
        """Whether there are seconds of the show to cut some off."""
        [stream] = [(await merchant.call("POST", "streams", {"event_id": merchant.channel["id"]}))["data"]]
        began = stream["started_at"]
        return began is not None and datetime.now(UTC) - datetime.fromisoformat(began) > timedelta(seconds=5)

    async with publishing(merchant, seconds=12):
        await eventually(long_enough, 40)
    await merchant.call("POST", f"events/{merchant.channel['id']}/complete")

    async def ready() -> bool:
        return [video["status"] for video in await videos(merchant)] == ["ready"]

    await eventually(ready, 60)
    before = (await videos(merchant))[0]["duration"]
    async with await browser.new_context(**DESKTOP) as context:
        page = await open_studio(context, merchant)
        await page.get_by_role("tab", name="Videos").click()
        await page.get_by_role("button", name="Watch Evening show").click()
        video = page.get_by_role("dialog").locator("video")
        # Its source may be put in only now, which ends what began before.
        again = "video => { video.muted = true; video.play().catch(() => {}); return video.currentTime > 0.5; }"
        await eventually(lambda: video.evaluate(again), 30)
        await page.keyboard.press("Escape")

        await page.get_by_role("button", name="Trim Evening show").click()
        start = page.get_by_role("slider", name="Start")
        await start.focus()
        await start.press("Shift+ArrowRight")
        await start.press("ArrowRight")
        await expect(page.get_by_role("textbox", name="Start")).to_have_value("0:00:01.040")
        await expect(start).to_have_attribute("aria-valuetext", "0:00:01.040")
        await page.get_by_role("button", name="Trim", exact=True).click()
        await expect(page.get_by_text("is kept until")).to_be_visible(timeout=60_000)
        left = (await videos(merchant))[0]["duration"]
        assert before - 1.6 < left < before - 1.0  # sound that outlasts the last picture goes, too
        await page.get_by_role("button", name="Undo the trim").click()
        await expect(page.get_by_text("is kept until")).to_be_hidden()
        assert (await videos(merchant))[0]["duration"] == pytest.approx(before, abs=0.001)
