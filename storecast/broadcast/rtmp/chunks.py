"""RTMP chunk streams: messages cut into chunks and put together again (RTMP 1.0, section 5.3)."""

import struct
from collections.abc import Callable
from enum import IntEnum

DEFAULT_CHUNK_SIZE = 128
MAX_CHUNK_SIZE = 0xFFFFFF  # a message cannot be longer, so neither can a chunk that says something
MAX_CHUNK_STREAMS = 32  # publishers use three to six
MAX_MESSAGE = 5 * 1024 * 1024  # bytes; a 20 Mbit/s stream's largest keyframes stay far below
MAX_SMALL_MESSAGE = 64 * 1024  # bytes; commands, metadata, and everything before publishing is allowed
MAX_PENDING = 8 * 1024 * 1024  # bytes of unfinished messages a connection may hold
EXTENDED = 0xFFFFFF  # a timestamp field of this value says that four more bytes follow

_U32 = struct.Struct(">I")
_HEADER_SIZES = (11, 7, 3, 0)


class MessageType(IntEnum):
    SET_CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW_SIZE = 5
    PEER_BANDWIDTH = 6
    AUDIO = 8
    VIDEO = 9
    DATA_AMF3 = 15
    COMMAND_AMF3 = 17
    DATA = 18
    COMMAND = 20
    AGGREGATE = 22


_LARGE = frozenset((MessageType.AUDIO, MessageType.VIDEO, MessageType.AGGREGATE))


class ChunkError(ValueError):
    """The peer does not speak RTMP, or says more than it may."""


OnMessage = Callable[[int, int, int, bytes], None]
"""Called with message type, message stream id, timestamp (ms, 32 bits) and body."""


class _ChunkStream:
    __slots__ = ("body", "delta", "extended", "left", "length", "skipped", "stream_id", "timestamp", "type")

    def __init__(self) -> None:
        self.timestamp = 0
        self.delta = 0
        self.extended: bytes | None = None  # the four bytes, when the last header had them
        self.length = 0
        self.type = 0
        self.stream_id = 0
        self.left = 0  # bytes the unfinished message still lacks; 0 between messages
        self.body = bytearray()
        self.skipped = False  # the unfinished message is too long to be kept


