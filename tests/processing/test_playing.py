"""What is made, played in Debian's chromium: every frame says its number, and must be shown at its time."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from storecast.processing.cutting import cut
from storecast.processing.facts import Progress, Span
from storecast.processing.ladder import Rung, make_ladder
from storecast.processing.packaging import make_hls
from storecast.processing.probing import probe
from tests.broadcast.playing.watching import serving
from tests.e2e.installation import CHROMIUM
from tests.processing import films
from tests.processing.films import FFMPEG, RATE

HLS_JS = Path(__file__).parents[2] / "web" / "node_modules" / "hls.js" / "dist" / "hls.min.js"
RUNGS = (Rung("half", 32, 60_000, 64_000), Rung("audio", None, 0, 48_000))
PAGE = """<!doctype html><video muted></video><script src="hls.min.js"></script><script>
const video = document.querySelector("video"), seen = [], levels = [], address = location.hash.slice(1)
const canvas = new OffscreenCanvas(12, 1).getContext("2d", { willReadFrequently: true })
const look = (_, frame) => {
  canvas.drawImage(video, 0, 0, 12, 1)
  const row = canvas.getImageData(0, 0, 12, 1).data
  let number = 0
  for (let bit = 0; bit < 12; bit++) number |= (row[bit * 4] > 128) << bit
  seen.push([number, frame.mediaTime])
  video.requestVideoFrameCallback(look)
}
video.requestVideoFrameCallback(look)
video.onended = () => { window.played = { seen, levels, error: null } }
video.onerror = () => { window.played = { seen, error: video.error.message } }
if (address.endsWith("m3u8")) {
  const hls = new Hls()
  hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) window.played = { seen, error: data.details } })
  hls.on(Hls.Events.FRAG_CHANGED, (_, { frag }) => levels.push(frag.level))
  hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => { hls.nextLoadLevel = (frag.sn + 1) % hls.levels.length })
  hls.loadSource(address)
  hls.attachMedia(video)
} else video.src = address
video.oncanplay = () => video.play()
</script>"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None or not HLS_JS.exists(), reason="chromium or hls.js is not installed"),
    pytest.mark.timeout(180),
]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        await browser.close()


async def _played(browser: Browser, folder: Path, file: str) -> tuple[list[tuple[int, float]], list[int]]:
    """Number and time of each frame that was seen, of which a busy machine leaves some out, and which of the qualities
    segments were of: each is of another than the one before."""
    (folder / "index.html").write_text(PAGE)
    shutil.copy(HLS_JS, folder / "hls.min.js")
    with serving(folder) as address:
        page = await browser.new_page()
        await page.goto(f"{address}index.html#{file}")
        await page.wait_for_function("() => window.played", timeout=90_000)
        played = await page.evaluate("() => window.played")
        await page.close()
    assert played["error"] is None
    return [(number, at) for number, at in played["seen"]], played["levels"]


def _ahead(seen: list[tuple[int, float]], kept: list[int]) -> set[int]:
    """By how many frames what was seen is from what is due at its time. On a busy machine the next one is drawn at
    times, as it has come before we look."""
    found = Counter(kept.index(number) - round(at * RATE) for number, at in seen)
    return {ahead for ahead, times in found.items() if ahead != 1 or times > len(seen) / 10}


async def test_segments_of_changing_quality_play_through_with_each_frame_at_its_time(
    browser: Browser, film: Path, tmp_path: Path, progress: Progress
) -> None:
    facts = await probe(film)
    await make_hls(film, facts, tmp_path / "hls", progress, ffmpeg=FFMPEG)
    await make_ladder(film, facts, RUNGS, tmp_path / "hls", progress, ffmpeg=FFMPEG)
    seen, qualities = await _played(browser, tmp_path, "hls/ladder.m3u8")
    assert set(qualities) == {0, 1}
    assert len(seen) > RATE
    assert seen[-1][0] >= 12 * RATE - 15
    assert _ahead(seen, list(range(12 * RATE))) <= {0}


async def test_a_cut_plays_across_its_seams(browser: Browser, film: Path, tmp_path: Path) -> None:
    spans = [Span(3.217, 5.5), Span(0.5, 2.0), Span(7.0, 9.983)]
    await cut(film, await probe(film), spans, tmp_path / "cut.mp4", lambda part: None, ffmpeg=FFMPEG)
    kept = films.numbers(tmp_path / "cut.mp4")
    seen, _ = await _played(browser, tmp_path, "cut.mp4")
    assert len(seen) > RATE
    assert _ahead(seen, kept) <= {0}
    for part in (range(97, 165), range(15, 60), range(210, 300)):
        assert any(number in part for number, _ in seen)


async def test_a_cut_plays_as_segments(browser: Browser, film: Path, tmp_path: Path, progress: Progress) -> None:
    spans = [Span(3.217, 5.5), Span(0.5, 2.0), Span(7.0, 9.983)]
    target = tmp_path / "cut.mp4"
    await cut(film, await probe(film), spans, target, lambda part: None, ffmpeg=FFMPEG)
    await make_hls(target, await probe(target), tmp_path / "hls", progress, ffmpeg=FFMPEG)
    seen, _ = await _played(browser, tmp_path, "hls/index.m3u8")
    assert len(seen) > RATE
    assert _ahead(seen, films.numbers(target)) <= {0}
