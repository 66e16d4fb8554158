"""AMF0: the values inside RTMP commands and metadata (Adobe, Action Message Format 0, 2007)."""

import struct
from datetime import UTC, datetime
from enum import Enum, IntEnum

MAX_DEPTH = 16
MAX_VALUES = 4096  # in one message
MAX_STRING = 64 * 1024 - 1  # bytes; what a plain AMF0 string can hold. Nothing a publisher says needs a long string.

_DOUBLE = struct.Struct(">d")
_U16 = struct.Struct(">H")
_U32 = struct.Struct(">I")
_OBJECT_END = b"\x00\x00\x09"


class AmfError(ValueError):
    """Not AMF0, or more of it than anybody needs."""


class Undefined(Enum):
    UNDEFINED = "undefined"


UNDEFINED = Undefined.UNDEFINED

AmfValue = None | bool | float | str | Undefined | datetime | dict[str, "AmfValue"] | list["AmfValue"]


class Marker(IntEnum):
    NUMBER = 0x00
    BOOLEAN = 0x01
    STRING = 0x02
    OBJECT = 0x03
    NULL = 0x05
    UNDEFINED = 0x06
    REFERENCE = 0x07
    ECMA_ARRAY = 0x08
    OBJECT_END = 0x09
    STRICT_ARRAY = 0x0A
    DATE = 0x0B
    LONG_STRING = 0x0C
    UNSUPPORTED = 0x0D
    XML_DOCUMENT = 0x0F
    TYPED_OBJECT = 0x10


def decode(data: bytes) -> list[AmfValue]:
    """The values of `data` in order, up to where it cannot be read or is more than anybody needs.

    An object or array that breaks off is the last, as far as it goes: encoders cut metadata, leave end markers out and
    mix in AMF3.
    """
    reader = _Reader(data)
    values = []
    try:
        while not reader.at_end:
            values.append(reader.value(0))
    except AmfError:
        if reader.broken is not None:
            values.append(reader.broken)
    return values


def encode(*values: AmfValue) -> bytes:
    """`values` one after another. Raises `AmfError` for a string or nesting past the limits."""
    out = bytearray()
    for value in values:
        _write(out, value, 0)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._left = MAX_VALUES
        self._complex: list[AmfValue] = []  # what a reference may point at, in order of appearance
        self.broken: AmfValue = None  # the outermost object or array that is not read to its end

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def value(self, depth: int) -> AmfValue:
        if depth > MAX_DEPTH:
            raise AmfError("nested too deep")
        self._left -= 1
        if self._left < 0:
            raise AmfError("too many values")
        marker = self._take(1)[0]
        match marker:
            case Marker.NUMBER:
                number: float = _DOUBLE.unpack(self._take(8))[0]
                return number
            case Marker.BOOLEAN:
                return self._take(1)[0] != 0
            case Marker.STRING:
                return self._text(self._u16())
            case Marker.NULL:
                return None
            case Marker.UNDEFINED | Marker.UNSUPPORTED:
                return UNDEFINED
            case Marker.DATE:
                return self._date()
            case Marker.LONG_STRING | Marker.XML_DOCUMENT:
                return self._text(self._u32())
            case Marker.REFERENCE:
                index = self._u16()
                if index >= len(self._complex):
                    raise AmfError("reference to nothing")
                return self._complex[index]
            case Marker.OBJECT:
                return self._object(depth)
            case Marker.TYPED_OBJECT:
                self._text(self._u16())  # the class name means nothing here
                return self._object(depth)
            case Marker.ECMA_ARRAY:
                self._u32()  # only an announcement: the end marker counts
                return self._object(depth)
            case Marker.STRICT_ARRAY:
                return self._array(depth)
        raise AmfError(f"marker 0x{marker:02x}")

    def _object(self, depth: int) -> dict[str, AmfValue]:
        found: dict[str, AmfValue] = {}
        self._open(found, depth)
        while True:
            key = self._text(self._u16())
            if not key and self._data[self._at : self._at + 1] == b"\x09":
                self._at += 1
                self._close(depth)
                return found
            found[key] = self.value(depth + 1)

    def _array(self, depth: int) -> list[AmfValue]:
        found: list[AmfValue] = []
        self._open(found, depth)
        count = self._u32()
        if count > self._left:
            raise AmfError("too many values")
        for _ in range(count):
            found.append(self.value(depth + 1))
        self._close(depth)
        return found

    def _open(self, found: dict[str, AmfValue] | list[AmfValue], depth: int) -> None:
        self._complex.append(found)
        if depth == 0:
            self.broken = found

    def _close(self, depth: int) -> None:
        if depth == 0:
            self.broken = None

    def _date(self) -> datetime:
        milliseconds: float = _DOUBLE.unpack(self._take(8))[0]
        self._take(2)  # time zone: reserved, not to be used
        try:
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise AmfError("date out of range") from error

    def _text(self, length: int) -> str:
        if length > MAX_STRING:
            raise AmfError("string too long")
        return self._take(length).decode("utf-8", "replace")

    def _u16(self) -> int:
        value: int = _U16.unpack(self._take(2))[0]
        return value

    def _u32(self) -> int:
        value: int = _U32.unpack(self._take(4))[0]
        return value

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise AmfError("ends too early")
        taken = self._data[self._at : end]
        self._at = end
        return taken


def _write(out: bytearray, value: AmfValue, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise AmfError("nested too deep")
    match value:
        case None:
            out.append(Marker.NULL)
        case Undefined():
            out.append(Marker.UNDEFINED)
        case bool():
            out += bytes((Marker.BOOLEAN, value))
        case int() | float():
            out.append(Marker.NUMBER)
            out += _DOUBLE.pack(value)
        case str():
            out.append(Marker.STRING)
            out += _key(value)
        case datetime():
            out.append(Marker.DATE)
            out += _DOUBLE.pack(round(value.timestamp() * 1000)) + b"\x00\x00"
        case list():
            out.append(Marker.STRICT_ARRAY)
            out += _U32.pack(len(value))
            for item in value:
                _write(out, item, depth + 1)
        case dict():
            out.append(Marker.OBJECT)
            for key, item in value.items():
                out += _key(key)
                _write(out, item, depth + 1)
            out += _OBJECT_END


def _key(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > MAX_STRING:
        raise AmfError("string too long")
    return _U16.pack(len(raw)) + raw
