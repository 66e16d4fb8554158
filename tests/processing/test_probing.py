import asyncio
import struct
from pathlib import Path

import pytest

from storecast.processing.facts import Facts, Refused
from storecast.processing.probing import probe
from tests.processing import films

X264 = ("-c:v", "libx264", "-preset", "ultrafast")
SMALL = ("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1")


def _patched(film: Path, target: Path, box: bytes, at: int, data: bytes) -> Path:
    """`film` with `data` so many bytes behind the name of a box."""
    whole = film.read_bytes()
    place = whole.index(box) + len(box) + at
    target.write_bytes(whole[:place] + data + whole[place + len(data) :])
    return target


async def test_a_film_is_told_as_it_is(film: Path) -> None:
    facts = await probe(film)
    assert facts == Facts(
        container="mp4",
        duration=12.0,
        size=film.stat().st_size,
        video_codec="avc1.64000A",
        audio_codec="mp4a.40.2",
        width=192,
        height=64,
        frame_rate=30.0,
        peak_rate=30.0,
        streamable=True,
        picture=0,
        sound=1,
    )


@pytest.mark.parametrize("name", ["film.mov", "film.mkv", "film.ts", "film.flv"])
async def test_containers_are_known_by_what_is_in_them(name: str, film: Path, tmp_path: Path) -> None:
    made = films.make(tmp_path / name, "-i", str(film), "-c", "copy")
    facts = await probe(made.rename(tmp_path / "film.bin"))
    assert facts.container == {"mov": "mov", "mkv": "matroska", "ts": "mpegts", "flv": "flv"}[name.split(".")[1]]
    assert facts.duration == pytest.approx(12, abs=0.1)
    assert facts.streamable


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "a playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "a playlist"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "a playlist"),
        (b'<?xml version="1.0"?><MPD></MPD>', "a text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
        (b"\x00\x00\x00\x1cftypavif" + bytes(100), "a picture"),
        (b"ID3\x04" + bytes(100), "sound only"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + b"#EXTM3U\nfile:///etc/passwd\n", "not whole"),
        (b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8, "damaged"),
        (b"\x00\x00\x01\xba" + bytes(4096), "damaged|neither"),
        (b"G" + bytes(187) + b"G" + bytes(187), "damaged|neither"),
    ],
)
async def test_what_is_no_film_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(content)
    with pytest.raises(Refused, match=words):
        await probe(tmp_path / "film.mp4")


@pytest.mark.parametrize("name", ["film.mp4", "film.mov", "film.mkv", "film.webm"])
async def test_half_a_film_is_refused(name: str, film: Path, tmp_path: Path) -> None:
    codecs = ("-c:v", "libvpx", "-deadline", "realtime", "-an") if name.endswith("webm") else ("-c", "copy")
    made = films.make(tmp_path / name, "-i", str(film), *codecs, "-t", "2")
    made.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    with pytest.raises(Refused, match="not whole"):
        await probe(made)


async def test_half_a_film_with_its_index_in_front_is_refused(film: Path, tmp_path: Path) -> None:
    made = films.make(tmp_path / "film.mp4", "-i", str(film), "-c", "copy", "-movflags", "faststart")
    made.write_bytes(made.read_bytes()[:-20_000])
    with pytest.raises(Refused, match="not whole"):
        await probe(made)


@pytest.mark.parametrize(
    ("box", "at", "data", "words"),
    [
        (b"stts", 12, b"\x7f\xff\xff\x00", "too long"),
        (b"stsz", 12, b"\x7f\xff\xff\x00", "damaged|not whole"),
        (b"stco", 8, b"\x7f\xff\xff\x00", "damaged|not whole"),
    ],
)
async def test_an_index_that_lies_is_refused(
    box: bytes, at: int, data: bytes, words: str, film: Path, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match=words):
        await probe(_patched(film, tmp_path / "film.mp4", box, at, data))


