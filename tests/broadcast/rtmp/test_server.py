"""Limits that concern more than one connection."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from storecast.broadcast.rtmp.server import WAITING_PER_ADDRESS, RtmpServer
from tests.broadcast.rtmp.peer import OpenGate
from tests.broadcast.rtmp.transport import MemoryTransport

Open = Callable[[str], MemoryTransport]


@pytest.fixture
async def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Connects from an address, as the listening socket would."""
    made: list[Callable[[], asyncio.Protocol]] = []

    async def create_server(connection: Callable[[], asyncio.Protocol], *_: object, **__: object) -> None:
        made.append(connection)

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", create_server)
    server = RtmpServer(OpenGate(), max_publishers=64, max_kbps=1000)
    await server.listen("::", 1935)

    def connected(address: str) -> MemoryTransport:
        transport = MemoryTransport(address=address)
        made[0]().connection_made(transport)
        return transport

    yield connected
    await server.close()


async def test_one_customer_has_so_many_connections_waiting(connect: Open) -> None:
    for number in range(WAITING_PER_ADDRESS):
        assert not connect(f"2001:db8:0:1::{number:x}").aborted
    assert connect("2001:db8:0:1:ffff::1").aborted
    assert not connect("2001:db8:0:2::1").aborted
    assert not connect("192.0.2.1").aborted
