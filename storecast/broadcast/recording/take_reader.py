"""What a take on disk holds, however it broke off: its init segment, and those of its fragments that are whole.

Fragmented MP4 by ISO/IEC 14496-12; clauses are of its seventh edition (2022).
"""

import io
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, structs

LARGEST_HEAD = 32 * 1024 * 1024  # bytes of a `moov` or `moof`; theirs are some hundreds
MOST_SAMPLES = 100_000  # of one run
LONGEST_FRAGMENT = 60  # seconds; a quarter of one is usual, and what says more would move all that follows

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
_MALFORMED = (struct.error, LookupError, ValueError, StopIteration)
_NOT_SYNC = 0x10000  # sample_is_non_sync_sample, 8.8.3.1


class Unreadable(ValueError):
    """A box that is not as the standard has it."""


class Track(Struct, frozen=True):
    """A track as the init segment declares it."""

    id: int
    video: bool
    timescale: int  # ticks a second
    codec: str  # four characters: the sample entry's, as avc1
    entry: bytes  # content of that
    width: int  # pixels; 0 of sound
    height: int
    trak: bytes  # content of its `trak`
    duration: int  # of samples that do not say theirs, in ticks
    size: int
    flags: int


class Sample(Struct, frozen=True):
    duration: int  # ticks of its track
    size: int  # bytes
    sync: bool
    composition: int  # ticks, signed: shown so much later than decoded


class Run(Struct, frozen=True):
    """Samples of one track that lie one behind the other."""

    track: int
    decoded: int  # decoding time of the first, in ticks since the take began
    offset: int  # of the first sample, from the start of the `mdat`'s content
    samples: list[Sample]


class Fragment(Struct, frozen=True):
    start: int  # in the file: of its `moof`
    offset: int  # in the file: of the `mdat`'s content
    size: int  # of that
    runs: list[Run]

    @property
    def end(self) -> int:
        """In the file: of its `mdat`."""
        return self.offset + self.size


class Box(Struct, frozen=True):
    """Offsets in the file."""

    kind: bytes
    start: int
    content: int
    end: int


class TakeReader:
    """Raises `Unreadable` where there is no init segment, OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.damaged = 0  # fragments passed over so far, whole but not as the standard has them
        with path.open("rb") as file:
            self.init, self.tracks = _init(file)  # from the first byte to the end of `moov`, and what it declares

    def fragments(self) -> Iterator[Fragment]:
        """Whole fragments that have samples, in order. Raises OSError."""
        with self._path.open("rb") as file:
            for fragment in _fragments(file, self.tracks):
                if fragment is None:
                    self.damaged += 1
                elif fragment.runs:
                    yield fragment


def tracks_of(init: bytes) -> list[Track]:
    """The tracks that an init segment declares. Raises `Unreadable`."""
    return _init(io.BytesIO(init))[1]


def fragment_of(data: bytes, at: int, tracks: Sequence[Track]) -> Fragment | None:
    """The fragment `data`, which lies at `at` of its take, as it would be read there; None where it is passed over."""
    found = next(_fragments(io.BytesIO(data), tracks), None)
    if found is None or not found.runs:
        return None
    return structs.replace(found, start=found.start + at, offset=found.offset + at)


def children(body: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content of each box in `body`. Raises `Unreadable`."""
    at = 0
    while at + 8 <= len(body):
        size = _U32.unpack_from(body, at)[0]
        if not 8 <= size <= len(body) - at:
            raise Unreadable(f"a box of {size} bytes in {len(body) - at}")
        yield bytes(body[at + 4 : at + 8]), body[at + 8 : at + size]
        at += size


def _init(file: BinaryIO) -> tuple[bytes, list[Track]]:
    """All from the first byte to the end of `moov`, and what is declared there. Raises `Unreadable`."""
    for box in _boxes(file):
        if box.kind == b"moov":
            _check_head(box)
            init = _read(file, 0, box.end)
            return init, _tracks(memoryview(init)[box.content :])
    raise Unreadable("no init segment")


def _fragments(file: BinaryIO, tracks: Sequence[Track]) -> Iterator[Fragment | None]:
    """Whole fragments in order, None for one that is not as the standard has it."""
    by_id = {track.id: track for track in tracks}
    head: Box | None = None
    for box in _boxes(file):
        if box.kind == b"mdat" and head is not None:
            try:
                yield _fragment(file, head, box, by_id)
            except _MALFORMED:
                yield None
        head = box if box.kind == b"moof" else None


def _boxes(file: BinaryIO) -> Iterator[Box]:
    """The file's boxes, up to the first that is not whole (4.2)."""
    at, end = 0, file.seek(0, 2)
    while at + 8 <= end:
        header = _read(file, at, min(16, end - at))
        size, content = _U32.unpack_from(header)[0], 8
        if size == 1 and len(header) == 16:
            size, content = _U64.unpack_from(header, 8)[0], 16
        if size < content or at + size > end:
            return
        yield Box(header[4:8], at, at + content, at + size)
        at += size


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _check_head(box: Box) -> None:
    if box.end - box.content > LARGEST_HEAD:
        raise Unreadable(f"a {box.kind.decode(errors='replace')} of {box.end - box.content} bytes")


def _tracks(moov: memoryview) -> list[Track]:
    try:
        boxes = list(children(moov))
        defaults = dict(boxes).get(b"mvex", memoryview(b""))
        extends = {_U32.unpack_from(body, 4)[0]: body for kind, body in children(defaults) if kind == b"trex"}
        return [_track(body, extends) for kind, body in boxes if kind == b"trak"]
    except _MALFORMED as error:
        raise Unreadable(f"moov: {error}") from error


