"""However long a browser is live, nothing grows, and sound and picture stay together."""

import asyncio
import gc
import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import av
import psutil
import pytest
from msgspec import Struct

from storecast.broadcast.browser.recording import Recording
from storecast.broadcast.health import Health
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import KEPT_SECONDS, LISTED_SECONDS, LONGEST_SECONDS, Window
from tests.broadcast.browser import recordings as made

FULL = 2 * (LISTED_SECONDS + KEPT_SECONDS + LONGEST_SECONDS)  # seconds after which all of the window was replaced once
OBJECTS = 96 * 1024  # bytes by which one window may be larger than another: segments differ
RESIDENT = 4 * 1024 * 1024  # and what allocators keep
BEGAN = 1_750_000_000.0
HOUR = 3600.0


class Memory(Struct, frozen=True):
    objects: int  # bytes
    resident: int


def measured() -> Memory:
    gc.collect()
    return Memory(tracemalloc.get_traced_memory()[0], psutil.Process().memory_info().rss)


def an_endless_recording() -> Iterator[tuple[float, bytes]]:
    return made.again(made.H264.read_bytes(), 10_000)


@pytest.mark.parametrize(
    "seconds", [FULL + 61, pytest.param(HOUR, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]
)
async def test_an_hour_of_one_recording_does_not_grow_or_drift(seconds: float, tmp_path: Path) -> None:
    """As fast as it goes: the clock is the recording's, and the sound is turned into AAC by its own process."""
    recording, now, takes = Recording(), BEGAN, itertools.count(1)
    packager = Packager(
        Window(),
        lambda: (next(takes), tmp_path / "take.mp4"),
        lambda *_: None,
        Health(BEGAN),
        clock=lambda: now,
    )
    found: list[Memory] = []
    due = FULL
    tracemalloc.start()
    try:
        for at, cluster in itertools.takewhile(lambda piece: piece[0] < seconds, an_endless_recording()):
            for piece in made.pieces(cluster, 4000):
                for tag in recording.feed(piece):
                    now = BEGAN + tag.timestamp / 1000
                    packager.put(tag)
                await asyncio.sleep(0)
            assert recording.pending <= 8000
            if at >= 1:
                await caught_up(packager, at)
            if at >= due:
                found[1:] = [measured()]
                due += 20
    finally:
        packager.finish()
        tracemalloc.stop()
    first, last = found
    assert next(takes) == 2  # one take all the time
    assert last.objects - first.objects < OBJECTS
    assert last.resident - first.resident < RESIDENT
    ends = ends_of(tmp_path / "take.mp4")
    assert abs(ends["video"] - ends["audio"]) < 0.25  # what the converter still had
    assert abs(ends["video"] - seconds) < 5


async def caught_up(packager: Packager, at: float) -> None:
    """Wait until the converter has given back sound of the last seconds."""
    async with asyncio.timeout(60):
        while packager._sound_at is None or packager._sound_at / 1000 < at - 0.5:
            await asyncio.sleep(0.002)


def ends_of(path: Path) -> dict[str, float]:
    """Seconds at which each track of a file ends."""
    found: dict[str, float] = {}
    with av.open(str(path)) as film:
        for packet in film.demux():
            if packet.pts is not None and packet.duration is not None:
                found[packet.stream.type] = float((packet.pts + packet.duration) * packet.time_base)
    return found
