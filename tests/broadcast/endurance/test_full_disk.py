"""The disk of the recordings is full: the show goes on, that is said, and once there is room it is recorded again."""

import asyncio
import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storecast.contracts import hooks
from tests.broadcast.endurance.numbered import NumberedShow
from tests.broadcast.endurance.played import Played
from tests.broadcast.endurance.pushing import publishing, push, unpublish
from tests.broadcast.endurance.watching import http_of
from tests.broadcast.hook_peer import HookPeer
from tests.broadcast.node import recorded_file, running_peer, settings_of
from tests.broadcast.process import process_of
from tests.broadcast.viewer import Viewer
from tests.waiting import eventually


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose recordings have a disk of 4 MB of their own."""
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(recordings)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(recordings)], check=True)


async def test_a_show_goes_on_while_the_disk_is_full(small_disk: Path, show: NumberedShow) -> None:
    filler = small_disk / "recordings" / "filler"
    async with running_peer() as peer:
        settings = settings_of(small_disk, peer)
        async with (
            process_of(settings),
            publishing(settings.rtmp_port) as client,
            http_of(settings) as http,
        ):
            pushing = asyncio.create_task(push(client, show.messages(300)))
            viewer = Viewer(http, "playback1", "")
            await viewer.until((await viewer.playlist()).newest + 1)
            fill(filler)
            await eventually(lambda: has_stopped(peer), 30)
            listed = await viewer.playlist()
            await viewer.until(listed.newest + 2)
            filler.unlink()
            await eventually(lambda: not has_stopped(peer), 30)
            recorded_again = (await viewer.playlist()).newest
            await viewer.until(recorded_again + 1)
            pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pushing
            unpublish(client)
            film = await recorded_file(settings, peer)
    played = Played.of(film)
    holes = [
        after - before
        for before, after in zip(played.pictures, played.pictures[1:], strict=False)
        if after - before != 1
    ]
    assert len(holes) == 1
    assert holes[0] > 4 * show.rate
    assert played.pictures[0] == 0


def fill(path: Path) -> None:
    """Leave no room at all."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def has_stopped(peer: HookPeer) -> bool:
    """Whether the newest report says that the recording has stopped."""
    told = peer.of(hooks.SessionHealth)
    return bool(told) and any(trouble.code == "recording_stopped" for trouble in told[-1].health.troubles)
