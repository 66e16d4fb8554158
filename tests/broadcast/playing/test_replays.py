"""What viewers see of a show that has just ended: by the product's own player, in a real browser."""

import subprocess
import time
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page

from storecast.contracts import hooks
from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.node import Node
from tests.broadcast.playing.observation import Observation
from tests.broadcast.recording.takes import FFMPEG, decode_errors, seen
from tests.broadcast.replays.shows import SMALLER, end_show
from tests.e2e.installation import CHROMIUM
from tests.waiting import eventually

pytestmark = [pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"), pytest.mark.timeout(300)]

AT_ONCE_SECONDS = 5.0  # from the end of a show until its replay plays
STEP_SECONDS = 0.040  # between picture and sound
END_SECONDS = 0.2  # hls.js waits there for more now and then, where a show has seams


@pytest.fixture(scope="session")
def flashes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A flash and a beep in the middle of each second, a keyframe each second."""
    path = tmp_path_factory.mktemp("flashes") / "flashes.flv"
    picture = "color=black:size=320x180:rate=30,drawbox=t=fill:color=white:enable='lt(mod(t+0.501,1),0.1)'"
    beep = "aevalsrc='if(lt(mod(t+0.5,1),0.1),sin(2*PI*1000*t),0)':s=48000"
    command = [FFMPEG, "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", beep, "-t", "60"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-bf", "2", "-pix_fmt", "yuv420p"]
    subprocess.run([*command, "-c:a", "aac", "-f", "flv", str(path)], check=True)
    return path


async def looked(page: Page) -> Observation:
    return msgspec.convert(await page.evaluate("() => window.noted()"), Observation)


async def play_from(page: Page, place: float, seconds: float) -> None:
    """Seek to `place`, and see the picture go on from there for `seconds`."""
    script = "place => { const video = document.querySelector('video'); video.currentTime = place; video.play() }"
    await page.evaluate(script, place)
    reached = f"""() => {{
        const video = document.querySelector('video');
        return !video.seeking && video.currentTime >= {place + seconds} && video.currentTime < {place + seconds + 5};
    }}"""
    await page.wait_for_function(reached, timeout=15_000)


async def test_a_show_that_dropped_and_changed_plays_at_once_from_start_to_end_and_wherever_one_seeks(
    node: Node, browser: Browser, page_url: str, flashes: Path, tmp_path: Path
) -> None:
    session = await end_show(node, (), (), SMALLER, clip=flashes)
    ended = time.monotonic()
    folder = f"http://127.0.0.1:{node.settings.broadcast_port}/replays/playback1/{session}"
    [over] = node.peer.of(hooks.SessionEnded)
    lasts = sum(run.duration for run in over.runs)
    async with await browser.new_context(viewport={"width": 400, "height": 300}) as context:
        page = await context.new_page()
        await page.goto(f"{page_url}?hls={folder}/index.m3u8&begin=0")
        await page.wait_for_function("() => document.querySelector('video').currentTime > 0", timeout=15_000)
        assert time.monotonic() - ended < AT_ONCE_SECONDS
        assert await page.evaluate("() => document.querySelector('video').currentTime") < 3  # from the start

        async def is_over() -> bool:
            found = await looked(page)
            return found.ended or found.last > lasts - END_SECONDS

        await eventually(is_over, 2 * lasts + 30)
        found = await looked(page)
        assert not found.broke
        assert found.last == pytest.approx(lasts, abs=END_SECONDS)
        assert found.stall.seconds < 1
        for place in (lasts - 3, 1.0, lasts / 2):
            await play_from(page, place, 1.0)
    listed = read_media((await node.http.get(f"{folder}/media.m3u8")).text)
    takes = {str(each.uri).partition("#")[0] for each in listed.segments}
    assert len(takes) == 3
    for name in sorted(takes):
        path = tmp_path / name
        path.write_bytes((await node.http.get(f"{folder}/{name}")).content)
        assert await decode_errors(path) == ""
        media = seen(path)
        for flash in media.flashes[1:-1]:  # a take may begin and end within one
            assert min(abs(flash - beep) for beep in media.beeps) <= STEP_SECONDS
