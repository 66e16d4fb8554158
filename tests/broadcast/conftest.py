import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from storecast.broadcast.server import BroadcastServer
from storecast.kit.settings import Settings
from tests.broadcast.hook_peer import SECRET, HookPeer
from tests.broadcast.publishers import Publishers

DEADLINE_SECONDS = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def eventually(condition: Callable[[], object], seconds: float = DEADLINE_SECONDS) -> None:
    """Poll until `condition` holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.fixture
async def peer() -> AsyncIterator[HookPeer]:
    peer = HookPeer({"right": "playback1", "other": "playback2"})
    await peer.start()
    yield peer
    await peer.stop()
    assert peer.bad_signatures == 0


@pytest.fixture
def settings(tmp_path: Path, peer: HookPeer) -> Settings:
    return Settings(
        data_dir=tmp_path,
        broadcast_port=free_port(),
        rtmp_port=free_port(),
        api_internal_url=peer.url,
        hook_secret=SECRET.decode(),
        session_grace_seconds=20,
    )


@pytest.fixture
async def broadcast(settings: Settings) -> AsyncIterator[BroadcastServer]:
    server = BroadcastServer(settings)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.broadcast_port}", timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of H.264 (30 pictures a second, a keyframe a second) and AAC."""
    path = tmp_path_factory.mktemp("media") / "clip.flv"
    subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=30"),
            *("-f", "lavfi", "-i", "sine", "-t", "12", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-g", "30", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-f", "flv", str(path)),
        ],
        check=True,
    )
    return path


@pytest.fixture
def publishers(settings: Settings, clip: Path) -> Iterator[Publishers]:
    found = Publishers(settings.ffmpeg, f"rtmp://127.0.0.1:{settings.rtmp_port}/live", clip)
    yield found
    found.stop_all()
