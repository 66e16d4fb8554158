"""Where publishers are told to send to, and who does not listen where."""

import asyncio
import socket

import pytest
from aioice.ice import Connection

from storecast.broadcast.whip.place import NoPort, Place


def test_an_announced_address_is_listened_for_everywhere_and_else_the_servers_own() -> None:
    assert Place("127.0.0.1", "203.0.113.5", (1, 2)).addresses() == ["0.0.0.0"]
    assert Place("127.0.0.1", "2001:db8::5", (1, 2)).addresses() == ["::"]
    assert Place("127.0.0.1", "", (1, 2)).addresses() == ["127.0.0.1"]
    assert "127.0.0.1" not in Place("0.0.0.0", "", (1, 2)).addresses()


async def test_a_port_that_is_taken_is_passed_over_and_a_range_that_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NoPort):
            await Place("127.0.0.1", "", (port, port)).listen(Connection(ice_controlling=False), "127.0.0.1")
    protocol = await Place("127.0.0.1", "", (port, port)).listen(Connection(ice_controlling=False), "127.0.0.1")
    assert protocol.transport.get_extra_info("sockname") == ("127.0.0.1", port)
    protocol.transport.close()
    await asyncio.sleep(0)
