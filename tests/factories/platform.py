"""The API under test, and somebody who calls it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import httpx
import pytest
from litestar import Litestar
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from storecast.entrypoints.api import create_routes, serve
from storecast.kit.database import create_engine
from storecast.kit.keys import Keyring
from storecast.kit.settings import Settings
from storecast.wiring import assembly
from storecast.wiring.jobs import create_jobs
from storecast.wiring.process import Process

BASE = "http://shop.test:8000"

_idle: list[Litestar] = []  # routes of tests that are over: putting them together costs more than most tests
# Engines likewise: what each has compiled takes a third of an ordinary test to compile anew, and PostgreSQL's processes
# behind its connections know the tables. A connection belongs to its event loop.
_idle_engines: dict[tuple[asyncio.AbstractEventLoop, str, int], set[AsyncEngine]] = {}
_MOST_KEPT = 3  # connections of an engine; all workers and installations share one server


class Client:
    """Calls the API as one caller, and hands back answers."""

    def __init__(self, app: Litestar, token: str | None = None, address: str = "127.0.0.1") -> None:
        self.app = app
        self.token = token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
        self._http = httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers)

    async def call(self, method: str, path: str, **how: object) -> httpx.Response:
        path = path if path.startswith("/") else f"/api/v1/{path}"
        return await self._http.request(method, path, **how)  # type: ignore[arg-type]

    async def get(self, path: str, **how: object) -> httpx.Response:
        return await self.call("GET", path, **how)

    async def post(self, path: str, json: object = None, **how: object) -> httpx.Response:
        return await self.call("POST", path, **({"json": json} if json is not None else {}), **how)

    async def put(self, path: str, json: object = None, **how: object) -> httpx.Response:
        return await self.call("PUT", path, json=json, **how)

    async def patch(self, path: str, json: object = None, **how: object) -> httpx.Response:
        return await self.call("PATCH", path, **({"json": json} if json is not None else {}), **how)

    async def delete(self, path: str, **how: object) -> httpx.Response:
        return await self.call("DELETE", path, **how)

    def with_token(self, token: str | None) -> "Client":
        return Client(self.app, token)

    def at(self, address: str) -> "Client":
        """The same caller there."""
        return Client(self.app, self.token, address)


@asynccontextmanager
async def running_app(
    settings: Settings, outside: httpx.AsyncBaseTransport | None = None
) -> AsyncGenerator[Client, None]:
    """The app between its start-up and its shutdown, which must happen in one task; fixtures use two."""
    _put_signing_key(settings.data_dir / "keys")
    app = _idle.pop() if _idle else create_routes()
    serve(app, process_for(settings, outside))
    started, stop = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    running = asyncio.create_task(run())
    await asyncio.wait((running, asyncio.create_task(started.wait())), return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    try:
        yield Client(app)
    finally:
        stop.set()
        await running
        _idle.append(app)


def process_for(settings: Settings, outside: httpx.AsyncBaseTransport | None = None) -> Process:
    """As `create_process`, with an engine that was disposed of, where there is one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "create_engine", _engine_for)
        return assembly.create_process(settings, outside)


def _engine_for(settings: Settings) -> AsyncEngine:
    assert settings.database_url is not None
    of = (asyncio.get_running_loop(), settings.database_url.get_secret_value(), settings.database_pool)
    idle = _idle_engines.setdefault(of, set())
    return idle.pop() if idle else _KeptEngine(create_engine(settings), idle)


async def forget_engines(url: str) -> None:
    """Of a database that is about to be gone."""
    for of in [of for of in _idle_engines if of[1] == url]:
        for engine in _idle_engines.pop(of):
            await AsyncEngine.dispose(engine)


class _KeptEngine(AsyncEngine):
    """One that is put among the idle ones in place of being disposed of."""

    __slots__ = ("_idle",)

    def __init__(self, engine: AsyncEngine, idle: set[AsyncEngine]) -> None:
        super().__init__(engine.sync_engine)
        self._idle = idle

    async def dispose(self, close: bool = True) -> None:
        pool = cast("QueuePool", self.pool)
        if pool.checkedout() or pool.checkedin() > _MOST_KEPT:
            await super().dispose(close)
        self._idle.add(self)


@cache
def _signing_key() -> tuple[str, bytes]:
    with TemporaryDirectory() as folder:
        Keyring(Path(folder))
        [path] = Path(folder).glob("*.pem")
        return path.name, path.read_bytes()


def _put_signing_key(folder: Path) -> None:
    """The same key for all tests that bring none: making one takes longer than most tests."""
    if not folder.exists():
        folder.mkdir(parents=True)
        name, key = _signing_key()
        (folder / name).write_bytes(key)


async def do_jobs(settings: Settings) -> None:
    """Do the jobs that are due, as the worker would."""
    services = process_for(settings)
    jobs = create_jobs(services)
    async with jobs.open_async():
        await jobs.run_worker_async(wait=False, install_signal_handlers=False)
    await services.close()


class Given(Settings):
    """What is given and nothing else: it need not be looked for in the environment, which takes milliseconds."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, **_: object
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_for(folder: Path, database_url: str, **more: object) -> Settings:
    values: Mapping[str, object] = {"data_dir": folder, "database_url": database_url, **more}
    return Given.model_validate(values)
