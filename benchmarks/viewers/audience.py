"""An audience in a process of its own: many LL-HLS viewers of one media playlist, and when each part reached them.

Prints an empty line once all have settled, and `Seen` as JSON at the end.
"""

import argparse
import asyncio
import re
import resource
import time
from collections import defaultdict
from typing import cast
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop
from msgspec import Struct

SETTLE_SECONDS = 4.0  # until all have come and none asks for what is long there
TICK_SECONDS = 0.25  # by the clock
BUFFER = 1 << 18
LAST_PART = re.compile(rb'.*#EXT-X-PART:[^\n]*URI="([^"]+)"', re.DOTALL)
_SEQUENCE = re.compile(rb"#EXT-X-MEDIA-SEQUENCE:(\d+)")


class Seen(Struct):
    """Seconds that a part came later than to the first of the audience, over all viewers and parts."""

    p50: float
    p99: float
    parts: int
    missed: int  # by any viewer
    bytes: int
    seconds: float


class Connection(asyncio.BufferedProtocol):
    """HTTP/1.1, one request at a time; what comes is looked at where it lies."""

    buffer = memoryview(bytearray(BUFFER))  # of all: it is read before anybody else's turn

    def __init__(self, host: str) -> None:
        self._host = host
        self._kept: list[bytes] | None = None
        self.read = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def get(self, path: str, *, keep: bool) -> bytes:
        """The body, or nothing where it is not to be kept."""
        self._parser = httptools.HttpResponseParser(self)
        self._kept = [] if keep else None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        await self._answered
        return b"".join(self._kept or ())

    def get_buffer(self, _hint: int) -> memoryview:
        return self.buffer

    def buffer_updated(self, size: int) -> None:
        self.read += size
        self._parser.feed_data(self.buffer[:size])

    def on_body(self, body: bytes) -> None:
        if self._kept is not None:
            self._kept.append(body)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status == 200:
            self._answered.set_result(None)
        else:
            self._answered.set_exception(RuntimeError(f"answered {status}"))

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._answered.done():
            self._answered.set_exception(ConnectionError("the server hung up"))


class Audience:
    def __init__(self, playlist: str, viewers: int, seconds: float) -> None:
        found = urlsplit(playlist)
        self._host, self._port = str(found.hostname), found.port or 80
        self._path = found.path
        self._folder = found.path.rpartition("/")[0]
        self._viewers = viewers
        self._seconds = seconds
        self._came: dict[object, list[float]] = defaultdict(list)
        self._connections: list[Connection] = []

    async def watch(self, by_the_clock: bool) -> Seen:
        began = time.monotonic()
        since = began + SETTLE_SECONDS
        until = since + self._seconds
        one = self._by_the_clock if by_the_clock else self._live
        async with asyncio.TaskGroup() as group:
            for number in range(self._viewers):
                group.create_task(one(number / self._viewers * SETTLE_SECONDS / 2, until))
            await asyncio.sleep(since - time.monotonic())
            print(flush=True)
            read = self._read
        return self._seen(since, until, self._read - read)

    async def _connect(self, after: float) -> Connection:
        await asyncio.sleep(after)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self._host), self._host, self._port)
        self._connections.append(connection)
        return connection

    async def _live(self, after: float, until: float) -> None:
        connection = await self._connect(after)
        query = ""
        while time.monotonic() < until:
            text = await connection.get(self._path + query, keep=True)
            newest = LAST_PART.match(text)
            sequence = _SEQUENCE.search(text)
            assert newest is not None
            assert sequence is not None
            await connection.get(f"{self._folder}/{newest[1].decode()}", keep=False)
            self._came[newest[1]].append(time.monotonic())
            number = int(sequence[1]) + text.count(b"#EXTINF:")
            part = text.count(b"#EXT-X-PART:", max(0, text.rfind(b"#EXTINF:")))
            query = f"?_HLS_msn={number}&_HLS_part={part}"

    async def _by_the_clock(self, after: float, until: float) -> None:
        connection = await self._connect(after)
        while (now := time.monotonic()) < until:
            tick = now // TICK_SECONDS + 1
            await asyncio.sleep(tick * TICK_SECONDS - now)
            await connection.get(self._path, keep=True)
            await connection.get(f"{self._folder}/part.m4s", keep=False)
            self._came[tick].append(time.monotonic())

    @property
    def _read(self) -> int:
        return sum(connection.read for connection in self._connections)

    def _seen(self, since: float, until: float, size: int) -> Seen:
        # The newest may still be on their way to some.
        whole = [came for came in self._came.values() if since <= min(came) < until - 4 * TICK_SECONDS]
        late = sorted(at - min(came) for came in whole for at in came)
        missed = sum(max(0, self._viewers - len(came)) for came in whole)
        return Seen(late[len(late) // 2], late[len(late) * 99 // 100], len(whole), missed, size, self._seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("playlist")
    parser.add_argument("viewers", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--by-the-clock", action="store_true", help="the playlist does not wait, and names part.m4s")
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    audience = Audience(given.playlist, given.viewers, given.seconds)
    print(msgspec.json.encode(uvloop.run(audience.watch(given.by_the_clock))).decode(), flush=True)
