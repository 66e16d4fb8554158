"""The gateway as a process."""

import asyncio
import os
import signal
import sys

from storecast.kit.settings import Settings
from tests.ports import free_port
from tests.realtime.api_peer import ApiPeer
from tests.realtime.client import client, closed_with
from tests.realtime.conftest import ready
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
