"""A show without a server: tiny fragmented MP4 made by hand, and the playlists a server that keeps every rule offers.

25 pictures a second in parts of 0.24 s and segments of 2.4 s, each of which begins with a keyframe; from the tenth on
another take in another resolution.
"""

import re
import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field

from tests.broadcast.hls_rules.record import Offer, Record, Resource

FRAME = 3600  # ticks of 90 kHz
FRAMES_OF_PART = 6
PARTS_OF_SEGMENT = 10
TARGET = 3
LISTED = 8  # segments
SEGMENTS = 18
SECOND_TAKE = 9  # the first segment of it
SOUND_RATE = 48_000
SOUND_FRAME = 1024
BEGAN = 1_750_000_000.0
FILLER = 400  # bytes a picture


def box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def full(kind: bytes, version: int, flags: int, *contents: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *contents)


def init(width: int, height: int) -> bytes:
    avcc = box(b"avcC", bytes.fromhex("0142c01effe10000010000"))
    visual = bytes(24) + struct.pack(">2H", width, height) + bytes(50)
    decoder = b"\x04" + bytes([13 + 4]) + b"\x40\x15" + bytes(11) + b"\x05\x02\x11\x90"
    esds = full(b"esds", 0, 0, b"\x03" + bytes([3 + len(decoder)]) + bytes(3) + decoder)
    sound = bytes(16) + struct.pack(">2H", 2, 16) + bytes(4) + struct.pack(">I", SOUND_RATE << 16)
    return box(b"ftyp", b"iso6", bytes(4), b"iso6cmfc") + box(
        b"moov",
        full(b"mvhd", 0, 0, bytes(96)),
        _track(1, b"vide", 90_000, box(b"avc1", visual, avcc)),
        _track(2, b"soun", SOUND_RATE, box(b"mp4a", sound, esds)),
        box(b"mvex", *(full(b"trex", 0, 0, struct.pack(">5I", number, 1, 0, 0, 0)) for number in (1, 2))),
    )


def _track(number: int, kind: bytes, timescale: int, entry: bytes) -> bytes:
    empty = bytes(4)
    table = box(
        b"stbl",
        full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
        *(full(name, 0, 0, empty) for name in (b"stts", b"stsc", b"stco")),
        full(b"stsz", 0, 0, bytes(8)),
    )
    media = box(
        b"mdia",
        full(b"mdhd", 0, 0, bytes(8), struct.pack(">2I", timescale, 0), bytes(4)),
        full(b"hdlr", 0, 0, bytes(4), kind, bytes(13)),
        box(b"minf", table),
    )
    return box(b"trak", full(b"tkhd", 0, 3, bytes(8), struct.pack(">I", number), bytes(68)), media)


class Frame(Struct):
    data: bytes
    duration: int
    sync: bool = True


def fragment(tracks: dict[int, tuple[int, Sequence[Frame]]]) -> bytes:
    """`moof` and `mdat` of each track's first decoding time and frames."""
    sizes = [sum(len(frame.data) for frame in frames) for _, frames in tracks.values()]

    def header(begins: int) -> bytes:
        pieces = [full(b"mfhd", 0, 0, struct.pack(">I", 1))]
        for (number, (decoded, frames)), size in zip(tracks.items(), sizes, strict=True):
            entries = b"".join(
                struct.pack(">3I", frame.duration, len(frame.data), 0x2000000 if frame.sync else 0x1010000)
                for frame in frames
            )
            pieces.append(
                box(
                    b"traf",
                    full(b"tfhd", 0, 0x20000, struct.pack(">I", number)),
                    full(b"tfdt", 1, 0, struct.pack(">Q", decoded)),
                    full(b"trun", 0, 0x701, struct.pack(">2I", len(frames), begins), entries),
                )
            )
            begins += size
        return box(b"moof", *pieces)

    data = b"".join(frame.data for _, frames in tracks.values() for frame in frames)
    return header(len(header(0)) + 8) + box(b"mdat", data)


def picture(keyframe: bool) -> Frame:
    nal = bytes([0x65 if keyframe else 0x41]) + bytes(FILLER)
    return Frame(struct.pack(">I", len(nal)) + nal, FRAME, keyframe)


class Plan(Struct):
    """How the show differs from one that keeps the rules. Keys are segments, or segments and parts, both from 0."""

    frames: dict[tuple[int, int], int] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)
    skipped: dict[tuple[int, int], int] = field(default_factory=dict)  # ticks the picture leaps from here on
    delayed: dict[int, float] = field(default_factory=dict)  # seconds the programme time leaps from here on
    held_up: dict[tuple[int, int], float] = field(default_factory=dict)  # seconds everything comes later from here on
    listed: int = LISTED
    takes: int = 2


class _Part(Struct):
    uri: str
    seconds: float
    independent: bool


class _Segment(Struct):
    number: int
    date: float
    init: str
    parts: list[_Part] = field(default_factory=list)
    finished: bool = False

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)


