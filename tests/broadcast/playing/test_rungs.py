"""A show in several qualities, by the product's own player, in a real browser."""

import subprocess
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page

from storecast.broadcast.ladder import ladder, scaler
from tests.broadcast.ladder.shows import FLASHES, children, offered
from tests.broadcast.node import running_node
from tests.broadcast.playing.observation import Observation
from tests.broadcast.recording.takes import FFMPEG
from tests.e2e.installation import CHROMIUM

pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"), pytest.mark.timeout(300)]

STALL_SECONDS = 1.0
BEGAN_SECONDS = 5.0
JOINED_SECONDS = 3.0  # of the show: whoever joins in the midst of a segment leaps to the live edge


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """720p, a keyframe every two seconds."""
    path = tmp_path_factory.mktemp("wide") / "wide.flv"
    command = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", FLASHES, "-f", "lavfi", "-i", "sine", "-t", "30"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run([*command, "-f", "flv", str(path)], check=True)
    return path


async def play_on(page: Page, height: int, seconds: float) -> None:
    """Until the picture is so high, and for so much longer."""
    await page.wait_for_function(f"() => document.querySelector('video').videoHeight === {height}", timeout=20_000)
    at = await page.evaluate("() => document.querySelector('video').currentTime")
    script = f"() => document.querySelector('video').currentTime > {at + seconds}"
    await page.wait_for_function(script, timeout=20_000)


async def test_a_viewer_plays_on_from_one_quality_to_another_and_where_one_goes(
    browser: Browser, page_url: str, wide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaler, "LIMITS", None)  # machines that test have no time for what gives way
    monkeypatch.setattr(ladder, "BEHIND_SECONDS", 20.0)
    async with running_node(tmp_path, wide, ladder="480p,audio") as node:
        node.publishers.start("right")
        await offered(node)
        async with await browser.new_context(viewport={"width": 400, "height": 300}) as context:
            page = await context.new_page()
            address = f"http://127.0.0.1:{node.settings.broadcast_port}/hls/playback1/index.m3u8"
            await page.goto(f"{page_url}?hls={address}")
            await page.wait_for_function("() => window.noted", timeout=5000)
            await play_on(page, 720, 2)  # by itself it begins with what the show is
            assert await page.evaluate("() => engine.qualities") == [720, 480]
            await page.evaluate("() => engine.choose(480)")
            await play_on(page, 480, 3)
            await page.evaluate("() => engine.choose(720)")
            await play_on(page, 720, 2)
            await page.evaluate("() => engine.choose(480)")
            await play_on(page, 480, 2)
            # In the midst of a segment: what comes instead begins before the frame on screen.
            midst = "() => Math.abs((document.querySelector('video').currentTime % 2) - 1) < 0.2"
            await page.wait_for_function(midst, polling=20, timeout=20_000)
            for child in children():
                child.kill()
            await play_on(page, 720, 3)
            seen = msgspec.convert(await page.evaluate("() => window.noted()"), Observation)
    assert seen.broke == []
    assert seen.began < BEGAN_SECONDS
    assert seen.stall.seconds < STALL_SECONDS, (seen.stall, seen.happenings)
    assert seen.still.seconds < STALL_SECONDS, (seen.still, seen.happenings)
    assert all(begin < JOINED_SECONDS for begin, _ in seen.leaps)
