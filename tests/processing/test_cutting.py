import itertools
from pathlib import Path

import av
import pytest

from storecast.processing.cutting import cut
from storecast.processing.facts import Cut, Facts, Progress, Refused, Span
from storecast.processing.probing import probe
from tests.processing import films
from tests.processing.films import FFMPEG, RATE

IN_STEP = 0.020  # seconds


async def _cut(film: Path, target: Path, *keep: tuple[float, float]) -> tuple[Cut, Facts]:
    facts = await probe(film)
    made = await cut(film, facts, [Span(*span) for span in keep], target, lambda part: None, ffmpeg=FFMPEG)
    return made, await probe(target)


def _kept(*spans: tuple[float, float]) -> list[int]:
    return [n for start, end in spans for n in range(12 * RATE) if start <= n / RATE + 1e-6 < end]


async def test_a_cut_is_exact_to_the_frame_and_encodes_the_edges_only(film: Path, tmp_path: Path) -> None:
    made, facts = await _cut(film, tmp_path / "cut.mp4", (3.217, 9.983))
    assert films.numbers(tmp_path / "cut.mp4") == list(range(97, 300))
    assert made.encoded == pytest.approx((120 - 97 + 300 - 240) / RATE)
    assert made.duration == pytest.approx(203 / RATE)
    assert facts.streamable
    assert films.times(tmp_path / "cut.mp4") == pytest.approx([n / RATE for n in range(203)], abs=1e-3)
    assert films.complaints(tmp_path / "cut.mp4") == ""
    with av.open(str(tmp_path / "cut.mp4")) as opened:  # no seam shows in when frames are decoded, either
        decoded = [packet.dts for packet in opened.demux(video=0) if packet.dts is not None]
    assert len({after - before for before, after in itertools.pairwise(decoded)}) == 1


async def test_several_parts_are_joined_in_the_order_named(film: Path, tmp_path: Path) -> None:
    spans = (3.217, 9.983), (0.0, 1.5), (4.0, 8.0), (5.1, 5.3), (7.9, 99.0)
    made, _ = await _cut(film, tmp_path / "cut.mp4", *spans)
    assert films.numbers(tmp_path / "cut.mp4") == _kept(*spans)
    assert made.encoded < made.duration * 0.6
    assert films.complaints(tmp_path / "cut.mp4") == ""


async def test_sound_stays_in_step_across_seams(film: Path, tmp_path: Path) -> None:
    spans = (3.217, 6.483), (0.71, 2.29), (8.123, 11.9), (4.9, 7.2)
    await _cut(film, tmp_path / "cut.mp4", *spans)
    numbers, times = films.numbers(tmp_path / "cut.mp4"), films.times(tmp_path / "cut.mp4")
    shown = [at for said, at in zip(numbers, times, strict=True) if said % RATE == 0]
    assert len(shown) == 3 + 2 + 3 + 3
    assert films.clicks(tmp_path / "cut.mp4") == pytest.approx(shown, abs=IN_STEP)


