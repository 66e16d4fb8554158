from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.factories.accounts import Member
from tests.factories.payments import Shop, paying_shop
from tests.factories.platform import Client, running_app, settings_for
from tests.peers.stripe.peer import StripePeer


@pytest.fixture
def stripe() -> Iterator[StripePeer]:
    with StripePeer().running() as running:
        yield running


@pytest.fixture
async def anyone(tmp_path: Path, database_url: str, stripe: StripePeer) -> AsyncIterator[Client]:
    async with running_app(settings_for(tmp_path, database_url, **stripe.settings())) as client:
        yield client


@pytest.fixture
async def shop(stripe: StripePeer, owner: Member) -> Shop:
    return await paying_shop(stripe, owner)
