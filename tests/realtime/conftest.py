from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from storecast.kit.settings import Settings
from storecast.realtime.server import RealtimeServer
from tests.ports import free_port
from tests.realtime.api_peer import ApiPeer, Serving
from tests.realtime.client import Client, client
from tests.waiting import eventually

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
async def port(settings: Settings) -> AsyncIterator[int]:
    server = RealtimeServer(settings.model_copy(update={"realtime_port": free_port()}))
    port = await server.start()
    await eventually(lambda: ready(port))
    yield port
    await server.stop()


@pytest.fixture
def connect(port: int, api: ApiPeer) -> Connect:
    def connected(
        subject: str = "guest:viewer", token: str | None = None, path: str = "/", forwarded_for: Sequence[str] = ()
    ) -> object:
        return client(port, api.token(subject) if token is None else token, path, forwarded_for)

    return connected  # type: ignore[return-value]


async def ready(port: int) -> bool:
    """Whether the gateway hears the bus; False while nobody answers."""
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False