@pytest.mark.parametrize(
    "options",
    [("-c:v", "copy"), ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")],
    ids=["h264", "vp9"],
)
async def test_sound_that_outlasts_the_last_picture_stays_with_the_end_of_the_film(
    options: tuple[str, ...], film: Path, tmp_path: Path
) -> None:
    """As in what browsers record: the film's picture is over at 12 s, its sound at 13.4 s."""
    longer = films.make(
        tmp_path / "longer.mp4",
        *("-i", str(film), *films.clicking(13.4), "-map", "0:v", "-map", "1:a", *options, "-c:a", "aac"),
    )
    ends = (await probe(longer)).duration
    target = tmp_path / "cut.mp4"
    every = (
        (((1.5, 3.5), (11.5, ends)), 2.0 + ends - 11.5, 4, 2.5),
        (((7.5, 12.6),), 5.1, 5, 0.5),
        (((7.5, 99.0),), ends - 7.5, 6, 0.5),
        (((7.5, 10.9),), 3.4, 3, 3.4),
    )
    for spans, lasts, clicks, encoded in every if "copy" in options else every[:2]:
        made, facts = await _cut(longer, target, *spans)
        assert films.numbers(target) == _kept(*spans)
        assert films.clicks(target) == pytest.approx([0.5 + second for second in range(clicks)], abs=IN_STEP)
        assert [made.duration, facts.duration] == pytest.approx([lasts, lasts], abs=0.05)
        assert made.encoded == pytest.approx(encoded if "copy" in options else lasts, abs=0.05)


async def test_what_begins_and_ends_at_keyframes_is_copied_whole(film: Path, tmp_path: Path) -> None:
    made, _ = await _cut(film, tmp_path / "cut.mp4", (4.0, 8.0))
    assert made.encoded == 0
    assert films.numbers(tmp_path / "cut.mp4") == list(range(120, 240))


async def test_a_part_of_one_frame_between_keyframes_is_encoded(film: Path, tmp_path: Path) -> None:
    made, _ = await _cut(film, tmp_path / "cut.mp4", (5.01, 5.04))
    assert films.numbers(tmp_path / "cut.mp4") == [151]
    assert made.encoded == made.duration == pytest.approx(1 / RATE)


async def test_times_may_be_rounded_to_milliseconds(film: Path, tmp_path: Path) -> None:
    # Frame 98 is shown at 3.26667 s, frame 101 at 3.36667 s.
    await _cut(film, tmp_path / "cut.mp4", (3.267, 3.367))
    assert films.numbers(tmp_path / "cut.mp4") == [98, 99, 100]


@pytest.mark.parametrize(
    "options",
    [
        ("-profile:v", "baseline"),
        ("-profile:v", "main", "-bf", "2"),
        ("-x264-params", "sps-id=1:bframes=3:b-pyramid=strict"),
        ("-x264-params", "ref=5:bframes=8:b-adapt=0:slices=4"),
        ("-an",),
        ("-vf", "setpts=PTS+0.5/TB"),
        ("-color_range", "pc", "-pix_fmt", "yuvj420p"),
        ("-r", "30000/1001", "-video_track_timescale", "600"),
    ],
    ids=" ".join,
)
async def test_kinds_of_h264_are_spliced(options: tuple[str, ...], film: Path, tmp_path: Path) -> None:
    film = films.converted(film, tmp_path / "film.mp4", *options)
    shown = films.shown(film)
    made, facts = await _cut(film, tmp_path / "cut.mp4", (3.217, 9.983))
    kept = [said for at, said in shown if 3.216 <= at < 9.982]
    assert films.numbers(tmp_path / "cut.mp4") == kept
    assert 0 < made.encoded < made.duration * 0.6
    assert facts.picture_as_is
    assert films.complaints(tmp_path / "cut.mp4") == ""


async def test_frames_of_any_length_keep_it(film: Path, tmp_path: Path) -> None:
    film = films.converted(
        film, tmp_path / "film.mp4", "-vf", "select='not(mod(n\\,3))+lt(mod(n\\,90)\\,30)'", "-fps_mode", "vfr"
    )
    shown = films.shown(film)
    await _cut(film, tmp_path / "cut.mp4", (3.217, 9.983))
    kept = [(said, at) for at, said in shown if 3.216 <= at < 9.982]
    assert films.numbers(tmp_path / "cut.mp4") == [said for said, _ in kept]
    assert films.times(tmp_path / "cut.mp4") == pytest.approx([at - kept[0][1] for _, at in kept], abs=2e-3)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("film.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")),
        ("film.mkv", ("-c:v", "libx265", "-x265-params", "log-level=error")),
        ("film.mp4", ("-x264-params", "open-gop=1:keyint=120")),
        ("film.mpg", ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "0", "-c:a", "mp2")),
        ("film.mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le")),
    ],
    ids=["vp9", "hevc", "open groups", "mpeg-2", "prores"],
)
async def test_what_cannot_be_spliced_is_encoded_as_exactly(
    name: str, options: tuple[str, ...], film: Path, tmp_path: Path
) -> None:
    film = films.converted(film, tmp_path / name, *options)
    facts = await probe(film)
    shown = films.shown(film)
    spans = (3.217, 6.783), (0.5, 1.5)
    made, _ = await _cut(film, tmp_path / "cut.mp4", *spans)
    # Where a container's times begin with the sound before the picture, they are the film's own.
    kept = [said for start, end in spans for at, said in shown if start - 0.001 <= at - facts.start < end - 0.001]
    assert films.numbers(tmp_path / "cut.mp4") == kept
    assert made.encoded == pytest.approx(made.duration)
    shown = [
        at
        for said, at in zip(films.numbers(tmp_path / "cut.mp4"), films.times(tmp_path / "cut.mp4"), strict=True)
        if said % RATE == 0
    ]
    assert films.clicks(tmp_path / "cut.mp4") == pytest.approx(shown, abs=IN_STEP)


