"""What the worker does again and again, whether or not anybody asks."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from storecast.entrypoints.worker import serve
from storecast.kit.settings import Settings
from tests.factories.accounts import member
from tests.factories.platform import running_app, settings_for
from tests.factories.questions import asking_channel, open_poll
from tests.factories.rooms import heard
from tests.waiting import eventually


@pytest.fixture
async def working(tmp_path: Path, database_url: str) -> AsyncIterator[Settings]:
    settings, ready = settings_for(tmp_path, database_url), asyncio.Event()
    worker = asyncio.create_task(serve(settings, ready.set))
    await ready.wait()
    yield settings
    os.kill(os.getpid(), signal.SIGTERM)  # which it takes as its own
    await worker


async def test_poll_is_closed_once_its_time_is_over(working: Settings, database_url: str) -> None:
    async with running_app(working) as anyone:
        owner = await member(anyone)
        made = await asking_channel(owner.client)
        opened = await open_poll(owner.client, seconds=3600)

        async def told() -> list[str]:
            events = [each for each in await heard(anyone, working, made["id"]) if each.event == "poll.closed"]
            return [msgspec.json.decode(each.data)["id"] for each in events]

        assert await told() == []
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE polls SET closes_at = now()")

        async def is_told() -> bool:
            return await told() == [opened["id"]]

        await eventually(is_told)
