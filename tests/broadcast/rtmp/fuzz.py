"""Seeded cases of what a publisher may send, right, cut and lying: the same seed is always the same bytes."""

import random
import struct
from collections.abc import Iterator

from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.rtmp.chunks import DEFAULT_CHUNK_SIZE, MessageType
from storecast.broadcast.rtmp.handshake import HELLO, PACKET, digest_at, packet_digest
from tests.broadcast.rtmp.chunk_writer import ChunkWriter, Message
from tests.broadcast.rtmp.headers import FRAMES, HEADERS

MOST_BYTES = 128 * 1024  # of one case
SMALL_BYTES = 600  # of them that come in small pieces
_PLAYER_KEY = b"Genuine Adobe Flash Player 001"
_CSIDS = (2, 3, 4, 5, 6, 7, 8, 63, 64, 319, 320, 65599)
_STEPS = (40, 40, 40, 33, 21, 0, 1, -20, 700, 1500, -1500, 8000, -5000, 600_000, 0x1000000, 1 << 31)
_STARTS = (0, 0, 0, 40, 0xFFFFF0, 0xFFFFFF, 0x1000000, 0x7FFFFFF0, 0xFFFFFFF0)


class Case:
    """One peer's whole life. `pieces` are the reads it arrives in."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._stamp = self._random.choice(_STARTS)
        self._codecs = self._random.sample(sorted(HEADERS), 2) if self._often(0.5) else ["avc", "aac"]
        self._writer = ChunkWriter(
            DEFAULT_CHUNK_SIZE, self._random.randrange, repeats_extended=self._random.random() < 0.8
        )

    def pieces(self) -> Iterator[bytes]:
        said = self._damaged(self._hello() + self._greeting() + self._show())[:MOST_BYTES]
        small = self._random.choice((1, 7, 100))
        begin = self._random.choice((0, HELLO, HELLO + PACKET, self._random.randint(0, len(said))))
        at = 0
        while at < len(said):
            size = self._random.randint(1, small if begin <= at < begin + SMALL_BYTES else MOST_BYTES // 8)
            yield said[at : at + size]
            at += size

    def _often(self, share: float) -> bool:
        return self._random.random() < share

    def _bytes(self, most: int) -> bytes:
        return self._random.randbytes(self._random.randint(0, most))

    def _damaged(self, said: bytes) -> bytes:
        """Most cases as they are, the others with bytes changed, put in or lost, or cut off."""
        if self._often(0.6):
            return said
        damaged = bytearray(said)
        first = self._random.choice((0, HELLO + PACKET, HELLO + PACKET))
        for _ in range(self._random.choice((1, 2, 5, 50))):
            at = self._random.randint(min(first, len(damaged)), len(damaged))
            match self._random.randrange(4):
                case 0:
                    damaged[at : at + 1] = self._random.randbytes(1)
                case 1:
                    damaged[at:at] = self._bytes(20)
                case 2:
                    del damaged[at : at + self._random.randint(1, 200)]
                case _:
                    damaged[at : at + 4] = self._random.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff"))
        return bytes(damaged)

    # The handshake and what comes before publishing.

    def _hello(self) -> bytes:
        c1 = bytearray(self._random.randbytes(PACKET))
        if self._often(0.5):
            c1[4:8] = bytes(4)
        elif self._often(0.5):
            at = digest_at(bytes(c1), self._random.choice((8, 772)))
            c1[at : at + 32] = packet_digest(bytes(c1), at, _PLAYER_KEY)
        version = b"\x03" if self._often(0.98) else self._random.randbytes(1)
        return version + bytes(c1) + self._random.randbytes(PACKET)

    def _greeting(self) -> bytes:
        key = (
            self._random.choice(("right", " right", "/right", "flv:right")) if self._often(0.95) else self._noise_text()
        )
        app = self._random.choice(("live", "live/", "live/_definst_", "")) if self._often(0.95) else self._noise_text()
        values: list[tuple[AmfValue, ...]] = [
            ("connect", 1.0, {"app": app, "type": "nonprivate", "tcUrl": "rtmp://192.0.2.1/live"}),
            ("releaseStream", 2.0, None, key),
            ("FCPublish", 3.0, None, key),
            ("createStream", 4.0, None),
            ("publish", 5.0, None, key, "live"),
        ]
        if self._often(0.1):
            self._random.shuffle(values)
        said = [self._message(MessageType.COMMAND, self._torn(encode(*each), 0.01), csid=3) for each in values]
        while self._often(0.1):
            said.insert(self._random.randint(0, len(said)), self._odd())
        return self._written(said)

    def _noise_text(self) -> str:
        return self._random.choice(("", "vod", "wrong", "live/right", "\0", "?" * 300, "/" * 300, "rtmp://x"))

    # The show.

    def _show(self) -> bytes:
        said: list[Message] = []
        for codec in self._codecs:
            said += [self._header(codec)]
        out = [self._data_before(), self._written(said)]
        oddness = self._random.choice((0.0, 0.02, 0.2, 0.6))
        for _ in range(self._random.choice((3, 10, 40))):
            said = [self._odd() if self._often(oddness) else self._frame() for _ in range(self._random.randint(1, 6))]
            out.append(self._written(said))
            if self._often(0.1):
                out.append(self._resized())
            if self._often(oddness / 4):
                out.append(self._chunk_that_lies())
        return b"".join(out)

    def _data_before(self) -> bytes:
        described: AmfValue = {"width": 640.0, "framerate": self._random.choice((30.0, 29.97, 0.0, -1.0, 1e300, "x"))}
        described |= {"videocodecid": self._random.choice((7.0, None)), "audiocodecid": self._random.choice((10.0, {}))}
        body = encode(*("@setDataFrame",) * self._random.randrange(2), "onMetaData", described)
        return self._written([self._message(MessageType.DATA, self._torn(body, 0.2))])

    def _header(self, codec: str) -> Message:
        return self._media(codec, self._torn(HEADERS[codec], 0.1))

    def _frame(self) -> Message:
        codec = self._random.choice(self._codecs)
        self._stamp = (self._stamp + self._random.choice(_STEPS[: self._random.choice((3, 5, 16))])) & 0xFFFFFFFF
        body = bytearray(self._torn(self._random.choice(FRAMES[codec]), 0.02))
        if codec in ("avc", "hevc") and len(body) > 8 and self._often(0.05):
            body[2:5] = self._random.randbytes(3)  # when it is shown, roughly
        if self._often(0.02):
            body += self._random.randbytes(self._random.choice((1000, 20_000)))
        return self._media(codec, bytes(body))

    def _media(self, codec: str, body: bytes) -> Message:
        sound = codec in ("aac", "pce", "he", "opus", "flac", "mp3", "pcm")
        kind = MessageType.AUDIO if sound else MessageType.VIDEO
        return self._message(kind, body, csid=4 if sound else 6, stream_id=1)

    def _odd(self) -> Message:
        anything = self._random.choice((self._stray_header, self._command, self._control, self._aggregate, self._noise))
        return anything()

    def _stray_header(self) -> Message:
        return self._header(self._random.choice(sorted(HEADERS)))

    def _command(self) -> Message:
        name = self._random.choice(
            ("connect", "createStream", "publish", "play", "deleteStream", "FCUnpublish", "_checkbw", "", "x" * 300)
        )
        body = encode(name, self._random.choice((0.0, 7.0, float("nan"), None))) + self._amf(0)
        kind = self._random.choice((MessageType.COMMAND, MessageType.COMMAND_AMF3, MessageType.DATA))
        prefix = self._random.choice((b"", b"", b"\x00")) if kind == MessageType.COMMAND_AMF3 else b""
        return self._message(kind, self._torn(prefix + body, 0.2), csid=3)

    def _control(self) -> Message:
        kind = self._random.choice((2, 3, 4, 5, 6))
        body = struct.pack(">I", self._random.choice((0, 1, 2, 4, 6, 64, 1 << 14, 0xFFFFFFFF)))
        if kind == MessageType.USER_CONTROL:
            body = struct.pack(">HI", self._random.randrange(8), 1)
        return self._message(kind, self._torn(body + self._bytes(4), 0.1), csid=2)

    def _aggregate(self) -> Message:
        body = b""
        for _ in range(self._random.randint(0, 5)):
            message = self._random.choice((self._frame, self._frame, self._noise))()
            size = len(message.body) if self._often(0.95) else self._random.randrange(1 << 24)
            body += bytes((message.type,)) + size.to_bytes(3, "big")
            body += (message.timestamp & 0xFFFFFF).to_bytes(3, "big") + bytes((message.timestamp >> 24, 0, 0, 0))
            body += message.body + (11 + size & 0xFFFFFFFF).to_bytes(4, "big")
        return self._message(MessageType.AGGREGATE, self._torn(body, 0.1), csid=6, stream_id=1)

    def _noise(self) -> Message:
        kind = self._random.choice((8, 8, 9, 9, 15, 16, 17, 18, 19, 20, 22, self._random.randrange(256)))
        if kind in (MessageType.SET_CHUNK_SIZE, MessageType.ABORT):
            kind = 0
        first = self._random.choice((b"", b"\x17", b"\x27\x01", b"\xaf", b"\x90hvc1", b"\xa7", b"\x91Opus", b"\x2f"))
        return self._message(kind, first + self._bytes(60), csid=self._random.choice(_CSIDS), stream_id=1)

    def _amf(self, depth: int) -> bytes:
        """Values right and wrong: nested deeper than allowed, lengths that lie, references in circles."""
        lies = self._often(0.05)
        match self._random.randrange(12):
            case 0:
                return b"\x02" + struct.pack(">H", 0xFFFF if lies else 3) + b"abc"
            case 1:
                return b"\x07" + struct.pack(">H", self._random.choice((0, 0, 1, 5)))
            case 2:
                return b"\x0b" + struct.pack(">dH", self._random.choice((0.0, 1e18, float("nan"), -1e300)), 0)
            case 3 | 4 | 5 if depth < self._random.choice((2, 4, 30)):
                pairs = b"".join(b"\x00\x01k" + self._amf(depth + 1) for _ in range(self._random.randint(0, 3)))
                opening = self._random.choice((b"\x03", b"\x08\x00\x00\x00\x01", b"\x10\x00\x01c"))
                return opening + pairs + (b"" if lies else b"\x00\x00\x09")
            case 6 if depth < self._random.choice((2, 4, 30)):
                count = self._random.randint(0, 3)
                claimed = self._random.choice((0xFFFFFFFF, 5000, 4000)) if lies else count
                return b"\x0a" + struct.pack(">I", claimed) + b"".join(self._amf(depth + 1) for _ in range(count))
            case 7:
                return b"\x0c" + struct.pack(">I", 0x7FFFFFFF if lies else 2) + b"ab"
            case 8:
                return self._random.choice((b"\x05", b"\x06", b"\x0d", b"\x01\x01", b"\x11\x0a", b"\x04", b"\xff"))
            case _:
                return encode(self._random.choice((1.0, float("inf"), -0.0, "right", None, True)))

    # How it is written.

    def _message(self, kind: int, body: bytes, *, csid: int = 4, stream_id: int = 0) -> Message:
        if self._often(0.02):
            csid = self._random.choice(_CSIDS[1:])
        return Message(csid, kind, stream_id, self._stamp if stream_id else 0, body)

    def _torn(self, body: bytes, share: float) -> bytes:
        """`body`, or with a chance of `share` a part of it, or with bits turned over."""
        if not self._often(share):
            return body
        if self._often(0.5):
            return body[: self._random.randint(0, len(body))]
        torn = bytearray(body)
        for _ in range(self._random.randint(1, 4)):
            if torn:
                torn[self._random.randrange(len(torn))] ^= 1 << self._random.randrange(8)
        return bytes(torn)

    def _written(self, messages: list[Message]) -> bytes:
        return self._writer.write(messages)[0]

    def _resized(self) -> bytes:
        size = self._random.choice((1, 60, 128, 4096, 65536, 0x7FFFFFFF))
        said = self._written([Message(2, MessageType.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", size))])
        if self._often(0.97):
            self._writer.chunk_size = size
        return said

    def _chunk_that_lies(self) -> bytes:
        """The beginning of a message that never ends, is far too long, or is no message at all; perhaps taken back."""
        csid = self._random.choice((3, 4, 6, 9, 10))
        form = self._random.randrange(4)
        stamp = self._random.choice((0, 40, 0xFFFFFF))
        size = self._random.choice((0, 1, 200, 70_000, 5 * 1024 * 1024, 0xFFFFFF))
        header = stamp.to_bytes(3, "big") + size.to_bytes(3, "big") + bytes((self._random.choice((8, 9, 18, 20)),))
        header = (header + b"\x01\x00\x00\x00")[: (11, 7, 3, 0)[form]]
        begun = bytes((form << 6 | csid,)) + header + self._bytes(300)
        if self._often(0.5):
            return begun
        return begun + self._written([Message(2, MessageType.ABORT, 0, 0, struct.pack(">I", csid))])