async def test_an_mpeg_transport_stream_is_spliced(film: Path, tmp_path: Path) -> None:
    film = films.make(tmp_path / "film.ts", "-i", str(film), "-c", "copy")
    made, _ = await _cut(film, tmp_path / "cut.mp4", (3.217, 9.983))
    numbers = films.numbers(tmp_path / "cut.mp4")
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] in (96, 97)  # its sound begins a frame before its picture
    assert made.encoded < made.duration * 0.6


async def test_sound_alone_is_cut(film: Path, tmp_path: Path) -> None:
    sound = films.make(tmp_path / "sound.mp4", "-i", str(film), "-vn", "-c", "copy")
    made, facts = await _cut(sound, tmp_path / "cut.mp4", (2.5, 4.5), (0.0, 1.0))
    assert facts.duration == pytest.approx(3.0, abs=0.05)
    assert made.encoded == 0
    assert films.clicks(tmp_path / "cut.mp4") == pytest.approx([0.5, 1.5, 2.0], abs=IN_STEP)


@pytest.mark.parametrize(
    "keep", [(), ((12.5, 13.0),), ((-1.0, 3.0),), ((3.0, 3.0),), ((3.0, 2.0),), ((float("nan"), 2.0),)], ids=str
)
async def test_parts_that_are_none_are_refused(
    keep: tuple[tuple[float, float], ...], film: Path, tmp_path: Path
) -> None:
    with pytest.raises(Refused):
        await _cut(film, tmp_path / "cut.mp4", *keep)
    assert list(tmp_path.iterdir()) == []


async def test_a_part_without_a_frame_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no picture between"):
        await _cut(film, tmp_path / "cut.mp4", (3.27, 3.29))
    assert list(tmp_path.iterdir()) == []


async def test_a_cut_begun_before_is_done_again(film: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.mp4.draft").write_bytes(b"half a film")
    await _cut(film, tmp_path / "cut.mp4", (3.0, 5.0))
    assert films.numbers(tmp_path / "cut.mp4") == list(range(90, 150))
    assert [path.name for path in tmp_path.iterdir()] == ["cut.mp4"]


async def test_a_picture_whose_shape_is_not_told_is_cut(film: Path, tmp_path: Path, progress: Progress) -> None:
    untold = films.make(
        tmp_path / "untold.mp4", "-i", str(film), "-c", "copy", "-bsf:v", "h264_metadata=sample_aspect_ratio=0/1"
    )
    target = tmp_path / "cut.mp4"
    made = await cut(untold, await probe(untold), [Span(1.0, 3.0)], target, progress, ffmpeg=FFMPEG)
    assert made.duration == pytest.approx(2.0, abs=0.05)
    assert films.numbers(target) == list(range(30, 90))
