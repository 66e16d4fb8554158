"""Recordings on their way into an S3 that is away, or slow."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storecast.broadcast.recording import archive as archives
from storecast.broadcast.replays import replays
from storecast.contracts import hooks
from storecast.kit.settings import Settings
from storecast.kit.storage import Storage
from tests.broadcast.node import Node, running_node
from tests.broadcast.viewer import complaints
from tests.s3 import S3Peer, S3Request
from tests.waiting import eventually


@pytest.fixture
def stored(s3: S3Peer) -> dict[str, str]:
    return s3.settings(s3.bucket())


@pytest.fixture
async def node(tmp_path: Path, clip: Path, stored: dict[str, str]) -> AsyncIterator[Node]:
    async with running_node(tmp_path, clip, **stored) as node:
        yield node


async def finished(node: Node, key: str) -> str:
    """A short show, and its session once its encoder has gone."""
    playback = node.peer.keys[key]
    encoder = node.publishers.start(key)
    viewer = node.viewer(playback)
    await viewer.until((await viewer.playlist()).newest + 1)
    session = node.peer.grants[key].session_id
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    return session


async def test_a_recording_waits_for_an_s3_that_is_away_and_is_joined_once(
    node: Node, s3: S3Peer, stored: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(replays, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(replays, "LOOK_SECONDS", 0.1)
    tries: list[int] = []
    folder = node.settings.data_dir / "recordings"

    def away(request: S3Request) -> tuple[int, str]:
        [joined] = folder.glob("*/joined-1.mp4")
        tries.append(joined.stat().st_mtime_ns)
        return 403, "AccessDenied"

    with s3.refusing(away):
        session = await finished(node, "right")
        await eventually(lambda: len(tries) >= 3, 30)
        assert list((folder / session).glob("take-*.mp4"))
        assert node.peer.of(hooks.SessionRecorded) == []
    assert len(set(tries)) == 1
    await eventually(lambda: node.peer.of(hooks.SessionRecorded), 30)
    (recorded,) = node.peer.of(hooks.SessionRecorded)
    (file,) = recorded.files
    _, chunks = await Storage.of(Settings.model_validate(stored)).read(file.key)
    film = b"".join([chunk async for chunk in chunks])
    assert (file.key, file.size) == (f"recordings/{session}.mp4", len(film))
    assert await complaints(node.settings.ffmpeg, film) == ""
    await eventually(lambda: not (folder / session).exists(), 10)


async def test_a_slow_s3_holds_up_no_other_show(node: Node, s3: S3Peer) -> None:
    storing = asyncio.Event()
    loop = asyncio.get_running_loop()
    released: list[float] = []

    def slow(_: S3Request) -> None:
        loop.call_soon_threadsafe(storing.set)
        time.sleep(4)
        released.append(time.monotonic())

    node.publishers.start("other")
    viewer = node.viewer(node.peer.keys["other"])
    await viewer.playlist()
    with s3.refusing(slow):
        await finished(node, "right")
        await asyncio.wait_for(storing.wait(), 30)
        await viewer.until((await viewer.playlist()).newest + 1)
        assert released == []
        await eventually(lambda: node.peer.of(hooks.SessionRecorded), 30)
