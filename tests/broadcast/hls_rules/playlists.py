"""A strict reader of media and multivariant playlists (RFC 8216bis, 4): what they say, and what is wrong with how.

It knows the tags of a low-latency playlist of one rendition, and those of a replay, which is byte ranges; any other tag
of the standard is an error here. A byte range is part of an address here: `take.mp4#1000@20`.
"""

import re
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct, field

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^,\s]*)(?:,|$)')
_INTEGER = re.compile(r"\d{1,20}")
_FLOAT = re.compile(r"\d+(?:\.\d+)?")
_RESOLUTION = re.compile(r"(\d+)x(\d+)")
_RANGE = re.compile(r"\d{1,20}@\d{1,20}")  # where it begins may be left out: not in these playlists
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}(?:Z|[+-]\d\d:?\d\d)")


class Wrong(Struct, frozen=True):
    clause: str
    words: str


class ListedPart(Struct, frozen=True):
    uri: str
    duration: float
    independent: bool


class ListedSegment(Struct):
    """A media segment; without `uri` the one that is still growing: only its parts are listed."""

    number: int
    discontinuity: int  # its discontinuity sequence number, 6.2.1
    begins_anew: bool = False  # EXT-X-DISCONTINUITY stands before it
    map: str | None = None  # the init segment that applies to it
    date: float | None = None  # EXT-X-PROGRAM-DATE-TIME, seconds since the epoch
    parts: list[ListedPart] = field(default_factory=list)
    uri: str | None = None
    extinf: float | None = None

    @property
    def duration(self) -> float:
        """Seconds: what is listed so far."""
        return sum(part.duration for part in self.parts) if self.extinf is None else self.extinf


class MediaPlaylist(Struct):
    version: int = 1
    target: int = 0
    part_target: float | None = None
    part_hold_back: float | None = None
    hold_back: float | None = None
    can_block: bool = False
    first: int = 0
    first_discontinuity: int = 0
    has_discontinuity_sequence: bool = False
    independent_segments: bool = False
    segments: list[ListedSegment] = field(default_factory=list)
    hint: str | None = None
    ended: bool = False
    kind: str | None = None  # EXT-X-PLAYLIST-TYPE
    ranges: bool = False  # whether there are byte ranges
    header: list[str] = field(default_factory=list)  # the tags that may never change
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def duration(self) -> float:
        return sum(segment.duration for segment in self.segments)

    @property
    def growing(self) -> ListedSegment | None:
        return self.segments[-1] if self.segments and self.segments[-1].uri is None else None

    def complain(self, clause: str, words: str) -> None:
        self.wrong.append(Wrong(clause, words))


class Variant(Struct):
    uri: str = ""
    bandwidth: int = 0
    average_bandwidth: int | None = None
    codecs: list[str] = field(default_factory=list)
    width: int = 0
    height: int = 0
    frame_rate: float | None = None


