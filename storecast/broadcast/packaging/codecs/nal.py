"""NAL units, of which samples and parameter sets of H.264 and HEVC are made."""

from collections.abc import Iterator

from storecast.broadcast.packaging.codecs.codec import BadConfiguration

_LENGTH_SIZES = (1, 2, 4)
_MAX_UNITS = 1024  # looked at in a sample


def nal_units(sample: bytes | memoryview, length_size: int) -> Iterator[memoryview]:
    """Each whole unit with its header: ISO/IEC 14496-15, clause 4.3.2; what is cut off is left out."""
    view = memoryview(sample)
    at = 0
    for _ in range(_MAX_UNITS):
        if (start := at + length_size) >= len(view):
            return
        at = start + int.from_bytes(view[at:start])
        if start < at <= len(view):
            yield view[start:at]


def unescaped(unit: bytes | memoryview) -> bytes:
    """Without emulation prevention: ITU-T H.264, clause 7.4.1, and H.265, clause 7.4.2."""
    return bytes(unit).replace(b"\x00\x00\x03", b"\x00\x00")


def length_size(byte: int) -> int:
    """lengthSizeMinusOne of `avcC` and `hvcC`. Raises `BadConfiguration`."""
    size = (byte & 3) + 1
    if size not in _LENGTH_SIZES:
        raise BadConfiguration(f"NAL unit lengths of {size} bytes")
    return size


class Sets:
    """Reads parameter sets one after the other. Raises `BadConfiguration` where one is cut or empty."""

    def __init__(self, configuration: bytes, at: int) -> None:
        self._configuration = configuration
        self._at = at

    def number(self, size: int) -> int:
        """The next unsigned number of `size` bytes."""
        return int.from_bytes(self._next(size))

    def unit(self) -> bytes:
        """The next NAL unit behind its 16-bit length."""
        return self._next(self.number(2))

    def _next(self, size: int) -> bytes:
        found = self._configuration[self._at : self._at + size]
        if not found or len(found) < size:
            raise BadConfiguration("a parameter set is cut or empty")
        self._at += size
        return found
