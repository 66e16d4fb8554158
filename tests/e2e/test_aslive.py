"""A playlist that goes live by itself: what viewers get of it over HTTP, and what stops it or does not."""

import asyncio
import io
import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from msgspec import Struct
from msgspec.structs import replace
from playwright.async_api import Browser, expect

from storecast.kit.clock import iso
from tests.broadcast.viewer import Viewer
from tests.e2e.installation import Installation, Json, Merchant, publishing
from tests.e2e.test_show import open_studio, plays, put_on_shelf
from tests.e2e.test_show import watch as look_at
from tests.factories.uploads import TusClient
from tests.processing import films
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

ONE, OTHER = (8, 192), (22, 256)  # seconds, and how wide the picture is
ONE_NAME, OTHER_NAME = "192x64", "256x64"
CHILD = "storecast.broadcast.playout.playing"
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP: Any = {"viewport": {"width": 1280, "height": 800}}
FRAME = 1 / films.RATE
NEAR = 1.0  # seconds


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    keyframes = ("-g", "30", "-keyint_min", "30")
    return [
        films.make(
            folder / f"{width}x64.mp4",
            *films.counting(seconds, f"{width}x64"),
            *films.clicking(seconds),
            *(*films.ENCODED, *keyframes),
        )
        for seconds, width in (ONE, OTHER)
    ]


@pytest.fixture
async def merchant(installation: Installation, request: pytest.FixtureRequest, clips: list[Path]) -> Merchant:
    """With an on-demand channel that has two films, and one that is no film."""
    made = await installation.merchant(f"show-{abs(hash(request.node.nodeid)) % 10**9}")
    await made.call("PUT", f"events/{made.channel['id']}", {"stream_type": 0, "timezone": "Europe/Berlin"})
    contents = {clip.name: clip.read_bytes() for clip in reversed(clips)} | {"broken.mp4": b"no film" * 1000}
    for name, content in contents.items():
        await upload(made, name, content)
    await eventually(lambda: processed(made), 120)
    for video in await videos(made):
        place = 0 if video["name"] == clips[0].stem else 2 if video["name"] == "broken" else 1
        await made.call("PUT", f"events/media/{video['id']}", {"in_playlist": True, "order": place})
    return made


async def upload(merchant: Merchant, name: str, content: bytes) -> None:
    body = {"extension": "video/mp4", "filename": name, "size": len(content)}
    begun = (await merchant.call("POST", f"events/{merchant.channel['id']}/media/add", body))["data"]
    path = begun["upload"]["url"]
    async with httpx.AsyncClient() as http:
        answer = await TusClient(http, path).put(content)
    assert answer.is_success, answer.text


async def videos(merchant: Merchant) -> list[Json]:
    found: list[Json] = (await merchant.call("GET", f"events/{merchant.channel['id']}/media"))["data"]
    return found


async def processed(merchant: Merchant) -> bool:
    return all(video["status"] in ("ready", "failed") for video in await videos(merchant))


async def channel(merchant: Merchant) -> Json:
    found: Json = (await merchant.call("GET", f"events/{merchant.channel['id']}"))["data"]
    return found


async def schedule(merchant: Merchant, seconds: float) -> datetime:
    """Have it begin in so many seconds."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    changes = {"starts_at": at.isoformat(), "starts_at_status": True}
    await merchant.call("PUT", f"events/{merchant.channel['id']}", changes)
    return at


async def over(merchant: Merchant) -> bool:
    return not await merchant.is_live()


async def session_of(merchant: Merchant) -> str:
    found: str = (await merchant.details())["stream"]["data"]["session_id"]
    return found


async def shown(merchant: Merchant) -> list[str]:
    """Names of the videos viewers may choose."""
    return [video["name"] for video in (await merchant.details())["playlist"]["data"]]


async def viewer(merchant: Merchant) -> tuple[Viewer, httpx.AsyncClient]:
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{merchant.installation.broadcast_port}", timeout=30)
    return Viewer(http, merchant.stream["playback"]["data"]["playback_id"], ""), http


class Segment(Struct, frozen=True):
    """One that is whole: its take's init segment, when it was taken, what is in it."""

    init: str
    date: float
    address: str
    media: bytes = b""