class ChunkReader:
    """Puts messages together from bytes in any cut. Chunk size and abort messages are obeyed here.

    While it is `held` it keeps what it is fed, and reads it with the next `feed` after that.
    """

    def __init__(self, on_message: OnMessage) -> None:
        self.chunk_size = DEFAULT_CHUNK_SIZE
        self.large_allowed = False  # media of `MAX_MESSAGE` bytes; set once publishing is allowed
        self.held = False
        self.messages = 0  # since somebody set it back
        self._on_message = on_message
        self._streams: dict[int, _ChunkStream] = {}
        self._rest = b""  # the beginning of a header
        self._current: _ChunkStream | None = None
        self._chunk_left = 0  # payload bytes the current chunk still lacks
        self._pending = 0

    def feed(self, data: bytes) -> None:
        """Take `data` and call `on_message` for each message it completes. Raises `ChunkError`."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        at = 0
        end = len(data)
        while at < end:
            if not self._chunk_left:
                if self.held:
                    self._rest = data[at:]
                    return
                start = self._header(data, at)
                if not start:
                    self._rest = data[at:]
                    return
                at = start
                if not self._chunk_left:  # an empty message
                    continue
            stream = self._current
            if stream is None:
                raise ChunkError("payload without header")
            count = min(self._chunk_left, end - at)
            piece = data[at : at + count]
            at += count
            self._chunk_left -= count
            stream.left -= count
            if stream.skipped:
                continue
            if stream.left or stream.body:
                self._pending += count
                if self._pending > MAX_PENDING:
                    raise ChunkError("too many unfinished messages")
                stream.body += piece
            if not stream.left:
                self._complete(stream, self._gathered(stream) if stream.body else piece)

    def _gathered(self, stream: _ChunkStream) -> bytes:
        body = bytes(stream.body)
        self._pending -= len(body)
        stream.body = bytearray()
        return body

    def _header(self, data: bytes, at: int) -> int:
        """Read one chunk's header; where its payload starts, or 0 when `data` ends before that."""
        end = len(data)
        first = data[at]
        csid = first & 0x3F
        body = at + 1
        if csid < 2:
            body += csid + 1
            if body > end:
                return 0
            csid = data[at + 1] + 64 + (data[at + 2] << 8 if csid else 0)
        form = first >> 6
        stream = self._streams.get(csid)
        payload = body + _HEADER_SIZES[form]
        if payload > end:
            return 0
        if stream is None:
            stream = self._open(csid, form)
        if form == 3:
            return self._continue(stream, data, body)
        if stream.left:
            raise ChunkError("message within a message")
        field = int.from_bytes(data[body : body + 3], "big")
        extended: bytes | None = None
        if field == EXTENDED:
            extended = data[payload : payload + 4]
            payload += 4
            if payload > end:
                return 0
            field = _U32.unpack(extended)[0]
        stream.extended = extended
        if form < 2:
            stream.length = int.from_bytes(data[body + 3 : body + 6], "big")
            stream.type = data[body + 6]
        if form == 0:
            stream.stream_id = int.from_bytes(data[body + 7 : body + 11], "little")
            stream.timestamp = field
        else:
            stream.timestamp = (stream.timestamp + field) & 0xFFFFFFFF
        stream.delta = field  # after a full header too: 5.3.1.2.4 says the next type 3 repeats it
        self._begin(stream)
        return payload

    def _continue(self, stream: _ChunkStream, data: bytes, body: int) -> int:
        if stream.extended is not None:
            if body + 4 > len(data):
                return 0
            # Some encoders leave the field out of later chunks, against 5.3.1.3.
            if data[body : body + 4] == stream.extended:
                body += 4
        if not stream.left:
            stream.timestamp = (stream.timestamp + stream.delta) & 0xFFFFFFFF
            self._begin(stream)
        else:
            self._current = stream
            self._chunk_left = min(self.chunk_size, stream.left)
        return body

    def _open(self, csid: int, form: int) -> _ChunkStream:
        if form == 3:
            raise ChunkError("continuation of nothing")
        if len(self._streams) >= MAX_CHUNK_STREAMS:
            raise ChunkError("too many chunk streams")
        stream = self._streams[csid] = _ChunkStream()
        return stream

    def _begin(self, stream: _ChunkStream) -> None:
        limit = MAX_MESSAGE if self.large_allowed and stream.type in _LARGE else MAX_SMALL_MESSAGE
        stream.skipped = stream.length > limit
        if stream.skipped and (stream.type in _LARGE or not self.large_allowed):
            raise ChunkError(f"message of {stream.length} bytes, type {stream.type}")
        stream.left = stream.length
        if not stream.length:
            self._complete(stream, b"")
            return
        self._current = stream
        self._chunk_left = min(self.chunk_size, stream.length)

    def _complete(self, stream: _ChunkStream, body: bytes) -> None:
        self.messages += 1
        kind = stream.type
        if kind == MessageType.SET_CHUNK_SIZE:
            size = _control(body) & 0x7FFFFFFF
            if not size:
                raise ChunkError("chunk size 0")
            self.chunk_size = min(size, MAX_CHUNK_SIZE)
        elif kind == MessageType.ABORT:
            self._abort(_control(body))
        else:
            self._on_message(kind, stream.stream_id, stream.timestamp, body)

    def _abort(self, csid: int) -> None:
        aborted = self._streams.get(csid)
        if aborted is not None:
            self._gathered(aborted)
            aborted.left = 0


def _control(body: bytes) -> int:
    if len(body) < 4:
        raise ChunkError("control message too short")
    value: int = _U32.unpack_from(body)[0]
    return value


def write_message(
    kind: int, body: bytes, *, csid: int, stream_id: int = 0, timestamp: int = 0, chunk_size: int = DEFAULT_CHUNK_SIZE
) -> bytes:
    """One message as a type 0 chunk and its continuations. `csid` is 2 to 63."""
    extended = _U32.pack(timestamp) if timestamp >= EXTENDED else b""
    field = min(timestamp, EXTENDED)
    header = field.to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes((kind,)) + stream_id.to_bytes(4, "little")
    out = [bytes((csid,)), header, extended, body[:chunk_size]]
    for at in range(chunk_size, len(body), chunk_size):
        out += (bytes((0xC0 | csid,)), extended, body[at : at + chunk_size])
    return b"".join(out)
