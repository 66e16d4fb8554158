"""A page that goes live: a real WebSocket, and a recording sent piece by piece."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.broadcast.browser.recordings import pieces


class Page(Struct):
    socket: ClientConnection

    async def say(self, **message: str | bool) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, str]:
        async with asyncio.timeout(20):
            found: dict[str, str] = json.loads(await self.socket.recv())
        return found

    async def show_key(self, key: str = "right") -> None:
        await self.say(key=key)
        assert await self.hear() == {"state": "live", "code": "", "words": ""}

    async def send(self, data: bytes, size: int = 4000) -> None:
        for piece in pieces(data, size):
            await self.socket.send(piece)

    async def stop(self) -> None:
        await self.say(stop=True)
        assert (await self.hear())["state"] == "stopped"

    async def closed(self) -> int:
        """The close code, once the server has closed."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(20):
                while True:
                    await self.socket.recv()
        assert self.socket.close_code is not None
        return self.socket.close_code

    def cut(self) -> None:
        """As a network does that is gone."""
        self.socket.transport.abort()


@asynccontextmanager
async def page(
    port: int, *, origin: str | None = None, headers: Mapping[str, str] | None = None, path: str = "/publish"
) -> AsyncIterator[Page]:
    more: Sequence[tuple[str, str]] = tuple((headers or {}).items())
    if origin is not None:
        more = (*more, ("Origin", origin))
    async with connect(
        f"ws://127.0.0.1:{port}{path}", additional_headers=more, compression=None, max_size=None
    ) as socket:
        yield Page(socket)
