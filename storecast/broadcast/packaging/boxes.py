"""Fragmented MP4 (ISO/IEC 14496-12): a take's init segment, and its fragments."""

import struct
from collections.abc import Sequence

from msgspec import Struct

from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE, AudioCodec, VideoCodec
from storecast.broadcast.packaging.codecs.sample_entry import box, full_box

VIDEO_TRACK, AUDIO_TRACK = 1, 2

_MOVIE_TIMESCALE = 1000
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_ENABLED_IN_MOVIE = 0x3
_UNDETERMINED = 0x55C4  # the language "und"
_SYNC, _NOT_SYNC = 0x0200_0000, 0x0101_0000  # depends on no other sample, or on others and is no sync sample

_MFHD = struct.Struct(">I4sII")
_TRAF = struct.Struct(">I4sI4sIIIII4sIQI4sIIi")  # traf, tfhd, tfdt, and trun up to its samples
_TFHD_BYTES, _TFDT_BYTES, _TRUN_BYTES = 24, 20, 20
_TFHD = 0x02_0000 | 0x20 | 0x08  # default-base-is-moof; flags and duration by default
_TFDT = 1 << 24
_TRUN = 1 << 24 | 0x01  # version 1: signed offsets; data offset
_DURATION, _SIZE, _FLAGS, _COMPOSITION = 0x100, 0x200, 0x400, 0x800
_BOX = struct.Struct(">I4s")


class Sample(Struct, frozen=True, gc=False):
    """One picture or frame of sound; times in the track's timescale."""

    decoded: int
    data: bytes | memoryview
    duration: int
    composition: int = 0  # from decoding to presentation; may be negative
    independent: bool = True


def init_segment(video: VideoCodec | None, audio: AudioCodec | None) -> bytes:
    """File type and movie box (clauses 4.3 and 8.2.1) of a take of these tracks, without samples or edit lists."""
    tracks, extends = [], []
    if video is not None:
        tracks.append(_video_track(video))
        extends.append(_track_extends(VIDEO_TRACK))
    if audio is not None:
        tracks.append(_audio_track(audio))
        extends.append(_track_extends(AUDIO_TRACK))
    file_type = box(b"ftyp", b"iso6", bytes(4), b"iso6", b"mp41")
    return file_type + box(b"moov", _movie_header(), *tracks, box(b"mvex", *extends))


def fragment(sequence: int, video: Sequence[Sample], audio: Sequence[Sample]) -> bytes:
    """Movie fragment and media data (clauses 8.8.4 and 8.1.1) of one track's samples or both's, video first."""
    runs = [(track, samples) for track, samples in ((VIDEO_TRACK, video), (AUDIO_TRACK, audio)) if samples]
    tables = [_table(samples) for _, samples in runs]
    length = 8 + _MFHD.size + sum(_TRAF.size + len(table.packed) for table in tables)
    at = length + 8  # of the track's first byte, from the start of the moof
    pieces: list[bytes | memoryview] = [_BOX.pack(length, b"moof"), _MFHD.pack(16, b"mfhd", 0, sequence)]
    for (track, samples), table in zip(runs, tables, strict=True):
        size = len(table.packed)
        pieces += (
            _TRAF.pack(
                *(_TRAF.size + size, b"traf"),
                *(_TFHD_BYTES, b"tfhd", _TFHD, track, table.duration, table.flags),
                *(_TFDT_BYTES, b"tfdt", _TFDT, samples[0].decoded),
                *(_TRUN_BYTES + size, b"trun", _TRUN | table.fields, len(samples), at),
            ),
            table.packed,
        )
        at += table.bytes
    pieces.append(_BOX.pack(at - length, b"mdat"))
    for _, samples in runs:
        pieces += [sample.data for sample in samples]
    return b"".join(pieces)


class _Table(Struct, gc=False):
    packed: bytes  # what is said of each sample
    fields: int
    duration: int  # by default
    flags: int
    bytes: int  # of media


def _table(samples: Sequence[Sample]) -> _Table:
    """TrackRunBox, clause 8.8.8: what differs from sample to sample is said of each, the rest by default."""
    sizes = [len(sample.data) for sample in samples]
    durations = [sample.duration for sample in samples]
    flags = [_SYNC if sample.independent else _NOT_SYNC for sample in samples]
    offsets = [sample.composition & 0xFFFFFFFF for sample in samples]
    columns, fields = [sizes], _SIZE
    if len(set(durations)) > 1:
        columns.insert(0, durations)
        fields |= _DURATION
    if len(set(flags)) > 1:
        columns.append(flags)
        fields |= _FLAGS
    if any(offsets):
        columns.append(offsets)
        fields |= _COMPOSITION
    numbers = [0] * (len(columns) * len(samples))
    for index, column in enumerate(columns):
        numbers[index :: len(columns)] = column
    return _Table(struct.pack(f">{len(numbers)}I", *numbers), fields, durations[0], flags[0], sum(sizes))


def _movie_header() -> bytes:
    """Clause 8.2.2; how long it will be is not known."""
    fields = struct.pack(">IIIIIH10x", 0, 0, _MOVIE_TIMESCALE, 0, 0x10000, 0x100)
    return full_box(b"mvhd", 0, 0, fields, _MATRIX, bytes(24), struct.pack(">I", AUDIO_TRACK + 1))


def _video_track(codec: VideoCodec) -> bytes:
    media_header = full_box(b"vmhd", 0, 1, bytes(8))
    media = _media(VIDEO_TIMESCALE, b"vide", b"VideoHandler\x00", media_header, codec.entry)
    return box(b"trak", _track_header(VIDEO_TRACK, 0, codec.width, codec.height), media)


def _audio_track(codec: AudioCodec) -> bytes:
    media = _media(codec.rate, b"soun", b"SoundHandler\x00", full_box(b"smhd", 0, 0, bytes(4)), codec.entry)
    return box(b"trak", _track_header(AUDIO_TRACK, 0x100, 0, 0), media)


def _track_header(track: int, volume: int, width: int, height: int) -> bytes:
    """Clause 8.3.2."""
    fields = struct.pack(">IIIIIQhhHH", 0, 0, track, 0, 0, 0, 0, 0, volume, 0)
    size = struct.pack(">II", width << 16, height << 16)
    return full_box(b"tkhd", 0, _ENABLED_IN_MOVIE, fields, _MATRIX, size)


def _media(timescale: int, handler: bytes, name: bytes, media_header: bytes, entry: bytes) -> bytes:
    """Clauses 8.4 to 8.7: the sample tables are empty, as samples come in fragments."""
    nothing = bytes(4)
    location = full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))  # this file itself
    tables = box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        *(full_box(kind, 0, 0, nothing) for kind in (b"stts", b"stsc")),
        full_box(b"stsz", 0, 0, nothing, nothing),
        full_box(b"stco", 0, 0, nothing),
    )
    return box(
        b"mdia",
        full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, _UNDETERMINED, 0)),
        full_box(b"hdlr", 0, 0, nothing, handler, bytes(12), name),
        box(b"minf", media_header, box(b"dinf", location), tables),
    )


def _track_extends(track: int) -> bytes:
    """Clause 8.8.3; fragments bring their own defaults."""
    return full_box(b"trex", 0, 0, struct.pack(">IIIII", track, 1, 0, 0, 0))
