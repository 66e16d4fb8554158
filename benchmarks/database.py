"""A folder and a real, migrated PostgreSQL for one benchmark."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from storecast.kit.migrations import upgrade
from storecast.kit.postgres import BundledPostgres
from storecast.kit.settings import Settings
from tests.factories.platform import settings_for


@asynccontextmanager
async def installation() -> AsyncGenerator[Settings]:
    """The settings of an installation with nothing in it, which is gone when the block ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another account
        postgres = BundledPostgres(folder / "postgres")
        try:
            url = await postgres.start()
            await asyncio.to_thread(upgrade, url)
            yield settings_for(folder, url)
        finally:
            await postgres.stop()