class Seen(Struct, frozen=True):
    """A picture: its number in its film, how wide that is, and when it was taken."""

    number: int
    width: int
    date: float

    @property
    def second(self) -> float:
        """Of the programme."""
        return self.number * FRAME + (ONE[0] if self.width == OTHER[1] else 0)


async def watch(looking: Viewer, until: Callable[[list[Segment]], bool]) -> list[Seen]:
    """The pictures of what comes until there is enough."""
    got: list[Segment] = []
    number = (await looking.playlist()).first
    while not until(got):
        listed = await looking.until(number)
        for each in segments(listed.text)[number - listed.first :]:
            got.append(replace(each, media=(await looking.get(each.address)).content))
            number += 1
    seen: list[Seen] = []
    for init, take in groupby(got, key=lambda segment: segment.init):
        parts = list(take)
        film = b"".join([(await looking.get(init)).content, *(part.media for part in parts)])
        seen += await asyncio.to_thread(pictures, film, parts[0].date)
    return seen


def off(seen: list[Seen], at: datetime) -> float:
    """Seconds that a picture is from where the clock says it is, at most."""
    return max(abs(each.date - at.timestamp() - each.second) for each in seen)


def segments(playlist: str) -> list[Segment]:
    found, init, date = [], "", 0.0
    for line in playlist.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            init = line.split('"')[1]
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            date = datetime.fromisoformat(line.partition(":")[2]).timestamp()
        elif line and not line.startswith("#"):
            found.append(Segment(init, date, line))
    return found


def pictures(film: bytes, date: float) -> list[Seen]:
    with av.open(io.BytesIO(film)) as opened:
        frames = list(opened.decode(video=0))
        return [Seen(films.number(each), each.width, date + float(each.time - frames[0].time)) for each in frames]


async def test_all_see_the_same_moment_with_chat_and_pins_until_the_host_ends_it(merchant: Merchant) -> None:
    assert len(await shown(merchant)) == 3 - 1
    product = await put_on_shelf(merchant, "Walnut lamp")
    at = await schedule(merchant, 6)
    assert await shown(merchant) == []
    assert (await channel(merchant))["as_live"]["state"] == "waiting"
    await eventually(merchant.is_live, 30)
    one, other = [await viewer(merchant) for _ in range(2)]
    watching = [
        asyncio.create_task(watch(looking, lambda got: len({each.init for each in got}) == 2))
        for looking, _ in (one, other)
    ]
    await merchant.call("POST", "messages", {"data": "Good evening", "thread_id": merchant.channel["thread_id"]})
    await merchant.call("POST", f"events/{merchant.slug}/products/{product}/promote")
    seen, same = await asyncio.gather(*watching)
    assert seen == same
    first = [each for each in seen if each.width == ONE[1]]
    assert [each.number for each in seen] == [
        *range(first[0].number, ONE[0] * films.RATE),
        *range(len(seen) - len(first)),
    ], "pictures are missing"
    dates = [each.date for each in seen]
    assert max(after - before for before, after in pairwise(dates)) < 3 * FRAME, "there is a gap"
    assert off(seen, at) < NEAR

    playing = (await channel(merchant))["as_live"]
    assert (playing["state"], playing["left_out"]) == ("playing", ["broken"])
    await merchant.call("POST", f"events/{merchant.slug}/complete")
    assert await over(merchant)
    ended = (await channel(merchant))["as_live"]
    assert (ended["state"], ended["reason"]) == ("ended", "stopped")
    child = merchant.installation.child
    await eventually(lambda: child(CHILD) is None)
    assert await shown(merchant) == [ONE_NAME, OTHER_NAME]
    assert len(await videos(merchant)) == 3, "it was recorded"
    for _, http in (one, other):
        await http.aclose()


