"""A publisher in slow motion: says what it is told to, byte by byte where a test needs it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from storecast.broadcast.rtmp.amf import AmfValue, encode
from storecast.broadcast.rtmp.chunks import ChunkReader, MessageType, write_message
from storecast.broadcast.rtmp.commands import read_command
from storecast.broadcast.rtmp.handshake import HELLO, PACKET


class RtmpClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._reader = reader
        self._heard: list[tuple[str, str]] = []
        self._chunks = ChunkReader(self._on_message)

    @classmethod
    async def connect(cls, port: int) -> "RtmpClient":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def shake_hands(self) -> None:
        self.writer.write(b"\x03" + bytes(PACKET))
        await self._reader.readexactly(HELLO + PACKET)
        self.writer.write(bytes(PACKET))

    def call(self, *values: AmfValue) -> None:
        self.writer.write(write_message(MessageType.COMMAND, encode(*values), csid=3))

    async def publish(self, key: str) -> tuple[str, str]:
        """Everything up to publishing; code and description of the answer."""
        await self.shake_hands()
        self.call("connect", 1.0, {"app": "live"})
        self.call("createStream", 2.0, None)
        self.call("publish", 3.0, None, key, "live")
        return await self.status()

    async def status(self) -> tuple[str, str]:
        """Code and description of the next `onStatus`."""
        async with asyncio.timeout(20):
            while not self._heard:
                data = await self._reader.read(65536)
                assert data, "the server has closed the connection"
                self._chunks.feed(data)
        return self._heard.pop(0)

    async def closed(self) -> bytes:
        """What is still said until the server closes."""
        said = b""
        try:
            async with asyncio.timeout(20):
                while data := await self._reader.read(65536):
                    said += data
        except ConnectionError:
            pass
        self.writer.close()
        return said

    def kill(self) -> None:
        """Vanish as a process that is killed does."""
        self.writer.transport.abort()

    def _on_message(self, kind: int, stream_id: int, timestamp: int, body: bytes) -> None:
        if kind == MessageType.COMMAND:
            command = read_command(body)
            info = command.arguments[-1] if command.name == "onStatus" else None
            if isinstance(info, dict):
                self._heard.append((str(info["code"]), str(info["description"])))


def flv_messages(path: Path, until_ms: int, starts_at: int = 0) -> Iterator[bytes]:
    """The tags of an FLV file up to a time, as RTMP messages of a clock that starts at `starts_at` ms."""
    data = path.read_bytes()
    at = 13
    while at + 11 <= len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        timestamp = data[at + 7] << 24 | int.from_bytes(data[at + 4 : at + 7], "big")
        if timestamp >= until_ms:
            return
        body = data[at + 11 : at + 11 + size]
        yield write_message(kind, body, csid=4 + kind % 2, stream_id=1, timestamp=(timestamp + starts_at) & 0xFFFFFFFF)
        at += size + 15
