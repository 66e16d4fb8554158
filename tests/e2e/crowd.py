"""Many who talk in a room, to one page: its own socket, with more on it than the gateway tells."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.e2e.installation import Merchant

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",
}
LATE = 10**9  # the room's own events do not get so far


class Crowd:
    """A show's page, and people who talk in its room as its gateway would tell."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.room: WebSocketRoute | None = None
        self._said = count(1)

    async def follow(self, socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        self.room = socket

    def say(self, text: str | None = None, **more: Any) -> None:
        number = next(self._said)
        author = {"id": f"g{number % 40}", "name": f"Guest {number % 40}", "avatar": None, "guest": True}
        message = {
            "id": f"said-{number}",
            "thread_id": 1,
            "data": text or f"Number {number}. " + "And so on " * (number % 9),
            "locale": None,
            "reply_for": None,
            "seq": LATE + number,
            "created_at": "2026-01-01T10:00:00Z",
            "author": {"data": author | {"role": "viewer"}},
        }
        self.tell("message.created", message | more, LATE + number)

    def tell(self, event: str, data: Any, seq: int | None = None) -> None:
        """`seq` is the next where it is not given."""
        frame = {"type": "event", "room": "-", "event": event, "seq": seq or LATE + next(self._said), "at": ""}
        assert self.room is not None
        self.room.send(json.dumps(frame | {"data": data}))

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def rows(self) -> Locator:
        return self.log.get_by_role("article")


@asynccontextmanager
async def crowd(browser: Browser, merchant: Merchant, size: dict[str, Any] = DESKTOP) -> AsyncIterator[Crowd]:
    async with await browser.new_context(**size) as context:
        page = await context.new_page()
        people = Crowd(page)
        await page.route_web_socket(lambda url: "realtime" in url or "/ws" in url or "token=" in url, people.follow)
        async with page.expect_websocket():
            await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        await expect(page.get_by_text("No messages yet")).to_be_visible()
        yield people
