"""A long show: no process grows, nothing is lost. SOAK_MINUTES says how long; an hour where it is not set."""

import asyncio
import os
import re
import time
from pathlib import Path

import pytest

from tests.e2e.installation import Installation, Merchant, publishing
from tests.e2e.test_crash import recording_seconds, session_of
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(36_000)]

PARTS = ("api", "realtime", "broadcast", "worker")
MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))
SETTLING = 0.25  # of the time: until then windows, pools and caches fill
GROWTH = 1.15  # and 8 MB: what may come on top afterwards
SLACK_MB = 8.0


def memory_mb(pid: int) -> float:
    """Proportional set size: shared pages counted once over all processes."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def memory(installation: Installation) -> dict[str, float]:
    found = {}
    for part in PARTS:
        pid = installation.child(part)
        assert pid is not None, f"{part} is not running"
        found[part] = memory_mb(pid)
    return found


async def test_nothing_grows_in_a_long_show(installation: Installation, merchant: Merchant) -> None:
    pids = {part: installation.child(part) for part in PARTS}
    async with publishing(merchant, seconds=MINUTES * 60 + 120):
        await eventually(merchant.is_live, 30)
        session = await session_of(merchant)
        assert session is not None
        began, settled, sent = time.monotonic(), None, 0
        while (passed := time.monotonic() - began) < MINUTES * 60:
            await merchant.call(
                "POST", "messages", {"data": f"line {sent}", "thread_id": merchant.channel["thread_id"]}
            )
            sent += 1
            await viewer_looks(merchant)
            if settled is None and passed > MINUTES * 60 * SETTLING:
                settled = memory(installation)
            await asyncio.sleep(2)  # a viewer's pace, not a wait for something
        assert {part: installation.child(part) for part in PARTS} == pids, "a process was started anew"
        now = memory(installation)
        grown = {part: now[part] for part in PARTS if now[part] > (settled or now)[part] * GROWTH + SLACK_MB}
        assert grown == {}, settled
        assert recording_seconds(installation, session) > MINUTES * 60 - 10


async def viewer_looks(merchant: Merchant) -> None:
    """What a page does: details, the playlist, its newest segment."""
    details = await merchant.details()
    playlist = details["stream"]["data"]["playback"]["data"]["hls_url"].replace("index.m3u8", "media.m3u8")
    answer = await merchant.installation.http.get(playlist)
    assert answer.status_code == 200, answer.text
    segment = [line for line in answer.text.splitlines() if line.startswith("segment-")][-1]
    assert (await merchant.installation.http.get(playlist.replace("media.m3u8", segment))).status_code == 200
