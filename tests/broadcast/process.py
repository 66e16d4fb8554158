"""The broadcast process as it is run."""

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx

from storecast.kit.settings import Settings
from tests.broadcast.hook_peer import SECRET
from tests.waiting import eventually


@contextlib.asynccontextmanager
async def process_of(settings: Settings, **more: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """`storecast broadcast`, ready."""
    environment = os.environ | {
        "STORECAST_DATA_DIR": str(settings.data_dir),
        "STORECAST_BROADCAST_PORT": str(settings.broadcast_port),
        "STORECAST_RTMP_PORT": str(settings.rtmp_port),
        "STORECAST_API_INTERNAL_URL": settings.api_hooks_url,
        "STORECAST_HOOK_SECRET": SECRET.decode(),
        **{f"STORECAST_{name.upper()}": value for name, value in more.items()},
    }
    command = [sys.executable, "-m", "storecast.entrypoints.cli", "broadcast"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        async with httpx.AsyncClient() as http:

            async def is_ready() -> bool:
                assert process.poll() is None
                with contextlib.suppress(httpx.TransportError):
                    url = f"http://127.0.0.1:{settings.broadcast_port}/health/ready"
                    return (await http.get(url)).status_code == 200
                return False

            await eventually(is_ready, 30)
        yield process
    finally:
        process.kill()
        process.wait()
