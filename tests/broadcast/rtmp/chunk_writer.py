"""Cuts messages into chunks in every way RTMP 1.0 allows (section 5.3): the other side of `ChunkReader`."""

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from storecast.broadcast.rtmp.chunks import EXTENDED


class Message(Struct, frozen=True):
    csid: int
    type: int
    stream_id: int
    timestamp: int
    body: bytes


class _Sent(Struct):
    """What a chunk stream's last header said."""

    message: Message
    delta: int
    extended: bytes


class _Open(Struct):
    message: Message
    at: int


Choose = Callable[[int], int]
"""One of `count` possibilities, from 0."""


class ChunkWriter:
    """`choose` picks header forms and which stream goes next; `repeats_extended` is off in some encoders."""

    def __init__(self, chunk_size: int, choose: Choose, *, repeats_extended: bool = True) -> None:
        self.chunk_size = chunk_size
        self._choose = choose
        self._repeats_extended = repeats_extended
        self._sent: dict[int, _Sent] = {}

    def write(self, messages: list[Message]) -> tuple[bytes, list[Message]]:
        """Chunks of all `messages`, streams interleaved, and the messages in the order in which they end."""
        waiting: dict[int, deque[Message]] = {}
        for message in messages:
            waiting.setdefault(message.csid, deque()).append(message)
        opened: dict[int, _Open] = {}
        out = bytearray()
        finished = []
        while waiting:
            csids = sorted(waiting)
            csid = csids[self._choose(len(csids))]
            part = opened.get(csid)
            if part is None:
                part = opened[csid] = _Open(waiting[csid].popleft(), 0)
                out += self._start(part.message)
            else:
                out += _basic(3, csid)
                if self._repeats_extended:
                    out += self._sent[csid].extended
            out += part.message.body[part.at : part.at + self.chunk_size]
            part.at += self.chunk_size
            if part.at >= len(part.message.body):
                finished.append(part.message)
                del opened[csid]
                if not waiting[csid]:
                    del waiting[csid]
        return bytes(out), finished

    def _start(self, message: Message) -> bytes:
        sent = self._sent.get(message.csid)
        form = self._choose(_forms(sent, message))
        if form == 3 and sent is not None:
            sent.message = message
            return _basic(3, message.csid) + (sent.extended if self._repeats_extended else b"")
        delta = message.timestamp if form == 0 or sent is None else _delta(sent, message)
        extended = delta.to_bytes(4, "big") if delta >= EXTENDED else b""
        header = min(delta, EXTENDED).to_bytes(3, "big")
        if form < 2:
            header += len(message.body).to_bytes(3, "big") + bytes((message.type,))
        if form == 0:
            header += message.stream_id.to_bytes(4, "little")
        self._sent[message.csid] = _Sent(message, delta, extended)
        return _basic(form, message.csid) + header + extended


def _forms(sent: _Sent | None, message: Message) -> int:
    """How many of the header forms 0 to 3 can say `message`."""
    if sent is None or sent.message.stream_id != message.stream_id:
        return 1
    if (len(sent.message.body), sent.message.type) != (len(message.body), message.type):
        return 2
    return 4 if _delta(sent, message) == sent.delta else 3


def _delta(sent: _Sent, message: Message) -> int:
    return (message.timestamp - sent.message.timestamp) & 0xFFFFFFFF


def _basic(form: int, csid: int) -> bytes:
    if csid < 64:
        return bytes((form << 6 | csid,))
    if csid < 320:
        return bytes((form << 6, csid - 64))
    return bytes((form << 6 | 1, (csid - 64) & 0xFF, (csid - 64) >> 8))
