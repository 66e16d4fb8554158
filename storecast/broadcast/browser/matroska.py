"""Matroska and WebM (RFC 9559) as recorders of browsers write them: tracks, then frames with their times.

A recording may begin anew at any element: its header forgets the one before, and its times count from 0 again.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum

from msgspec import Struct

from storecast.broadcast.browser.ebml import LARGEST, Elements, Unreadable, children, number, size_at

_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_INFO, _TIMESTAMP_SCALE = 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK = 0x1654AE6B, 0xAE
_NUMBER, _TYPE, _CODEC, _PRIVATE, _ENCODINGS = 0xD7, 0x83, 0x86, 0x63A2, 0x6D80
_TIMESTAMP, _SIMPLE_BLOCK, _GROUP, _BLOCK, _REFERENCE = 0xE7, 0xA3, 0xA0, 0xA1, 0xFB
_KEYFRAME, _LACING = 0x80, 0x06
_SCALE = 1_000_000  # ns a tick where it is not said
_MOST_TRACKS = 8
_DOC_TYPES = (b"webm", b"matroska")
_NS_PER_MS = 1_000_000
_ISO_FILE = b"ftyp"  # MP4 has it behind its first four bytes


class TrackType(IntEnum):
    VIDEO = 1
    AUDIO = 2


class Track(Struct, frozen=True):
    number: int
    kind: int
    codec: str  # as RFC 9559, 27.2 registers them: `V_MPEG4/ISO/AVC`
    private: bytes  # the decoder's configuration, empty where the recorder writes none


class Frame(Struct, frozen=True):
    track: Track
    at: int  # ms since the recording began
    data: bytes
    keyframe: bool


class Reader:
    """Of one connection's recordings. `on_tracks` is told of the tracks of each, before its frames."""

    def __init__(self, on_tracks: Callable[[list[Track]], None]) -> None:
        self._on_tracks = on_tracks
        self._elements = Elements(
            frozenset((_SEGMENT, _CLUSTER)),
            {
                _EBML: 4096,
                _INFO: 4096,
                _TRACKS: 64 * 1024,
                _TIMESTAMP: 8,
                _SIMPLE_BLOCK: LARGEST,
                _GROUP: LARGEST,
            },
        )
        self._first = b""  # bytes, until they can be told from another format's
        self._begun = False
        self._tracks: dict[int, Track] = {}
        self._scale = _SCALE
        self._cluster_at: int | None = None  # ticks

    @property
    def pending(self) -> int:
        """Bytes that are kept."""
        return self._elements.pending

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now. Raises `Unreadable`."""
        if not self._begun:
            data = self._first = self._first + data
            if len(data) < 8:
                return
            if data[4:8] == _ISO_FILE:
                raise Unreadable("it is MP4, and only WebM is taken")
            if int.from_bytes(data[:4]) != _EBML:
                raise Unreadable("it is neither WebM nor Matroska")
            self._begun, self._first = True, b""
        for element, content in self._elements.feed(data):
            if element == _SIMPLE_BLOCK:
                frame = self._block(content, keyframe=None)
            elif element == _GROUP:
                frame = self._group(content)
            else:
                self._describe(element, content)
                continue
            if frame is not None:
                yield frame

    def _describe(self, element: int, content: bytes) -> None:
        if element == _EBML:
            kind = next((each for id, each in children(content) if id == _DOC_TYPE), b"").rstrip(b"\0")
            if kind not in _DOC_TYPES:
                raise Unreadable("it is neither WebM nor Matroska")
            self._tracks, self._scale, self._cluster_at = {}, _SCALE, None
        elif element == _INFO:
            scale = next((number(each) for id, each in children(content) if id == _TIMESTAMP_SCALE), _SCALE)
            if not 0 < scale <= 1_000_000_000:
                raise Unreadable("its times have no unit")
            self._scale = scale
        elif element == _TRACKS:
            tracks = [_track(each) for id, each in children(content) if id == _TRACK]
            if not 0 < len(tracks) <= _MOST_TRACKS:
                raise Unreadable(f"it has {len(tracks)} tracks")
            self._tracks = {track.number: track for track in tracks}
            self._on_tracks(tracks)
        elif element == _TIMESTAMP:
            self._cluster_at = number(content)
        elif element == _CLUSTER:
            self._cluster_at = None

    def _group(self, content: bytes) -> Frame | None:
        block, refers = b"", False
        for element, each in children(content):
            if element == _BLOCK:
                block = each
            refers = refers or element == _REFERENCE
        return self._block(block, keyframe=not refers)

    def _block(self, content: bytes, *, keyframe: bool | None) -> Frame | None:
        """None for a track nobody knows, and where there is nothing in it. `keyframe` is None where its flags say."""
        found = size_at(content, 0)
        if found is None or found[0] is None or len(content) < found[1] + 3:
            raise Unreadable("a block is cut off")
        track_number, at = found[0], found[1]
        flags = content[at + 2]
        if flags & _LACING:
            raise Unreadable("its blocks hold several frames")
        if self._cluster_at is None:
            raise Unreadable("a block comes before its cluster's time")
        track, data = self._tracks.get(track_number), content[at + 3 :]
        if track is None or not data:
            return None
        ticks = self._cluster_at + int.from_bytes(content[at : at + 2], signed=True)
        if keyframe is None:
            keyframe = bool(flags & _KEYFRAME)
        return Frame(track, ticks * self._scale // _NS_PER_MS, data, keyframe)


def _track(content: bytes) -> Track:
    found = dict(children(content))
    if _ENCODINGS in found:
        raise Unreadable("its frames are compressed or encrypted")
    codec = found.get(_CODEC, b"").rstrip(b"\0").decode("latin-1")
    return Track(number(found.get(_NUMBER, b"")), number(found.get(_TYPE, b"")), codec, found.get(_PRIVATE, b""))
