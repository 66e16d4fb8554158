"""Writes what stands before the media of an MP4 that plays from its first byte (ISO/IEC 14496-12:2022)."""

import struct
import sys
from array import array
from collections.abc import Sequence
from fractions import Fraction

from storecast.broadcast.packaging.codecs.sample_entry import box, full_box
from storecast.broadcast.recording.take_reader import children
from storecast.broadcast.recording.timeline import Lengths, Timeline, TrackTable

TICKS = 360_000  # a second, of the movie's own clock

_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KINDS = b"isom" + struct.pack(">I", 0x200) + b"isomiso6mp41"  # iso6 for signed composition offsets


def head(timeline: Timeline, media: int) -> bytes:
    """`ftyp`, `moov` and the header of an `mdat` with `media` bytes, which follow."""
    mdat = struct.pack(">I4sQ", 1, b"mdat", 16 + media)
    kinds = box(b"ftyp", _KINDS)
    size = len(kinds) + len(_moov(timeline, 0)) + len(mdat)
    return kinds + _moov(timeline, size) + mdat


def _moov(timeline: Timeline, media: int) -> bytes:
    """`media` is where the media begins in the file."""
    traks = [_trak(table, timeline, media) for table in timeline.tables]
    following = max(table.track.id for table in timeline.tables) + 1
    mvhd = struct.pack(">QQIQIH10x", 0, 0, TICKS, _ticks(timeline.end - timeline.start), 0x10000, 0x100)
    return box(b"moov", full_box(b"mvhd", 1, 0, mvhd, _MATRIX, bytes(24), struct.pack(">I", following)), *traks)


def _trak(table: TrackTable, timeline: Timeline, media: int) -> bytes:
    """The init segment's `trak` with the samples' tables in it."""
    track = table.track
    boxes = {kind: bytes(body) for kind, body in children(memoryview(track.trak))}
    mdia = {kind: bytes(body) for kind, body in children(memoryview(boxes[b"mdia"]))}
    lasts = table.last + table.last_duration - table.first
    delay = Fraction(table.shown, track.timescale) - timeline.start
    shown = Fraction(table.ends - table.shown, track.timescale)
    # Layer, group, volume, matrix and size are the last 60 bytes whatever the version (8.3.2).
    tkhd = struct.pack(">QQIIQ", 0, 0, track.id, 0, _ticks(delay + shown)) + boxes[b"tkhd"][-60:]
    mdhd = struct.pack(">QQIQ", 0, 0, track.timescale, lasts) + mdia[b"mdhd"][-4:]  # language
    minf = [
        box(kind, bytes(body)) if kind != b"stbl" else _stbl(table, body, media)
        for kind, body in children(memoryview(mdia[b"minf"]))
    ]
    return box(
        b"trak",
        full_box(b"tkhd", 1, 3, tkhd),  # enabled, in the movie
        box(b"edts", _elst(table, _ticks(delay), _ticks(shown))),
        box(b"mdia", full_box(b"mdhd", 1, 0, mdhd), box(b"hdlr", mdia[b"hdlr"]), box(b"minf", *minf)),
    )


def _elst(table: TrackTable, delay: int, shown: int) -> bytes:
    """Begin `delay` late, with the first that is shown (8.6.6)."""
    edits = [(delay, -1)] if delay else []
    edits.append((shown, max(table.shown - table.first, 0)))
    rows = [struct.pack(">QqI", *edit, 0x10000) for edit in edits]
    return full_box(b"elst", 1, 0, struct.pack(">I", len(rows)), *rows)


def _stbl(table: TrackTable, declared: memoryview, media: int) -> bytes:
    [stsd] = [body for kind, body in children(declared) if kind == b"stsd"]
    stts = _pairs([*table.deltas.counts, 1], [*table.deltas.values, table.last_duration])
    boxes = [box(b"stsd", bytes(stsd)), full_box(b"stts", 0, 0, stts)]
    # Shown before it is decoded, which an edit cannot say: then all are shown later, and none is left out.
    later = max(table.first - table.shown, 0)
    if later or any(table.compositions.values):
        offsets = [value + later for value in table.compositions.values]
        version = 1 if min(offsets) < 0 else 0
        boxes.append(full_box(b"ctts", version, 0, _pairs(table.compositions.counts, offsets)))
    if len(table.sync) < table.count:
        boxes.append(full_box(b"stss", 0, 0, _counted(table.sync)))
    boxes.append(full_box(b"stsz", 0, 0, bytes(4), _counted(table.sizes)))
    boxes.append(full_box(b"stsc", 0, 0, _stsc(table.chunks)))
    boxes.append(full_box(b"co64", 0, 0, _counted(array("Q", [media + offset for offset in table.offsets]))))
    return box(b"stbl", *boxes)


def _stsc(chunks: Lengths) -> bytes:
    """From which chunk on how many samples lie in each (8.7.4); all have the one description."""
    rows = array("I")
    first = 1
    for count, samples in zip(chunks.counts, chunks.values, strict=True):
        rows.extend((first, samples, 1))
        first += count
    return struct.pack(">I", len(chunks.counts)) + _big_endian(rows)


def _pairs(counts: Sequence[int], values: Sequence[int]) -> bytes:
    rows = array("I", bytes(8 * len(counts)))
    rows[0::2] = array("I", counts)
    rows[1::2] = array("I", [value & 0xFFFFFFFF for value in values])
    return struct.pack(">I", len(counts)) + _big_endian(rows)


def _counted(numbers: "array[int]") -> bytes:
    return struct.pack(">I", len(numbers)) + _big_endian(numbers)


def _big_endian(numbers: "array[int]") -> bytes:
    turned = numbers[:]
    if sys.byteorder == "little":
        turned.byteswap()
    return turned.tobytes()


def _ticks(seconds: Fraction) -> int:
    return round(seconds * TICKS)
