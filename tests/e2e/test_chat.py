"""The conversation beside a show as a browser has it: a crowd, reading back, keys, a screen reader's part."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.e2e.installation import Merchant

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",
}
LATE = 10**9  # the room's own events do not get so far
LONG_TASKS = """
    window.tasks = [];
    const observer = new PerformanceObserver((list) => {
        for (const {duration} of list.getEntries()) tasks.push(duration);
    });
    observer.observe({type: "longtask"});
"""


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
        event = {"type": "event", "room": "-", "event": "message.created", "seq": LATE + number, "at": ""}
        assert self.room is not None
        self.room.send(json.dumps(event | {"data": message | more}))

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
        await page.add_init_script(LONG_TASKS)
        async with page.expect_websocket():
            await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        await expect(page.get_by_text("No messages yet")).to_be_visible()
        yield people


@pytest.mark.parametrize(
    ("said", "seconds"), [(1500, 1), pytest.param(10_000, 5, marks=pytest.mark.soak)], ids=["short", "long"]
)
async def test_a_crowd_keeps_a_page_smooth(browser: Browser, merchant: Merchant, said: int, seconds: int) -> None:
    async with crowd(browser, merchant) as people:
        for number in range(said):
            people.say()
            if number % 250 == 0:
                await asyncio.sleep(0)  # their socket takes what is written
        await expect(people.log.get_by_text(f"Number {said}.")).to_be_visible(timeout=60_000)
        assert await people.rows.count() < 60
        slow = []
        for _ in range(seconds * 3):
            await people.page.evaluate("() => { tasks.length = 0; }")
            for _ in range(7):  # 20 a second
                people.say()
                await people.page.wait_for_timeout(50)
            slow.append(await people.page.evaluate("() => Math.max(0, ...tasks)"))
        assert sorted(slow)[len(slow) // 2] <= 50, slow
        await expect(people.log.get_by_text(f"Number {said + 21 * seconds}.")).to_be_in_viewport()


async def test_who_reads_back_keeps_their_place_and_is_told_how_much_is_new(
    browser: Browser, merchant: Merchant
) -> None:
    async with crowd(browser, merchant) as people:
        for _ in range(60):
            people.say()
        await expect(people.log.get_by_text("Number 60.")).to_be_in_viewport()
        await people.log.hover()
        await people.page.mouse.wheel(0, -700)
        await expect(people.log.get_by_text("Number 60.")).not_to_be_in_viewport()
        await people.page.wait_for_timeout(300)  # the wheel comes to rest
        read = people.rows.filter(has_text="Number 4").first
        before = await read.bounding_box()
        for _ in range(3):
            people.say()
        pill = people.page.get_by_role("button", name="3 new messages")
        await expect(pill).to_be_visible()
        assert await read.bounding_box() == before
        await pill.click()
        await expect(people.log.get_by_text("Number 63.")).to_be_in_viewport()
        await expect(pill).to_be_hidden()


async def test_the_first_message_of_a_long_conversation_is_reached_without_a_jump(
    browser: Browser, merchant: Merchant
) -> None:
    thread = (await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "1"}))["data"]
    for number in range(1, 8):
        await merchant.call("POST", "messages", {"data": f"Early {number}", "thread_id": thread["id"]})
    async with await browser.new_context(**DESKTOP) as context:
        page = await context.new_page()
        asked = 0

        async def cut(route: Any) -> None:
            """Pages of two: the server's own are of fifty."""
            nonlocal asked
            asked += 1
            cursor = json.loads(route.request.post_data).get("cursor")
            answer = await (await route.fetch()).json()
            said = answer["data"]["messages"]["data"][-2:]
            answer["data"] |= {"messages": {"data": said}, "cursor": str(said[0]["seq"]) if len(said) == 2 else None}
            assert cursor is None or all(each["seq"] < int(cursor) for each in said)
            await route.fulfill(json=answer)

        await page.route("**/thread/read", cut)
        await page.goto(f"{merchant.installation.url}/watch/{merchant.slug}")
        log = page.get_by_role("log", name="Messages")
        await expect(log.get_by_text("Early 1", exact=True)).to_be_visible()
        await expect(log.get_by_role("article")).to_have_count(7)
        assert asked == 4


