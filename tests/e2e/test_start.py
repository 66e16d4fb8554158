"""A show begins before many who wait: each sees it, and the database is asked no more than for one of them."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.encoders import publishing
from benchmarks.start.__main__ import render
from benchmarks.start.pages import wait_and_watch
from benchmarks.start.queries import Queries
from tests.e2e.installation import Installation, Merchant
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
PAGES = 60


async def test_sixty_pages_have_their_first_part_for_the_queries_of_one(
    installation: Installation, merchant: Merchant, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    await asyncio.to_thread(render, clip)
    waits = asyncio.Event()
    realtime = f"http://127.0.0.1:{installation.realtime_port}"
    pages = asyncio.create_task(
        wait_and_watch(installation.url, realtime, merchant.slug, PAGES, beat=3_600.0, ready=waits.set)
    )
    await waits.wait()
    queries = Queries(installation.folder / "data")
    with publishing(clip, [f"rtmp://127.0.0.1:{installation.rtmp_port}/live/{merchant.stream['stream_key']}"]):
        seen = await pages
    details = [query for query in queries.since() if "FROM messages" in query or "FROM streams " in query]
    assert (seen.failed, len(seen.took)) == ([], PAGES)
    # What the details are made of: once when the show began, and once more by whoever came between two of its events.
    assert len(details) < PAGES / 3
    await eventually(lambda: _over(merchant), 60)


async def _over(merchant: Merchant) -> bool:
    return not await merchant.is_live()
