"""Frames as no browser sends them (RFC 6455, sections 5 and 7.4): each ends its own socket and nothing else."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.realtime.api_peer import ApiPeer
from tests.realtime.conftest import Connect

MASKED = bytes((0x81, 0x80 | 2)) + bytes(4) + b"{}"


class Raw:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def frame(self) -> tuple[int, bytes]:
        """Opcode and payload of the next whole frame."""
        first, size = await self.reader.readexactly(2)
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        return first & 0x0F, await self.reader.readexactly(size)

    async def closed_with(self) -> int | None:
        """None where it ends without a word."""
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == 8:
                    return int.from_bytes(payload[:2], "big")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None


@asynccontextmanager
async def raw(port: int, token: str, *, reads: bool = True) -> AsyncIterator[Raw]:
    connection = socket.socket()
    if not reads:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=4096)
    writer.write(
        f"GET /?token={token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b" 101 " in await reader.readline()
    await reader.readuntil(b"\r\n\r\n")
    yield Raw(reader, writer)
    writer.close()


def command(**said: object) -> bytes:
    payload = json.dumps(said).encode()
    return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        (b"\x81\x02{}", {1002}),  # not masked
        (bytes((0x83, 0x80)) + bytes(4), {1002}),  # a reserved opcode
        (bytes((0xC1, 0x80 | 2)) + bytes(4) + b"{}", {1002}),  # a reserved bit
        (bytes((0x09, 0x80)) + bytes(4), {1002}),  # a ping in fragments
        (bytes((0x89, 0xFE)) + (200).to_bytes(2, "big") + bytes(204), {1002}),  # a ping of 200 bytes
        (bytes((0x80, 0x80 | 2)) + bytes(4) + b"{}", {1002}),  # goes on with nothing
        (bytes((0x01, 0x80 | 1)) + bytes(4) + b"{" + MASKED, {1002}),  # begins twice
        (bytes((0x81, 0xFE)) + (5000).to_bytes(2, "big") + bytes(4), {1009}),  # too large, announced alone
        (bytes((0x81, 0xFF)) + (1 << 62).to_bytes(8, "big") + bytes(4), {1009}),
        (bytes((0x81, 0xFF)) + b"\xff" * 8 + bytes(4), {1002, 1009}),  # a length no frame may have
    ],
)
async def test_a_frame_against_the_rules_ends_its_socket_alone(
    connect: Connect, api: ApiPeer, port: int, sent: bytes, codes: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    """And writes nothing to the log, which anybody could fill."""
    async with connect() as viewer, raw(port, api.token("guest:raw")) as client:
        await viewer.subscribe()
        client.writer.write(sent)
        assert await asyncio.wait_for(client.closed_with(), 10) in codes
        assert await viewer.hear_until(await api.publish()) == [1]
    assert [record.message for record in caplog.records if record.name.startswith("picows")] == []


async def test_who_does_not_read_is_told_to_come_back_and_then_misses_nothing(
    connect: Connect, api: ApiPeer, port: int
) -> None:
    async with connect() as viewer, raw(port, api.token("guest:slow"), reads=False) as slow:
        await viewer.subscribe()
        slow.writer.write(command(type="subscribe", room="show"))
        assert json.loads((await slow.frame())[1])["type"] == "subscribed"
        api.padding = "x" * 400_000
        published = 0
        while not slow.reader.at_eof() and published < 30:  # the system keeps some megabytes for it first
            published = await api.publish()
            assert await viewer.hear_until(published) == [published]
        heard = []
        while True:
            opcode, payload = await slow.frame()
            if opcode == 8:
                break
            heard.append(json.loads(payload)["seq"])
        assert int.from_bytes(payload[:2], "big") == 4408
        assert heard == list(range(1, len(heard) + 1))
        assert len(heard) < published
    async with connect("guest:slow") as back:
        assert (await back.subscribe(since=heard[-1]))["recovered"]
        assert await back.hear_until(published) == list(range(heard[-1] + 1, published + 1))