async def test_the_keyboard_leads_through_messages_to_what_can_be_done_and_out_again(
    browser: Browser, merchant: Merchant
) -> None:
    async with crowd(browser, merchant) as people:
        for _ in range(30):
            people.say()
        await expect(people.log.get_by_text("Number 30.")).to_be_visible()
        keys, box = people.page.keyboard, people.page.get_by_role("textbox", name="Message")
        await box.focus()
        await keys.press("Shift+Tab")
        await expect(people.rows.last).to_be_focused()
        await keys.press("ArrowUp")
        await keys.press("ArrowUp")
        await expect(people.rows.filter(has_text="Number 28.")).to_be_focused()
        await keys.press("Home")
        await expect(people.rows.filter(has_text="Number 1.")).to_be_focused()
        await keys.press("Enter")
        menu = people.page.get_by_role("menu")
        await expect(menu.get_by_role("menuitem").first).to_be_focused()
        await keys.press("Escape")
        await expect(menu).to_be_hidden()
        await expect(people.rows.filter(has_text="Number 1.")).to_be_focused()
        await keys.press("Enter")
        await keys.press("Enter")
        await expect(people.page.get_by_text("Replying to Guest 1")).to_be_visible()
        await expect(box).to_be_focused()
        await keys.press("Escape")
        await expect(people.page.get_by_text("Replying to Guest 1")).to_be_hidden()
        await keys.press("Shift+Tab")  # the way to the newest message
        await keys.press("Shift+Tab")
        await expect(people.rows.filter(has_text="Number 1.")).to_be_focused()
        await keys.press("Escape")
        await expect(box).to_be_focused()


async def test_people_are_named_and_emoji_found_without_a_mouse(browser: Browser, merchant: Merchant) -> None:
    async with crowd(browser, merchant) as people:
        people.say()
        people.say()
        keys, box = people.page.keyboard, people.page.get_by_role("textbox", name="Message")
        await expect(people.rows).to_have_count(2)
        await box.focus()
        await keys.type("Thanks @gue")
        await expect(people.page.get_by_role("option")).to_have_text(["Guest 2", "Guest 1"])
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await expect(box).to_have_value("Thanks @Guest 1 ")
        await keys.press("Tab")
        await keys.press("Enter")
        await people.page.get_by_role("searchbox", name="Search emoji").fill("balloon")
        await expect(people.page.get_by_role("button", name="balloon", exact=True)).to_be_visible()
        await keys.press("Enter")
        await keys.press("Escape")
        await expect(box).to_be_focused()
        await expect(box).to_have_value("Thanks @Guest 1 🎈")


async def test_a_finger_opens_what_can_be_done_with_a_message(browser: Browser, merchant: Merchant) -> None:
    async with crowd(browser, merchant, PHONE) as people:
        people.say("Is it oak?")
        await people.log.get_by_text("Is it oak?").tap()
        sheet = people.page.get_by_role("dialog", name="More about the message of Guest 1")
        box = await sheet.bounding_box()
        assert box is not None
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 360, 740)
        for item in await sheet.get_by_role("menuitem").all():
            size = await item.bounding_box()
            assert size is not None
            assert size["height"] >= 44
        await sheet.get_by_role("menuitem", name="Reply").tap()
        await expect(people.page.get_by_text("Replying to Guest 1")).to_be_visible()


async def test_a_screen_reader_hears_a_quiet_chat_and_of_a_busy_one_how_much_was_said(
    browser: Browser, merchant: Merchant
) -> None:
    async with crowd(browser, merchant) as people:
        heard = people.page.locator("[data-said]")
        people.say("Is it oak?")
        await expect(heard).to_have_text(["Guest 1: Is it oak?"])
        for _ in range(12):
            people.say()
        await expect(heard).to_have_text(["12 new messages"])
        await expect(people.log).to_have_attribute("aria-live", "off")
