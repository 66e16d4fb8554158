"""A show that goes wrong in every way encoders and processes have, from its first frame to what viewers see afterwards.

Its encoder is killed twice and comes back, once with another size; broadcast is killed under it.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import structlog
from msgspec import Struct, field
from playwright.async_api import Browser, Page, expect

from tests.e2e.dated_show import WRAPS, Seen, complaints, on_air, seen
from tests.e2e.installation import Installation, Json, Merchant
from tests.e2e.test_replay import _WATCH_FOR, APART, PHONE, say
from tests.e2e.test_show import plays, put_on_shelf, watch
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.soak]

IN_STEP = 0.040  # seconds of sound and picture
WATCHABLE = 5.0  # seconds after the end
LOST = 0.5  # seconds between pictures that follow each other: a part, and how exactly the clock is read
AT_AN_END = 1.5  # seconds of a stretch that may be under way to the server when its encoder is killed


class Story(Struct):
    """What happened, by the wall clock."""

    stretches: list[tuple[float, float]] = field(default_factory=list)  # in which an encoder was on air
    pins: list[tuple[int, float]] = field(default_factory=list)
    said: list[tuple[str, float]] = field(default_factory=list)


class Show:
    """A host who shows products and talks, right after each beginning and right before each end."""

    def __init__(self, merchant: Merchant, products: list[int]) -> None:
        self.merchant = merchant
        self.story = Story()
        self._products = products

    @contextlib.asynccontextmanager
    async def stretch(self, seconds: float, width: int, height: int) -> AsyncIterator[asyncio.subprocess.Process]:
        """So long on air; the block ends it."""
        async with on_air(self.merchant, width, height) as encoder:
            await eventually(self._is_on, 40)
            began = time.time()
            await self._presents()
            await eventually(lambda: time.time() - began > seconds - 1, seconds + 10)
            await self._presents()
            await eventually(lambda: time.time() - began > seconds, 10)
            yield encoder
            self.story.stretches.append((began, time.time()))

    async def is_interrupted(self) -> bool:
        return bool((await self.merchant.details())["stream"]["data"].get("interrupted_until"))

    async def _is_on(self) -> bool:
        return await self.merchant.is_live() and not await self.is_interrupted()

    async def _presents(self) -> None:
        number = len(self.story.pins)
        product = self._products[number % len(self._products)]
        self.story.pins.append((product, time.time()))
        await self.merchant.call("POST", f"events/{self.merchant.slug}/products/{product}/promote")
        self.story.said.append((f"Line {number}", time.time()))
        await say(self.merchant, f"Line {number}")


@pytest.mark.parametrize(
    "seconds", [pytest.param(60, marks=pytest.mark.timeout(600)), pytest.param(600, marks=pytest.mark.timeout(2400))]
)
async def test_a_show_that_was_dropped_changed_and_killed_is_whole(
    browser: Browser, installation: Installation, merchant: Merchant, seconds: float
) -> None:
    products = [await put_on_shelf(merchant, name) for name in ("Walnut lamp", "Blue vase", "Oak table")]
    show = Show(merchant, products)
    async with await browser.new_context() as context:
        async with show.stretch(seconds / 4, 320, 180) as encoder:
            session = (await merchant.details())["stream"]["data"]["session_id"]
            encoder.kill()
        await eventually(show.is_interrupted, 20)
        async with show.stretch(seconds / 4, 320, 180) as encoder:
            await killed(installation, "broadcast")
            await asyncio.wait_for(encoder.wait(), 30)
        await eventually(show.is_interrupted, 20)
        async with show.stretch(seconds / 4, 320, 180) as encoder:
            encoder.kill()
        await eventually(show.is_interrupted, 20)
        async with show.stretch(seconds / 4, 640, 360) as encoder:
            page = await watch(context, merchant)
            await plays(page)
            assert (await merchant.details())["stream"]["data"]["session_id"] == session
            encoder.terminate()
            await encoder.wait()
        ended = time.monotonic()
        await watches_replay(page)
        took = time.monotonic() - ended
    videos = await published(merchant)
    assert {video["session_id"] for video in videos} == {session}
    figures: Json = {"watchable_after": round(took, 2), "videos": len(videos)}

    figures["takes"] = await hold(show, videos, [video["hls_url"] for video in videos])
    await eventually(lambda: are_ready(merchant), seconds + 120)
    videos = await published(merchant)
    figures["processed"] = await hold(show, videos, [video["hls_url"] for video in videos])
    figures["files"] = await hold(show, videos, [await download(merchant, video) for video in videos])
    figures["cards"] = await cards_come_in_step(browser, show, videos[-1])
    structlog.get_logger().info("a whole show", **figures)
    assert took <= WATCHABLE, figures


async def killed(installation: Installation, part: str) -> None:
    pid = installation.child(part)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: installation.child(part) not in (None, pid), 30)


async def watches_replay(page: Page) -> None:
    await page.get_by_role("button", name="Watch the replay").click(timeout=30_000)
    moves = "() => { const video = document.querySelector('video'); return video && video.duration < Infinity && "
    await page.wait_for_function(moves + "video.currentTime > 0.2 && video.readyState > 2; }", timeout=30_000)


async def published(merchant: Merchant) -> list[Json]:
    """The show's videos, in their order."""
    found: list[Json] = (await merchant.details())["playlist"]["data"]
    return found


