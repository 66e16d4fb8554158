"""A viewer's browser, as far as realtime goes."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypedDict

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


class Frame(TypedDict, total=False):
    type: str
    room: str
    seq: int
    recovered: bool
    event: str
    at: str
    data: dict[str, int]
    code: int
    message: str
    after: float


@dataclass
class Client:
    socket: ClientConnection

    async def say(self, **frame: str | int | None) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> Frame:
        frame: Frame = json.loads(await self.socket.recv())
        return frame

    async def subscribe(self, room: str = "show", since: int | None = None) -> Frame:
        await self.say(type="subscribe", room=room, **({} if since is None else {"since": since}))
        return await self.hear()

    async def hear_until(self, seq: int) -> list[int]:
        """The `seq` of every frame up to that of `seq`."""
        seen: list[int] = []
        while not seen or seen[-1] < seq:
            frame = await self.hear()
            assert frame["type"] == "event", frame
            seen.append(frame["seq"])
        return seen


async def closed_with(client: Client) -> int:
    """Read until the server closes; answers its close code."""
    with suppress(ConnectionClosed):
        while True:
            await client.socket.recv()
    assert client.socket.close_code
    return client.socket.close_code


@asynccontextmanager
async def client(port: int, token: str, path: str = "/", forwarded_for: Sequence[str] = ()) -> AsyncIterator[Client]:
    """`forwarded_for`: what a proxy in between would add, a header line each."""
    headers = [("X-Forwarded-For", hops) for hops in forwarded_for]
    url = f"ws://127.0.0.1:{port}{path}?token={token}"
    async with connect(url, additional_headers=headers, max_queue=None, proxy=None) as socket:
        yield Client(socket)
