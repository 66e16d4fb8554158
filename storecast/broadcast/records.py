"""Records between a show and its children: a header of numbers, the last of them the size of the data that follows."""

import struct
from collections.abc import Iterator
from typing import BinaryIO


class BrokenWire(ValueError):
    """The other side says something that cannot be."""


class Records:
    """Takes bytes as they come and gives the records in them."""

    def __init__(self, header: struct.Struct, max_size: int) -> None:
        self._header = header
        self._max_size = max_size  # bytes of data
        self._open = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[tuple[int, ...], bytes]]:
        """The numbers before the size, and the data, of each. Raises `BrokenWire` at one that is too large."""
        self._open += data
        while len(self._open) >= self._header.size:
            *numbers, size = self._header.unpack_from(self._open)
            if size > self._max_size:
                raise BrokenWire
            end = self._header.size + size
            if len(self._open) < end:
                return
            body = bytes(self._open[self._header.size : end])
            del self._open[:end]
            yield tuple(numbers), body


def read(source: BinaryIO, header: struct.Struct, max_size: int) -> Iterator[tuple[tuple[int, ...], bytes]]:
    """The same of a pipe, until it ends, in the midst of a record or not."""
    while len(head := source.read(header.size)) == header.size:
        *numbers, size = header.unpack(head)
        if size > max_size or len(data := source.read(size)) < size:
            return
        yield tuple(numbers), data
