"""Shows with rungs, and what viewers get of each."""

import io
import os
import re
import time
from collections.abc import Iterator

import av
import psutil
from av.video.frame import VideoFrame

from storecast.broadcast.ladder.ladder import Ladder
from storecast.broadcast.packaging.window import Window
from tests.broadcast.hls_rules.drive import Recorder
from tests.broadcast.hls_rules.record import Record
from tests.broadcast.node import Node
from tests.broadcast.viewer import Viewer
from tests.waiting import eventually

FLASHES = "color=0x202020:size=1280x720:rate=30,drawbox=t=fill:color=white:enable='lt(mod(t+0.501,1),0.1)'"
SMALLER = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-s", "960x540")


def ladder_of(node: Node, playback_id: str = "playback1") -> Ladder:
    session = node.server.sessions.watching(playback_id)
    assert session is not None
    return session.ladder


def rung(node: Node, name: str = "480p", playback_id: str = "playback1") -> Viewer:
    """A viewer of that rung alone."""
    return node.viewer(f"{playback_id}/{name}")


async def listed(node: Node, playback_id: str = "playback1") -> list[str]:
    """Addresses of the media playlists that are offered."""
    answer = await node.viewer(playback_id).get("index.m3u8")
    return [line for line in answer.text.splitlines() if line and not line.startswith("#")]


async def offered(node: Node, name: str = "480p", playback_id: str = "playback1", seconds: float = 30) -> None:
    """Wait until that rung is."""

    async def is_offered() -> bool:
        return f"{name}/media.m3u8" in await listed(node, playback_id)

    await node.viewer(playback_id).playlist()
    await eventually(is_offered, seconds)


def children() -> list[psutil.Process]:
    """Processes of ours that encode rungs."""
    found = []
    for each in psutil.Process(os.getpid()).children(recursive=True):
        try:
            if "storecast.broadcast.ladder.scaling" in each.cmdline() and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
        except psutil.NoSuchProcess:
            continue
    return found


async def recorded(window: Window) -> Record:
    """All that is offered of the window, until it ends."""
    recorder = Recorder(window, late=None, real_time=True)
    while not window.ended:
        recorder.look(time.time())
        await window.change()
    recorder.look(time.time(), always=True)
    return recorder.record


def dates(text: str) -> list[str]:
    """Programme times of a playlist's segments."""
    return re.findall(r"#EXT-X-PROGRAM-DATE-TIME:(.+)", text)


def lengths(text: str) -> list[str]:
    return re.findall(r"#EXT(?:INF:|-X-PART:DURATION=)([\d.]+)", text)


def pictures(film: bytes) -> Iterator[VideoFrame]:
    with av.open(io.BytesIO(film)) as container:
        yield from container.decode(container.streams.video[0])


def brightness(picture: VideoFrame) -> float:
    plane = picture.reformat(16, 9, "gray").planes[0]
    return sum(memoryview(plane)[:: plane.line_size]) / 9


def sounds(film: bytes) -> list[tuple[int | None, bytes]]:
    """When each frame is heard, and its bytes."""
    with av.open(io.BytesIO(film)) as container:
        return [(each.pts, bytes(each)) for each in container.demux(container.streams.audio[0]) if each.size]
