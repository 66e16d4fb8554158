"""Sockets that listen: they count what they get and note how late it was, and do nothing else."""

import asyncio
import base64
import json
import time
from typing import NamedTuple, cast

_KEY = base64.b64encode(bytes(16)).decode()


class Dialect(NamedTuple):
    """How a server is spoken to: where, what is said first, and how the answer ends once one is in the room."""

    path: str
    commands: list[dict[str, object]]
    subscribed: bytes
    marks: bytes = b""  # begins each event, where several may come in a frame


OURS = Dialect("/?token={token}", [{"type": "subscribe", "room": "show"}], b'"recovered":true}')
CENTRIFUGO = Dialect(
    "/connection/websocket",
    [{"id": 1, "connect": {}}, {"id": 2, "subscribe": {"channel": "show"}}],
    b'{"id":2,"subscribe":{}}',
    b'{"push":',
)


class Show:
    """What is published in a round. All event frames are `frame_size` bytes long."""

    def __init__(self, frame_size: int, dialect: Dialect = OURS) -> None:
        self.frame_size = frame_size
        self.dialect = dialect
        self.published: list[float] = []
        self.latencies: list[float] = []
        self.strays = 0


class Listener(asyncio.Protocol):
    def __init__(self, show: Show, token: str) -> None:
        self._show = show
        self._token = token
        self._transport: asyncio.WriteTransport | None = None
        self._answer = b""
        self._rest = 0
        self._tail = b""
        self.heard = 0
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.WriteTransport", transport)  # uvloop's is not registered as one
        path = self._show.dialect.path.format(token=self._token)
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {_KEY}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        show = self._show
        if not self.subscribed.done():
            upgraded = b"\r\n\r\n" in self._answer
            self._answer += data
            if not upgraded and b"\r\n\r\n" in self._answer:
                self._speak()
            if self._answer.endswith(show.dialect.subscribed):
                self.subscribed.set_result(None)
            return
        if marks := show.dialect.marks:
            data = self._tail + data
            frames, self._tail = data.count(marks), data[1 - len(marks) :]
        else:
            frames, self._rest = divmod(self._rest + len(data), show.frame_size)
        now = time.monotonic()
        for _ in range(frames):
            if self.heard < len(show.published):
                show.latencies.append(now - show.published[self.heard])
            else:
                show.strays += 1
            self.heard += 1

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.subscribed.done():
            self.subscribed.set_exception(ConnectionError(f"closed before subscribed: {self._answer[:200]!r}"))

    def _speak(self) -> None:
        assert self._transport
        for said in self._show.dialect.commands:
            command = json.dumps(said).encode()
            self._transport.write(bytes((0x81, 0x80 | len(command))) + bytes(4) + command)

    def close(self) -> None:
        if self._transport:
            self._transport.abort()


async def gather(port: int, count: int, show: Show, token: str) -> list[Listener]:
    """Connect and subscribe `count` sockets, 100 at a time."""
    loop = asyncio.get_running_loop()
    listeners: list[Listener] = []
    for start in range(0, count, 100):
        batch = await asyncio.gather(
            *(
                loop.create_connection(lambda: Listener(show, token), "127.0.0.1", port)
                for _ in range(min(100, count - start))
            )
        )
        await asyncio.gather(*(listener.subscribed for _, listener in batch))
        listeners += [listener for _, listener in batch]
    return listeners
