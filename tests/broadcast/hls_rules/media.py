"""A reader of fragmented MP4 for the rules: independent of the product's writer, and complaining of what is not right.

ISO/IEC 14496-12 (boxes), 14496-15 (AVC and HEVC), 14496-14 (AAC), and the bindings of AV1, VP9, Opus and FLAC.
"""

import struct
from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

_NON_SYNC = 0x10000  # sample_is_non_sync_sample of the sample flags, 8.8.3.1
_BRANDS = {b"iso6", b"iso7", b"iso8", b"iso9", b"cmfc", b"cmf2"}  # what allows `tfdt` and default-base-is-moof
_VIDEO_ENTRY = 78  # bytes of a visual sample entry before its boxes
_AUDIO_ENTRY = 28


class BadMedia(ValueError):
    """These bytes are no such thing. The text says why."""


class Track(Struct, frozen=True):
    number: int
    kind: str  # "vide" or "soun"
    timescale: int
    codec: str  # as RFC 6381 names it
    width: int = 0
    height: int = 0
    nal_length: int = 4  # bytes before each NAL unit, for AVC and HEVC
    default_duration: int = 0
    default_size: int = 0
    default_flags: int = 0

    @property
    def is_video(self) -> bool:
        return self.kind == "vide"


class Sample(Struct, frozen=True):
    decoded: int  # in the track's timescale
    duration: int
    composition: int
    sync: bool
    data: bytes


