"""What passes between the show and the child: a number (64 bits, signed), a size (32 bits), so many bytes."""

import struct
from collections.abc import Iterator

MAX_SIZE = 256 * 1024  # bytes a frame; the longest of any codec, raw PCM of a second, is shorter
CANNOT_BEGIN = 3  # the child's exit status where it would not help to start anew
HEADER = struct.Struct(">qI")


class BrokenWire(ValueError):
    """The other side says something that cannot be."""


def record(number: int, data: bytes) -> bytes:
    return HEADER.pack(number, len(data)) + data


class Records:
    """Takes bytes as they come and gives the records in them."""

    def __init__(self) -> None:
        self._open = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Raises `BrokenWire` at a record past `MAX_SIZE`."""
        self._open += data
        while len(self._open) >= HEADER.size:
            number, size = HEADER.unpack_from(self._open)
            if size > MAX_SIZE:
                raise BrokenWire
            end = HEADER.size + size
            if len(self._open) < end:
                return
            body = bytes(self._open[HEADER.size : end])
            del self._open[:end]
            yield number, body
