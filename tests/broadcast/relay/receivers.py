"""RTMP servers a show is passed on to, with all the ways they fail. The server is the product's own."""

import asyncio
import ssl
import struct
from contextlib import suppress
from pathlib import Path

from storecast.broadcast.publishing import Publisher, PublishRefused, Refusal
from storecast.broadcast.rtmp.server import RtmpServer
from storecast.broadcast.tags import Kind, Tag
from tests.ports import free_port


class Received:
    """One publication."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.tags: list[Tag] = []
        self.unpublished: bool | None = None  # whether it ended with a goodbye; None while it goes on

    def put(self, tag: Tag) -> None:
        self.tags.append(tag)

    def close(self, *, unpublished: bool) -> None:
        self.unpublished = unpublished

    @property
    def pictures(self) -> list[Tag]:
        return [tag for tag in self.tags if tag.kind == Kind.VIDEO and not tag.header]

    def save(self, path: Path) -> Path:
        """As an FLV file (Adobe, annex E)."""
        out = [b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"]
        for tag in self.tags:
            if tag.kind == Kind.DATA:
                continue
            stamp = (tag.timestamp & 0xFFFFFF).to_bytes(3, "big") + bytes((tag.timestamp >> 24,))
            out += (bytes((tag.kind,)), len(tag.payload).to_bytes(3, "big"), stamp, bytes(3), tag.payload)
            out.append(struct.pack(">I", 11 + len(tag.payload)))
        path.write_bytes(b"".join(out))
        return path


class Receiver:
    """A server behind a door: it can refuse keys, stop reading, die and come back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.keys: list[str] = []  # all that were shown
        self.refusal: str | None = None
        self.hangs_up = False  # on whoever publishes, without a word
        self.tls: ssl.SSLContext | None = None
        self.thawed = asyncio.Event()
        self.thawed.set()
        self._server = RtmpServer(self, max_publishers=8, max_kbps=20_000)
        self._door: asyncio.Server | None = None
        self._passing: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"rtmps://localhost:{self.port}/live" if self.tls else f"rtmp://127.0.0.1:{self.port}/live"

    @property
    def now(self) -> Received:
        return self.received[-1]

    async def publish(self, key: str, publisher: Publisher) -> Received:
        del publisher
        self.keys.append(key)
        if self.hangs_up:
            asyncio.get_running_loop().call_later(0.2, self._hang_up)
        if self.refusal is not None:
            raise PublishRefused(Refusal.UNKNOWN_KEY, self.refusal)
        self.received.append(Received(key))
        return self.received[-1]

    async def start(self) -> None:
        await self._server.listen("127.0.0.1", 0)
        await self.come_back()

    async def stop(self) -> None:
        self.thawed.set()
        await self.die()
        await self._server.close()

    async def die(self) -> None:
        assert self._door is not None
        self._door.close()
        self._hang_up()

    async def come_back(self) -> None:
        self._door = await asyncio.start_server(self._pass, "127.0.0.1", self.port, ssl=self.tls)

    def freeze(self) -> None:
        """Read no more of what comes."""
        self.thawed.clear()

    def _hang_up(self) -> None:
        for writer in list(self._passing):
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        both = {writer, inner_writer}
        self._passing |= both
        with suppress(OSError):
            await asyncio.gather(self._copy(reader, inner_writer, inwards=True), self._copy(inner_reader, writer))
        await self.thawed.wait()  # what stands still hangs up on nobody
        for each in both:
            each.transport.abort()
        self._passing -= both

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, inwards: bool = False) -> None:
        while data := await reader.read(16 * 1024):
            if inwards:
                await self.thawed.wait()
            writer.write(data)
            await writer.drain()
        await self.thawed.wait()
        writer.transport.abort()
