"""The demo against the platform's own API, so that what the stand-in accepts cannot drift from what the API takes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

import httpx
import uvicorn

from storecast.contracts import hooks
from storecast.demo.products import PRODUCTS
from storecast.demo.publisher import Turned
from storecast.demo.reel import Reel
from storecast.demo.script import GUESTS
from storecast.demo.show import run_demo
from storecast.entrypoints.api import create_app
from storecast.kit.hooks import HookClient
from storecast.kit.secrets import hook_secret
from storecast.kit.settings import Settings
from tests.waiting import eventually

DEADLINE = 60.0
SLOT_SECONDS = 0.5


@asynccontextmanager
async def api(folder: Path, database_url: str) -> AsyncIterator[Settings]:
    """The API on a free port."""
    settings = Settings.model_validate({"data_dir": folder, "database_url": database_url})
    config = uvicorn.Config(create_app(settings), port=0, log_config=None, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(DEADLINE):
        while not server.started:
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield settings.model_copy(update={"port": port})
    finally:
        server.should_exit = True
        await serving


async def on_air(settings: Settings, address: str, turned: Turned) -> None:
    """Be the media plane: what it tells the API about a publisher, without a picture."""
    client = HookClient(settings.api_hooks_url, hook_secret(settings))
    try:
        key = address.rpartition("/")[2]
        grant = await client.call(
            hooks.PUBLISH, hooks.PublishRequest(key, "http://127.0.0.1:1", "127.0.0.1"), hooks.PublishGrant
        )
        await client.call(hooks.STARTED, hooks.SessionStarted(grant.session_id, grant.claim, time.time()), object)
        clock = asyncio.get_running_loop().time
        for part in cycle(range(len(PRODUCTS))):
            turned(part, clock(), SLOT_SECONDS)
            await asyncio.sleep(SLOT_SECONDS)
    finally:
        await client.close()


async def test_a_show_with_products_chat_and_viewers(tmp_path: Path, database_url: str) -> None:
    async with api(tmp_path, database_url) as settings:
        stop = asyncio.Event()

        async def fill(reel: Reel, settings: Settings) -> None:
            """There is nothing to be sent."""

        async def publish(ffmpeg: str, reel: Reel, address: str, turned: Turned) -> None:
            await on_air(settings, address, turned)

        said: list[str] = []
        demo = asyncio.create_task(run_demo(settings, stop, fill=fill, publish=publish, tell=said.append))
        names = {guest.name for guest in GUESTS} | {"Studio Lumen"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}/api/v1", trust_env=False) as viewer:
            token = (await viewer.get("/jwt")).json()["data"]["token"]
            headers = {"Authorization": f"Bearer {token}"}
            bumped: set[str] = set()
            authors: set[str] = set()
            async with asyncio.timeout(DEADLINE):
                while len(bumped) < len(PRODUCTS) or not names <= authors:
                    assert not demo.done(), demo.exception()
                    await asyncio.sleep(0.05)
                    if not said:
                        continue
                    shelf = (await viewer.get("/events/demo/products")).json()["data"]
                    bumped |= {product["name"] for product in shelf if product["bumped"]}
                    read = {"threadSlug": "demo", "userId": "0"}
                    thread = (await viewer.post("/thread/read", json=read, headers=headers)).json()["data"]
                    authors |= {message["author"]["data"]["name"] for message in thread["messages"]["data"]}
            details = (await viewer.get("/events/playback/demo")).json()["data"]
            assert details["stream"]["data"]["is_live"] is True
            assert [product["image"] for product in shelf if not product["image"]] == []
            stop.set()
            await asyncio.wait_for(demo, DEADLINE)

            async def ended() -> bool:  # anonymous details are kept, and hear of a change a moment after it
                details = (await viewer.get("/events/playback/demo")).json()["data"]
                return details["stream"]["data"]["is_live"] is False

            await eventually(ended)
