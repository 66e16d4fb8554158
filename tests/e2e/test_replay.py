"""A show that is over, as who comes late sees it: a real encoder, the whole platform, a real browser."""

import time
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.installation import Installation, Json, Merchant, publishing
from tests.e2e.test_show import plays, put_on_shelf, watch
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(300)]

APART = 0.5  # seconds a card or a message may be from its moment
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# Notes the second of the video at which a text is first seen, looking at each frame.
_WATCH_FOR = """(texts) => {
    window.came = {};
    const look = () => {
        const video = document.querySelector("video");
        for (const [name, selector] of Object.entries(texts)) {
            if (!video) break;
            const found = [...document.querySelectorAll(selector)].some((e) => e.textContent.includes(name));
            if (found && !(name in window.came)) window.came[name] = video.currentTime;
        }
        requestAnimationFrame(look);
    };
    look();
}"""


@dataclass
class Past:
    """A show that is over, and the API's own word of what was when in it."""

    merchant: Merchant
    lamp: int
    vase: int
    media: Json

    async def replay(self) -> Json:
        answer = await self.merchant.call("GET", f"events/{self.merchant.slug}/replay/{self.media['id']}")
        found: Json = answer["data"]
        return found

    async def said(self, until: float = 600) -> list[Json]:
        path = f"events/{self.merchant.slug}/replay/{self.media['id']}/chat?from=0&until={until}"
        found: list[Json] = (await self.merchant.call("GET", path))["data"]
        return found


async def say(merchant: Merchant, text: str) -> None:
    thread = (await merchant.call("POST", "thread/read", {"threadSlug": merchant.slug, "userId": "1"}))["data"]
    await merchant.call("POST", "messages", {"data": text, "thread_id": thread["id"]})


async def on_for(merchant: Merchant, seconds: float) -> None:
    """Until the show is so much longer: what happens in it must lie apart."""
    began = time.monotonic()
    await eventually(lambda: time.monotonic() - began >= seconds, seconds + 5)


@pytest.fixture(scope="module")
async def past(installation: Installation) -> Past:
    merchant = await installation.merchant("past-show")
    lamp, vase = await put_on_shelf(merchant, "Walnut lamp"), await put_on_shelf(merchant, "Blue vase", "35")
    shelf = f"events/{merchant.slug}/products"
    async with publishing(merchant):
        await eventually(merchant.is_live, 30)
        await on_for(merchant, 3)
        await say(merchant, "Good evening to all")
        await merchant.call("POST", f"{shelf}/{lamp}/promote")
        await on_for(merchant, 4)
        await merchant.call("POST", f"{shelf}/{vase}/promote", {"size": "small"})
        await say(merchant, "Is the vase hand made?")
        await on_for(merchant, 4)
        await merchant.call("POST", f"{shelf}/{vase}/promote")
        await say(merchant, "What else is there?")
        await on_for(merchant, 5)
    playlist: list[Json] = []

    async def published() -> bool:
        playlist[:] = [each for each in (await merchant.details())["playlist"]["data"] if each["hls_url"]]
        return bool(playlist)

    await eventually(published, 30)
    return Past(merchant, lamp, vase, playlist[0])


async def second(page: Page) -> float:
    found: float = await page.evaluate("() => document.querySelector('video').currentTime")
    return found


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Watch the replay").click()
    await plays(page)


async def seek(page: Page, to: float) -> None:
    """By a press on the bar where that second is."""
    bar = page.get_by_role("slider", name="Position in the video")
    box = await bar.bounding_box()
    assert box is not None
    duration = await page.evaluate("() => document.querySelector('video').duration")
    await page.mouse.move(box["x"] + 5, box["y"] - 60)
    await page.mouse.click(box["x"] + box["width"] * to / duration, box["y"] + box["height"] / 2)


async def test_who_waits_is_offered_the_replay_within_seconds_of_the_end(browser: Browser, merchant: Merchant) -> None:
    async with await browser.new_context() as context:
        async with publishing(merchant):
            page = await watch(context, merchant)
            await plays(page)
        await expect(page.get_by_text("The show has ended")).to_be_visible(timeout=20_000)
        await begin(page)
        await expect(page.get_by_role("slider", name="Position in the video")).to_be_visible()


async def test_cards_and_chat_come_at_their_moments(browser: Browser, past: Past) -> None:
    chapters = (await past.replay())["chapters"]["data"]
    said = await past.said()
    assert [chapter["size"] for chapter in chapters].count("large") == 2
    assert len(said) == 3
    async with await browser.new_context() as context:
        page = await watch(context, past.merchant)
        wanted = {"Walnut lamp": ".promoted .name", "Blue vase": ".small .name"}
        wanted |= {each["message"]["data"]["data"]: ".log .words" for each in said}
        await expect(page.get_by_role("button", name="Watch the replay")).to_be_visible()
        await page.evaluate(_WATCH_FOR, wanted)
        await begin(page)
        await page.wait_for_function("(n) => Object.keys(window.came).length === n", arg=len(wanted), timeout=60_000)
        came = await page.evaluate("() => window.came")
    lamp = next(chapter for chapter in chapters if chapter["product_id"] == past.lamp)
    vase = next(chapter for chapter in chapters if chapter["product_id"] == past.vase and chapter["size"] == "small")
    moments = {"Walnut lamp": lamp["at"], "Blue vase": vase["at"]}
    moments |= {each["message"]["data"]["data"]: each["at"] for each in said}
    apart = {name: round(came[name] - at, 2) for name, at in moments.items()}
    assert all(abs(each) <= APART for each in apart.values()), apart


