"""What browsers record: by Chromium itself, by ffmpeg, and written here element by element."""

import functools
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from storecast.kit.settings import Settings

CASES = Path(__file__).parent / "cases"
H264 = CASES / "chromium-h264.mkv"  # 320x180, 3.5 s, a keyframe a second; Chromium 156, `MediaRecorder.start(100)`
VP9 = CASES / "chromium-vp9.webm"
AV1 = CASES / "chromium-av1.webm"

EBML, SEGMENT, CLUSTER, TIMESTAMP, SIMPLE_BLOCK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xE7, 0xA3
TRACKS, TRACK, GROUP, BLOCK, REFERENCE = 0x1654AE6B, 0xAE, 0xA0, 0xA1, 0xFB
UNKNOWN = b"\x01" + b"\xff" * 7


def element(kind: int, content: bytes, size: bytes | None = None) -> bytes:
    """One element; `size` stands where another than its own is to."""
    said = (len(content) | 1 << 56).to_bytes(8) if size is None else size
    return kind.to_bytes((kind.bit_length() + 7) // 8) + said + content


def header(doc_type: bytes = b"webm") -> bytes:
    return element(EBML, element(0x4282, doc_type))


def track(number: int, kind: int, codec: bytes, private: bytes = b"", *more: bytes) -> bytes:
    parts = (element(0xD7, bytes((number,))), element(0x83, bytes((kind,))), element(0x86, codec))
    return element(TRACK, b"".join(parts) + (element(0x63A2, private) if private else b"") + b"".join(more))


def block(number: int, at: int, data: bytes, flags: int = 0x80, kind: int = SIMPLE_BLOCK) -> bytes:
    return element(kind, bytes((0x80 | number,)) + at.to_bytes(2, signed=True) + bytes((flags,)) + data)


def cluster(at: int, *blocks: bytes) -> bytes:
    return element(CLUSTER, element(TIMESTAMP, at.to_bytes(8)) + b"".join(blocks), UNKNOWN)


def recording(*clusters: bytes, tracks: bytes) -> bytes:
    return header() + element(SEGMENT, element(TRACKS, tracks) + b"".join(clusters), UNKNOWN)


@functools.cache
def encoded(seconds: float, *video: str, muxer: str = "matroska") -> bytes:
    """By ffmpeg, which knows the sizes of its clusters and writes H.264 as MP4 does."""
    return subprocess.run(
        [
            *(Settings().ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=30"),
            *("-f", "lavfi", "-i", "sine=sample_rate=48000", "-t", str(seconds), *video, "-g", "30"),
            *("-pix_fmt", "yuv420p", "-c:a", "libopus", "-b:a", "48k", "-f", muxer, "-live", "1", "pipe:1"),
        ],
        check=True,
        capture_output=True,
    ).stdout


LIBX264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency")


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def without_sizes(data: bytes) -> bytes:
    """The same with clusters whose size is not known, in each of the ways to write that."""
    found, at = bytearray(), 0
    for index, start in enumerate(_starts(data, CLUSTER.to_bytes(4))):
        length = 9 - data[start + 4].bit_length()
        unknown = b"\xff" if index % 2 else bytes((0xFF >> length - 1,)) + b"\xff" * (length - 1)
        found += data[at : start + 4] + unknown
        at = start + 4 + length
    return bytes(found + data[at:])


def again(data: bytes, times: int) -> Iterator[tuple[float, bytes]]:
    """A recording of Chromium's so many times over as one, its stamps rewritten: seconds, and a cluster each.

    What comes first has its headers; the last cluster, which the end cut off, is left out.
    """
    starts = [*_starts(data, CLUSTER.to_bytes(4)), len(data)]
    yield 0.0, data[: starts[0]]
    clusters = [data[start:end] for start, end in itertools.pairwise(starts)]
    stamps = [_stamp(each)[0] for each in clusters]
    for time in range(times):
        for at, each in zip(stamps[:-1], clusters[:-1], strict=True):
            _, end = _stamp(each)
            moment = time * stamps[-1] + at
            yield moment / 1000, each[:12] + element(TIMESTAMP, moment.to_bytes(8)) + each[end:]


def _stamp(content: bytes) -> tuple[int, int]:
    """A cluster's time in ticks and where it ends. Chromium writes an id, eight bytes of size, then that."""
    assert content[12] == TIMESTAMP
    length = content[13] & 0x7F
    return int.from_bytes(content[14 : 14 + length]), 14 + length


def _starts(data: bytes, mark: bytes) -> Iterator[int]:
    at = -1
    while (at := data.find(mark, at + 1)) >= 0:
        yield at
