"""Sockets of a room that note which event came when, and hold all of them to one order."""

import asyncio
import base64
import json
import time
from functools import partial
from typing import cast

_KEY = base64.b64encode(bytes(16)).decode()
_SEQ = b'"seq":'
_AT_ONCE = 100


class Room:
    """What all sockets have heard."""

    def __init__(self, sockets: int) -> None:
        self.sockets = sockets
        self.counts: dict[int, int] = {}  # by seq: how many have it
        self.last_at: dict[int, float] = {}  # by seq: when the last of them had it
        self.ids: dict[int, str] = {}  # by seq: of the message
        self.out: list[float] = []  # when each was told that it may not stay
        self.disorders = 0


class Socket(asyncio.Protocol):
    def __init__(self, room: Room, name: str, token: str, *, reads: bool) -> None:
        self._room, self._name, self._token, self._reads = room, name, token, reads
        self._rest = b""
        self._seq: int | None = None
        self._upgraded = False
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport = cast("asyncio.WriteTransport", transport)
        transport.write(
            f"GET /?token={self._token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {_KEY}\r\n\r\n".encode()
        )
        command = json.dumps({"type": "subscribe", "room": self._name}).encode()
        transport.write(bytes((0x81, 0x80 | len(command))) + bytes(4) + command)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self._upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            self._upgraded = True
        at = 0
        while len(data) - at >= 4:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if len(data) < start + size:
                break
            self._take(data[start : start + size])
            at = start + size
        self._rest = data[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.subscribed.done():
            self.subscribed.set_exception(ConnectionError("closed before it was in the room"))

    def _take(self, frame: bytes) -> None:
        room = self._room
        if frame.startswith(b'{"type":"event"'):
            _, found, rest = frame[:100].partition(_SEQ)
            if not found:
                return  # a figure
            seq = int(rest.partition(b",")[0])
            room.disorders += self._seq is not None and seq != self._seq + 1
            self._seq = seq
            room.counts[seq] = room.counts.get(seq, 0) + 1
            room.last_at[seq] = time.monotonic()
            if self._reads:
                room.ids[seq] = str(json.loads(frame)["data"].get("id", ""))
        elif frame.startswith(b'{"type":"subscribed"'):
            self._seq = int(json.loads(frame)["seq"])
            self.subscribed.set_result(None)
        elif frame.startswith(b'{"type":"error"'):
            room.out.append(time.monotonic())


def _itself(socket: Socket) -> Socket:
    return socket


async def gather(port: int, room: Room, name: str, tokens: list[str]) -> list[Socket]:
    loop = asyncio.get_running_loop()
    sockets = [Socket(room, name, token, reads=number == 0) for number, token in enumerate(tokens)]
    for start in range(0, len(sockets), _AT_ONCE):
        batch = sockets[start : start + _AT_ONCE]
        await asyncio.gather(*(loop.create_connection(partial(_itself, each), "127.0.0.1", port) for each in batch))
        await asyncio.gather(*(each.subscribed for each in batch))
    return sockets
