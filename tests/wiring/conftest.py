from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from procrastinate import App

from storecast.wiring.assembly import create_process
from storecast.wiring.jobs import create_jobs
from storecast.wiring.process import Process
from tests.factories.platform import settings_for


@pytest.fixture
async def process(tmp_path: Path, database_url: str) -> AsyncIterator[Process]:
    made = create_process(settings_for(tmp_path, database_url))
    yield made
    await made.close()


@pytest.fixture
async def jobs(process: Process) -> AsyncIterator[App]:
    made = create_jobs(process)
    async with made.open_async():
        yield made
