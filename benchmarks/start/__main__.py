"""A show's start with thousands of waiting pages and one Chromium: what it asks of the database, and how long it takes.

`storecast run` as an operator starts it, a show of 250 kbit/s, and pages in a process of their own whose lines carry
300 kbit/s (`pages.py`). Queries are those PostgreSQL logs, over the seconds before and after the encoder connects.
Exit 1 where any page has no part, or the start asks more than 5 queries a second more. `python -m benchmarks.start`.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
from playwright.async_api import Page

from benchmarks.encoders import publishing
from benchmarks.figures import Figure, load, report
from benchmarks.latency.browsers import browsers
from benchmarks.start.pages import Seen
from benchmarks.start.queries import Queries
from storecast.kit.settings import Settings
from tests.e2e.installation import CHROMIUM, Installation, running

MORE_QUERIES_LIMIT = 5.0  # a second
PART_LIMIT = 5_000.0  # ms
WINDOW_SECONDS = 10.0
SETTLE_SECONDS = 12.0  # every page has beaten once
_PLAYS = "() => (document.querySelector('video')?.currentTime ?? 0) > 0"


def render(clip: Path) -> None:
    """Of 250 kbit/s, which a line of 300 can carry, a keyframe every two seconds."""
    subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=426x240:rate=25"),
            *("-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", "20", "-c:v", "libx264", "-preset", "veryfast"),
            *("-tune", "zerolatency", "-g", "50", "-pix_fmt", "yuv420p", "-b:v", "200k", "-maxrate", "200k"),
            *("-bufsize", "100k", "-c:a", "aac", "-b:a", "48k", str(clip)),
        ],
        check=True,
    )


async def measure(installation: Installation, pages: int, *, browser: bool) -> list[Figure]:
    clip = installation.folder / "clip.mp4"
    await asyncio.to_thread(render, clip)
    merchant = await installation.merchant("evening-show")
    where = (installation.url, f"http://127.0.0.1:{installation.realtime_port}", merchant.slug, str(pages))
    async with AsyncExitStack() as stack:
        one = (await stack.enter_async_context(browsers(1)))[0] if browser else None
        page = await one.new_page() if one is not None else None
        if page is not None:
            await page.goto(f"{installation.url}/watch/{merchant.slug}")
        waiting = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.start.pages", *where, stdout=asyncio.subprocess.PIPE, limit=2**24
        )
        assert waiting.stdout is not None
        await waiting.stdout.readline()
        print(f"{pages} pages wait; {load()}", flush=True)
        await asyncio.sleep(SETTLE_SECONDS)
        queries = Queries(installation.folder / "data")
        await asyncio.sleep(WINDOW_SECONDS)
        before = queries.since()
        with publishing(clip, [f"rtmp://127.0.0.1:{installation.rtmp_port}/live/{merchant.stream['stream_key']}"]):
            playing = asyncio.create_task(plays(page)) if page is not None else None
            await asyncio.sleep(WINDOW_SECONDS)
            after = queries.since()
            seen = msgspec.json.decode(await waiting.stdout.readline(), type=Seen)
            await waiting.wait()
            shown = await playing if playing is not None else None
    return figures(pages, seen, before, after, shown)


async def plays(page: Page) -> float:
    """Seconds from now until it does."""
    began = time.monotonic()
    await page.wait_for_function(_PLAYS, timeout=60_000)
    return time.monotonic() - began


def figures(pages: int, seen: Seen, before: list[str], after: list[str], shown: float | None) -> list[Figure]:
    for why, times in Counter(seen.failed).most_common(5):
        print(f"{times} pages: {why}")
    for statement, times in (Counter(map(_kind, after)) - Counter(map(_kind, before))).most_common(8):
        print(f"{times:4} more: {statement}")
    more = (len(after) - len(before)) / WINDOW_SECONDS
    took = sorted(seen.took) or [float("inf")]
    rates = [len(sent) / WINDOW_SECONDS for sent in (before, after)]
    note = f"{rates[0]:.1f} before, {rates[1]:.1f} in the {WINDOW_SECONDS:.0f} s after"
    found = [
        Figure(f"a show's start with {pages} pages: more queries a second", more, limit=MORE_QUERIES_LIMIT, note=note),
        Figure("pages without a first part", len(seen.failed) / pages, limit=0.0),
        Figure(
            "first part, the last page", took[-1] * 1000, "ms", PART_LIMIT, f"median {statistics.median(took):.2f} s"
        ),
    ]
    if shown is not None:
        found.append(Figure("Chromium plays, after the encoder began", shown * 1000, "ms", PART_LIMIT))
    return found


def _kind(line: str) -> str:
    """A statement as PostgreSQL logs it, without what differs from one time to the next."""
    return re.sub(r"^.*?(statement|execute [^:]*): *|\d+", "", line)[:100]


async def benchmark(pages: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another account
        async with running(folder) as installation:
            return await measure(installation, pages, browser=CHROMIUM is not None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    given = parser.parse_args()
    print(load())
    sys.exit(report(asyncio.run(benchmark(given.pages))))


if __name__ == "__main__":
    main()
