"""Glass to glass: how old the picture on a viewer's screen is."""

import asyncio
import shutil
from pathlib import Path

from playwright.async_api import Browser, Page

from benchmarks.latency.browsers import open_playing
from benchmarks.latency.clock import BLOCK, BLOCKS, ROWS, WIDTH, age, read
from benchmarks.nginx import Nginx
from tests.waiting import eventually

SETTLE_SECONDS = 12.0  # the player works its way towards the live edge
UNREADABLE = 0.02  # share of looks at the screen that may fall on no clock
HLS_JS = Path(__file__).parents[2] / "web" / "node_modules" / "hls.js" / "dist" / "hls.min.js"

# Looks at the screen twenty times a second, so that a picture that stands still grows old.
_LOOK = """async ([seconds, width, row, block, blocks]) => {
    const video = document.querySelector("video");
    const context = new OffscreenCanvas(width, 1).getContext("2d", {willReadFrequently: true});
    const looks = [];
    await new Promise((resolve) => {
        const timer = setInterval(() => {
            const now = Date.now();
            const scale = video.videoWidth / width;
            context.drawImage(video, 0, row * scale, width * scale, scale, 0, 0, width, 1);
            const {data} = context.getImageData(0, 0, width, 1);
            looks.push([now, Array.from({length: blocks}, (_, at) => data[(at * block + block / 2) * 4])]);
            if (looks.length >= seconds * 20) { clearInterval(timer); resolve(); }
        }, 50);
    });
    return looks;
}"""

# hls.js as it comes: what a shop gets that plays nginx-rtmp's playlist.
_PEER_PAGE = """<!doctype html><video muted autoplay></video><script src="hls.min.js"></script><script>
const hls = new Hls(); hls.loadSource("hls/clock.m3u8"); hls.attachMedia(document.querySelector("video"));
</script>"""


async def ages(page: Page, seconds: float) -> list[int]:
    """Milliseconds from a picture's drawing to its being on screen, at each look once playback has settled."""
    await asyncio.sleep(SETTLE_SECONDS)
    looks = await page.evaluate(_LOOK, [seconds, WIDTH, ROWS // 2, BLOCK, BLOCKS])
    found = [age(coded, now) for now, levels in looks if (coded := read(levels)) is not None]
    if len(found) < (1 - UNREADABLE) * len(looks):
        raise RuntimeError(f"the clock could be read in only {len(found)} of {len(looks)} looks at the screen")
    return found


async def open_peer(browser: Browser, peer: Nginx) -> Page:
    """nginx-rtmp's plain HLS of the stream `clock`, playing."""
    shutil.copy(HLS_JS, peer.folder)
    (peer.folder / "index.html").write_text(_PEER_PAGE)
    playlist = peer.folder / "hls" / "clock.m3u8"

    async def listed() -> bool:
        return playlist.exists()

    await eventually(listed, 30)
    return await open_playing(browser, f"http://127.0.0.1:{peer.http_port}/")
