"""A broadcast node as it runs: real ports, real ffmpeg, and a small API beside it."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec

from storecast.broadcast.server import BroadcastServer
from storecast.contracts import hooks
from storecast.kit.settings import Settings
from tests.broadcast.hook_peer import SECRET, HookPeer
from tests.broadcast.publishers import Publishers
from tests.broadcast.rtmp.client import RtmpClient
from tests.broadcast.viewer import Viewer
from tests.ports import free_port
from tests.waiting import eventually


class Node(msgspec.Struct):
    peer: HookPeer
    settings: Settings
    server: BroadcastServer
    http: httpx.AsyncClient
    publishers: Publishers

    def viewer(self, playback_id: str = "playback1", token: str = "") -> Viewer:
        return Viewer(self.http, playback_id, token)

    async def connect(self) -> RtmpClient:
        return await RtmpClient.connect(self.settings.rtmp_port)

    async def recording(self, session_id: str) -> Path:
        """The session's one file, once the API was told of it."""
        return await recorded_file(self.settings, self.peer, session_id)


async def recorded_file(settings: Settings, peer: HookPeer, session_id: str | None = None, seconds: float = 30) -> Path:
    """The one file of a session, or of the only one, once the API was told of it: within `seconds`."""

    def told() -> list[hooks.SessionRecorded]:
        return [told for told in peer.of(hooks.SessionRecorded) if session_id in (None, told.session_id)]

    await eventually(told, seconds)
    (recorded,) = told()
    (file,) = recorded.files
    path = settings.data_dir / "storage" / file.key
    assert path.stat().st_size == file.size
    return path


def settings_of(folder: Path, peer: HookPeer, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder,
            "broadcast_port": free_port(),
            "rtmp_port": free_port(),
            "api_internal_url": peer.url,
            "hook_secret": SECRET.decode(),
            "session_grace_seconds": 60,
            **more,
        }
    )


@contextlib.asynccontextmanager
async def running_peer() -> AsyncIterator[HookPeer]:
    peer = HookPeer({"right": "playback1", "other": "playback2"})
    await peer.start()
    try:
        yield peer
    finally:
        await peer.stop()
    assert peer.bad_signatures == 0


@contextlib.asynccontextmanager
async def running_node(folder: Path, clip: Path, **more: str) -> AsyncIterator[Node]:
    async with running_peer() as peer:
        settings = settings_of(folder, peer, **more)
        server = BroadcastServer(settings)
        await server.start()
        publishers = Publishers(settings.ffmpeg, f"rtmp://127.0.0.1:{settings.rtmp_port}/live", clip)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}", timeout=30) as http:
                yield Node(peer, settings, server, http, publishers)
        finally:
            publishers.stop_all()
            await server.stop()
