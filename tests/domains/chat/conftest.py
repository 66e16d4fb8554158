from pathlib import Path

import pytest

from storecast.kit.settings import Settings
from tests.factories.accounts import Member
from tests.factories.channels import Json, channel
from tests.factories.platform import settings_for


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Of the installation under test."""
    return settings_for(tmp_path, database_url)


@pytest.fixture
async def lamps(owner: Member) -> Json:
    """A channel that everybody may watch."""
    return await channel(owner.client, slug="lamps")
