"""Whatever a client does, the gateway and the other clients go on."""

import asyncio
import json
import os
import socket
from contextlib import AsyncExitStack, suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from storecast.kit.settings import Settings
from storecast.realtime.session import MAX_ROOMS
from tests.realtime.api_peer import ApiPeer
from tests.realtime.client import closed_with
from tests.realtime.conftest import Connect
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("frame", "code", "names"),
    [
        ("{", 400, "JSON"),
        ("\x00", 400, "JSON"),
        ('{"type": "subscribe", "room": "\\ud800"}', 400, ""),
        ("[]", 422, "object"),
        ('{"room": "show"}', 422, "type"),
        ('{"type": "shout", "room": "show"}', 422, "$.type"),
        ('{"type": "subscribe"}', 422, "room"),
        ('{"type": "subscribe", "room": 5}', 422, "$.room"),
        ('{"type": "subscribe", "room": ""}', 422, "$.room"),
        ('{"type": "subscribe", "room": "sh\\u0000ow"}', 422, "$.room"),  # those asked about with it would pay for it
        ('{"type": "subscribe", "room": "show\\n"}', 422, "$.room"),
        ('{"type": "subscribe", "room": "show", "since": "41"}', 422, "$.since"),
        ('{"type": "subscribe", "room": "show", "since": -1}', 422, "$.since"),
        ('{"type": "subscribe", "room": "show", "since": 1e300}', 422, "$.since"),
        ("[" * 3000, 422, "object"),
        (b"{}", 415, "text"),
    ],
)
async def test_a_malformed_frame_is_an_error_that_says_where(
    connect: Connect, frame: str | bytes, code: int, names: str
) -> None:
    async with connect() as viewer:
        await viewer.socket.send(frame)
        answer = await viewer.hear()
        assert (answer["type"], answer["code"]) == ("error", code)
        assert names in answer["message"]
        assert (await viewer.subscribe())["type"] == "subscribed"


async def test_an_over_long_frame_closes_the_socket(connect: Connect) -> None:
    async with connect() as viewer:
        await viewer.socket.send("x" * 5000)
        assert await closed_with(viewer) == 1009


async def test_a_message_in_fragments_is_read_and_bounded(connect: Connect) -> None:
    async with connect() as viewer:
        await viewer.socket.send(iter(['{"type": "subscribe",', ' "room": "show"}']))
        assert (await viewer.hear())["type"] == "subscribed"
        await viewer.socket.send(iter(["x" * 3000, "x" * 3000]))
        assert (await viewer.hear())["code"] == 413
        assert await closed_with(viewer) == 1009


async def test_too_many_frames_close_the_socket(connect: Connect) -> None:
    async with connect() as viewer:
        with suppress(ConnectionClosed):
            for _ in range(500):
                await viewer.say(type="unsubscribe", room="show")
        assert await closed_with(viewer) == 4429


async def test_too_many_rooms_are_refused(connect: Connect, api: ApiPeer) -> None:
    api.names |= {f"room{n}": "a" * 32 for n in range(MAX_ROOMS + 1)}
    async with connect() as viewer:
        for n in range(MAX_ROOMS):
            assert (await viewer.subscribe(f"room{n}"))["type"] == "subscribed"
        assert (await viewer.subscribe(f"room{MAX_ROOMS}"))["code"] == 429
        assert (await viewer.subscribe("room0"))["type"] == "subscribed"


async def test_pings_are_answered(connect: Connect) -> None:
    async with connect() as viewer:
        await asyncio.wait_for(await viewer.socket.ping(), 5)


async def test_one_address_gets_its_share_of_connections(connect: Connect, settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        for n in range(settings.realtime_connections_per_address):
            viewer = await stack.enter_async_context(connect(f"guest:{n}"))
        assert (await viewer.subscribe())["type"] == "subscribed"
        async with connect("guest:more") as refused:
            assert (await refused.hear())["code"] == 429
            assert await closed_with(refused) == 4429


async def test_a_slow_client_is_dropped_and_the_others_are_not_disturbed(
    connect: Connect, api: ApiPeer, port: int
) -> None:
    slow = socket.create_connection(("127.0.0.1", port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.sendall(
        f"GET /?token={api.token('guest:slow')} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    command = json.dumps({"type": "subscribe", "room": "show"}).encode()
    slow.sendall(bytes((0x81, 0x80 | len(command))) + bytes(4) + command)
    try:
        async with connect() as viewer:
            await viewer.subscribe()

            async def slow_is_in() -> bool:
                return b"storecast_realtime_subscriptions 2.0" in await metrics(port)

            await eventually(slow_is_in)
            api.padding = os.urandom(50_000).hex()

            async def slow_is_dropped() -> bool:
                seq = await api.publish()
                assert await viewer.hear_until(seq) == [seq]
                return b"storecast_realtime_slow_clients_total 1.0" in await metrics(port)

            await eventually(slow_is_dropped, seconds=60)  # the system keeps some megabytes for it first
            await viewer.hear_until(await api.publish())
    finally:
        slow.close()


async def metrics(port: int) -> bytes:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).content


async def test_other_addresses_of_the_port_answer_http(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert (await http.get("/health/live")).status_code == 200
        assert (await http.get("/")).status_code == 426
        assert (await http.get("/nowhere")).status_code == 404


async def test_a_returning_client_that_reads_slowly_gets_everything(connect: Connect, api: ApiPeer) -> None:
    api.padding = "x" * 4000
    for _ in range(900):
        api.write()
    async with connect() as viewer:
        assert (await viewer.subscribe(since=0))["recovered"]
        assert await viewer.hear_until(900) == list(range(1, 901))
