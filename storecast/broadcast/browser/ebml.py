"""EBML (RFC 8794) as it comes: whole elements out of any pieces.

What recorders write cannot be read by its ends: a segment and its clusters have no size where nobody can seek back to
write one. So elements that only hold others are stepped into and never left: an id says where it belongs.
"""

from collections.abc import Iterator

from storecast.broadcast.tags import Unacceptable

LARGEST = 5 * 1024 * 1024  # bytes of an element
_LONGEST_ID = 4
_LONGEST_SIZE = 8


class Unreadable(Unacceptable):
    """What came is no recording that can be read on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The recording cannot be read: {what}.")


class Elements:
    """`opened` are the ids that are stepped into, `limits` the bytes that elements to be given out may have.

    All others are passed over.
    """

    def __init__(self, opened: frozenset[int], limits: dict[int, int]) -> None:
        self._opened = opened
        self._limits = limits
        self._pending = bytearray()
        self._skip = 0  # bytes of an element that nobody wants

    @property
    def pending(self) -> int:
        """Bytes kept until the rest of their element comes."""
        return len(self._pending)

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Ids and contents of the elements that are whole now; of those that are opened, the id alone.

        Raises `Unreadable`.
        """
        pending = self._pending
        pending += data
        at = 0
        try:
            while True:
                if self._skip:
                    passed = min(self._skip, len(pending) - at)
                    self._skip -= passed
                    at += passed
                header = _header(pending, at)
                if header is None or self._skip:
                    return
                element, size, start = header
                if element in self._opened:
                    at = start
                    yield element, b""
                    continue
                if size is None:
                    raise Unreadable("an element has no size")
                limit = self._limits.get(element)
                if limit is None:
                    at, self._skip = start, _checked(size, LARGEST)
                    continue
                if start + _checked(size, limit) > len(pending):
                    return
                at = start + size
                yield element, bytes(pending[start:at])
        finally:
            del pending[:at]


def children(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements within one that is whole. Raises `Unreadable`."""
    at = 0
    while at < len(content):
        header = _header(content, at)
        if header is None:
            raise Unreadable("an element is cut off")
        element, size, start = header
        if size is None or start + size > len(content):
            raise Unreadable("an element is longer than what it is in")
        at = start + size
        yield element, content[start:at]


def number(content: bytes) -> int:
    """An unsigned integer (RFC 8794, 7.2). Raises `Unreadable`."""
    if len(content) > 8:
        raise Unreadable("a number is too long")
    return int.from_bytes(content)


def size_at(data: bytes | bytearray, at: int) -> tuple[int | None, int] | None:
    """A size (RFC 8794, 4) and where it ends; None instead of a size that is not known, and where bytes are missing.

    Raises `Unreadable`.
    """
    if at >= len(data):
        return None
    length = 9 - data[at].bit_length()
    if length > _LONGEST_SIZE:
        raise Unreadable("a size is too long")
    if at + length > len(data):
        return None
    mask = (1 << 7 * length) - 1
    size = int.from_bytes(data[at : at + length]) & mask
    return None if size == mask else size, at + length


def _header(data: bytes | bytearray, at: int) -> tuple[int, int | None, int] | None:
    """An element's id, its size, and where its content begins; None where bytes are missing."""
    if at >= len(data):
        return None
    length = 9 - data[at].bit_length()
    if length > _LONGEST_ID:
        raise Unreadable("this is no element of Matroska")
    if at + length >= len(data):
        return None
    found = size_at(data, at + length)
    if found is None:
        return None
    return int.from_bytes(data[at : at + length]), *found


def _checked(size: int, limit: int) -> int:
    if size > limit:
        raise Unreadable(f"an element of {size} bytes")
    return size
