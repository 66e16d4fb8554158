import asyncio
import itertools
import os
import shutil
from pathlib import Path

import av
import pytest

from storecast.demo import flv, showfile
from storecast.demo.reel import Reel
from storecast.demo.showfile import ShowNotMade, fill
from storecast.kit.settings import Settings
from tests.waiting import eventually

SECONDS = 2
FRAMES = SECONDS * 25


async def make(folder: Path, ffmpeg: str | None = None, seconds: int = SECONDS) -> Reel:
    """A show of one part."""
    reel = Reel(1, seconds)
    begun = asyncio.create_task(anext(reel.showings()))
    try:
        await fill(reel, folder, ffmpeg or Settings().ffmpeg)
    finally:
        begun.cancel()
    return reel


def the_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def program(folder: Path, script: str) -> str:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    asyncio.run(make(folder))
    return the_file(folder)


def test_it_is_h264_and_aac_as_players_want_it(show: Path) -> None:
    with av.open(show) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.name, video.profile) == ("h264", "High")
        assert (video.width, video.height, video.average_rate) == (1280, 720, 25)
        assert video.codec_context.pix_fmt == "yuv420p"
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("aac", 48_000, 2)
        assert sum(1 for _ in file.decode(video)) == FRAMES


def test_a_keyframe_begins_each_second_and_nothing_is_reordered(show: Path) -> None:
    with av.open(show) as file:
        packets = [packet for packet in file.demux(file.streams.video[0]) if packet.pts is not None]
    assert [index for index, packet in enumerate(packets) if packet.is_keyframe] == [0, 25]
    assert all(packet.pts == packet.dts for packet in packets)


async def test_repetitions_follow_on_without_a_gap(show: Path, tmp_path: Path) -> None:
    reel = await make(show.parent)
    looped, showings = tmp_path / "looped.flv", reel.showings()
    with looped.open("wb") as file:
        file.write(reel.head())
        for _ in range(3):
            async for tag in reel.tags(await anext(showings)):
                file.write(tag.written(tag.at))
    times: dict[str, list[int]] = {"video": [], "audio": []}
    with av.open(looped) as played:
        for packet in played.demux():
            if packet.dts is not None:
                times[packet.stream.type].append(packet.dts)
    steps = {kind: {b - a for a, b in itertools.pairwise(line)} for kind, line in times.items()}
    assert steps["video"] == {40}
    assert max(steps["audio"]) < 2 * 1024 / 48  # milliseconds
    assert min(steps["audio"]) > 0
    assert len(times["video"]) == 3 * FRAMES


def test_sound_and_picture_come_in_the_order_of_their_times(show: Path) -> None:
    """So that a part is whole once the first tag of the next is there."""
    tags = [tag for tag in flv.Reader().tags(show.read_bytes()) if not tag.sets_up]
    assert all(a.at <= b.at for a, b in itertools.pairwise(tags))


async def test_it_can_be_sent_while_it_is_drawn(tmp_path: Path) -> None:
    reel = Reel(30, 1)
    drawing = asyncio.create_task(fill(reel, tmp_path / "demo", Settings().ffmpeg))
    tags = reel.tags(await anext(reel.showings()))
    assert [tag.at for tag in [tag async for tag in tags] if tag.kind == 9] == list(range(0, 1000, 40))
    assert not drawing.done()
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing


async def test_it_is_drawn_once(show: Path, tmp_path: Path) -> None:
    again = await make(show.parent, ffmpeg=program(tmp_path, "exit 1"))
    assert again.file() == show.read_bytes()


async def test_a_newer_version_replaces_the_older(show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = Path(shutil.copy(show, tmp_path))
    monkeypatch.setattr(showfile, "VERSION", 10_000)
    await make(tmp_path)
    assert the_file(tmp_path) != old


async def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    began, pid = tmp_path / "began", tmp_path / "pid"
    encoder = program(tmp_path, f"echo $$ > {pid}; head -c 1 > {began}; exec sleep 60")
    making = asyncio.create_task(make(tmp_path / "demo", encoder))
    await eventually(lambda: began.exists() and began.stat().st_size)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not (tmp_path / "demo").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_film_that_broke_off_is_not_kept(tmp_path: Path) -> None:
    """The encoder ends well with what it got, but the drawing was not at its end."""
    with pytest.raises(ShowNotMade, match="drawing"):
        await make(tmp_path / "demo", program(tmp_path, "head -c 3000000 > /dev/null"))
    assert not (tmp_path / "demo").exists()


async def test_an_encoder_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(ShowNotMade, match="no such encoder"):
        await make(tmp_path / "demo", program(tmp_path, "echo no such encoder >&2; exit 1"))
    assert not (tmp_path / "demo").exists()


async def test_a_film_that_cannot_be_kept_is_shown_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("in the way")
    reel = await make(tmp_path / "demo", seconds=1)
    assert len([tag async for tag in reel.tags(await anext(reel.showings())) if tag.kind == 9]) == 25