class _Server:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.record = Record()
        self.segments: list[_Segment] = []
        self.left = 0  # discontinuities
        self.now = 0.0
        self.next_part = 1
        self.decoded = {1: 0, 2: 0}
        self.size = ""  # not announced yet

    def run(self) -> Record:
        date = BEGAN
        for number in range(SEGMENTS):
            date += self.plan.delayed.get(number, 0.0)
            name = "init-b.mp4" if number >= SECOND_TAKE and self.plan.takes > 1 else "init-a.mp4"
            if name not in self.record.resources:
                size = (320, 180) if name == "init-a.mp4" else (640, 360)
                self.record.resources[name] = Resource(init(*size), self.now)
                self.size = "x".join(map(str, size))
            segment = _Segment(number, date, name)
            self.segments.append(segment)
            self._fill(segment)
            date += segment.seconds
        self._offer(ended=True)
        self.record.ends = self.now
        return self.record

    def _fill(self, segment: _Segment) -> None:
        last = self.plan.parts.get(segment.number, PARTS_OF_SEGMENT) - 1
        pieces = []
        for index in range(last + 1):
            frames = self.plan.frames.get((segment.number, index), FRAMES_OF_PART)
            self.now += frames * FRAME / 90_000 + self.plan.held_up.get((segment.number, index), 0.0)
            uri = f"part-{self.next_part}.m4s"
            self.next_part += 1
            self.decoded[1] += self.plan.skipped.get((segment.number, index), 0)
            pieces.append(self._media(frames, index == 0))
            segment.parts.append(_Part(uri, frames * FRAME / 90_000, index == 0))
            self.record.resources[uri] = Resource(pieces[-1], self.now)
            if index == last:
                segment.finished = True
                self.record.resources[f"segment-{segment.number}.m4s"] = Resource(b"".join(pieces), self.now)
                self._let_go()
            self._offer()

    def _media(self, frames: int, keyframe: bool) -> bytes:
        pictures = [picture(keyframe and index == 0) for index in range(frames)]
        begins, sound_begins = self.decoded[1], self.decoded[2]
        self.decoded[1] += frames * FRAME
        sounds = []
        while self.decoded[2] * 90_000 < self.decoded[1] * SOUND_RATE:
            sounds.append(Frame(bytes(20), SOUND_FRAME))
            self.decoded[2] += SOUND_FRAME
        return fragment({1: (begins, pictures), 2: (sound_begins, sounds)})

    def _let_go(self) -> None:
        while len(self.segments) > self.plan.listed:
            gone = self.segments.pop(0)
            self.left += gone.init != self.segments[0].init

    def _offer(self, ended: bool = False) -> None:
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{TARGET}",
            f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.480,HOLD-BACK={3 * TARGET}",
            "#EXT-X-PART-INF:PART-TARGET=0.240",
            f"#EXT-X-MEDIA-SEQUENCE:{self.segments[0].number}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.left}",
        ]
        to_end = sum(segment.seconds for segment in self.segments)
        before = None
        for segment in self.segments:
            to_end -= segment.seconds
            if segment.init != before:
                lines += ["#EXT-X-DISCONTINUITY"] * (before is not None) + [f'#EXT-X-MAP:URI="{segment.init}"']
                before = segment.init
            date = datetime.fromtimestamp(segment.date, UTC).isoformat(timespec="milliseconds")
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date}")
            if to_end < 3 * TARGET - 0.0005:
                lines += [
                    f'#EXT-X-PART:DURATION={part.seconds:.5f},URI="{part.uri}"' + ",INDEPENDENT=YES" * part.independent
                    for part in segment.parts
                ]
            if segment.finished:
                lines += [f"#EXTINF:{segment.seconds:.5f},", f"segment-{segment.number}.m4s"]
        lines.append("#EXT-X-ENDLIST" if ended else f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-{self.next_part}.m4s"')
        self.record.media.append(Offer(self.now, "\n".join(lines) + "\n"))
        if self.size:
            self._announce()

    def _announce(self) -> None:
        attributes = (
            "BANDWIDTH=101000,AVERAGE-BANDWIDTH=101000",
            'CODECS="avc1.42C01E,mp4a.40.2"',
            f"RESOLUTION={self.size}",
            "FRAME-RATE=25.000",
        )
        text = f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:{','.join(attributes)}\nmedia.m3u8\n"
        self.record.multivariant.append(Offer(self.now, text))
        self.size = ""


def show(plan: Plan | None = None) -> Record:
    """The record of a show of 43 s."""
    return _Server(plan or Plan()).run()


def edited(
    record: Record,
    pattern: str,
    replacement: str | Callable[[re.Match[str]], str],
    since: float = 0.0,
    until: float = float("inf"),
) -> Record:
    """The record with its media playlists of a time changed by a regular expression."""
    record.media = [
        Offer(offer.at, re.sub(pattern, replacement, offer.text, flags=re.MULTILINE))
        if since <= offer.at < until
        else offer
        for offer in record.media
    ]
    return record
