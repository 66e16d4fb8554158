"""What the API is told of recordings."""

import asyncio
from pathlib import Path

import pytest

from storecast.broadcast.recording.folder import SessionFolder, StoredSession
from storecast.broadcast.replays import replays
from storecast.broadcast.server import BroadcastServer
from storecast.contracts import hooks
from tests.broadcast.node import Node, running_peer, settings_of
from tests.broadcast.recording.takes import decode_errors
from tests.waiting import eventually

SMALLER = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-s", "160x90")


async def test_an_encoder_that_comes_back_another_way_leaves_all_it_sent(node: Node) -> None:
    viewer = node.viewer()
    encoder = node.publishers.start("right")
    before = await viewer.until((await viewer.playlist()).newest + 1)
    encoder.kill()
    await eventually(lambda: node.peer.of(hooks.SessionDropped))
    encoder = node.publishers.start("right", *SMALLER)
    await viewer.until(before.newest + 2)
    encoder.terminate()
    await asyncio.to_thread(encoder.wait)
    await eventually(lambda: node.peer.of(hooks.SessionRecorded), 30)
    (recorded,) = node.peer.of(hooks.SessionRecorded)
    assert [(file.number, file.width) for file in recorded.files] == [(1, 320), (2, 160)]
    for file in recorded.files:
        path = node.settings.data_dir / "storage" / file.key
        assert path.stat().st_size == file.size
        assert file.duration > 1
        assert await decode_errors(path) == ""


async def test_of_more_files_than_a_call_may_hold_the_api_is_told_by_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(replays, "LOOK_SECONDS", 0.1)
    async with running_peer() as peer:
        settings = settings_of(tmp_path, peer)
        folder = SessionFolder(settings.data_dir / "recordings", "s1")
        state = StoredSession("s1", "playback1", "claim", token_required=False, last_at=1.5, ended="gone")
        state.files = [hooks.RecordedFile(number, f"recordings/s1-{number}.mp4", 5, 0.5) for number in range(1, 251)]
        state.stored, state.complete = 250, True
        folder.save(state)
        server = BroadcastServer(settings)
        await server.start()
        try:
            await eventually(lambda: not folder.path.exists())
        finally:
            await server.stop()
    calls = peer.of(hooks.SessionRecorded)
    assert [len(call.files) for call in calls] == [100, 100, 50]
    assert [file for call in calls for file in call.files] == state.files