@pytest.mark.parametrize("said", [float("nan"), float("inf"), -5.0, 1e300], ids=str)
async def test_a_length_that_cannot_be_is_not_believed(said: float, film: Path, tmp_path: Path) -> None:
    mkv = films.make(tmp_path / "film.mkv", "-i", str(film), "-c", "copy")
    facts = await probe(_patched(mkv, tmp_path / "lying.mkv", b"\x44\x89\x88", 0, struct.pack(">d", said)))
    assert facts.duration == pytest.approx(12, abs=0.1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-f", "lavfi", "-i", "color=red:s=1x1:r=10:d=1", "-c:v", "rawvideo", "-f", "mov"), "1x1"),
        (
            (
                "-f",
                "lavfi",
                "-i",
                "color=red:s=9000x9000:r=1:d=1",
                "-pix_fmt",
                "gray",
                "-c:v",
                "png",
                "-compression_level",
                "1",
                "-f",
                "mov",
            ),
            "9000x9000",
        ),
        ((*SMALL, *(("-map", "0:v") * 70), "-c:v", "mpeg4"), "70 tracks"),
    ],
    ids=["one pixel", "81 megapixels", "70 tracks"],
)
async def test_films_beyond_bounds_are_refused(options: tuple[str, ...], words: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=words):
        await probe(films.make(tmp_path / "film.mp4", *options))


@pytest.mark.parametrize(
    ("options", "known"),
    [
        (("-vf", "interlace", *X264, "-flags", "+ilme+ildct", "-x264-params", "interlaced=1"), {"interlaced": True}),
        ((*X264, "-pix_fmt", "yuv444p"), {}),
        (("-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3"), {}),
        ((*X264, "-g", "9999", "-vf", "setpts=2*PTS"), {}),
        ((*X264, "-g", "120", "-c:a", "ac3"), {"picture_as_is": True, "audio_codec": "ac-3"}),
    ],
    ids=["interlaced", "4:4:4", "open groups", "keyframes far apart", "AC-3"],
)
async def test_what_browsers_do_not_take_is_not_streamed_as_it_is(
    options: tuple[str, ...], known: dict[str, object], film: Path, tmp_path: Path
) -> None:
    facts = await probe(films.make(tmp_path / "film.mp4", "-i", str(film), *options))
    assert not facts.streamable
    assert {name: getattr(facts, name) for name in known} == known


async def test_high_dynamic_range_is_known(tmp_path: Path) -> None:
    colours = "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    options = ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", colours, "-tag:v", "hvc1")
    facts = await probe(films.make(tmp_path / "film.mp4", *SMALL, *options))
    assert facts.video_range == "PQ"
    assert facts.video_codec == "hvc1.2.4.L30.90"
    assert facts.streamable


async def test_what_an_edit_list_leaves_out_is_not_streamed(film: Path, tmp_path: Path) -> None:
    made = films.make(tmp_path / "film.mp4", "-ss", "1.5", "-i", str(film), "-c", "copy")
    facts = await probe(made)
    assert facts.duration == pytest.approx(10.5, abs=0.05)
    assert facts.frame_rate == pytest.approx(30, abs=0.1)
    assert not facts.picture_as_is


async def test_sound_without_picture_is_taken(film: Path, tmp_path: Path) -> None:
    facts = await probe(films.make(tmp_path / "film.mp4", "-i", str(film), "-vn", "-c", "copy"))
    assert (facts.video_codec, facts.width, facts.audio_codec) == (None, None, "mp4a.40.2")


async def test_a_look_that_is_given_up_leaves_no_process(film: Path) -> None:
    others = _children()
    look = asyncio.create_task(probe(film))
    while not (children := _children() - others):
        await asyncio.sleep(0)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look
    assert not children & _children()


def _children() -> set[str]:
    me = Path("/proc/self")
    return set((me / "task" / me.resolve().name / "children").read_text().split())
