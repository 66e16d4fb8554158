from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.factories.accounts import Member, guest, member
from tests.factories.platform import Client, running_app, settings_for


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str) -> AsyncIterator[Client]:
    """The API, called without a token."""
    async with running_app(settings_for(tmp_path, database_url)) as client:
        yield client


@pytest.fixture
async def owner(anyone: Client) -> Member:
    return await member(anyone)


@pytest.fixture
async def stranger(anyone: Client) -> Member:
    return await member(anyone, full_name="Somebody Else")


@pytest.fixture
async def visitor(anyone: Client) -> Client:
    """Somebody with a guest's token."""
    return await guest(anyone)
