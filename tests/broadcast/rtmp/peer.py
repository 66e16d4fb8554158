"""A connection without a network, seen from the publisher's side."""

import asyncio

from storecast.broadcast.publishing import Publisher
from storecast.broadcast.refusals import RefusalLog
from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.rtmp.chunks import ChunkReader, MessageType, write_message
from storecast.broadcast.rtmp.commands import read_command
from storecast.broadcast.rtmp.connection import Connection, Phase
from storecast.broadcast.rtmp.handshake import PACKET
from storecast.broadcast.rtmp.pace import Pace
from storecast.broadcast.tags import Tag
from tests.broadcast.rtmp.transport import MemoryTransport

BYTE_RATE = 1_000_000
KEYFRAME = b"\x17\x01\x00\x00\x00frame"


class Shelf:
    """A publication that keeps what it takes."""

    def __init__(self) -> None:
        self.tags: list[Tag] = []
        self.closed: bool | None = None
        self.error: Exception | None = None

    def put(self, tag: Tag) -> None:
        if self.error is not None:
            raise self.error
        self.tags.append(tag)

    def close(self, *, unpublished: bool) -> None:
        assert self.closed is None
        self.closed = unpublished


class OpenGate:
    def __init__(self) -> None:
        self.shelf = Shelf()
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.answered = asyncio.Event()
        self.answered.set()

    async def publish(self, key: str, publisher: Publisher) -> Shelf:
        self.asked.append(key)
        await self.answered.wait()
        if self.error is not None:
            raise self.error
        return self.shelf


class Reasons(RefusalLog):
    """Remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []

    def tell(self, event: str, address: str, reason: str, **more: str) -> None:
        self.given.append(reason)
        super().tell(event, address, reason, **more)


class Peer:
    """A connection seen from the publisher's side."""

    def __init__(self, *, reads: bool = True) -> None:
        self.gate = OpenGate()
        self.transport = MemoryTransport(reads=reads)
        self.open = 0
        self.refusals = Reasons()
        self.connection = Connection(self.gate, self._admit, self._forget, BYTE_RATE, Pace(), self.refusals)
        self.connection.connection_made(self.transport)
        self._heard: list[tuple[int, bytes]] = []
        self._reader = ChunkReader(lambda kind, _, __, body: self._heard.append((kind, body)))

    def _admit(self, _: Connection) -> bool:
        self.open += 1
        return True

    def _forget(self, _: Connection) -> None:
        self.open -= 1

    def shake_hands(self) -> None:
        self.connection.data_received(b"\x03" + bytes(PACKET) + bytes(PACKET))
        self.transport.written.clear()

    def connect(self, app: str = "live") -> None:
        self.shake_hands()
        self.call("connect", 1.0, {"app": app, "type": "nonprivate"})
        self.heard()

    def say(self, kind: int, body: bytes, *, timestamp: int = 0) -> None:
        self.connection.data_received(write_message(kind, body, csid=4, stream_id=1, timestamp=timestamp))

    def call(self, *values: AmfValue) -> None:
        self.say(MessageType.COMMAND, encode(*values))

    async def publish(self, key: str = "right") -> None:
        self.call("publish", 5.0, None, key, "live")
        await self.answered()

    async def answered(self) -> None:
        while self.connection.phase is Phase.ASKING:
            await asyncio.sleep(0)

    def heard(self) -> list[tuple[int, bytes]]:
        """Type and body of every message since the last time, or since the handshake."""
        self._reader.feed(bytes(self.transport.written))
        self.transport.written.clear()
        heard, self._heard = self._heard, []
        return heard

    def statuses(self) -> list[tuple[str, str]]:
        """Code and description of each `onStatus` since the last time."""
        infos = [
            command.arguments[1]
            for command in (read_command(body) for kind, body in self.heard() if kind == MessageType.COMMAND)
            if command.name == "onStatus"
        ]
        return [(str(info["code"]), str(info["description"])) for info in infos if isinstance(info, dict)]
