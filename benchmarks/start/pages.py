"""Pages that wait for a show, scripted: each with its own lines to the API, the gateway and the origin, and slow ones.

`python -m benchmarks.start.pages API REALTIME SLUG COUNT`. Prints an empty line once all wait, and `Seen` as JSON once
each has its first part, or gave up. A page asks as the watch page does: details, a guest's token, a room since the
details' `seq`; a heartbeat every 10 s; at `stream.started` the details again, in its turn; then playlists and a part.
"""

import argparse
import asyncio
import base64
import json
import random
import re
import resource
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvloop
from msgspec import Struct

BYTES_A_SECOND = 300_000 // 8
TICK_SECONDS = 0.25
COMING_AT_ONCE = 50  # pages that open at the same time, before the show
TURN_SECONDS = 1.0  # `UNCOUNTED_MS` of web/src/pages/watch/turn.ts
PAUSES = (0.5, 1.0, 2.0, 4.0)  # Inquiry's, about
BEAT_SECONDS = 10.0
PATIENCE_SECONDS = 60.0

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)
_PART = re.compile(r'#EXT-X-PART:[^\n]*URI="([^"]+)"')
_MAP = re.compile(r'#EXT-X-MAP:[^\n]*URI="([^"]+)"')


class Seen(Struct):
    """Seconds since a page heard that the show began, of each that has its first part; and why others have none."""

    took: list[float]
    failed: list[str]


class Line:
    """One connection, a request at a time."""

    def __init__(self, url: str, address: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._address = str(parts.hostname), parts.port or 80, address
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, *, slowly: bool = False) -> bytes:
        return await self.ask("GET", path, slowly=slowly)

    async def ask(self, method: str, path: str, body: bytes = b"", *, slowly: bool = False) -> bytes:
        """The body of a good answer; `slowly` as fast as a thin line has it."""
        if self._open is None or self._open[0].at_eof():  # servers close a line that says nothing for long
            self.close()
            limit = BYTES_A_SECOND if slowly else 2**16
            self._open = await asyncio.open_connection(self._host, self._port, limit=limit)
        reader, writer = self._open
        about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nX-Forwarded-For: {self._address}\r\n"
            f"{about}\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        status = _STATUS.match(head)
        assert status is not None, head[:100]
        read = self._slowly if slowly else reader.readexactly
        if _CHUNKED.search(head):
            content = await _chunks(reader)
        else:
            length = _LENGTH.search(head)
            content = await read(int(length[1])) if length is not None else b""
        assert status[1] == b"200", f"{path} answered {status[1].decode()}: {content[:200]!r}"
        return content

    async def _slowly(self, length: int) -> bytes:
        assert self._open is not None
        content, tick = b"", int(BYTES_A_SECOND * TICK_SECONDS)
        while len(content) < length:
            piece = min(tick, length - len(content))
            content += await self._open[0].readexactly(piece)
            await asyncio.sleep(TICK_SECONDS * piece / tick)
        return content

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()


