"""What viewers ask and choose, what the host does with it, and who is told of the next show: in real browsers."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.installation import Merchant
from tests.e2e.person import Person

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@asynccontextmanager
async def studio(browser: Browser, merchant: Merchant) -> AsyncIterator[Page]:
    """The merchant's channel, as they have it on a phone during a show."""
    async with await browser.new_context(**PHONE) as context:
        page = await context.new_page()
        for name, value in (await merchant.signed_in()).items():
            await page.add_init_script(f"localStorage.setItem({json.dumps(name)}, {json.dumps(value)})")
        await page.goto(f"{merchant.installation.url}/studio/{merchant.channel['id']}/chat")
        yield page


@asynccontextmanager
async def viewer(browser: Browser, merchant: Merchant) -> AsyncIterator[Page]:
    async with await browser.new_context(**PHONE) as context:
        page = await context.new_page()
        await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        yield page


async def test_what_a_viewer_asks_is_answered_and_a_poll_counts_their_choice(
    browser: Browser, merchant: Merchant
) -> None:
    await merchant.call("PUT", f"events/{merchant.channel['id']}", {"questionsEnabled": True})
    async with viewer(browser, merchant) as page, studio(browser, merchant) as desk:
        await page.get_by_role("tab", name="Questions").click()
        await page.get_by_role("textbox", name="Your question").fill("Does it come in oak?")
        await page.get_by_role("button", name="Ask", exact=True).click()
        await expect(page.get_by_text("Your question was asked.")).to_be_attached()
        asked = page.get_by_role("article").filter(has_text="Does it come in oak?")
        await asked.get_by_role("button", name="Vote up, 0 votes").click()
        await expect(asked.get_by_role("button", name="Vote up, 1 vote")).to_have_attribute("aria-pressed", "true")

        await desk.get_by_role("tab", name="Questions").click()
        await expect(desk.get_by_role("article").filter(has_text="1 vote")).to_be_visible()
        await desk.get_by_role("button", name="Answer now: Does it come in oak?").click()
        await expect(asked.get_by_text("Answering now")).to_be_visible()
        await desk.get_by_role("button", name="More for: Does it come in oak?").click()
        await desk.get_by_role("button", name="Write an answer").click()
        await desk.get_by_role("textbox", name="Your answer").fill("In oak and in ash.")
        await desk.get_by_role("button", name="Publish").click()
        await page.get_by_role("button", name="Answered").click()
        await expect(asked.get_by_text("In oak and in ash.")).to_be_visible()
        await expect(asked.get_by_text("Answering now")).to_have_count(0)

        await desk.get_by_role("tab", name="Polls").click()
        await desk.get_by_role("button", name="New poll").click()
        await desk.get_by_role("textbox", name="Question").fill("Which next?")
        await desk.get_by_role("textbox", name="Answer 1").fill("Lamps")
        await desk.get_by_role("textbox", name="Answer 2").fill("Chairs")
        await desk.get_by_role("button", name="Open now").click()
        await page.get_by_role("tab", name="Chat").click()
        poll = page.get_by_role("region", name="Which next?")
        await poll.get_by_role("button", name="Lamps").click()
        await poll.get_by_role("button", name="Chairs").click()
        await expect(poll.get_by_role("button", name="Chairs")).to_have_attribute("aria-pressed", "true")
        await expect(desk.get_by_text("1 vote, 100%")).to_be_attached()
        await desk.get_by_role("button", name="Close the poll").click()
        await expect(poll.get_by_text("The poll is over")).to_be_visible()
        await poll.get_by_role("button", name="Dismiss the poll").click()
        await expect(poll).to_have_count(0)


async def test_who_wants_to_be_told_of_a_show_confirms_it_by_mail_and_has_it_in_a_calendar(
    ada: Person, merchant: Merchant
) -> None:
    starts_at = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    changes = {"starts_at": starts_at, "starts_at_status": True, "attributes": {"userEmailNotifications": True}}
    await merchant.call("PUT", f"events/{merchant.channel['id']}", changes)
    await ada.open(f"/watch/{merchant.slug}")
    await ada.page.get_by_role("button", name="Tell me when it begins").click()
    dialog = ada.page.get_by_role("dialog")
    await dialog.get_by_label("Email address").fill(ada.address)
    await dialog.get_by_label("1 day before").check()
    await dialog.get_by_role("button", name="Tell me", exact=True).click()
    await expect(dialog.get_by_text("We have written to")).to_be_visible()
    file = await dialog.get_by_role("link", name="ICS").get_attribute("href")
    calendar = await ada.page.request.get(f"{ada.site}{file}")
    assert "SUMMARY:Evening show" in await calendar.text()
    await dialog.get_by_role("button", name="Close").last.click()
    await expect(ada.page.get_by_text("One thing is left")).to_be_visible()

    await ada.page.goto(await ada.link_of("Do you want to be reminded?"))
    await ada.page.get_by_role("button", name="Yes, remind me").click()
    await expect(ada.page.get_by_text("Done: you will be reminded.")).to_be_visible()
    channel = (await merchant.call("GET", f"events/{merchant.channel['id']}"))["data"]
    assert channel["subscribers"] == 1
