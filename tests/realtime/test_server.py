"""The gateway as a process."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from storecast.contracts.bus import Doubt, RoomAdvanced
from storecast.contracts.hooks import EVENTS
from storecast.kit.settings import Settings
from storecast.kit.valkey_bus import ValkeyOutlet
from storecast.realtime import gateway as gateway_module
from storecast.realtime import server
from storecast.realtime.server import RealtimeServer
from tests.ports import free_port
from tests.realtime.api_peer import ApiPeer
from tests.realtime.client import client, closed_with
from tests.realtime.conftest import Connect, ready
from tests.valkey_server import Valkey
from tests.waiting import eventually

RUN = """
import uvloop
from storecast.kit.settings import Settings
from storecast.realtime.server import serve
uvloop.run(serve(Settings()))
"""


async def test_a_stopped_gateway_sends_its_clients_elsewhere(api: ApiPeer, settings: Settings) -> None:
    assert settings.database_url
    port = free_port()
    environment = {
        **os.environ,
        "STORECAST_DATA_DIR": str(settings.data_dir),
        "STORECAST_REALTIME_PORT": str(port),
        "STORECAST_API_INTERNAL_URL": settings.api_hooks_url,
        "STORECAST_HOOK_SECRET": "between processes",
        "STORECAST_DATABASE_URL": settings.database_url.get_secret_value(),
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", RUN, env=environment)
    try:
        await eventually(lambda: ready(port))
        async with client(port, api.token("guest:viewer")) as viewer:
            assert (await viewer.subscribe())["type"] == "subscribed"
            await api.publish()
            assert await viewer.hear_until(1) == [1]
            process.send_signal(signal.SIGTERM)
            assert await closed_with(viewer) == 1012
        assert await asyncio.wait_for(process.wait(), 15) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_those_sent_away_are_told_to_come_back_one_after_the_other(
    api: ApiPeer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would all come back within the same half second else."""
    monkeypatch.setattr(server, "BACK_A_SECOND", 10)
    monkeypatch.setattr(server, "LAST_BACK", 2.0)
    gateway = RealtimeServer(settings.model_copy(update={"realtime_port": free_port()}))
    port = await gateway.start()
    await eventually(lambda: ready(port))
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client(port, api.token(f"guest:{n}"))) for n in range(20)]
        for each in clients:
            assert (await each.subscribe())["type"] == "subscribed"
        stopping = asyncio.create_task(gateway.stop())
        frames = [await each.hear() for each in clients]
        assert [await closed_with(each) for each in clients] == [1012] * 20
        await stopping
    assert {(frame["type"], frame["code"]) for frame in frames} == {("error", 503)}
    told = sorted(frame["after"] for frame in frames)
    assert told == [min(0.5 + n / 10, 2.0) for n in range(20)]


async def test_a_gateway_that_starts_before_its_bus_tells_what_happens_all_the_same(
    api: ApiPeer, settings: Settings, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By looking at the log, until it hears; then by hearing."""
    monkeypatch.setattr(gateway_module, "LOOK_SECONDS", 0.05)
    valkey.stop()
    own = settings.model_copy(update={"realtime_port": free_port(), "valkey_url": SecretStr(valkey.url)})
    gateway = RealtimeServer(own.model_copy(update={"database_url": None}))
    port = await gateway.start()
    assert not await ready(port)
    async with client(port, api.token("guest:viewer")) as viewer:
        api.write()
        assert (await viewer.subscribe(since=0))["recovered"]
        assert await viewer.hear_until(1) == [1]
        api.write()
        assert await viewer.hear_until(2) == [2]
        monkeypatch.setattr(gateway_module, "LOOK_SECONDS", 3600.0)
        api.write()
        valkey.start()
        await eventually(lambda: ready(port))
        assert await viewer.hear_until(3) == [3]  # it looks once it hears
        outlet = ValkeyOutlet(valkey.url)
        for seq in range(4, 7):
            api.write()
            outlet.publish(RoomAdvanced(api.names["show"], seq))
        assert await viewer.hear_until(6) == [4, 5, 6]
        valkey.stop()
        await eventually(lambda: not_ready(port))
        api.write()
        outlet.publish(RoomAdvanced(api.names["show"], 7))
        valkey.start()
        assert await viewer.hear_until(7) == [7]
        await outlet.close()
    await gateway.stop()


async def not_ready(port: int) -> bool:
    return not await ready(port)


async def test_where_somebody_has_come_back_with_doubt_all_is_looked_at_again(api: ApiPeer, connect: Connect) -> None:
    async with connect("user:former") as former, connect() as viewer:
        await former.subscribe()
        await viewer.subscribe()
        api.write()
        api.refused = {"user:former": 403}
        await api.announce(Doubt())
        assert await viewer.hear_until(1) == [1]
        frames = [await former.hear()]
        if frames[-1]["type"] == "event":  # which comes first is open
            frames.append(await former.hear())
        assert frames[-1]["code"] == 403


async def test_what_was_announced_and_never_committed_is_not_asked_for_on_and_on(
    api: ApiPeer, connect: Connect
) -> None:
    async with connect() as viewer:
        await viewer.subscribe()
        await api.announce(RoomAdvanced(api.names["show"], 5))
        await eventually(lambda: api.asked[EVENTS] >= 2)
        asked = api.asked[EVENTS]
        assert await viewer.hear_until(await api.publish()) == [1]
        assert api.asked[EVENTS] <= asked + 2