async def test_a_seek_shows_what_was_pinned_and_said_there_and_it_can_be_bought(browser: Browser, past: Past) -> None:
    chapters = (await past.replay())["chapters"]["data"]
    late = next(each for each in chapters if each["product_id"] == past.vase and each["size"] == "large")
    early = next(each for each in chapters if each["product_id"] == past.lamp)
    async with await browser.new_context() as context:
        page = await watch(context, past.merchant)
        await begin(page)
        card = page.get_by_role("status", name="Featured product")
        chat = page.get_by_role("region", name="Chat replay")
        await seek(page, late["at"] + 1)
        await expect(card.get_by_text("Blue vase", exact=True)).to_be_visible()
        await expect(chat.get_by_text("What else is there?")).to_be_visible()
        await page.get_by_role("button", name="Walnut lamp, at").press("Enter")
        await expect(card.get_by_text("Walnut lamp", exact=True)).to_be_visible()
        assert abs(await second(page) - early["at"]) < 3
        await expect(chat.get_by_text("What else is there?")).to_be_hidden()
        await expect(chat.get_by_text("Good evening to all")).to_be_visible()
        await card.get_by_role("button").first.click()
        await page.get_by_role("button", name="Add to cart").click()
        await expect(page.get_by_text("Walnut lamp is in your cart.").first).to_be_visible()


async def test_keys_and_speed_lead_through_a_video(browser: Browser, past: Past) -> None:
    async with await browser.new_context() as context:
        page = await watch(context, past.merchant)
        await begin(page)
        await page.keyboard.press("k")
        await expect(page.locator("video")).to_have_js_property("paused", True)
        bar = page.get_by_role("slider", name="Position in the video")
        await page.keyboard.press("Home")
        await expect(bar).to_have_attribute("aria-valuenow", "0")
        await page.keyboard.press("l")
        await expect(bar).to_have_attribute("aria-valuenow", "10")
        await page.keyboard.press("j")
        await bar.focus()
        await page.keyboard.press("ArrowRight")
        await expect(bar).to_have_attribute("aria-valuenow", "5")
        await page.keyboard.press(">")
        await expect(page.locator("video")).to_have_js_property("playbackRate", 1.25)
        await page.get_by_role("combobox", name="Playback speed").select_option("2")
        await expect(page.locator("video")).to_have_js_property("playbackRate", 2)
        await page.set_viewport_size({"width": 1100, "height": 500})  # as low as a phone on its side, and wider
        await expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()


async def test_a_link_leads_to_a_moment_and_who_comes_back_goes_on(browser: Browser, past: Past) -> None:
    async with await browser.new_context(**PHONE) as context:
        page = await context.new_page()
        site, slug = past.merchant.installation.url, past.merchant.slug
        await page.goto(f"{site}/watch/{slug}?replay={past.media['id']}&t=6")
        assert await page.locator("video").count() == 0  # nothing sounds before a tap
        await begin(page)
        assert await second(page) >= 6
        await page.goto(f"{site}/watch/{slug}?replay=no-such-video")
        await expect(page.get_by_text("The video you came for is not here any more.")).to_be_visible()


async def test_who_watches_a_replay_is_told_of_a_show_and_not_torn_out_of_it(browser: Browser, past: Past) -> None:
    async with await browser.new_context() as one, await browser.new_context() as other:
        page, waiting = await watch(one, past.merchant), await watch(other, past.merchant)
        await begin(page)
        await page.keyboard.press("Home")
        async with publishing(past.merchant):
            live = page.get_by_role("button", name="Watch live")
            await expect(live).to_be_visible(timeout=40_000)
            assert await page.get_by_role("slider", name="Position in the video").count() == 1
            await plays(waiting)
            assert await waiting.get_by_role("slider", name="Position in the video").count() == 0
            await live.click()
            await plays(page)
            assert await page.get_by_role("slider", name="Position in the video").count() == 0


@pytest.mark.parametrize("part", ["js", "css"])
async def test_a_part_that_did_not_load_is_told_of_and_comes_by_itself(browser: Browser, past: Past, part: str) -> None:
    async with await browser.new_context() as context:
        page = await context.new_page()
        site, slug = past.merchant.installation.url, past.merchant.slug
        missing = f"**/assets/theatre-*.{part}"
        await page.route(missing, lambda route: route.abort())
        await page.goto(f"{site}/watch/{slug}")
        await expect(page.get_by_text("A part of this page did not load.").first).to_be_visible()
        assert await page.get_by_role("button", name="Watch the replay").count() == 0  # none that does nothing
        await page.unroute(missing)
        await begin(page)
        assert await page.evaluate("() => [...document.querySelectorAll('link[rel=stylesheet]')].every((e) => e.sheet)")
