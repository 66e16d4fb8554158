"""The conversation beside a show as a browser has it: a crowd, reading back, keys, a screen reader's part."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.crowd import DESKTOP, PHONE, crowd
from tests.e2e.installation import Merchant
from tests.e2e.test_show import open_studio, say, watch
from tests.e2e.tracing import tasks
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(180)]


async def rest(what: Locator) -> Any:
    """Where it is once it has come to rest."""
    places: list[Any] = [None]

    async def still() -> bool:
        places.append(await what.bounding_box())
        return bool(places[-1] == places[-2])

    await eventually(still, 10)
    return places[-1]


@pytest.mark.parametrize(
    ("said", "seconds", "longest"),
    # Beside other tests a processor's time is long, too: there it is only what grows with the crowd that shows.
    [(1500, 1, 0.5), pytest.param(10_000, 5, 0.05, marks=pytest.mark.soak)],
    ids=["short", "long"],
)
async def test_a_crowd_keeps_a_page_smooth(
    browser: Browser, merchant: Merchant, said: int, seconds: int, longest: float
) -> None:
    """While a raid comes in at once, while people talk, and while a ban takes away what the raid said."""
    async with crowd(browser, merchant) as people:
        async with tasks(browser, people.page) as done:
            for number in range(said):
                people.say()
                if number % 250 == 0:
                    await asyncio.sleep(0)  # their socket takes what is written
            await expect(people.log.get_by_text(f"Number {said}.")).to_be_visible(timeout=60_000)
            assert await people.rows.count() < 60
            for _ in range(20 * seconds):
                people.say()
                await asyncio.sleep(0.05)  # that many a second
            newest = said + 20 * seconds
            await expect(people.log.get_by_text(f"Number {newest}.")).to_be_in_viewport()
            for number in range(40):
                if number != newest % 40:
                    people.tell("message.purged", {"author_ids": [f"g{number}"]})
            await expect(people.rows.last).to_have_attribute("aria-setsize", str(newest // 40))
        worked = sorted(task.worked for task in done)
        assert len(worked) > 20 * seconds
        assert worked[-1] <= longest, worked[-5:]


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
        read = people.rows.filter(has_text="Number 4").first
        before = await rest(read)
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
        await expect(menu.get_by_role("menuitem", name="Reply")).to_be_focused()
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
        box = await rest(sheet)
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


async def thread_of(merchant: Merchant) -> int:
    read = await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "1"})
    return int(read["data"]["id"])


async def say_as(page: Page, name: str, text: str) -> None:
    """The first thing a guest says, under a name of theirs."""
    await say(page, text)
    await page.get_by_role("dialog").get_by_role("textbox").fill(name)
    await page.get_by_role("button", name="Join the chat").click()
    said = page.get_by_role("log").get_by_role("article").filter(has_text=name)
    await expect(said.get_by_text(text)).to_be_visible()


async def choose(page: Page, text: str, item: str) -> None:
    """Something that can be done with the message that says this."""
    row = page.get_by_role("log").get_by_role("article").filter(has_text=text)
    await row.hover()
    await row.get_by_role("button", name="More about the message").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_a_message_is_reacted_to_changed_and_taken_back_before_everybody(
    browser: Browser, merchant: Merchant
) -> None:
    async with await browser.new_context(**DESKTOP) as one, await browser.new_context(**DESKTOP) as two:
        zoe, other = await watch(one, merchant), await watch(two, merchant)
        await say_as(zoe, "Zoe", "Is it oka?")
        heard = other.get_by_role("log")
        await expect(heard.get_by_text("Is it oka?")).to_be_visible()

        await choose(other, "Is it oka?", "React with 👍")
        await expect(other.get_by_role("button", name="👍 1 person")).to_have_attribute("aria-pressed", "true")
        counted = zoe.get_by_role("button", name="👍 1 person")
        await expect(counted).to_have_attribute("aria-pressed", "false")
        await counted.click()
        await expect(other.get_by_role("button", name="👍 2 people")).to_have_attribute("aria-pressed", "true")

        await zoe.get_by_role("textbox", name="Message").press("ArrowUp")
        await zoe.get_by_role("textbox", name="Message").fill("Is it oak?")
        await zoe.get_by_role("button", name="Save the change").click()
        await expect(heard.get_by_text("Is it oak?")).to_be_visible()
        await expect(heard.get_by_text("(edited)")).to_be_visible()

        await choose(zoe, "Is it oak?", "Delete")
        await expect(heard.get_by_text("Is it oak?")).to_be_hidden()
        await expect(zoe.get_by_text("Message deleted")).to_be_visible()
        await zoe.get_by_role("button", name="Write it anew").click()
        await expect(zoe.get_by_role("textbox", name="Message")).to_have_value("Is it oak?")


async def test_who_cannot_write_now_is_told_why_and_what_to_do(browser: Browser, merchant: Merchant) -> None:
    chat = f"events/{merchant.slug}/chat"
    async with await browser.new_context(**DESKTOP) as context:
        page = await watch(context, merchant)
        await say_as(page, "Zoe", "Is it oak?")
        await merchant.call("PUT", f"{chat}/settings", {"slow_seconds": 300})
        await expect(page.get_by_text("Slow mode: every 300 s")).to_be_visible()
        await say(page, "Or walnut?")
        await expect(page.get_by_role("button", name="Slow mode: wait")).to_be_disabled()
        await merchant.call("PUT", f"{chat}/settings", {"slow_seconds": 0})
        await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()

        await merchant.call("PUT", f"{chat}/settings", {"followers_only": True})
        await expect(page.get_by_text("Only followers can write here now.")).to_be_visible()
        await expect(page.get_by_role("button", name="Sign in to chat")).to_be_visible()
        await merchant.call("PUT", f"{chat}/settings", {"followers_only": False})
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()

        read = (await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "1"}))["data"]
        said = read["messages"]["data"][0]["id"]
        await merchant.call("POST", f"{chat}/warnings", {"message_id": said, "reason": "No caps, please"})
        await expect(page.get_by_role("alert").get_by_text("No caps, please")).to_be_visible()
        await page.get_by_role("button", name="Understood").click()
        await expect(page.get_by_text("No caps, please")).to_be_hidden()

        ban = (await merchant.call("POST", f"{chat}/bans", {"message_id": said, "reason": "Caps again"}))["data"]
        await expect(page.get_by_text("You cannot write here any more.")).to_be_visible()
        await expect(page.get_by_text("Caps again")).to_be_visible()
        await merchant.call("DELETE", f"{chat}/bans/{ban['id']}")
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()


async def test_what_waits_for_review_is_seen_by_its_author_and_then_by_all(
    browser: Browser, merchant: Merchant
) -> None:
    await merchant.call("PUT", f"events/{merchant.slug}/chat/settings", {"hold": "everything"})
    async with await browser.new_context(**DESKTOP) as one, await browser.new_context(**DESKTOP) as two:
        zoe, other = await watch(one, merchant), await watch(two, merchant)
        await say_as(zoe, "Zoe", "Is it oak?")
        waits = zoe.get_by_text("Waits for review: only you see it yet")
        await expect(waits).to_be_visible()
        queue = f"events/{merchant.slug}/chat/reports"
        held = (await merchant.call("GET", queue))["data"][0]["id"]
        await expect(other.get_by_role("log").get_by_text("Is it oak?")).to_be_hidden()
        await merchant.call("POST", f"{queue}/{held}", {"decision": "approve"})
        await expect(other.get_by_role("log").get_by_text("Is it oak?")).to_be_visible()
        await expect(waits).to_be_hidden()


async def test_a_viewer_reports_a_message_and_reads_the_pinned_one(browser: Browser, merchant: Merchant) -> None:
    thread = await thread_of(merchant)
    said = (await merchant.call("POST", "messages", {"data": "Buy now!", "thread_id": thread}))["data"]["id"]
    async with await browser.new_context(**PHONE) as context:
        page = await watch(context, merchant)
        await page.get_by_role("log").get_by_text("Buy now!").tap()
        await page.get_by_role("menuitem", name="Report").tap()
        dialog = page.get_by_role("dialog", name="Report this message")
        await dialog.get_by_label("Fraud").check()
        await dialog.get_by_role("button", name="Send the report").tap()
        await expect(page.get_by_text("Thank you. A moderator will look at it.")).to_be_visible()
        queue = (await merchant.call("GET", f"events/{merchant.slug}/chat/reports"))["data"]
        assert [(each["id"], each["reasons"]) for each in queue] == [(said, {"scam": 1})]

        pinned = page.get_by_role("complementary", name="Pinned message")
        await merchant.call("POST", f"events/{merchant.slug}/chat/pin", {"message_id": said})
        await expect(pinned.get_by_text("Buy now!")).to_be_visible()
        await pinned.get_by_role("button", name="Hide the pinned message").tap()
        await expect(pinned).to_be_hidden()


async def test_a_moderator_times_out_deletes_and_decides_by_thumb_and_by_keys(
    browser: Browser, merchant: Merchant
) -> None:
    chat = f"events/{merchant.slug}/chat"
    async with (
        await browser.new_context(**DESKTOP) as one,
        await browser.new_context(**PHONE) as two,
        await browser.new_context(**DESKTOP) as three,
    ):
        zoe, phone = await watch(one, merchant), await open_watch(two, merchant)
        await say_as(zoe, "Zoe", "Buy at my place")
        await phone.get_by_role("log").get_by_text("Buy at my place").tap()
        await phone.get_by_role("menuitem", name="Time-out of 10 min").tap()
        await expect(zoe.get_by_text("You cannot write here until")).to_be_visible()
        await phone.get_by_role("button", name="Undo").tap()
        await expect(zoe.get_by_role("textbox", name="Message")).to_be_visible()
        await phone.get_by_role("log").get_by_text("Buy at my place").tap()
        await phone.get_by_role("menuitem", name="Warn").tap()
        await phone.get_by_role("button", name="Please do not advertise.").tap()
        await phone.get_by_role("button", name="Send the warning").tap()
        await expect(zoe.get_by_role("alert").get_by_text("Please do not advertise.")).to_be_visible()

        desk = await open_studio(three, merchant)
        row = desk.get_by_role("log").get_by_role("article").filter(has_text="Buy at my place")
        await row.focus()
        await desk.keyboard.press("Delete")
        await expect(zoe.get_by_role("log").get_by_text("Buy at my place")).to_be_hidden()
        await desk.get_by_role("button", name="Undo").click()
        await expect(zoe.get_by_role("log").get_by_text("Buy at my place")).to_be_visible()

        await merchant.call("PUT", f"{chat}/settings", {"hold": "everything"})
        await say(zoe, "Held")
        await expect(desk.get_by_role("button", name="1 message waits for you")).to_be_visible()
        await desk.get_by_role("tab", name="Moderation").click()
        await desk.get_by_role("listitem", name="Zoe: Held").press("a")
        await expect(desk.get_by_text("Nothing waits for you")).to_be_visible()
        await expect(zoe.get_by_text("Waits for review: only you see it yet")).to_be_hidden()

        await phone.get_by_role("switch", name="Shield").tap()
        await expect(zoe.get_by_text("Only followers can write here now.")).to_be_visible()


async def open_watch(context: BrowserContext, merchant: Merchant) -> Page:
    """The watch page in a browser where the merchant is signed in."""
    stored = json.dumps(await merchant.signed_in())
    await context.add_init_script(f"for (const [k, v] of Object.entries({stored})) localStorage.setItem(k, v)")
    return await watch(context, merchant)
