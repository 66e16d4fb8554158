import asyncio
import functools
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import psutil
import pytest

from storecast.broadcast.recording.join import JoinFailed, NothingRecorded, join
from storecast.broadcast.recording.probe import MediaFile, probe
from storecast.kit.settings import Settings
from tests.broadcast.viewer import complaints, stamps_of
from tests.waiting import eventually

FFMPEG = Settings().ffmpeg
MakeTake = Callable[..., Path]


@functools.cache
def film(options: tuple[str, ...], size: str, rate: int) -> bytes:
    """Four seconds in fragments, as the packager records them."""
    return subprocess.run(
        [
            *(FFMPEG, "-v", "error", "-f", "lavfi", "-i", f"testsrc=size={size}:rate=30", "-f", "lavfi", "-i"),
            *(f"sine=sample_rate={rate}", "-t", "4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", *options, "-frag_duration", "2000000", "-f", "mp4"),
            *("-movflags", "+frag_keyframe+empty_moov+default_base_moof", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    ).stdout


@pytest.fixture
def take(tmp_path: Path) -> MakeTake:
    """Writes the next take; options come before the encoder's output."""

    def make(*options: str, size: str = "320x180", rate: int = 44100) -> Path:
        path = tmp_path / f"take-{len(list(tmp_path.glob('take-*'))) + 1:03}.mp4"
        path.write_bytes(film(options, size, rate))
        return path

    return make


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "joined.mp4"


def pictures(path: Path) -> int:
    with av.open(str(path)) as opened:
        return sum(1 for _ in opened.decode(video=0))


async def test_takes_follow_one_another(take: MakeTake, target: Path) -> None:
    joined = await join(FFMPEG, [take(), take()], target)
    assert joined.codecs == ["h264", "aac"]
    assert joined.duration == pytest.approx(8, abs=0.2)
    assert pictures(target) == 240
    assert await complaints(FFMPEG, target.read_bytes()) == ""
    assert stamps_of(target.read_bytes())["video"].longest_gap < 0.1


async def test_a_single_take_is_made_playable_from_its_first_bytes(take: MakeTake, target: Path) -> None:
    await join(FFMPEG, [take()], target)
    joined = target.read_bytes()
    assert joined.index(b"moov") < joined.index(b"mdat")


@pytest.mark.parametrize("share", [0.4, 0.97])
async def test_what_a_broken_take_holds_is_kept(take: MakeTake, target: Path, share: float) -> None:
    whole, broken, last = take(), take(), take()
    data = broken.read_bytes()
    broken.write_bytes(data[: int(len(data) * share)])
    left = await probe(broken)
    assert 0 < left.duration < 4.1
    joined = await join(FFMPEG, [whole, broken, last], target)
    assert joined.duration == pytest.approx(8 + left.duration, abs=0.3)
    assert pictures(target) >= 240 + 30
    assert await complaints(FFMPEG, target.read_bytes()) == ""


async def test_takes_of_another_size_and_sound_are_joined_in_step(take: MakeTake, target: Path) -> None:
    joined = await join(FFMPEG, [take(), take("-ac", "2", size="640x360", rate=48000)], target)
    assert joined.duration == pytest.approx(8, abs=0.2)
    assert (joined.sample_rate, joined.channels) == (44100, 1)
    assert await complaints(FFMPEG, target.read_bytes()) == ""
    with av.open(str(target)) as opened:
        sizes = [(picture.width, picture.height) for picture in opened.decode(video=0)]
    assert sizes == [(320, 180)] * 120 + [(640, 360)] * 120
    tracks = stamps_of(target.read_bytes())
    assert abs(tracks["video"].decoded[-1] - tracks["audio"].decoded[-1]) < 0.15


async def test_empty_takes_are_passed_over(take: MakeTake, tmp_path: Path, target: Path) -> None:
    whole = take()
    for number, content in enumerate((b"", b"no film", whole.read_bytes()[:900])):
        (tmp_path / f"take-1{number}.mp4").write_bytes(content)
    takes = sorted(tmp_path.glob("take-*.mp4"))
    assert len(takes) == 4
    joined = await join(FFMPEG, takes, target)
    assert joined.duration == pytest.approx(4, abs=0.2)


async def test_where_nothing_can_be_played_nothing_is_written(tmp_path: Path, target: Path) -> None:
    (tmp_path / "take-1.mp4").write_bytes(b"no film")
    for takes in ([], [tmp_path / "take-1.mp4"], [tmp_path / "missing.mp4"]):
        with pytest.raises(NothingRecorded):
            await join(FFMPEG, takes, target)
    assert not (target).exists()


async def test_of_takes_that_cannot_be_joined_the_longest_is_kept(take: MakeTake, target: Path) -> None:
    long = take()
    short = take("-c:v", "libx265", "-x265-params", "log-level=none", "-t", "1")
    joined = await join(FFMPEG, [short, long], target)
    assert joined.codecs == ["h264", "aac"]
    assert joined.duration == pytest.approx(4, abs=0.2)


async def test_a_file_that_cannot_be_written_is_an_error(take: MakeTake, target: Path) -> None:
    with pytest.raises(JoinFailed):
        await join(FFMPEG, [take()], target / "missing" / "joined.mp4")


async def test_joining_that_is_given_up_leaves_no_process(take: MakeTake, tmp_path: Path, target: Path) -> None:
    path = take()
    # Reads its input as slowly as it plays.
    slow = tmp_path / "slow-ffmpeg"
    slow.write_text(f'#!/bin/sh\nexec {FFMPEG} -readrate 0.1 "$@"\n')
    slow.chmod(0o755)
    before = set(psutil.Process().children())
    joining = asyncio.create_task(join(str(slow), [path], target))
    await eventually(lambda: (target).exists())
    joining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await joining
    assert set(psutil.Process().children()) <= before


async def test_what_is_not_there_holds_nothing() -> None:
    assert await probe(Path("/nowhere.mp4")) == MediaFile(0.0, [])