async def are_ready(merchant: Merchant) -> bool:
    videos = (await merchant.call("GET", f"events/{merchant.channel['id']}/media"))["data"]
    assert "failed" not in [video["status"] for video in videos], videos
    return {video["status"] for video in videos} == {"ready"}


async def download(merchant: Merchant, video: Json) -> str:
    link = (await merchant.call("GET", f"events/media/{video['id']}/download"))["data"]
    return str(link["url"])


async def hold(show: Show, videos: list[Json], urls: list[str]) -> Json:
    """These films decode, are in step, have all that was on air, and the API knows when things happened in them."""
    apart: list[float] = []
    gaps: list[float] = []
    off: dict[str, float] = {}
    pictures: list[float] = []
    for video, url in zip(videos, urls, strict=True):
        assert await complaints(url) == ""
        film = await asyncio.to_thread(seen, url)
        assert len(film.flashes) >= 3
        apart += film.apart()
        pictures += [second for _, second in film.clock]
        for name, seconds in (await out_of_step(show, video, film)).items():
            off[name] = min(off.get(name, seconds), seconds, key=abs)
    for began, ended in show.story.stretches:
        within = sorted(since(began, each) for each in pictures if 0 <= since(began, each) <= ended - began)
        between = [after - before for before, after in pairwise([0.0, *within])]
        gaps += [max(between), ended - began - within[-1]]
        assert max(between) < LOST, between
        assert gaps[-1] < AT_AN_END
    assert max(apart) <= IN_STEP
    assert len(off) == len(show.story.pins) + len(show.story.said)
    assert max(map(abs, off.values())) <= APART, {name: round(each, 2) for name, each in off.items()}
    return {
        "sound and picture apart, at most": round(max(apart), 4),
        "gaps": [round(each, 2) for each in gaps],
        "out of step": {name: round(each, 2) for name, each in off.items()},
    }


def since(began: float, said: float) -> float:
    """Seconds from a moment to what a picture's clock says, which knows no more than `WRAPS` seconds."""
    return (said - began + WRAPS / 2) % WRAPS - WRAPS / 2


async def out_of_step(show: Show, video: Json, film: Seen) -> dict[str, float]:
    """Seconds from when something was pinned or said to what the picture says where the API has it in this video."""
    path = f"events/{show.merchant.slug}/replay/{video['id']}"
    replay = (await show.merchant.call("GET", path))["data"]
    said = (await show.merchant.call("GET", f"{path}/chat?from=0&until=600"))["data"]
    off: dict[str, float] = {}
    for number, (product, at) in enumerate(show.story.pins):
        chapters = [each["at"] for each in replay["chapters"]["data"] if each["product_id"] == product]
        if chapters:
            off[f"pin {number}"] = min((since(at, film.said_at(each)) for each in chapters), key=abs)
    lines = dict(show.story.said)
    for each in said:
        line = each["message"]["data"]["data"]
        off[line] = since(lines[line], film.said_at(each["at"]))
    return off


async def cards_come_in_step(browser: Browser, show: Show, video: Json) -> Json:
    """As a browser plays a video of the show, cards and lines come when the API says."""
    path = f"events/{show.merchant.slug}/replay/{video['id']}"
    said = (await show.merchant.call("GET", f"{path}/chat?from=0&until=600"))["data"]
    moments = {each["message"]["data"]["data"]: each["at"] for each in said}
    async with await browser.new_context(**PHONE) as context:
        page = await context.new_page()
        site = show.merchant.installation.url
        await page.goto(f"{site}/watch/{show.merchant.slug}?replay={video['id']}")
        await expect(page.get_by_role("button", name="Watch the replay")).to_be_visible()
        await page.evaluate(_WATCH_FOR, dict.fromkeys(moments, ".log .words"))
        await watches_replay(page)
        first = min(moments, key=lambda name: moments[name])
        await page.wait_for_function("(name) => name in window.came", arg=first, timeout=60_000)
        came = await page.evaluate("() => window.came")
    off = round(came[first] - moments[first], 2)
    assert abs(off) <= APART, (came, moments)
    return {first: off}
