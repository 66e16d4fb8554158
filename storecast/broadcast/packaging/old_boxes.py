"""Boxes of fragmented MP4 as they come through a pipe (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator

from msgspec import Struct

from storecast.broadcast.packaging.old_codecs import Codec, read_sample_entry

MAX_BOX = 32 * 1024 * 1024  # bytes; a fragment is a quarter of a second

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_MALFORMED = (struct.error, ValueError, LookupError, ZeroDivisionError, StopIteration)
_NOT_SYNC = 0x10000  # sample_is_non_sync_sample


class BoxError(ValueError):
    """What ffmpeg wrote is not what was asked of it."""


class Track(Struct, frozen=True):
    id: int
    video: bool
    timescale: int
    codec: Codec


class Run(Struct, frozen=True):
    """One track's samples in a fragment, in seconds since the take began."""

    track: Track
    start: float
    duration: float
    keyframe: bool  # whether the first sample can be decoded by itself


class BoxSplitter:
    """Finds the top-level boxes in a stream of bytes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held = 0
        self._wanted = 8

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Type and bytes of each box that `data` completes. Raises `BoxError`."""
        self._pieces.append(data)
        self._held += len(data)
        while self._held >= self._wanted:
            whole = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
            size = _U32.unpack_from(whole)[0]
            if not 8 <= size <= MAX_BOX:
                raise BoxError(f"box of {size} bytes")
            if len(whole) < size:
                self._pieces = [whole]
                self._wanted = size
                return
            rest = whole[size:]
            self._pieces = [rest]
            self._held = len(rest)
            self._wanted = 8
            yield whole[4:8], whole[:size]


def read_tracks(moov: bytes) -> list[Track]:
    """The tracks an init segment's `moov` box declares. Raises `BoxError`."""
    try:
        return [_track(body) for kind, body in children(memoryview(moov)[8:]) if kind == b"trak"]
    except _MALFORMED as error:
        raise BoxError(f"moov: {error}") from error


def read_runs(moof: bytes, tracks: dict[int, Track]) -> list[Run]:
    """What each track has in a fragment's `moof` box, one at least. Raises `BoxError`."""
    try:
        runs = [_run(body, tracks) for kind, body in children(memoryview(moof)[8:]) if kind == b"traf"]
    except _MALFORMED as error:
        raise BoxError(f"moof: {error}") from error
    if not runs:
        raise BoxError("moof: no track")
    return runs


def children(body: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of each box in `body`."""
    at = 0
    while at + 8 <= len(body):
        size = _U32.unpack_from(body, at)[0]
        if size < 8:
            raise BoxError(f"box of {size} bytes")
        yield bytes(body[at + 4 : at + 8]), body[at + 8 : at + size]
        at += size


def _track(trak: memoryview) -> Track:
    boxes = dict(children(trak))
    media = dict(children(boxes[b"mdia"]))
    tkhd, mdhd = boxes[b"tkhd"], media[b"mdhd"]
    stsd = dict(children(dict(children(media[b"minf"]))[b"stbl"]))[b"stsd"]
    entry, content = next(iter(children(stsd[8:])))
    return Track(
        id=_U32.unpack_from(tkhd, 20 if tkhd[0] else 12)[0],
        video=bytes(media[b"hdlr"][8:12]) == b"vide",
        timescale=_U32.unpack_from(mdhd, 20 if mdhd[0] else 12)[0],
        codec=read_sample_entry(entry, content),
    )


def _run(traf: memoryview, tracks: dict[int, Track]) -> Run:
    boxes = list(children(traf))
    named = dict(boxes)
    tfhd, tfdt = named[b"tfhd"], named[b"tfdt"]
    track = tracks[_U32.unpack_from(tfhd, 4)[0]]
    start = _U64.unpack_from(tfdt, 4)[0] if tfdt[0] else _U32.unpack_from(tfdt, 4)[0]
    duration, flags = _defaults(tfhd)
    total = 0
    first: int | None = None
    for kind, body in boxes:
        if kind == b"trun":
            spent, first_flags = _samples(body, duration, flags)
            total += spent
            first = first_flags if first is None else first
    return Run(track, start / track.timescale, total / track.timescale, not (first or 0) & _NOT_SYNC)


def _defaults(tfhd: memoryview) -> tuple[int, int]:
    """Default sample duration and flags."""
    present = _U32.unpack_from(tfhd)[0] & 0xFFFFFF
    at = 8 + (8 if present & 0x1 else 0) + (4 if present & 0x2 else 0)
    duration = flags = 0
    if present & 0x8:
        duration = _U32.unpack_from(tfhd, at)[0]
        at += 4
    if present & 0x10:
        at += 4
    if present & 0x20:
        flags = _U32.unpack_from(tfhd, at)[0]
    return duration, flags


def _samples(trun: memoryview, duration: int, flags: int) -> tuple[int, int]:
    """Summed duration of a run's samples, and the flags of the first one."""
    present = _U32.unpack_from(trun)[0] & 0xFFFFFF
    count = _U32.unpack_from(trun, 4)[0]
    at = 8 + (4 if present & 0x1 else 0)
    first = flags
    if present & 0x4:
        first = _U32.unpack_from(trun, at)[0]
        at += 4
    elif present & 0x400:
        first = _U32.unpack_from(trun, at + (4 if present & 0x100 else 0) + (4 if present & 0x200 else 0))[0]
    if not present & 0x100:
        return duration * count, first
    step = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if present & bit)
    return sum(_U32.unpack_from(trun, at + index * step)[0] for index in range(count)), first
