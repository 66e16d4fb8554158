"""A real encoder, the real server, a real player."""

import asyncio
import re
import signal
import subprocess
from pathlib import Path

import av
import httpx

from storecast.broadcast.server import BroadcastServer
from storecast.contracts import hooks
from storecast.kit.settings import Settings
from tests.broadcast.conftest import eventually
from tests.broadcast.hook_peer import HookPeer
from tests.broadcast.publishers import Publishers

MEDIA = "/hls/playback1/media.m3u8"


async def playable(http: httpx.AsyncClient, path: str = MEDIA) -> str:
    async with asyncio.timeout(20):
        while (answer := await http.get(path)).status_code != 200:
            await asyncio.sleep(0.05)
    return answer.text


async def test_a_show_plays_and_is_recorded(
    broadcast: BroadcastServer,
    http: httpx.AsyncClient,
    publishers: Publishers,
    peer: HookPeer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    encoder = publishers.start("right")
    await playable(http)
    master = (await http.get("/hls/playback1/index.m3u8")).text
    assert "RESOLUTION=320x180" in master
    assert re.search(r'CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"', master)
    await eventually(lambda: peer.of(hooks.STARTED))
    process = await asyncio.create_subprocess_exec(
        *(settings.ffmpeg, "-v", "error", "-i", f"{http.base_url}/hls/playback1/index.m3u8", "-t", "3"),
        *("-c", "copy", "-y", str(tmp_path / "seen.mp4")),
        stderr=subprocess.PIPE,
    )
    _, complaints = await process.communicate()
    assert process.returncode == 0, complaints
    with av.open(str(tmp_path / "seen.mp4")) as seen:
        assert sum(1 for _ in seen.decode(video=0)) >= 60
    encoder.send_signal(signal.SIGINT)
    await eventually(lambda: peer.of(hooks.RECORDED))
    (ended,) = peer.of(hooks.ENDED)
    assert isinstance(ended, hooks.SessionEnded)
    assert ended.reason == "unpublished"
    (recorded,) = peer.of(hooks.RECORDED)
    assert isinstance(recorded, hooks.SessionRecorded)
    stored = tmp_path / "storage" / recorded.key
    assert stored.stat().st_size == recorded.size
    with av.open(str(stored)) as film:
        assert film.duration is not None
        assert abs(film.duration / 1e6 - recorded.duration) < 0.2
    assert "#EXT-X-ENDLIST" in (await http.get(MEDIA)).text