class Run(Struct):
    """One track's samples in a part or a segment, in order."""

    track: Track
    samples: list[Sample]

    @property
    def begin(self) -> Fraction:
        """Seconds."""
        return Fraction(self.samples[0].decoded, self.track.timescale)

    @property
    def end(self) -> Fraction:
        last = self.samples[-1]
        return Fraction(last.decoded + last.duration, self.track.timescale)

    @property
    def first_shown(self) -> Fraction:
        return Fraction(min(sample.decoded + sample.composition for sample in self.samples), self.track.timescale)

    @property
    def last_shown(self) -> Fraction:
        """When the last of them is over."""
        ends = (sample.decoded + sample.composition + sample.duration for sample in self.samples)
        return Fraction(max(ends), self.track.timescale)

    @property
    def duration(self) -> Fraction:
        return Fraction(sum(sample.duration for sample in self.samples), self.track.timescale)

    @property
    def longest(self) -> Fraction:
        return Fraction(max(sample.duration for sample in self.samples), self.track.timescale)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Type, content and where the content begins. Raises `BadMedia` where the sizes do not fit together."""
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise BadMedia(f"{len(data) - at} bytes after the last box")
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        if size < header or at + size > len(data):
            raise BadMedia(f"a {kind!r} of {size} bytes where there are {len(data) - at}")
        yield kind, data[at + header : at + size], at + header
        at += size


def child(data: bytes, *path: bytes) -> bytes:
    """The content of the first box along `path`. Raises `BadMedia` where there is none."""
    for kind in path:
        found = next((content for name, content, _ in boxes(data) if name == kind), None)
        if found is None:
            raise BadMedia(f"no {kind.decode()!r}")
        data = found
    return data


def children(data: bytes, wanted: bytes) -> list[bytes]:
    return [content for kind, content, _ in boxes(data) if kind == wanted]


def tracks(init: bytes) -> list[Track]:
    """What an init segment announces. Raises `BadMedia`."""
    brands = child(init, b"ftyp")
    if not _BRANDS & {brands[at : at + 4] for at in (0, *range(8, len(brands), 4))}:
        raise BadMedia("'ftyp' has no brand of 'iso6' or later")
    movie = child(init, b"moov")
    defaults = {}
    for extends in children(child(movie, b"mvex"), b"trex"):
        number, _, duration, size, flags = struct.unpack_from(">5I", extends, 4)
        defaults[number] = (duration, size, flags)
    found = [_track(each, defaults) for each in children(movie, b"trak")]
    if not found:
        raise BadMedia("no 'trak'")
    if len({track.number for track in found}) < len(found):
        raise BadMedia("two tracks of one number")
    return found


def _track(track: bytes, defaults: dict[int, tuple[int, int, int]]) -> Track:
    header = child(track, b"tkhd")
    number = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    if number not in defaults:
        raise BadMedia(f"no 'trex' for track {number}")
    media = child(track, b"mdia")
    media_header = child(media, b"mdhd")
    timescale = struct.unpack_from(">I", media_header, 20 if media_header[0] else 12)[0]
    kind = child(media, b"hdlr")[8:12].decode("latin-1")
    table = child(media, b"minf", b"stbl")
    for name in (b"stts", b"stsc", b"stco"):
        if any(child(table, name)[4:8]):
            raise BadMedia(f"{name.decode()!r} of an init segment has entries")
    entries = list(boxes(child(table, b"stsd")[8:]))
    if len(entries) != 1:
        raise BadMedia(f"{len(entries)} sample descriptions")
    format_, entry, _ = entries[0]
    width, height = struct.unpack_from(">2H", entry, 24) if kind == "vide" else (0, 0)
    codec, nal_length = _codec(format_, entry)
    return Track(number, kind, timescale, codec, width, height, nal_length, *defaults[number])


def _codec(codec: bytes, entry: bytes) -> tuple[str, int]:
    """Name and, where there are NAL units, the bytes of their lengths."""
    if codec in (b"avc1", b"avc3"):
        configuration = child(entry[_VIDEO_ENTRY:], b"avcC")
        return f"{codec.decode()}.{configuration[1:4].hex().upper()}", (configuration[4] & 3) + 1
    if codec in (b"hvc1", b"hev1"):
        configuration = child(entry[_VIDEO_ENTRY:], b"hvcC")
        return _hevc_name(codec.decode(), configuration), (configuration[21] & 3) + 1
    if codec == b"av01":
        return _av1_name(child(entry[_VIDEO_ENTRY:], b"av1C")), 0
    if codec == b"vp09":
        profile, level, depth = struct.unpack_from(">3B", child(entry[_VIDEO_ENTRY:], b"vpcC"), 4)
        return f"vp09.{profile:02}.{level:02}.{depth >> 4:02}", 0
    if codec == b"mp4a":
        return _mpeg4_audio_name(child(entry[_AUDIO_ENTRY:], b"esds")[4:]), 0
    if codec in (b"Opus", b"fLaC"):
        child(entry[_AUDIO_ENTRY:], b"dOps" if codec == b"Opus" else b"dfLa")
        return codec.decode(), 0
    raise BadMedia(f"a sample entry {codec!r}")


def _hevc_name(codec: str, configuration: bytes) -> str:
    """14496-15, annex E.3."""
    space = ("", "A", "B", "C")[configuration[1] >> 6]
    reversed_flags = int(f"{int.from_bytes(configuration[2:6], 'big'):032b}"[::-1], 2)
    tier = "H" if configuration[1] & 0x20 else "L"
    constraints = configuration[6:12].rstrip(b"\0")
    parts = [codec, f"{space}{configuration[1] & 0x1F}", f"{reversed_flags:X}", f"{tier}{configuration[12]}"]
    return ".".join([*parts, *(f"{byte:X}" for byte in constraints)])


def _av1_name(configuration: bytes) -> str:
    """AV1 Codec ISO Media File Format Binding, 5."""
    profile, level = configuration[1] >> 5, configuration[1] & 0x1F
    flags = configuration[2]
    tier = "H" if flags & 0x80 else "M"
    depth = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    return f"av01.{profile}.{level:02}{tier}.{depth:02}"


def _mpeg4_audio_name(descriptors: bytes) -> str:
    """14496-1, 7.2.6: object type, and for AAC the audio object type of its AudioSpecificConfig."""
    stream = _descriptor(descriptors, 3)
    flags = stream[2]
    at = 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
    if flags & 0x40:
        at += 1 + stream[at]
    decoder = _descriptor(stream[at:], 4)
    if decoder[0] != 0x40:
        return f"mp4a.{decoder[0]:02X}"
    specific = _descriptor(decoder[13:], 5)
    kind = specific[0] >> 3
    if kind == 31:
        kind = 32 + ((specific[0] & 7) << 3 | specific[1] >> 5)
    return f"mp4a.40.{kind}"


def _descriptor(data: bytes, wanted: int) -> bytes:
    if not data or data[0] != wanted:
        raise BadMedia(f"no descriptor {wanted} in 'esds'")
    size, at = 0, 1
    while True:
        size = size << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            break
    if at + size > len(data):
        raise BadMedia(f"descriptor {wanted} of 'esds' is cut")
    return data[at : at + size]


def runs(data: bytes, announced: list[Track]) -> dict[int, Run]:
    """The samples of a part or a whole segment by track number. Raises `BadMedia`.

    Held to RFC 8216bis, 3.1.2: `tfdt` in each fragment, addresses relative to it, tracks of the init segment only.
    """
    by_number = {track.number: track for track in announced}
    found: dict[int, Run] = {}
    contents = list(boxes(data))
    fragments = 0
    for index, (kind, content, begins) in enumerate(contents):
        if kind != b"moof":
            continue
        fragments += 1
        if index + 1 == len(contents) or contents[index + 1][0] != b"mdat":
            raise BadMedia("a 'moof' without its 'mdat'")
        _, media, media_begins = contents[index + 1]
        used = 0
        for fragment in children(content, b"traf"):
            run = _run(fragment, by_number, data, begins - 8, range(media_begins, media_begins + len(media)))
            used += sum(len(sample.data) for sample in run.samples)
            if run.samples:
                found.setdefault(run.track.number, Run(run.track, [])).samples.extend(run.samples)
        if used != len(media):
            raise BadMedia(f"{used} bytes of samples in an 'mdat' of {len(media)}")
    if not fragments:
        raise BadMedia("no 'moof'")
    return found


def _run(fragment: bytes, announced: dict[int, Track], data: bytes, base: int, media: range) -> Run:
    header = child(fragment, b"tfhd")
    flags = int.from_bytes(header[1:4], "big")
    number = int.from_bytes(header[4:8], "big")
    if number not in announced:
        raise BadMedia(f"samples of track {number}, which the init segment does not have")
    if not flags & 0x20000 or flags & 1:
        raise BadMedia("addresses that are not relative to the movie fragment")
    track = announced[number]
    at = 8 + (4 if flags & 2 else 0)
    defaults = []
    for bit, default in ((8, track.default_duration), (16, track.default_size), (32, track.default_flags)):
        if flags & bit:
            default = int.from_bytes(header[at : at + 4], "big")
            at += 4
        defaults.append(default)
    time = child(fragment, b"tfdt")
    decoded = int.from_bytes(time[4:12] if time[0] else time[4:8], "big")
    samples: list[Sample] = []
    for table in children(fragment, b"trun"):
        for duration, size, sample_flags, composition, where in _entries(table, *defaults):
            place = base + where
            if place not in media or place + size > media.stop:
                raise BadMedia("a sample that is not in its 'mdat'")
            sync = not sample_flags & _NON_SYNC
            samples.append(Sample(decoded, duration, composition, sync, data[place : place + size]))
            decoded += duration
    return Run(track, samples)


def _entries(table: bytes, duration: int, size: int, flags: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Duration, size, flags, composition offset and place of each sample of a `trun` (8.8.8)."""
    version, present = table[0], int.from_bytes(table[1:4], "big")
    if not present & 1:
        raise BadMedia("a 'trun' without a data offset")
    count, place = struct.unpack_from(">Ii", table, 4)
    at = 12
    first = None
    if present & 4:
        first = int.from_bytes(table[at : at + 4], "big")
        at += 4
    words = [bit for bit in (0x100, 0x200, 0x400, 0x800) if present & bit]
    if len(table) != at + 4 * count * len(words):
        raise BadMedia("a 'trun' of the wrong size")
    for index in range(count):
        entry = {0x100: duration, 0x200: size, 0x400: flags, 0x800: 0}
        if index == 0 and first is not None:
            entry[0x400] = first
        for bit in words:
            signed = bit == 0x800 and version > 0
            entry[bit] = int.from_bytes(table[at : at + 4], "big", signed=signed)
            at += 4
        yield entry[0x100], entry[0x200], entry[0x400], entry[0x800], place
        place += entry[0x200]


def starts_decoding(track: Track, data: bytes) -> bool | None:
    """Whether a picture needs none before it, by its NAL units (H.264 7.4.1.2.4, H.265 7.4.2.2); None if not known."""
    codec = track.codec[:4]
    if codec not in ("avc1", "avc3", "hvc1", "hev1"):
        return None
    at = 0
    while at + track.nal_length < len(data):
        size = int.from_bytes(data[at : at + track.nal_length], "big")
        at += track.nal_length
        kind = data[at] & 0x1F if codec.startswith("avc") else data[at] >> 1 & 0x3F
        if kind == 5 if codec.startswith("avc") else 16 <= kind <= 21:
            return True
        at += size
    return False
