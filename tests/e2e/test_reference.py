"""The API reference, in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from tests.contract.operations import built
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


async def test_every_operation_can_be_read_and_found(browser: Browser, installation: Installation) -> None:
    async with await browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = await context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{installation.url}/docs#createShelfProduct")
        shelf = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Create shelf product"))
        await expect(shelf).to_be_in_viewport()
        assert await page.get_by_role("article").count() >= len({operation.route for operation in built()})
        await expect(shelf.get_by_text("A person's token with the scope products.")).to_be_visible()
        price = shelf.get_by_role("listitem").filter(has_text="price").first
        await expect(price.get_by_text("text or whole number or number")).to_be_visible()
        await expect(price.get_by_text("Major units of")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390, "nothing is pushed out"

        await page.get_by_role("searchbox", name="Search operations").fill("heartbeat")
        await expect(page.get_by_role("article")).to_have_count(1)
        await expect(page.get_by_role("article").get_by_text("viewerHash", exact=True)).to_be_visible()
        await page.set_viewport_size({"width": 1366, "height": 900})
        await expect(page.get_by_role("article").get_by_text("viewerHash", exact=True)).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 1366, "nothing is pushed out"
        assert said == [], "the content policy refuses nothing"
        assert [url for url in asked if not url.startswith(installation.url)] == []
