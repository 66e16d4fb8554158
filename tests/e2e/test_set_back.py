"""The clock of the whole installation is set back an hour, in the midst of a show, an upload and a job."""

import asyncio
import os
import random
import re
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.dated_show import complaints, on_air, seen
from tests.e2e.installation import Installation, Json, running
from tests.e2e.test_replay import say
from tests.e2e.test_uploads import begin, film, offset_of, patching
from tests.e2e.test_whole_show import LOST, published, since
from tests.waiting import eventually

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
BACK = "-3600"  # seconds

pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(300)]


@pytest.fixture
def clock() -> Iterator[Path]:
    """A file that says by how much the clock is wrong; any account may read it."""
    with tempfile.NamedTemporaryFile("w", suffix=".clock") as file:
        path = Path(file.name)
        path.write_text("+0\n")
        path.chmod(0o644)
        yield path


@pytest.fixture
async def place(tmp_path: Path, clock: Path) -> AsyncIterator[Installation]:
    if FAKETIME is None:
        pytest.skip("no libfaketime: `apt-get install faketime` to set clocks back")
    around = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    async with running(tmp_path, around) as place:
        yield place


async def test_a_clock_set_back_an_hour_costs_nothing_and_holds_nothing_up(
    place: Installation, clock: Path, tmp_path: Path
) -> None:
    merchant = await place.merchant("set-back")
    content = await film(tmp_path, 8_000_000, random.Random(3))
    half, whole = len(content) // 2, await begin(merchant, content)
    await send(place, whole, content, 0, half)
    async with on_air(merchant) as encoder:
        await eventually(merchant.is_live, 40)
        await lasts(6)
        done = await begin(merchant, content)
        await send(place, done, content, 0, len(content))
        await eventually(lambda: (place.folder / "data" / "work").exists() and works_on(place), 30)
        await kill(place, "worker")  # with a video under its hands
        clock.write_text(f"{BACK}\n")
        url = (await merchant.details())["stream"]["data"]["playback"]["data"]["hls_url"]
        before = await playlist_of(place, url)
        await lasts(8)

        assert await merchant.is_live()
        await say(merchant, "What time is it?")
        after = await playlist_of(place, url)
        assert newest(after) > newest(before) + 2
        dates = [datetime.fromisoformat(each) for each in re.findall(r"#EXT-X-PROGRAM-DATE-TIME:(\S+)", after)]
        assert dates == sorted(dates)
        assert await offset_of(place, whole) == half
        await send(place, whole, content, half, len(content))
        encoder.terminate()
        await encoder.wait()

    async def replays() -> bool:
        return bool(await published(merchant))

    await eventually(replays, 20)
    [video] = await published(merchant)
    assert await complaints(video["hls_url"]) == ""
    shown = await asyncio.to_thread(seen, video["hls_url"])
    # An encoder on a busy machine is late and catches up; what is lost stays so.
    (began, first), (ended, last) = shown.clock[0], shown.clock[-1]
    assert since(first, last) == pytest.approx(ended - began, abs=LOST)

    async def are_ready() -> bool:
        videos = (await merchant.call("GET", f"events/{merchant.channel['id']}/media"))["data"]
        return [video["status"] for video in videos] == ["ready"] * 3

    await eventually(are_ready, 150)
    assert not list((place.folder / "data" / "work").iterdir())
    assert list((place.folder / "data" / "uploads").iterdir()) == []
    shows = (await merchant.call("GET", f"events/{merchant.channel['id']}/media"))["data"]
    assert all(video["duration"] > 3 for video in shows)


async def send(place: Installation, begun: Json, content: bytes, start: int, end: int) -> None:
    answer = await place.http.patch(begun["upload"]["url"], content=content[start:end], headers=patching(start))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))


def works_on(place: Installation) -> bool:
    return any((place.folder / "data" / "work").iterdir())


async def kill(place: Installation, part: str) -> None:
    pid = place.child(part)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def playlist_of(place: Installation, url: str) -> str:
    """Of a show on air."""
    answer = await place.http.get(url.replace("index.m3u8", "media.m3u8"))
    assert answer.status_code == 200, answer.text
    return answer.text


def newest(playlist: str) -> int:
    """Its last segment's number."""
    first = re.search(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", playlist)
    assert first is not None
    return int(first[1]) + playlist.count("#EXTINF")


async def lasts(seconds: float) -> None:
    """By a clock that nobody sets."""
    began = time.monotonic()
    await eventually(lambda: time.monotonic() - began >= seconds, seconds + 5)
