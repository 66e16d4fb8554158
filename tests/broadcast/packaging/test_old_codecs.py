import struct
import subprocess
from pathlib import Path

import pytest

from storecast.broadcast.packaging.old_boxes import BoxSplitter, read_tracks
from storecast.broadcast.packaging.old_codecs import Codec, read_sample_entry
from storecast.kit.settings import Settings


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def video(kind: bytes, *boxes: bytes) -> Codec:
    fields = bytearray(78)
    struct.pack_into(">HH", fields, 24, 1280, 720)
    return read_sample_entry(kind, memoryview(bytes(fields) + b"".join(boxes)))


def audio(kind: bytes, *boxes: bytes) -> Codec:
    return read_sample_entry(kind, memoryview(bytes(28) + b"".join(boxes)))


def descriptor(tag: int, content: bytes, *, long: bool = False) -> bytes:
    length = bytes((0x80, 0x80, 0x80, len(content))) if long else bytes((len(content),))
    return bytes((tag,)) + length + content


def esds(object_type: int, config: bytes, *, long: bool = False) -> bytes:
    inner = descriptor(5, config, long=long) if config else b""
    decoder = descriptor(4, bytes((object_type,)) + bytes(12) + inner, long=long)
    return box(b"esds", bytes(4) + descriptor(3, bytes(3) + decoder, long=long))


@pytest.mark.parametrize(
    ("kind", "config", "name"),
    [
        (b"avc1", box(b"avcC", bytes.fromhex("0164001fff")), "avc1.64001f"),
        (b"avc1", box(b"pasp", bytes(8)) + box(b"avcC", bytes.fromhex("0142c01effe1")), "avc1.42c01e"),
        (b"avc1", b"", "avc1"),
        (b"hvc1", box(b"hvcC", bytes.fromhex("0101600000009000000000005d")), "hvc1.1.6.L93.90"),
        (b"hev1", box(b"hvcC", bytes.fromhex("0122200000000000b000000099")), "hev1.2.4.H153.0.0.B0"),
        (b"hvc1", box(b"hvcC", bytes.fromhex("0142200000009000000000007800")), "hvc1.A2.4.L120.90"),
        (b"av01", box(b"av1C", bytes.fromhex("81040c00")), "av01.0.04M.08"),
        (b"av01", box(b"av1C", bytes.fromhex("812dcc00")), "av01.1.13H.10"),
        (b"av01", box(b"av1C", bytes.fromhex("814ee000")), "av01.2.14H.12"),
        (b"vp09", box(b"vpcC", bytes.fromhex("01000000021f8000")), "vp09.02.31.08"),
    ],
)
def test_video_codecs_have_their_registered_names(kind: bytes, config: bytes, name: str) -> None:
    assert video(kind, config) == Codec(name, 1280, 720)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    ("object_type", "config", "name"),
    [
        (0x40, "1190", "mp4a.40.2"),
        (0x40, "2b920800", "mp4a.40.5"),
        (0x40, "f8e85000", "mp4a.40.39"),  # 31 says that six more bits follow
        (0x6B, "", "mp4a.40.34"),
        (0x69, "", "mp4a.40.34"),
        (0xA5, "", "mp4a.a5"),
    ],
)
def test_mpeg4_audio_is_named_by_its_object_type(object_type: int, config: str, name: str, long: bool) -> None:
    assert audio(b"mp4a", esds(object_type, bytes.fromhex(config), long=long)).name == name


def test_other_audio_goes_by_its_own_four_characters() -> None:
    assert [audio(kind).name for kind in (b"Opus", b"fLaC", b".mp3", b"mp4a")] == ["Opus", "fLaC", "mp4a.40.34", "mp4a"]


@pytest.mark.parametrize(
    ("encoder", "name"),
    [
        (("-c:v", "libx264", "-profile:v", "main", "-level", "3.1"), "avc1.4d401f"),
        (("-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=none"), "hvc1.1.6.L60.90"),
        (("-c:v", "libvpx-vp9"), "vp09.00.11.08"),
    ],
)
def test_names_of_what_ffmpeg_writes(encoder: tuple[str, ...], name: str, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "color=size=320x180:rate=30", "-frames:v", "3"),
            *(*encoder, "-pix_fmt", "yuv420p", "-movflags", "empty_moov", str(path)),
        ],
        check=True,
    )
    (moov,) = (body for kind, body in BoxSplitter().feed(path.read_bytes()) if kind == b"moov")
    (track,) = read_tracks(moov)
    assert track.codec == Codec(name, 320, 180)