def _track(trak: memoryview, extends: dict[int, memoryview]) -> Track:
    boxes = dict(children(trak))
    media = dict(children(boxes[b"mdia"]))
    tkhd, mdhd = boxes[b"tkhd"], media[b"mdhd"]
    stsd = dict(children(dict(children(media[b"minf"]))[b"stbl"]))[b"stsd"]
    kind, entry = next(children(stsd[8:]))
    number = _U32.unpack_from(tkhd, 20 if tkhd[0] else 12)[0]
    timescale = _U32.unpack_from(mdhd, 20 if mdhd[0] else 12)[0]
    if not timescale:
        raise Unreadable("a track without a timescale")
    width, height = struct.unpack(">II", tkhd[-8:])  # 16.16, 8.3.2
    duration, size, flags = struct.unpack_from(">III", extends[number], 12)
    return Track(
        id=number,
        video=bytes(media[b"hdlr"][8:12]) == b"vide",
        timescale=timescale,
        codec=kind.decode("latin-1"),
        entry=bytes(entry),
        width=width >> 16,
        height=height >> 16,
        trak=bytes(trak),
        duration=duration,
        size=size,
        flags=flags,
    )


def _fragment(file: BinaryIO, moof: Box, mdat: Box, tracks: dict[int, Track]) -> Fragment:
    """Raises one of `_MALFORMED`."""
    _check_head(moof)
    head = memoryview(_read(file, moof.content, moof.end - moof.content))
    runs: list[Run] = []
    for kind, traf in children(head):
        if kind == b"traf":
            runs += _runs(traf, tracks, mdat.content - moof.start)
    size = mdat.end - mdat.content
    times: list[float] = []
    for run in runs:
        if run.offset < 0 or run.offset + sum(sample.size for sample in run.samples) > size:
            raise Unreadable("samples outside of the fragment")
        times += _times(run, tracks[run.track].timescale)
    if times and max(times) - min(times) > LONGEST_FRAGMENT:
        raise Unreadable(f"a fragment of {max(times) - min(times)} s")
    return Fragment(moof.start, mdat.content, size, runs)


def _times(run: Run, timescale: int) -> Iterator[float]:
    """Seconds at which samples are shown, and at which the last ends."""
    decoded = run.decoded
    for sample in run.samples:
        yield (decoded + sample.composition) / timescale
        decoded += sample.duration
    yield decoded / timescale


def _runs(traf: memoryview, tracks: dict[int, Track], content: int) -> Iterator[Run]:
    """The track's runs (8.8.7, 8.8.8, 8.8.12); `content` is how far behind the `moof`'s start the media begins."""
    boxes = list(children(traf))
    named = dict(boxes)
    track, duration, size, flags = _defaults(named[b"tfhd"], tracks)
    tfdt = named[b"tfdt"]
    decoded = (_U64 if tfdt[0] else _U32).unpack_from(tfdt, 4)[0]
    offset = 0
    for kind, trun in boxes:
        if kind != b"trun":
            continue
        present = _U32.unpack_from(trun)[0] & 0xFFFFFF
        if present & 0x1:
            offset = struct.unpack_from(">i", trun, 8)[0]
        samples = _samples(trun, present, duration, size, flags)
        if samples:
            yield Run(track.id, decoded, offset - content, samples)
        decoded += sum(sample.duration for sample in samples)
        offset += sum(sample.size for sample in samples)


def _defaults(tfhd: memoryview, tracks: dict[int, Track]) -> tuple[Track, int, int, int]:
    """The track, and duration, size and flags of samples that do not say theirs."""
    present = _U32.unpack_from(tfhd)[0] & 0xFFFFFF
    if present & 0x1 or not present & 0x20000:
        raise Unreadable("a fragment whose offsets do not count from its moof")
    track = tracks[_U32.unpack_from(tfhd, 4)[0]]
    at = 8 + (4 if present & 0x2 else 0)
    found = []
    for bit, otherwise in ((0x8, track.duration), (0x10, track.size), (0x20, track.flags)):
        found.append(_U32.unpack_from(tfhd, at)[0] if present & bit else otherwise)
        at += 4 if present & bit else 0
    duration, size, flags = found
    return track, duration, size, flags


def _samples(trun: memoryview, present: int, duration: int, size: int, flags: int) -> list[Sample]:
    count = _U32.unpack_from(trun, 4)[0]
    at = 8 + (4 if present & 0x1 else 0)
    first = flags
    if present & 0x4:
        first = _U32.unpack_from(trun, at)[0]
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if present & bit]
    row = struct.Struct(">" + "".join("i" if bit == 0x800 and trun[0] else "I" for bit in fields))
    if count > MOST_SAMPLES or at + count * row.size > len(trun):
        raise Unreadable(f"a run of {count} samples")
    rows = [row.unpack_from(trun, at + index * row.size) for index in range(count)]

    def column(bit: int, default: int) -> list[int]:
        if not present & bit:
            return [default] * count
        index = fields.index(bit)
        return [each[index] for each in rows]

    marks = column(0x400, flags)
    if count and not present & 0x400:
        marks[0] = first
    columns = zip(column(0x100, duration), column(0x200, size), marks, column(0x800, 0), strict=True)
    return [Sample(lasts, large, not mark & _NOT_SYNC, later) for lasts, large, mark, later in columns]