class Page:
    def __init__(self, api: str, realtime: str, slug: str, number: int, beat: float) -> None:
        self._slug, self._number, self._every = slug, number, beat
        address = f"198.18.{number // 250}.{number % 250 + 1}"
        self._api, self._beats, self._realtime = Line(api, address), Line(api, address), realtime
        self._address = address
        self._beating: asyncio.Task[None] | None = None
        self._room: _Room | None = None

    async def open(self) -> None:
        details = json.loads(await self._api.get(f"/api/v1/events/playback/{self._slug}"))["data"]
        token = json.loads(await self._api.get("/api/v1/jwt"))["data"]["token"]
        self._room = await _Room.of(self._realtime, self._address, token, self._slug, details["seq"])
        self._beating = asyncio.create_task(self._beat())

    async def watch(self) -> float:
        """Seconds from hearing that the show begins until its first part is here."""
        seq = await self._started()
        began = time.monotonic()
        await asyncio.sleep(random.random() * TURN_SECONDS)
        url = await self._hls_url(seq)
        origin = Line(url, self._address)
        path = urlsplit(url)
        variants = (await origin.get(f"{path.path}?{path.query}" if path.query else path.path)).decode()
        playlist = _beside(path.path, next(line for line in variants.splitlines() if line and not line.startswith("#")))
        text = (await origin.get(playlist)).decode()
        first = _MAP.findall(text)[-1]
        part = _PART.findall(text)[-1]
        origin.close()
        thin = Line(url, self._address)
        for each in (first, part):
            await thin.get(_beside(playlist, each), slowly=True)
        thin.close()
        return time.monotonic() - began

    def close(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
        for line in (self._api, self._beats, self._room):
            if line is not None:
                line.close()

    async def _started(self) -> int:
        assert self._room is not None
        while True:
            frame = await self._room.read()
            if frame.get("event") == "stream.started":
                return int(frame["seq"])

    async def _hls_url(self, seq: int) -> str:
        for pause in (*PAUSES, PAUSES[-1]):
            details = json.loads(await self._api.get(f"/api/v1/events/playback/{self._slug}"))["data"]
            stream = details["stream"]["data"]
            if details["seq"] >= seq and stream and stream["is_live"]:
                return str(stream["playback"]["data"]["hls_url"])
            await asyncio.sleep(pause * (0.5 + random.random() / 2))
        raise TimeoutError("the details never knew of the show")

    async def _beat(self) -> None:
        name = f"page-{self._number}"
        body = msgspec.json.encode({"eventId": self._slug, "viewerHash": name, "viewHash": name, "date": "now"})
        await asyncio.sleep(random.random() * self._every)
        while True:
            await self._beats.ask("POST", "/api/v1/events/heartbeat", body)
            await asyncio.sleep(self._every)


class _Room:
    """A socket that has subscribed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def of(cls, url: str, address: str, token: str, room: str, since: int) -> "_Room":
        parts = urlsplit(url)
        made = cls(*await asyncio.open_connection(parts.hostname, parts.port))
        key = base64.b64encode(random.randbytes(16)).decode()
        made._writer.write(
            f"GET /?token={token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"X-Forwarded-For: {address}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await made._reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        command = json.dumps({"type": "subscribe", "room": room, "since": since}).encode()
        made._writer.write(bytes((0x81, 0x80 | len(command))) + bytes(4) + command)
        while (frame := await made.read())["type"] != "subscribed":
            assert frame["type"] != "error", frame
        return made

    async def read(self) -> dict[str, Any]:
        """The next frame."""
        while True:
            kind, length = await self._reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self._reader.readexactly(2), "big")
            payload = await self._reader.readexactly(length)
            if kind & 0x0F == 0x9:  # a ping
                self._writer.write(bytes((0x8A, 0x80 | len(payload))) + bytes(4) + payload)
            elif kind & 0x0F == 0x1:
                frame: dict[str, Any] = json.loads(payload)
                return frame
            else:
                raise ConnectionError(f"the socket was closed: {payload[:100]!r}")

    def close(self) -> None:
        self._writer.close()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        content += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return content


def _beside(path: str, name: str) -> str:
    return name if name.startswith("/") else f"{path.rpartition('/')[0]}/{name}"


async def wait_and_watch(
    api: str, realtime: str, slug: str, count: int, beat: float, ready: Callable[[], object]
) -> Seen:
    """Calls `ready` once all wait. `beat` is the seconds between heartbeats."""
    pages = [Page(api, realtime, slug, number, beat) for number in range(count)]
    for first in range(0, count, COMING_AT_ONCE):
        await asyncio.gather(*(page.open() for page in pages[first : first + COMING_AT_ONCE]))
    ready()
    try:
        watching = (asyncio.wait_for(page.watch(), PATIENCE_SECONDS) for page in pages)
        found = await asyncio.gather(*watching, return_exceptions=True)
    finally:
        for page in pages:
            page.close()
    took = [each for each in found if isinstance(each, float)]
    return Seen(took, [repr(each) for each in found if not isinstance(each, float)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("api", "realtime", "slug"):
        parser.add_argument(name)
    parser.add_argument("count", type=int)
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def ready() -> None:
        print(flush=True)

    seen = uvloop.run(wait_and_watch(given.api, given.realtime, given.slug, given.count, BEAT_SECONDS, ready))
    sys.stdout.write(msgspec.json.encode(seen).decode() + "\n")


if __name__ == "__main__":
    main()
