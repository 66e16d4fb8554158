import asyncio
import os
import struct
from collections.abc import Callable
from pathlib import Path

import av
import psutil
import pytest

from storecast.broadcast.recording.join import JoinFailed, join, runs_of
from tests.broadcast.recording.takes import boxes, decode_errors, fragments_of, init_of, packets, seen, take
from tests.waiting import eventually

Write = Callable[..., list[Path]]
HEVC = ("-c:v", "libx265", "-tag:v", "hvc1", "-preset", "ultrafast", "-x265-params", "log-level=none")


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Writes takes, in order."""

    def write(*takes: bytes) -> list[Path]:
        paths = [tmp_path / f"take-{number:03}.mp4" for number in range(1, len(takes) + 1)]
        for path, data in zip(paths, takes, strict=True):
            path.write_bytes(data)
        return paths

    return write


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "joined.mp4"


def holds_in_order(all_of: list[bytes], some: list[bytes]) -> bool:
    rest = iter(all_of)
    return all(each in rest for each in some)


def moved(data: bytes, seconds: int, timescales: dict[int, int]) -> bytes:
    """A fragment so much later; `timescales` by track."""
    found = bytearray(data)
    at = 0
    while (at := found.find(b"tfhd", at)) >= 0:
        [track] = struct.unpack_from(">I", found, at + 8)
        at = found.index(b"tfdt", at)
        assert found[at + 4] == 1
        [decoded] = struct.unpack_from(">Q", found, at + 8)
        struct.pack_into(">Q", found, at + 8, decoded + seconds * timescales[track])
    return bytes(found)


async def test_forty_takes_stay_in_step_to_the_end_and_nothing_is_left_out(written: Write, target: Path) -> None:
    # Sound ends up to 0.1 s before the picture or after it, and begins up to 0.08 s late.
    kinds = [take(), take(sound=1.9), take(1.9, sound=2.0), take(late=0.05), take(sound=1.95, late=0.08)]
    takes = written(*kinds * 8)
    assert runs_of(takes) == [takes]
    film = await join(takes, target)
    assert film.size == target.stat().st_size
    shown = seen(target)
    assert len(shown.flashes) == 80
    assert shown.apart < 0.02
    gaps = [after - before for before, after in zip(shown.flashes[1::2], shown.flashes[2::2], strict=False)]
    assert all(1 <= gap <= 1.1 for gap in gaps)  # from a take's last flash to the next one's first
    assert shown.pictures == 8 * (4 * 60 + 57)
    assert film.duration == pytest.approx(shown.pictures / 30, abs=40 * 0.1)
    assert await decode_errors(target) == ""
    sent, kept = packets(*takes), packets(target)
    assert kept["video"] == sent["video"]
    assert holds_in_order(kept["audio"], sent["audio"])


async def test_a_film_plays_from_its_first_byte_and_is_read_from_front_to_back(written: Write, target: Path) -> None:
    await join(written(take(sound=1.9), take(sound=1.8)), target)
    assert [kind for kind, _, _ in boxes(target.read_bytes())[:3]] == [b"ftyp", b"moov", b"mdat"]
    at: dict[str, int] = {}
    with av.open(str(target)) as film:
        for packet in film.demux():
            if packet.size:  # Chromium loses what lies before what it has read of a track
                assert packet.pos > at.get(packet.stream.type, 0)
                at[packet.stream.type] = packet.pos


async def test_a_film_is_told_of(written: Write, target: Path) -> None:
    [path] = written(take(size="640x360"))
    film = await join([path], target)
    assert (film.video_codec, film.audio_codec, film.width, film.height) == ("avc1.4d401e", "mp4a.40.2", 640, 360)
    assert film.first == pytest.approx(seen(path).flashes[0] - seen(target).flashes[0], abs=0.001)
    assert film.duration == pytest.approx(2, abs=0.1)
    with av.open(str(target)) as opened:
        assert opened.duration / 1e6 == pytest.approx(film.duration, abs=0.001)


@pytest.mark.parametrize("share", [0.35, 0.6, 0.8, 0.999])
async def test_a_take_that_was_cut_off_gives_all_its_whole_fragments(
    written: Write, target: Path, tmp_path: Path, share: float
) -> None:
    data = take(2.0, "-crf", "1")
    broken = data[: int(len(data) * share)]
    whole = init_of(data)
    for fragment in fragments_of(data):
        if len(whole) + len(fragment) > len(broken):
            break
        whole += fragment
    assert init_of(data) != whole != data
    (tmp_path / "whole.mp4").write_bytes(whole)
    takes = written(data, broken, data)
    await join(takes, target)
    shown = seen(target)
    assert shown.pictures == 120 + seen(tmp_path / "whole.mp4").pictures
    assert await decode_errors(target) == ""
    assert holds_in_order(packets(target)["audio"], packets(takes[0], tmp_path / "whole.mp4", takes[2])["audio"])


@pytest.mark.parametrize("cut", [1, 7, 8, 9, 100])
async def test_a_fragment_cut_anywhere_is_left_out_alone(written: Write, target: Path, cut: int) -> None:
    data = take()
    *kept, last = fragments_of(data)
    init = init_of(data)
    [path] = written(init + b"".join(kept) + last[:cut])
    film = await join([path], target)
    path.write_bytes(init + b"".join(kept))
    assert film == await join([path], target)


async def test_parts_that_the_disk_had_no_room_for_are_a_hole_and_nothing_more(written: Write, target: Path) -> None:
    data = take(4.0)
    fragments = fragments_of(data)
    [path] = written(init_of(data) + b"".join(fragments[:5] + fragments[9:]))  # keyframes begin every fourth
    film = await join([path], target)
    assert film.duration == pytest.approx(4, abs=0.1)
    shown = seen(target)
    assert shown.apart < 0.03
    assert shown.flashes == pytest.approx([0.5, 2.5, 3.5], abs=0.1)


async def test_a_hole_of_hours_is_closed(written: Write, target: Path) -> None:
    data = take()
    fragments = fragments_of(data)
    with av.open(str(written(data)[0])) as opened:
        timescales = {stream.index + 1: stream.time_base.denominator for stream in opened.streams}
    for seconds, lasts in ((600, 602), (100_000, 2)):
        later = [moved(fragment, seconds, timescales) for fragment in fragments[4:]]
        [path] = written(init_of(data) + b"".join(fragments[:4] + later))
        film = await join([path], target)
        assert film.duration == pytest.approx(lasts, abs=0.2)
        assert seen(target).apart < 0.03


async def test_neighbours_that_are_alike_make_a_file_each_run(written: Write, target: Path) -> None:
    plain, wide, silent, fast = take(), take(size="640x360"), take(1.0, "-an"), take(rate=48000)
    other, sound = take(1.0, *HEVC), take(1.0, "-vn")
    takes = written(plain, plain, wide, plain, silent, silent, fast, other, sound)
    runs = runs_of(takes)
    assert [len(run) for run in runs] == [2, 1, 1, 2, 1, 1, 1]
    assert [path for run in runs for path in run] == takes
    films = [await join(run, target.with_name(f"{number}.mp4")) for number, run in enumerate(runs)]
    kinds = [(film.video_codec and film.video_codec[:6], film.audio_codec, film.width) for film in films]
    assert kinds == [
        ("avc1.4", "mp4a.40.2", 320),
        ("avc1.4", "mp4a.40.2", 640),
        ("avc1.4", "mp4a.40.2", 320),
        ("avc1.4", None, 320),
        ("avc1.4", "mp4a.40.2", 320),
        ("hvc1.1", "mp4a.40.2", 320),
        (None, "mp4a.40.2", None),
    ]
    for number in range(len(runs)):
        assert await decode_errors(target.with_name(f"{number}.mp4")) == ""


@pytest.mark.parametrize(
    "options",
    [
        ("-ac", "1"),
        ("-ac", "2"),
        ("-ac", "6"),
        ("-c:a", "libopus", "-ac", "1"),
        ("-c:a", "libopus", "-ac", "2"),
        ("-c:a", "flac", "-strict", "-2"),
    ],
    ids=" ".join,
)
async def test_whatever_the_sound_takes_are_in_step_and_decode(
    written: Write, target: Path, options: tuple[str, ...]
) -> None:
    # 91 frames of Opus, of which the first 312 samples are thrown away: none is shorter than others.
    takes = written(*[take(2.0, *options, sound=(91 * 960 - 312) / 48000, rate=48000)] * 5)
    await join(takes, target)
    shown = seen(target)
    assert len(shown.beeps) == 10
    assert shown.apart < 0.03
    assert await decode_errors(target) == ""


async def test_a_track_that_never_came_is_left_out(written: Write, target: Path, tmp_path: Path) -> None:
    data = take()
    silent = fragments_of(take(2.0, "-an"))
    film = await join(written(init_of(data) + b"".join(silent)), target)
    assert (film.video_codec is None, film.audio_codec) == (False, None)
    with av.open(str(target)) as opened:
        assert [stream.type for stream in opened.streams] == ["video"]
        assert sum(1 for _ in opened.decode(video=0)) == 60


async def test_a_moment_is_kept(written: Write, target: Path) -> None:
    data = take()
    film = await join(written(init_of(data) + fragments_of(data)[0]), target)
    assert 0.1 < film.duration < 0.5
    assert len(packets(target)["video"]) == seen(target).pictures > 0


def test_takes_that_hold_nothing_are_passed_over(written: Write) -> None:
    data = take()
    init = init_of(data)
    garbage = os.urandom(3000)
    takes = written(
        *(data, b"", b"no film", init[:-1], init, init + fragments_of(data)[0][:-1]),
        *(bytes(5000), garbage, init + garbage, init + bytes(5000), data),
    )
    assert runs_of(takes) == [[takes[0], takes[-1]]]
    assert runs_of(takes[1:-1]) == []
    assert runs_of([]) == []


@pytest.mark.parametrize("seed", range(20))
async def test_a_damaged_fragment_costs_no_other_take(written: Write, target: Path, seed: int) -> None:
    data = take()
    place = fragments_of(data)[2]
    at = data.index(place) + 8 + (len(place[:300]) * seed) // 20
    broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    takes = written(data, broken, data)
    assert runs_of(takes) == [takes]
    await join(takes, target)
    assert packets(target)["video"][-60:] == packets(takes[0])["video"]


async def test_a_file_that_cannot_be_written_is_an_error(written: Write, target: Path) -> None:
    with pytest.raises(JoinFailed):
        await join(written(take()), target / "missing" / "joined.mp4")


async def test_joining_that_is_given_up_leaves_no_process(tmp_path: Path, target: Path) -> None:
    endless = tmp_path / "take-001.mp4"
    os.mkfifo(endless)  # to read of it is to wait
    before = set(psutil.Process().children())
    joining = asyncio.create_task(join([endless], target))
    await eventually(lambda: set(psutil.Process().children()) > before)
    joining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await joining
    assert set(psutil.Process().children()) <= before