def attributes(text: str) -> dict[str, str] | None:
    """An attribute list (4.2), quotes kept; None where it is none."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _ATTRIBUTE.match(text, at)
        if match is None or match[1] in found or (match.end() == len(text) and text.endswith(",")):
            return None
        found[match[1]] = match[2]
        at = match.end()
    return found or None


class _Reader:
    """Line after line; what was said of the next segment is kept in `_next`."""

    def __init__(self) -> None:
        self.playlist = MediaPlaylist()
        self._next: ListedSegment | None = None
        self._map: str | None = None
        self._range: str | None = None
        self._seen: set[str] = set()
        self._tags: dict[str, Callable[[str], None]] = {
            "EXT-X-VERSION": self._version,
            "EXT-X-TARGETDURATION": self._target,
            "EXT-X-SERVER-CONTROL": self._control,
            "EXT-X-PART-INF": self._part_information,
            "EXT-X-MEDIA-SEQUENCE": self._media_sequence,
            "EXT-X-DISCONTINUITY-SEQUENCE": self._discontinuity_sequence,
            "EXT-X-INDEPENDENT-SEGMENTS": self._independent,
            "EXT-X-PLAYLIST-TYPE": self._type,
            "EXT-X-ENDLIST": self._end,
        }
        self._of_segments: dict[str, Callable[[str], None]] = {
            "EXT-X-DISCONTINUITY": self._discontinuity,
            "EXT-X-MAP": self._media_initialization,
            "EXT-X-PROGRAM-DATE-TIME": self._date,
            "EXT-X-PART": self._part,
            "EXTINF": self._duration,
            "EXT-X-BYTERANGE": self._byte_range,
            "EXT-X-PRELOAD-HINT": self._hint,
        }

    def line(self, line: str) -> None:
        if not line.startswith("#"):
            self._uri(line)
            return
        name, _, value = line[1:].partition(":")
        if name in self._tags:
            if name in self._seen:
                self.playlist.complain("4.4.3", f"a second {name}")
            self._seen.add(name)
            self._tags[name](value)
        elif name in self._of_segments:
            self._of_segments[name](value)
        elif name.startswith("EXT"):
            self.playlist.complain("4.1", f"a tag {name}, which these playlists do not have")

    def close(self) -> None:
        playlist = self.playlist
        if self._next is not None:
            if self._next.extinf is not None:
                playlist.complain("4.4.4.1", "an EXTINF without an address after it")
            elif self._next.parts:
                playlist.segments.append(self._next)
            else:
                playlist.complain("4.4.4", "tags of a segment at the end, but neither segment nor part")
        for name in ("EXT-X-VERSION", "EXT-X-TARGETDURATION"):
            if name not in self._seen:
                playlist.complain("4.4.3.1" if "TARGET" in name else "4.4.1.2", f"no {name}")

    def _segment(self) -> ListedSegment:
        if self._next is None:
            listed = self.playlist.segments
            number = self.playlist.first + len(listed)
            before = listed[-1].discontinuity if listed else self.playlist.first_discontinuity
            self._next = ListedSegment(number, before, map=self._map)
        return self._next

    def _before_parts(self, tag: str) -> ListedSegment:
        segment = self._segment()
        if segment.parts or segment.extinf is not None:
            self.playlist.complain("4.4.4.9", f"{tag} after a part of the segment it applies to")
        return segment

    def _integer(self, tag: str, value: str) -> int:
        if not _INTEGER.fullmatch(value):
            self.playlist.complain("4.2", f"{tag} is {value!r}, which is no integer")
            return 0
        return int(value)

    def _float(self, tag: str, value: str | None) -> float:
        if value is None or not _FLOAT.fullmatch(value):
            self.playlist.complain("4.2", f"{tag} is {value!r}, which is no number")
            return 0.0
        return float(value)

    def _attributes(self, tag: str, value: str, required: tuple[str, ...] = ()) -> dict[str, str]:
        found = attributes(value)
        if found is None:
            self.playlist.complain("4.2", f"{tag} with a broken attribute list {value!r}")
            return {}
        for name in required:
            if name not in found:
                self.playlist.complain("4.2", f"{tag} without {name}")
        return found

    def _quoted(self, tag: str, found: dict[str, str], name: str) -> str:
        value = found.get(name, '""')
        if not value.startswith('"') or len(value) < 3:
            self.playlist.complain("4.2", f"{tag} with {name}={value}, which is no quoted text")
        return value.strip('"')

    def _global(self, tag: str, value: str) -> None:
        self.playlist.header.append(f"{tag}:{value}")

    def _version(self, value: str) -> None:
        self._global("EXT-X-VERSION", value)
        self.playlist.version = self._integer("EXT-X-VERSION", value)

    def _target(self, value: str) -> None:
        self.playlist.target = self._integer("EXT-X-TARGETDURATION", value)
        if self.playlist.target < 1:
            self.playlist.complain("4.4.3.1", "EXT-X-TARGETDURATION below 1")

    def _control(self, value: str) -> None:
        self._global("EXT-X-SERVER-CONTROL", value)
        found = self._attributes("EXT-X-SERVER-CONTROL", value)
        self.playlist.can_block = found.get("CAN-BLOCK-RELOAD") == "YES"
        if "HOLD-BACK" in found:
            self.playlist.hold_back = self._float("HOLD-BACK", found["HOLD-BACK"])
        if "PART-HOLD-BACK" in found:
            self.playlist.part_hold_back = self._float("PART-HOLD-BACK", found["PART-HOLD-BACK"])

    def _part_information(self, value: str) -> None:
        found = self._attributes("EXT-X-PART-INF", value)
        self.playlist.part_target = self._float("PART-TARGET", found.get("PART-TARGET"))

    def _media_sequence(self, value: str) -> None:
        self._must_come_first("EXT-X-MEDIA-SEQUENCE", "4.4.3.2")
        self.playlist.first = self._integer("EXT-X-MEDIA-SEQUENCE", value)

    def _discontinuity_sequence(self, value: str) -> None:
        self._must_come_first("EXT-X-DISCONTINUITY-SEQUENCE", "4.4.3.3")
        self.playlist.has_discontinuity_sequence = True
        self.playlist.first_discontinuity = self._integer("EXT-X-DISCONTINUITY-SEQUENCE", value)

    def _must_come_first(self, tag: str, clause: str) -> None:
        if self.playlist.segments or self._next is not None:
            self.playlist.complain(clause, f"{tag} after the first segment or discontinuity")

    def _independent(self, value: str) -> None:
        self._global("EXT-X-INDEPENDENT-SEGMENTS", value)
        self.playlist.independent_segments = True

    def _type(self, value: str) -> None:
        self._global("EXT-X-PLAYLIST-TYPE", value)
        self.playlist.kind = value
        if value not in ("VOD", "EVENT"):
            self.playlist.complain("4.4.3.5", f"EXT-X-PLAYLIST-TYPE {value!r}")

    def _end(self, value: str) -> None:
        self.playlist.ended = True

    def _discontinuity(self, value: str) -> None:
        segment = self._before_parts("EXT-X-DISCONTINUITY")
        if not segment.begins_anew:
            segment.discontinuity += 1
        segment.begins_anew = True

    def _media_initialization(self, value: str) -> None:
        segment = self._before_parts("EXT-X-MAP")
        found = self._attributes("EXT-X-MAP", value, ("URI",))
        uri = self._quoted("EXT-X-MAP", found, "URI")
        if "BYTERANGE" in found:
            uri = self._ranged(uri, found["BYTERANGE"].strip('"'))
        self._map = segment.map = uri

    def _date(self, value: str) -> None:
        segment = self._before_parts("EXT-X-PROGRAM-DATE-TIME")
        if segment.date is not None:
            self.playlist.complain("4.4.4.6", "two EXT-X-PROGRAM-DATE-TIME for one segment")
        if not _DATE.fullmatch(value):
            self.playlist.complain("4.4.4.6", f"EXT-X-PROGRAM-DATE-TIME {value!r} has no milliseconds or no zone")
            return
        segment.date = datetime.fromisoformat(value).timestamp()

    def _part(self, value: str) -> None:
        segment = self._segment()
        found = self._attributes("EXT-X-PART", value, ("URI", "DURATION"))
        if segment.extinf is not None:
            self.playlist.complain("4.4.4.9", "EXT-X-PART between an EXTINF and its address")
        if found.get("INDEPENDENT", "YES") != "YES":
            self.playlist.complain("4.4.4.9", f"INDEPENDENT={found['INDEPENDENT']}: only YES is a value")
        duration = self._float("DURATION of EXT-X-PART", found.get("DURATION"))
        segment.parts.append(ListedPart(self._quoted("EXT-X-PART", found, "URI"), duration, "INDEPENDENT" in found))

    def _duration(self, value: str) -> None:
        segment = self._segment()
        number, comma, _ = value.partition(",")
        if not comma or not _FLOAT.fullmatch(number):
            self.playlist.complain("4.4.4.1", f"EXTINF:{value}")
        elif segment.extinf is not None:
            self.playlist.complain("4.4.4.1", "two EXTINF for one segment")
        else:
            segment.extinf = float(number)

    def _hint(self, value: str) -> None:
        found = self._attributes("EXT-X-PRELOAD-HINT", value, ("TYPE", "URI"))
        if self.playlist.hint is not None:
            self.playlist.complain("6.2.6", "two EXT-X-PRELOAD-HINT of one type")
        if found.get("TYPE") != "PART":
            self.playlist.complain("4.4.5.3", f"EXT-X-PRELOAD-HINT of type {found.get('TYPE')}")
        self.playlist.hint = self._quoted("EXT-X-PRELOAD-HINT", found, "URI")

    def _byte_range(self, value: str) -> None:
        if self._range is not None:
            self.playlist.complain("4.4.4.2", "two EXT-X-BYTERANGE for one segment")
        self._segment()
        self._range = value

    def _ranged(self, uri: str, value: str) -> str:
        self.playlist.ranges = True
        if not _RANGE.fullmatch(value):
            self.playlist.complain("4.4.4.2", f"a byte range {value!r}")
        return f"{uri}#{value}"

    def _uri(self, uri: str) -> None:
        segment = self._segment()
        if self._range is not None:
            uri, self._range = self._ranged(uri, self._range), None
        if segment.extinf is None:
            self.playlist.complain("4.4.4.1", f"{uri} without an EXTINF")
            segment.extinf = 0.0
        segment.uri = uri
        self.playlist.segments.append(segment)
        self._next = None


def read_media(text: str) -> MediaPlaylist:
    """What a media playlist says; `wrong` has the breaches of syntax."""
    reader = _Reader()
    _check_lines(text, reader.playlist.complain)
    for line in text.splitlines()[1:]:
        if line.strip():
            reader.line(line)
    reader.close()
    return reader.playlist


def read_multivariant(text: str) -> tuple[list[Variant], list[Wrong]]:
    """The variants of a multivariant playlist, and the breaches of syntax."""
    wrong: list[Wrong] = []

    def complain(clause: str, words: str) -> None:
        wrong.append(Wrong(clause, words))

    _check_lines(text, complain)
    variants: list[Variant] = []
    pending: Variant | None = None
    for line in filter(str.strip, text.splitlines()[1:]):
        if line.startswith("#EXT-X-STREAM-INF:"):
            pending = _variant(line.partition(":")[2], complain)
        elif line.startswith("#EXT"):
            if line.split(":")[0] not in ("#EXT-X-VERSION", "#EXT-X-INDEPENDENT-SEGMENTS"):
                complain("4.4.6", f"{line.split(':')[0]} in a multivariant playlist")
        elif not line.startswith("#"):
            if pending is None:
                complain("4.4.6.2", f"{line} without EXT-X-STREAM-INF")
            else:
                pending.uri = line
                variants.append(pending)
            pending = None
    if pending is not None or not variants:
        complain("4.4.6.2", "EXT-X-STREAM-INF without an address after it" if pending else "no EXT-X-STREAM-INF")
    return variants, wrong


def _variant(value: str, complain: Callable[[str, str], None]) -> Variant:
    found = attributes(value)
    if found is None:
        complain("4.2", f"EXT-X-STREAM-INF with a broken attribute list {value!r}")
        return Variant()
    variant = Variant()
    for name, pattern in (("BANDWIDTH", _INTEGER), ("AVERAGE-BANDWIDTH", _INTEGER), ("FRAME-RATE", _FLOAT)):
        if name in found and not pattern.fullmatch(found[name]):
            complain("4.2", f"{name}={found.pop(name)}")
    variant.bandwidth = int(found.get("BANDWIDTH", 0))
    if "AVERAGE-BANDWIDTH" in found:
        variant.average_bandwidth = int(found["AVERAGE-BANDWIDTH"])
    if "FRAME-RATE" in found:
        variant.frame_rate = float(found["FRAME-RATE"])
    variant.codecs = [name.strip() for name in found.get("CODECS", "").strip('"').split(",") if name]
    if resolution := _RESOLUTION.fullmatch(found.get("RESOLUTION", "")):
        variant.width, variant.height = int(resolution[1]), int(resolution[2])
    elif "RESOLUTION" in found:
        complain("4.2", f"RESOLUTION={found['RESOLUTION']}")
    return variant


def _check_lines(text: str, complain: Callable[[str, str], None]) -> None:
    lines = text.splitlines()
    if not lines or lines[0] != "#EXTM3U":
        complain("4.4.1.1", "the first line is not #EXTM3U")
    if any(ord(character) < 32 and character not in "\r\n" for character in text):
        complain("4.1", "control characters")
    if any(line != line.strip() for line in lines):
        complain("4.1", "space around a line")
