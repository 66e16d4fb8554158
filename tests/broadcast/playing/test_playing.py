"""What viewers see of every kind of stream: by the product's own player, in a real browser, in real time."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.broadcast.hls_rules.odd_streams import ODD
from tests.broadcast.hls_rules.streams import Encoder, Stream
from tests.broadcast.node import Node
from tests.broadcast.playing.streams import excerpt, mp3, sound_with_a_pce
from tests.broadcast.playing.watching import Watched, watch
from tests.e2e.installation import CHROMIUM

pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"), pytest.mark.timeout(600)]

STALL_SECONDS = 1.0
STILL_SECONDS = 1.5  # of picture, while playback begins
RECORDED_SECONDS = 0.25  # more or less than was sent; joining fills what seams leave
UNSEEN_SECONDS = 1.0  # of a show, at its end
AT_ONCE = 3
# The picture itself stands still in these, or what can be played of it begins late.
STILL = {"frozen-picture", "begins-within-a-group", "picture-never-comes"}
NOT_WATCHED = {
    *("backlog", "long-backlog"),  # over before anybody came
    "pause",  # nothing is sent for six seconds
    # Known to stand still for longer: hls.js takes no picture that joins or leaves sound, and a show of a picture every
    # three seconds begins with a wait for the second.
    *("picture-joins", "picture-stops", "sparse-pictures"),
}


def complaints(watched: Watched, *, still: bool = False) -> list[str]:
    """What the viewer had to complain of."""
    seen, found = watched.seen, []
    if seen.broke:
        found.append(f"broke: {seen.broke}")
    if seen.stall.seconds > STALL_SECONDS:
        found.append(f"stood still for {seen.stall.seconds:.2f} s at {seen.stall.since:.1f} s; {seen.errors}")
    if not still and seen.still.seconds > STILL_SECONDS:
        found.append(f"no new picture for {seen.still.seconds:.2f} s at {seen.still.since:.1f} s; {seen.errors}")
    if seen.last < watched.stream.seconds - UNSEEN_SECONDS and not still:
        found.append(f"played {seen.last:.2f} of {watched.stream.seconds:.2f} s")
    if abs(watched.recorded - watched.stream.seconds) > RECORDED_SECONDS and not still:
        found.append(f"recorded {watched.recorded:.2f} of {watched.stream.seconds:.2f} s")
    return found


async def watched_together(
    node: Node, browser: Browser, page_url: str, streams: dict[str, Stream]
) -> dict[str, list[str]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> list[str]:
        async with gate:
            return complaints(await watch(node, browser, page_url, streams[name]), still=name in STILL)

    found = await asyncio.gather(*map(one, streams))
    return {name: words for name, words in zip(streams, found, strict=True) if words}


async def test_viewers_see_shows_through_what_used_to_break_them(
    node: Node, browser: Browser, page_url: str, encoder: Encoder, tmp_path: Path
) -> None:
    streams = {
        "sound-joins": excerpt(ODD["sound-joins"](encoder), 11, 19),
        "sound-stops": excerpt(ODD["sound-stops"](encoder), 4, 12),
        "stamps-back": excerpt(ODD["stamps-back"](encoder), 9, 16),
    }
    assert await watched_together(node, browser, page_url, streams) == {}


@pytest.mark.soak
async def test_viewers_see_every_odd_show(
    node: Node, browser: Browser, page_url: str, encoder: Encoder, tmp_path: Path
) -> None:
    streams = {name: make(encoder) for name, make in ODD.items() if name not in NOT_WATCHED}
    streams |= {"pce": sound_with_a_pce(encoder), "mp3": mp3(encoder, tmp_path)}
    assert await watched_together(node, browser, page_url, streams) == {}
