"""A webhook in its owner's hands: made, tried, watched, given a new key and deleted, in a real browser."""

import re

import pytest
from playwright.async_api import Page, expect
from standardwebhooks import Webhook

from tests.e2e.person import Person
from tests.factories.webhooks import Receiver, answer
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_webhook_from_its_key_to_its_end(ada: Person) -> None:
    receiver, page = Receiver(), ada.page
    async with receiver.up():
        await ada.sign_up()
        await ada.open("/account/developer")
        panel = ada.panel("Webhooks")
        await expect(panel.get_by_text("You have no webhooks.")).to_be_visible()

        # By keyboard alone.
        await panel.get_by_role("button", name="New webhook").press("Enter")
        await page.keyboard.type("hooks.shop.test")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Enter a web address, starting with https://")).to_be_visible()
        await page.get_by_label("Address").fill(receiver.url)
        await page.get_by_label("What it is for").fill("The till")
        await page.get_by_label("Shows").press("Space")
        await page.keyboard.press("Enter")
        key = await page.get_by_role("textbox", name="Key").input_value()
        assert key.startswith("whsec_")
        await page.get_by_role("button", name="I have copied it").press("Enter")
        await expect(panel.get_by_text("Shows")).to_be_visible()

        await panel.get_by_role("button", name="Deliveries").press("Enter")
        await expect(page.get_by_text("Nothing has been sent yet.")).to_be_visible()
        await page.get_by_role("button", name="Send a test event").press("Enter")
        await eventually(lambda: len(receiver.received) == 1)
        assert Webhook(key).verify(receiver.received[0].body, receiver.received[0].headers)["type"] == "webhook.test"
        await _loaded(page, "Delivered")
        receiver.answers = [answer(500, "our till is closed")]
        await page.get_by_role("button", name="Send webhook.test again").press("Enter")
        await eventually(lambda: len(receiver.received) == 2)
        await _loaded(page, "It answered with an error")
        await page.get_by_text("What it answered").click()
        await expect(page.get_by_text("our till is closed")).to_be_visible()
        await page.keyboard.press("Escape")

        await panel.get_by_role("button", name="Edit The till").press("Enter")
        await page.get_by_role("button", name="Make a new key").press("Enter")
        await page.get_by_role("dialog", name="Make a new key?").get_by_role("button", name="Make a new key").click()
        renewed = await page.get_by_role("textbox", name="Key").input_value()
        assert renewed != key
        await page.get_by_role("button", name="I have copied it").click()
        await expect(panel.get_by_text(re.compile("The old key ends"))).to_be_visible()

        await panel.get_by_role("button", name="Edit The till").click()
        await page.get_by_role("dialog").get_by_text("Switched on").click()
        await page.get_by_role("button", name="Save").click()
        await expect(panel.get_by_text("Switched off")).to_be_visible()

        await panel.get_by_role("button", name="Delete The till").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
        await expect(panel.get_by_text("You have no webhooks.")).to_be_visible()


async def _loaded(page: Page, text: str) -> None:
    """Load again until it says so: the receiver knows of a delivery a moment before the page can."""

    async def says() -> bool:
        await page.get_by_role("button", name="Load again").press("Enter")
        await page.wait_for_load_state("networkidle")
        return await page.get_by_text(text).first.is_visible()

    await eventually(says)