async def test_killed_anywhere_it_goes_on_by_the_clock_in_the_same_show_and_ends_by_itself(merchant: Merchant) -> None:
    at = await schedule(merchant, 6)
    await eventually(merchant.is_live, 30)
    session, child = await session_of(merchant), merchant.installation.child
    looking, http = await viewer(merchant)
    watching = asyncio.create_task(watch(looking, lambda got: bool(got) and got[-1].date > at.timestamp() + 22))
    for part in (CHILD, "worker"):
        pid = child(part)
        assert pid is not None
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        assert part != CHILD or words[-2] == CHILD, "it is told something that others can read"
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda pid=pid: child(CHILD) not in (None, pid), 30)
        assert await session_of(merchant) == session
    seen = await watching
    assert off(seen, at) < NEAR
    assert await session_of(merchant) == session
    await eventually(lambda: over(merchant), 60)

    async def told() -> bool:
        return bool((await channel(merchant))["as_live"]["state"] != "playing")

    await eventually(told)  # the worker hears of the end of its child a moment later
    assert (await channel(merchant))["as_live"] | {"left_out": []} == {
        "state": "ended",
        "reason": None,
        "starts_at": iso(at),
        "ends_at": iso(at + timedelta(seconds=ONE[0] + OTHER[0])),
        "left_out": [],
    }
    await http.aclose()


async def test_an_encoder_on_air_at_its_time_is_left_alone(merchant: Merchant) -> None:
    async with publishing(merchant):
        await eventually(merchant.is_live, 30)
        session = await session_of(merchant)
        await schedule(merchant, 5)

        async def missed() -> bool:
            found = (await channel(merchant))["as_live"]
            return (found["state"], found["reason"]) == ("missed", "encoder")

        await eventually(missed, 30)
        assert await session_of(merchant) == session
    assert len(await shown(merchant)) >= 2


@pytest.mark.browser
async def test_a_page_on_demand_counts_down_to_the_show_and_is_on_demand_again(
    browser: Browser, merchant: Merchant
) -> None:
    async with await browser.new_context(**PHONE) as phone, await browser.new_context(**DESKTOP) as desk:
        page = await look_at(phone, merchant)
        await page.get_by_role("button", name="Play").first.click()
        await plays(page)
        await page.evaluate(
            "() => { const film = document.querySelector('video'); film.currentTime = film.duration - 1 }"
        )
        await expect(page.get_by_role("heading", name=OTHER_NAME)).to_be_visible()

        studio = await open_studio(desk, merchant)
        await studio.get_by_role("tab", name="Settings").click()
        await expect(studio.get_by_text("Set a start, and the playlist goes live")).to_be_visible()
        later = datetime.now(UTC) + timedelta(days=2)
        await studio.get_by_label("Starts at").fill(later.strftime("%Y-%m-%dT20:00"))
        await studio.get_by_text("Show a countdown").click()
        card = studio.get_by_role("region", name="As live")
        await expect(card.get_by_text("for 0:30.")).to_be_visible()
        await expect(card.get_by_role("listitem")).to_have_text(
            [re.compile(ONE_NAME), re.compile(OTHER_NAME), re.compile("broken.*left out")]
        )
        await studio.get_by_role("button", name="Save").click()
        await expect(card.get_by_text("Waiting")).to_be_visible()

        waiting = await look_at(phone, merchant)
        await expect(waiting.get_by_role("timer")).to_be_visible()
        await expect(waiting.get_by_role("button", name="Mail me when")).to_be_visible()
        assert await waiting.get_by_text(OTHER_NAME).count() == 0
        await schedule(merchant, 6)
        await plays(waiting)
        await expect(card.get_by_text("On air")).to_be_visible()
        await studio.get_by_role("button", name="End show").click()
        await studio.get_by_role("dialog").get_by_role("button", name="End show").click()
        await expect(card.get_by_text("You ended it.")).to_be_visible()
        await expect(waiting.get_by_role("button", name="Play").first).to_be_visible(timeout=30_000)
        await waiting.get_by_role("tab", name="Videos").click()
        await expect(waiting.get_by_text(OTHER_NAME)).to_be_visible()
