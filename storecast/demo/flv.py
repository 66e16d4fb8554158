"""FLV, as much as the show needs: tags taken out of a stream as they arrive, and written again at another time.

Adobe Flash Video File Format 10.1, annex E.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"  # audio and video

_TAG_HEADER = struct.Struct(">II3x")  # kind and size of the payload; time, its highest byte last
_TAG_SIZE = struct.Struct(">I")
_SCRIPT = 18


@dataclass(frozen=True)
class Tag:
    kind: int
    at: int  # milliseconds
    payload: bytes

    @property
    def sets_up(self) -> bool:
        """Whether it is metadata or H.264's or AAC's sequence header: no picture, no sound."""
        return self.kind == _SCRIPT or self.payload[1] == 0

    def written(self, at: int) -> bytes:
        """The tag as it stands in a file, at `at` milliseconds."""
        size = len(self.payload)
        stamp = (at & 0xFFFFFF) << 8 | (at >> 24 & 0xFF)
        return _TAG_HEADER.pack(self.kind << 24 | size, stamp) + self.payload + _TAG_SIZE.pack(_TAG_HEADER.size + size)


class Reader:
    """Takes a stream in, in pieces of any size."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._skip = len(HEADER)

    def tags(self, data: bytes) -> Iterator[Tag]:
        """The tags that `data` completes."""
        unread = self._unread
        unread += data
        if self._skip:
            if len(unread) < self._skip:
                return
            del unread[: self._skip]
            self._skip = 0
        while len(unread) >= _TAG_HEADER.size:
            kind_and_size, stamp = _TAG_HEADER.unpack_from(unread)
            end = _TAG_HEADER.size + (kind_and_size & 0xFFFFFF)
            if len(unread) < end + _TAG_SIZE.size:
                return
            payload = bytes(unread[_TAG_HEADER.size : end])
            del unread[: end + _TAG_SIZE.size]
            yield Tag(kind_and_size >> 24, (stamp & 0xFF) << 24 | stamp >> 8, payload)
