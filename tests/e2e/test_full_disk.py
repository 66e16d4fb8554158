"""The one disk of an installation, its database's, too, is full in the midst of a show: viewers go on watching."""

import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.dated_show import complaints, on_air
from tests.e2e.installation import Installation, running
from tests.e2e.test_set_back import lasts, newest, playlist_of
from tests.e2e.test_whole_show import published
from tests.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(300)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Of 300 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(folder)], capture_output=True
    ).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
async def place(disk: Path) -> AsyncIterator[Installation]:
    async with running(disk) as place:
        yield place


async def test_viewers_watch_on_and_all_is_well_once_there_is_room(place: Installation, disk: Path) -> None:
    merchant = await place.merchant("full-disk")
    async with on_air(merchant) as encoder:
        await eventually(merchant.is_live, 40)
        await lasts(5)
        url = (await merchant.details())["stream"]["data"]["playback"]["data"]["hls_url"]
        fill(disk / "filler")
        before = newest(await playlist_of(place, url))
        await lasts(15)
        full = newest(await playlist_of(place, url))
        assert full > before + 4
        assert place.child("broadcast") is not None
        (disk / "filler").unlink()
        await eventually(lambda: is_ready(place), 60)
        await lasts(10)
        encoder.terminate()
        await encoder.wait()

    async def replays() -> bool:
        return bool(await published(merchant))

    await eventually(replays, 60)
    [video] = await published(merchant)
    assert await complaints(video["hls_url"]) == ""
    assert video["duration"] > 10

    async def ready() -> bool:
        videos = (await merchant.call("GET", f"events/{merchant.channel['id']}/media"))["data"]
        return [each["status"] for each in videos] == ["ready"]

    await eventually(ready, 120)
    assert "the recording has a hole" in (disk / "log").read_text()


async def is_ready(place: Installation) -> bool:
    with contextlib.suppress(Exception):
        return (await place.http.get(f"{place.url}/health/ready")).is_success
    return False


def fill(path: Path) -> None:
    """Leave no room at all."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1024**2)):
            pass
    with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
        while file.write(bytes(512)):
            pass
