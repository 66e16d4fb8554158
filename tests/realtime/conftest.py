import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from storecast.kit.settings import Settings
from storecast.realtime.server import RealtimeServer
from tests.realtime.api_peer import ApiPeer, Serving
from tests.realtime.client import Client, client

SECRET = "between processes"

Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
async def bus(worker_database: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(worker_database)
    yield connection
    await connection.close()


@pytest.fixture
async def api(tmp_path: Path, bus: "asyncpg.Connection[asyncpg.Record]") -> ApiPeer:
    return ApiPeer(tmp_path / "keys", SECRET.encode(), bus)


@pytest.fixture
async def api_url(api: ApiPeer) -> AsyncIterator[str]:
    serving = Serving(api)
    yield await serving.start()
    api.open.set()
    await serving.stop()


@pytest.fixture
def settings(api_url: str, worker_database: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        realtime_port=1,
        api_internal_url=api_url,
        hook_secret=SecretStr(SECRET),
        database_url=SecretStr(worker_database),
        realtime_connections_per_address=60,
    )


@pytest.fixture
async def port(settings: Settings, unused_tcp_port: int) -> AsyncIterator[int]:
    server = RealtimeServer(settings.model_copy(update={"realtime_port": unused_tcp_port}))
    port = await server.start()
    await until(lambda: ready(port))
    yield port
    await server.stop()


@pytest.fixture
def connect(port: int, api: ApiPeer) -> Connect:
    def connected(subject: str = "guest:viewer", token: str | None = None, path: str = "/") -> object:
        return client(port, api.token(subject) if token is None else token, path)

    return connected  # type: ignore[return-value]


async def ready(port: int) -> bool:
    """Whether the gateway hears the bus; False while nobody answers."""
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)
