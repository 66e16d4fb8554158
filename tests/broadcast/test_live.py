"""A real encoder, the real server, a real player."""

import asyncio
import re
import signal
import subprocess
from pathlib import Path

import av

from storecast.contracts import hooks
from tests.broadcast.node import Node
from tests.waiting import eventually


async def test_a_show_plays_and_is_recorded(node: Node, tmp_path: Path) -> None:
    encoder = node.publishers.start("right")
    viewer = node.viewer()
    await viewer.playlist()
    master = (await viewer.get("index.m3u8")).text
    assert "RESOLUTION=320x180" in master
    assert re.search(r'CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"', master)
    process = await asyncio.create_subprocess_exec(
        *(node.settings.ffmpeg, "-v", "error", "-i", f"{node.http.base_url}/hls/playback1/index.m3u8", "-t", "3"),
        *("-c", "copy", "-y", str(tmp_path / "seen.mp4")),
        stderr=subprocess.PIPE,
    )
    _, complaints = await process.communicate()
    assert process.returncode == 0, complaints
    with av.open(str(tmp_path / "seen.mp4")) as seen:
        assert sum(1 for _ in seen.decode(video=0)) >= 60
    (started,) = node.peer.of(hooks.SessionStarted)
    assert (started.width, started.height, started.audio_codec) == (320, 180, "mp4a.40.2")
    encoder.send_signal(signal.SIGINT)
    stored = await node.recording(started.session_id)
    (ended,) = node.peer.of(hooks.SessionEnded)
    assert ended.reason == "unpublished"
    (recorded,) = node.peer.of(hooks.SessionRecorded)
    with av.open(str(stored)) as film:
        assert film.duration is not None
        assert abs(film.duration / 1e6 - recorded.files[0].duration) < 0.2

    async def tells_the_end() -> bool:
        return "#EXT-X-ENDLIST" in (await viewer.playlist()).text

    await eventually(tells_the_end)
