import asyncio
import itertools
from pathlib import Path

import psutil
import pytest

from storecast.broadcast.hub import Hub
from storecast.broadcast.packaging import packager as module
from storecast.broadcast.packaging.packager import Packager
from storecast.broadcast.packaging.window import Take, Window
from storecast.broadcast.tags import Kind, Tag, audio_tag, video_tag
from storecast.kit.settings import Settings
from tests.waiting import eventually


def tags_of(clip: Path) -> list[Tag]:
    data = clip.read_bytes()
    found = []
    at = 13
    while at + 11 <= len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        read = {Kind.AUDIO: audio_tag, Kind.VIDEO: video_tag}.get(Kind(kind))
        tag = read(int.from_bytes(data[at + 4 : at + 7], "big"), data[at + 11 : at + 11 + size]) if read else None
        found += [tag] if tag else []
        at += size + 15
    return found


class Show:
    """A packager fed by hand."""

    def __init__(self, folder: Path, ffmpeg: str, after: asyncio.Event | None = None) -> None:
        self.folder = folder
        self.window = Window()
        self.hub = Hub()
        self.started: list[tuple[Take, float]] = []
        self.files: list[Path] = []
        self.packager = Packager(ffmpeg, self.hub, self.window, self._next_file, self._on_started, after)
        self.hub.attach(self.packager)

    def _next_file(self) -> tuple[int, Path]:
        number = len(self.files) + 1
        self.files.append(self.folder / f"take-{number}.mp4")
        return number, self.files[-1]

    def _on_started(self, take: Take, at: float) -> None:
        self.started.append((take, at))

    async def put(self, *tags: Tag) -> None:
        for tag in tags:
            self.hub.put(tag)
            await asyncio.sleep(0)


@pytest.fixture
def tags(clip: Path) -> list[Tag]:
    return tags_of(clip)


async def test_a_take_is_packaged_recorded_and_announced_once(tmp_path: Path, tags: list[Tag]) -> None:
    show = Show(tmp_path, Settings().ffmpeg)
    await show.put(*tags)
    await show.packager.finish()
    ((take, _),) = show.started
    assert (take.width, take.height) == (320, 180)
    assert sum(segment.duration for segment in show.window.segments) == pytest.approx(12, abs=0.3)
    assert len(show.files) == 1
    assert show.files[0].stat().st_size > 10_000
    assert show.packager.restarts == 0


async def test_a_header_that_says_something_new_begins_another_take(tmp_path: Path, tags: list[Tag]) -> None:
    show = Show(tmp_path, Settings().ffmpeg)
    header = next(tag for tag in tags if tag.kind == Kind.VIDEO and tag.header)
    other = Tag(header.kind, header.timestamp, header.payload + b"\x00", header=True)
    half = len(tags) // 2
    await show.put(*tags[:half], other, *tags[half:])
    await show.packager.finish()
    assert [segment.take.number for segment in show.window.segments] == [1] * 4 + [2] * 3
    assert len(show.started) == 1


async def test_nothing_is_packaged_before_an_earlier_packager_is_done(tmp_path: Path, tags: list[Tag]) -> None:
    earlier, before = asyncio.Event(), psutil.Process().children()
    show = Show(tmp_path, Settings().ffmpeg, earlier)
    await show.put(*tags)
    assert len(show.files) == 1
    assert psutil.Process().children() == before
    earlier.set()
    await show.packager.finish()
    assert show.window.segments


async def test_a_clock_that_leaps_at_each_picture_starts_few_processes(tmp_path: Path, tags: list[Tag]) -> None:
    show = Show(tmp_path, Settings().ffmpeg)
    keyframe = next(tag for tag in tags if tag.keyframe)
    await show.put(*(tag for tag in tags if tag.header))
    for number in range(500):
        await show.put(Tag(Kind.AUDIO, number * 1_000_000, b"\xaf\x01sound"))
        await show.put(Tag(keyframe.kind, number * 1_000_000 + 1, keyframe.payload, keyframe=True))
    await show.packager.finish()
    assert len(show.files) <= 4


async def test_an_ffmpeg_that_dies_at_once_is_tried_again_ever_more_seldom(
    tmp_path: Path, tags: list[Tag], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_750_000_000.0]
    monkeypatch.setattr(module.time, "time", lambda: clock[0])
    show = Show(tmp_path, "false")
    await show.put(*(tag for tag in tags if tag.header))
    keyframe = next(tag for tag in tags if tag.keyframe)
    begun = []
    for second in range(40):
        await show.put(Tag(Kind.AUDIO, second * 1000, b"\xaf\x01sound"))
        await show.put(Tag(keyframe.kind, second * 1000 + 1, keyframe.payload, keyframe=True))
        if len(show.files) > len(begun):
            begun.append(second)
            restarts = show.packager.restarts
            await eventually(lambda: show.packager.restarts > restarts)  # noqa: B023
        clock[0] += 1
    pauses = [after - before for before, after in itertools.pairwise(begun)]
    assert pauses[:4] == sorted(pauses[:4])
    assert max(pauses) <= module.LONGEST_PAUSE_SECONDS + 1
    assert 5 <= len(begun) <= 10
    await show.packager.finish()


async def test_an_ffmpeg_that_is_missing_stops_nothing(tmp_path: Path, tags: list[Tag]) -> None:
    show = Show(tmp_path, "/nowhere/ffmpeg")
    await show.put(*tags)
    await asyncio.wait_for(show.packager.finish(), 20)
    assert show.started == []
    assert show.packager.last_at is not None
