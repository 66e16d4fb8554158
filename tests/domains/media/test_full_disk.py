"""The disk is full while a video is made: that is said, nothing is given up, and once there is room it is made."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storecast.wiring.process import Process, process_of
from storecast.wiring.unit import unit_of_work
from tests.domains.media.test_processing import recorded, shown
from tests.factories.accounts import Member
from tests.factories.channels import Json
from tests.factories.platform import do_jobs
from tests.processing import films

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Of a megabyte."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return films.make(path, "-f", "lavfi", "-i", "testsrc2=s=320x180:d=12", *films.clicking(12), *X264).read_bytes()


@pytest.fixture
def process(owner: Member) -> Process:
    return process_of(owner.client.app)


class Disk:
    """One of its own for a folder of the data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mount(self, size: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]
        if subprocess.run(["mount", *options, str(self._folder)], capture_output=True).returncode:
            pytest.skip("no disk can be mounted here")

    def grow(self, size: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self._folder)], check=True)


@pytest.fixture
def disk(process: Process, folder: str) -> Iterator[Disk]:
    path = process.settings.data_dir / folder
    yield Disk(path)
    subprocess.run(["umount", "--lazy", str(path)], capture_output=True)


@pytest.mark.parametrize(
    ("folder", "room", "times"),
    [
        ("work", 0.5, 6),  # more often than what kills a worker is tried
        ("work", 1.5, 1),
        ("storage/media", 0.5, 1),
    ],
    ids=["its file does not fit", "what is made of it does not fit", "what was made cannot be stored"],
)
async def test_a_video_waits_until_there_is_room(
    owner: Member, process: Process, disk: Disk, film: bytes, room: float, times: int
) -> None:
    async def minutes_later(minutes: int) -> Json:
        async with unit_of_work(process) as unit:
            await unit.media.look_after(unit.now + timedelta(minutes=minutes))
        await do_jobs(process.settings)
        return await shown(owner, video)

    disk.mount(int(len(film) * room))
    video = await recorded(owner, film)
    for minutes in range(2, 2 + times):
        waiting = await minutes_later(minutes)
        assert waiting["status"] == "processing"
        assert waiting["problem"] == "There is no room on the disk. It is tried again."
    disk.grow(50 * len(film))
    ready = await minutes_later(10)
    assert (ready["status"], ready["problem"]) == ("ready", None)
    assert ready["duration"] == pytest.approx(12.0, abs=0.1)
    assert not list((process.settings.data_dir / "work").iterdir())
